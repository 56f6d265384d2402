from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ropewalk.companies.links import Link, RosterPerson, RosterTeam
from ropewalk.companies.models import (
    Company,
    FrontLineRole,
    Leadership,
    Membership,
    Person,
    ReportingLine,
    Team,
    TeamParent,
)
from ropewalk.companies.roster import Roster, roster_for_system

MAY = date(2027, 5, 1)
JULY = date(2027, 7, 1)
HEAD, ANNE, BEN, CLARA, DORA = 1, 2, 3, 4, 5
SALES, NORTH, SOUTH, ALPS = 10, 11, 12, 13


def always(subject: int, target: int) -> Link:
    return Link(subject, target, None, None)


def small(**changes: tuple[Link, ...]) -> Roster:
    parts: dict[str, tuple[Link, ...]] = {
        "memberships": (
            Link(CLARA, NORTH, None, date(2027, 5, 31)),
            Link(CLARA, SOUTH, date(2027, 6, 1), None),
            always(DORA, ALPS),
            always(ANNE, NORTH),
        ),
        "parents": (always(NORTH, SALES), always(SOUTH, SALES), always(ALPS, SOUTH)),
        "leaderships": (always(SALES, HEAD), always(NORTH, ANNE), always(SOUTH, BEN)),
        "reporting_lines": (),
    }
    return Roster(
        company_id=1,
        people={number: RosterPerson(number, f"P{number}", "", None, None) for number in range(1, 6)},
        teams={number: RosterTeam(number, f"T{number}", "") for number in (SALES, NORTH, SOUTH, ALPS)},
        **(parts | changes),
    )


def test_membership_changes_on_the_day_it_says() -> None:
    roster = small()
    assert roster.team_of(CLARA, date(2027, 5, 31)) == NORTH
    assert roster.team_of(CLARA, date(2027, 6, 1)) == SOUTH
    assert roster.team_of(HEAD, MAY) is None


def test_a_subtree_holds_the_team_itself_and_all_below() -> None:
    roster = small()
    assert roster.subtree(SOUTH, MAY) == {SOUTH, ALPS}
    assert roster.subtree(SALES, MAY) == {SALES, NORTH, SOUTH, ALPS}
    assert roster.path_of(ALPS, MAY) == (SALES, SOUTH, ALPS)


def test_members_are_the_teams_own_and_members_below_all() -> None:
    roster = small()
    assert roster.members(SOUTH, MAY) == ()
    assert roster.members(SOUTH, JULY) == (CLARA,)
    assert roster.members_below(SOUTH, JULY) == (CLARA, DORA)


def test_the_manager_is_the_teams_leader_and_a_leader_reports_to_the_one_above() -> None:
    roster = small()
    assert roster.manager_of(CLARA, MAY) == ANNE
    assert roster.manager_of(CLARA, JULY) == BEN
    assert roster.manager_of(ANNE, MAY) == HEAD, "a member of the team she leads"
    assert roster.manager_of(BEN, MAY) == HEAD, "leads without a membership"
    assert roster.manager_of(DORA, MAY) == BEN, "her own team has no leader"
    assert roster.manager_of(HEAD, MAY) is None


def test_an_explicit_reporting_line_wins_while_it_holds() -> None:
    roster = small(reporting_lines=(Link(DORA, ANNE, date(2027, 6, 1), None),))
    assert roster.manager_of(DORA, MAY) == BEN
    assert roster.manager_of(DORA, JULY) == ANNE


def test_the_chain_below_reaches_every_depth_on_the_day() -> None:
    roster = small()
    assert roster.chain_below(HEAD, MAY) == {ANNE, BEN, CLARA, DORA}
    assert roster.chain_below(BEN, MAY) == {DORA}
    assert roster.chain_below(BEN, JULY) == {CLARA, DORA}
    assert roster.chain_above(DORA, MAY) == (BEN, HEAD)


def test_circles_in_teams_or_managers_end() -> None:
    looped = small(parents=(always(NORTH, SOUTH), always(SOUTH, NORTH)))
    assert set(looped.path_of(NORTH, MAY)) == {NORTH, SOUTH}
    bowing = small(reporting_lines=(always(ANNE, BEN), always(BEN, ANNE)))
    assert bowing.chain_above(ANNE, MAY) == (BEN,)
    assert ANNE not in bowing.chain_below(ANNE, MAY)


def test_of_two_memberships_on_one_day_the_later_one_counts() -> None:
    roster = small(memberships=(always(CLARA, NORTH), Link(CLARA, SOUTH, date(2027, 4, 1), None)))
    assert roster.team_of(CLARA, MAY) == SOUTH
    assert roster.team_of(CLARA, date(2027, 3, 1)) == NORTH


@pytest.mark.django_db
def test_it_is_read_in_eight_queries_and_never_holds_another_company() -> None:
    company, other = (
        Company.objects.create(handle=handle, name=handle, time_zone="UTC", currency="EUR")
        for handle in ("a", "b")
    )
    for owner in (company, other):
        top = Team.objects.create(company=owner, key="top", name="Top")
        low = Team.objects.create(company=owner, key="low", name="Low")
        TeamParent.objects.create(team=low, parent=top)
        boss = Person.objects.create(company=owner, name="Boss")
        rep = Person.objects.create(company=owner, name="Rep", joined=date(2027, 2, 1))
        Membership.objects.create(person=rep, team=low)
        Leadership.objects.create(team=top, person=boss)
        ReportingLine.objects.create(person=boss, manager=rep, from_day=JULY)
        FrontLineRole.objects.create(person=rep, name="Salesperson")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        roster = roster_for_system(company.pk)
    assert len(queries) == 8
    boss_id, rep_id = roster.people
    assert len(roster.people) == len(roster.teams) == 2
    assert roster.manager_of(rep_id, MAY) == boss_id
    assert roster.manager_of(boss_id, JULY) == rep_id
    assert roster.front_line_role(rep_id, MAY) == "Salesperson"
    assert not roster.people[rep_id].is_employed(date(2027, 1, 31))
