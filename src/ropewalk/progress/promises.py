"""A commitment, for who may say whether it was kept: the person, and whoever talks with them or leads them. Start with `promise_for`."""

from __future__ import annotations

from ropewalk.companies.access import NotVisible, Sight, Viewer
from ropewalk.individual_plans.item import Promise
from ropewalk.individual_plans.queries import commitments_for_system
from ropewalk.progress.circle import circle_for


def promise_for(viewer: Viewer, promise_id: int) -> Promise:
    """The commitment of that id. Raises NotVisible where it is of nobody whose promises the viewer reads."""
    found = next((one for one in commitments_for_system(viewer.company_id) if one.id == promise_id), None)
    if found is None or viewer.person_id is None:
        raise NotVisible(f"promise {promise_id}")
    if found.person_id not in circle_for(viewer, viewer.on).people(Sight.NOTES):
        raise NotVisible(f"promise {promise_id}")
    return found
