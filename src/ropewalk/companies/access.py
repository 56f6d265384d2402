"""Who may see and do what. Every door asks here, and nowhere else.

A `Viewer` is one person in one company on one day. Rights come from the relation to the object first and from roles
second; what somebody may not know of doesn't exist for them (`NotVisible`), what they may know but not do is refused
with the words who could (`NotAllowed`). Start with `viewer_for` and `people_in_sight`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from ropewalk.companies.models import AccessRole, Company, Person
from ropewalk.companies.roster import Roster
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.lib.asked_often import asked_often


class NotVisible(Exception):
    """For this viewer the thing doesn't exist. Doors answer 404, in the words of an id that never was."""


class NotAllowed(Exception):
    """The viewer may know of the thing and may not do this. Doors answer 403 with the sentence who could."""


class Sight(StrEnum):
    """What of a person is looked at; each has its own circle of those who may."""

    ROPE = "rope"  # how far each rope reaches, who owes
    FIGURE = "figure"  # own target, own value
    EVIDENCE = "evidence"  # the deals and activities behind a figure
    PLAN = "individual plan"
    TALK = "talk"  # that it was held, when, and which initiatives it touched
    NOTES = "shared notes"  # decided per talk: only the two who met
    ACTIVITY = "activity"  # what was done, by day


@dataclass(frozen=True)
class Viewer:
    """One person, in one company, on one day. The operator at the shell has no person."""

    company_id: int
    handle: str
    person_id: int | None
    name: str
    roles: frozenset[str]
    on: date  # the day whose rights count: always today, also when a past day is read

    @property
    def is_operator(self) -> bool:
        return self.person_id is None

    def has(self, *roles: str) -> bool:
        """Whether one of the roles is held; the operator at the shell may do what an administrator of the plan may."""
        return self.is_operator or bool(self.roles & set(roles))

    @property
    def actor(self) -> Actor:
        return OPERATOR if self.is_operator else Actor(name=self.name, person_id=self.person_id)


def viewer_for(account_id: int, handle: str, *, on: date) -> Viewer:
    """The viewer that an account is in a company on a day.

    Raises NotVisible where there is no such company, no such person in it, or the person has left.
    """
    by_role = _people_of_account(account_id, handle)
    if not by_role:
        raise NotVisible(handle)
    company_id, person_id, name, left, _ = by_role[0]
    if not is_present(left, on):
        raise NotVisible(handle)
    roles = frozenset(role for *_, role in by_role if role)
    return Viewer(company_id, handle, person_id, name, roles, on)


@asked_often
def _people_of_account(account_id: int, handle: str) -> QuerySet[Person, tuple[Any, ...]]:
    """Whoever an account is in a company, a line for each role held."""
    found = Person.objects.filter(account_id=account_id, company__handle=handle).order_by("pk")
    return found.values_list("company_id", "pk", "name", "left", "access_roles__name")


def operator_for(handle: str, *, on: date) -> Viewer:
    """The operator at the shell, who can read the home and may therefore use it. Raises NotVisible."""
    company = Company.objects.filter(handle=handle).first()
    if company is None:
        raise NotVisible(handle)
    return Viewer(company.pk, handle, None, OPERATOR.name, frozenset(), on)


def viewer_by_email(handle: str, email: str, *, on: date) -> Viewer:
    """The viewer that an e-mail address stands for in a company, for `--as`. Raises NotVisible."""
    person = Person.objects.filter(company__handle=handle, email__iexact=email.strip()).first()
    if person is None or not is_present(person.left, on):
        raise NotVisible(email)
    roles = frozenset(AccessRole.objects.filter(person=person).values_list("name", flat=True))
    return Viewer(person.company_id, handle, person.pk, person.name, roles, on)


def is_present(left: date | None, on: date) -> bool:
    """Whether somebody who leaves on that day may still sign in: leaving ends everything on the next day."""
    return left is None or left >= on


EVERYBODY_FOR: dict[Sight, tuple[str, ...]] = {
    Sight.ROPE: ("leader", "executive"),
    Sight.FIGURE: ("leader",),
    Sight.EVIDENCE: ("leader",),
    Sight.PLAN: ("leader",),
    Sight.TALK: ("leader",),
    Sight.NOTES: (),
    Sight.ACTIVITY: ("leader",),
}


def people_in_sight(viewer: Viewer, roster: Roster, sight: Sight) -> frozenset[int]:
    """The ids of everybody of whom the viewer may see this much, today.

    Own things always; the own chain for those who lead somebody; everybody for the roles in `EVERYBODY_FOR`.
    Administrators and advisors see nobody by name.
    """
    everybody = frozenset(roster.people)
    if viewer.is_operator or viewer.roles & set(EVERYBODY_FOR[sight]):
        return everybody
    if sight is Sight.EVIDENCE and sees_all_deals(viewer, roster):
        return everybody
    if sight is Sight.ROPE and roster.ropes_open_to_all and viewer.roles & {"rep", "manager"}:
        return everybody
    assert viewer.person_id is not None
    return roster.chain_below(viewer.person_id, viewer.on) | {viewer.person_id}


def sees_all_deals(viewer: Viewer, roster: Roster) -> bool:
    """Whether the deals behind any figure may be opened: by leaders, and by executives where the company chose so."""
    return viewer.has("leader") or (roster.executives_see_deals and "executive" in viewer.roles)


def teams_below(viewer: Viewer, roster: Roster) -> frozenset[int]:
    """The teams led by the viewer or by somebody of the own chain today, with their subtrees."""
    if viewer.person_id is None:
        return frozenset()
    leaders = {viewer.person_id} | roster.chain_below(viewer.person_id, viewer.on)
    led = {team for leader in leaders for team in roster.teams_led(leader, viewer.on)}
    return frozenset(below for team in led for below in roster.subtree(team, viewer.on))


def require(viewer: Viewer, *roles: str, words: str) -> None:
    """Raise NotAllowed with `words` (who could do it) unless one of the roles is held."""
    if not viewer.has(*roles):
        raise NotAllowed(words)
