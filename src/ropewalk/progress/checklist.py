"""What is still missing before a company's strategy can come down, as its administrator sees it: states, and no figures.

Start with `checklist`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ropewalk.companies.access import NotVisible, Viewer
from ropewalk.companies.mail_server import has_mail_for_system
from ropewalk.companies.models import AccessRole, Holiday, Invitation, Person
from ropewalk.companies.roster import Roster, roster_for_system
from ropewalk.facts.queries import open_suspicions_for_system
from ropewalk.facts.sources import SourceState, sources_for_system
from ropewalk.plans.queries import years_for_system
from ropewalk.versions.queries import versions_for_system


@dataclass(frozen=True)
class Checklist:
    """Everything the list is made of, for doors to put into words."""

    holidays: int
    has_mail: bool
    people: int  # employed today
    accounts: int
    invited: int  # open invitations
    without_team: tuple[str, ...]  # who carries a front-line role and works in no team
    teams_without_leader: tuple[str, ...]
    has_leader: bool  # a sales leader, invited or in
    sources: tuple[SourceState, ...]
    unknown_owners: int
    suspicions: int  # the others
    drafts: tuple[int, ...]
    published: tuple[int, ...]

    @property
    def refused(self) -> int:
        """Rows that the latest deliveries left out."""
        return sum(one.refused for one in self.sources)


def checklist(viewer: Viewer, *, at: datetime) -> Checklist:
    """The list for an administrator. Raises NotVisible for everybody else."""
    if not viewer.has("administrator"):
        raise NotVisible("set-up")
    company_id = viewer.company_id
    roster = roster_for_system(company_id)
    suspicions = open_suspicions_for_system(company_id)
    owners = sum(one.code == "owner_unknown" for one in suspicions)
    published = {one.year for one in versions_for_system(company_id)}
    return Checklist(
        holidays=Holiday.objects.filter(company_id=company_id).count(),
        has_mail=has_mail_for_system(company_id),
        people=sum(one.is_employed(viewer.on) for one in roster.people.values()),
        accounts=Person.objects.filter(company_id=company_id, account__isnull=False).count(),
        invited=Invitation.objects.filter(
            person__company_id=company_id, person__account=None, used_at=None, revoked_at=None, ends_at__gte=at
        ).values("person").distinct().count(),
        without_team=_without_team(roster, viewer),
        teams_without_leader=_without_leader(roster, viewer),
        has_leader=AccessRole.objects.filter(person__company_id=company_id, name="leader").exists(),
        sources=tuple(sources_for_system(company_id)),
        unknown_owners=owners,
        suspicions=len(suspicions) - owners,
        drafts=tuple(year for year in years_for_system(company_id) if year not in published),
        published=tuple(sorted(published)),
    )  # fmt: skip


def _without_team(roster: Roster, viewer: Viewer) -> tuple[str, ...]:
    return tuple(
        one.name
        for one in roster.people.values()
        if one.is_employed(viewer.on)
        and roster.front_line_role(one.id, viewer.on)
        and roster.team_of(one.id, viewer.on) is None
    )


def _without_leader(roster: Roster, viewer: Viewer) -> tuple[str, ...]:
    return tuple(
        team.name
        for team in roster.teams.values()
        if roster.leader_of(team.id, viewer.on) is None
        and any(not roster.direct_reports(one, viewer.on) for one in roster.members(team.id, viewer.on))
    )
