"""What of one world a viewer may see: the one place where progress narrows. Today's rights decide, also for past days.

Start with `circle_for`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.functional import cached_property

from ropewalk.companies.access import NotVisible, Sight, Viewer, people_in_sight, sees_all_deals, teams_below
from ropewalk.progress.figure import Scope
from ropewalk.progress.remembering import world_on
from ropewalk.progress.ropes import counterpart_of
from ropewalk.progress.world import World

STAND_IN = {"leader", "executive", "manager", "rep"}
TOTALS = ("leader", "executive", "advisor")  # see every team's totals


@dataclass(frozen=True)
class Circle:
    """A viewer in front of a world."""

    viewer: Viewer
    world: World

    @cached_property
    def _seen(self) -> dict[Sight, frozenset[int]]:
        return {}

    def people(self, sight: Sight) -> frozenset[int]:
        """Of whom this much is seen."""
        if sight not in self._seen:
            seen = people_in_sight(self.viewer, self.world.roster, sight)
            if sight is not Sight.EVIDENCE and len(seen) < len(self.world.roster.people):
                seen |= self.stood_in_for  # the deals behind a figure stay with who may see them otherwise
            self._seen[sight] = seen
        return self._seen[sight]

    @cached_property
    def stood_in_for(self) -> frozenset[int]:
        """Who carries a rope and has no manager today, so that the viewer, a sponsor, agrees their plan and talks with them.

        Nobody for administrators and advisors, who read figures of nobody, whatever they sponsor.
        """
        viewer, world = self.viewer, self.world
        if not viewer.roles & STAND_IN:
            return frozenset()
        today = world if world.on == viewer.on else world_on(viewer.company_id, viewer.on, today=viewer.on)
        if today.version is None or viewer.person_id not in today.document.sponsors.values():
            return frozenset()
        carriers = {one for each in today.initiatives for one in today.carriers(each)}
        return frozenset(one for one in carriers if counterpart_of(today, one) == viewer.person_id)

    def sees(self, sight: Sight, person_id: int) -> bool:
        return person_id in self.people(sight)

    @property
    def is_administrator_only(self) -> bool:
        """Whether there is no role but to administer, or none at all: such a person reads no figures, not even in sum."""
        return not self.viewer.is_operator and self.viewer.roles <= {"administrator"}

    @property
    def sees_totals(self) -> bool:
        """Whether every team's totals are seen."""
        return self.viewer.has(*TOTALS)

    @cached_property
    def teams(self) -> frozenset[int]:
        """The teams whose totals are seen: all, or those led, with their subtrees."""
        if self.sees_totals:
            return frozenset(self.world.roster.teams)
        return self.teams_below

    @cached_property
    def teams_below(self) -> frozenset[int]:
        """The teams led by the viewer or by somebody of the own chain, with their subtrees."""
        return teams_below(self.viewer, self.world.roster)

    def require_figure(self, scope: Scope, scope_id: int) -> None:
        """Raise NotVisible unless the figure of that person, team or company may be seen."""
        allowed = {
            Scope.PERSON: lambda: self.sees(Sight.FIGURE, scope_id),
            Scope.TEAM: lambda: scope_id in self.teams,
            Scope.COMPANY: lambda: not self.is_administrator_only,
        }[scope]()
        if not allowed:
            raise NotVisible(f"{scope} {scope_id}")

    def sees_evidence(self, scope: Scope, scope_id: int) -> bool:
        """Whether the deals behind a figure may be seen: own ones, the own chain's, all as the company chose."""
        if scope is Scope.PERSON:
            return self.sees(Sight.EVIDENCE, scope_id)
        if sees_all_deals(self.viewer, self.world.roster):
            return True
        return scope is Scope.TEAM and scope_id in self.teams_below


def circle_for(viewer: Viewer, on: date) -> Circle:
    """The viewer in front of the company's world as of a day."""
    return Circle(viewer, world_on(viewer.company_id, on, today=viewer.on))
