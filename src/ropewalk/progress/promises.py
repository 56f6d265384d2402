"""A commitment, for who may say whether it was kept: the person, and the chain above. Start with `promise_for`."""

from __future__ import annotations

from ropewalk.companies.access import NotVisible, Viewer
from ropewalk.companies.roster import roster_for_system
from ropewalk.individual_plans.item import Promise
from ropewalk.individual_plans.queries import commitments_for_system


def promise_for(viewer: Viewer, promise_id: int) -> Promise:
    """The commitment of that id. Raises NotVisible where it is neither the viewer's own nor the own chain's."""
    found = next((one for one in commitments_for_system(viewer.company_id) if one.id == promise_id), None)
    if found is None or viewer.person_id is None:
        raise NotVisible(f"promise {promise_id}")
    chain = roster_for_system(viewer.company_id).chain_below(viewer.person_id, viewer.on)
    if found.person_id != viewer.person_id and found.person_id not in chain:
        raise NotVisible(f"promise {promise_id}")
    return found
