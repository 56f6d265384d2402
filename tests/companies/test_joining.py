"""A roster taken: who stands where, once and again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from ropewalk.companies.delivered import Outcome, RosterRow
from ropewalk.companies.joining import join
from ropewalk.companies.models import (
    AccessRole,
    Company,
    FrontLineRole,
    Leadership,
    Membership,
    Person,
    ReportingLine,
    Team,
    TeamParent,
)
from ropewalk.companies.roster import roster_for_system
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, tzinfo=UTC)
DAY = date(2026, 6, 1)
TABLES = (Membership, Leadership, ReportingLine, TeamParent, FrontLineRole, AccessRole)


@pytest.fixture
def company() -> Company:
    return Company.objects.create(handle="acme", name="Acme", time_zone="UTC", currency="EUR")


def take(company: Company, *rows: RosterRow) -> list[str]:
    return [outcome.state for outcome in outcomes(company, *rows)]


def outcomes(company: Company, *rows: RosterRow) -> list[Outcome]:
    return join(company.pk, rows, by=OPERATOR, at=AT)


def row(name: str, manager: str | None = None, team: str | None = None, **more: Any) -> RosterRow:
    more.setdefault("role", "Salesperson")
    more.setdefault("is_role_assumed", True)
    return RosterRow(key=more.pop("key", name), name=name, manager=manager, team=team, **more)


def state() -> list[Any]:
    return [sorted(table.objects.values_list(), key=str) for table in (Person, Team, *TABLES)]


def test_managers_and_teams_are_made_out_of_columns_and_empty_means_always(company: Company) -> None:
    rows = [row("Ann", "Mia", "Mia", team_parent="East"), row("Ben", "Mia", "Mia", team_parent="East")]
    assert take(company, *rows) == ["new", "new"]
    roster = roster_for_system(company.pk)
    people = {person.name: person.id for person in roster.people.values()}
    teams = {team.name: team.id for team in roster.teams.values()}
    assert set(people) == {"Ann", "Ben", "Mia"}
    assert set(teams) == {"Mia", "East"}
    for day in (date(1990, 1, 1), DAY):
        assert roster.members(teams["Mia"], day) == (people["Ann"], people["Ben"])
        assert roster.leader_of(teams["Mia"], day) == people["Mia"]
        assert roster.path_of(teams["Mia"], day) == (teams["East"], teams["Mia"])
        assert roster.manager_of(people["Ann"], day) == people["Mia"]
    assert roster.front_line_role(people["Ann"], DAY) == "Salesperson"
    assert roster.front_line_role(people["Mia"], DAY) is None
    roles = set(AccessRole.objects.values_list("person__name", "name"))
    assert roles == {("Ann", "rep"), ("Ben", "rep"), ("Mia", "manager")}
    assert [line.words for line in Line.objects.all()] == [
        "2 rows: 2 new, 0 changed, 0 unchanged, 0 refused."
    ]


def test_the_same_roster_again_changes_nothing_and_one_changed_row_changes_alone(company: Company) -> None:
    rows = [row("Ann", "Mia", "East"), row("Ben", "Mia", "East"), row("Cid", "Zoe", "West")]
    take(company, *rows)
    before = state()
    assert take(company, *reversed(rows)) == ["unchanged"] * 3
    assert state() == before
    moved = replace(rows[0], team="West", manager="Zoe")
    assert take(company, moved, *rows[1:]) == ["changed", "unchanged", "unchanged"]
    assert Line.objects.count() == 2


def test_a_person_with_several_rows_moved_between_teams(company: Company) -> None:
    take(
        company,
        row("Ann", "Mia", "East", to_day=date(2026, 3, 31)),
        row("Ann", "Zoe", "West", from_day=date(2026, 4, 1), to_day=date(2026, 9, 30)),
    )
    roster = roster_for_system(company.pk)
    people = {person.name: person for person in roster.people.values()}
    teams = {team.id: team.name for team in roster.teams.values()}
    ann = people["Ann"]
    assert (ann.joined, ann.left) == (None, date(2026, 9, 30))
    on = {
        day: roster.team_of(ann.id, date.fromisoformat(day))
        for day in ("2026-03-31", "2026-04-01", "2026-10-01")
    }
    assert [teams.get(team) if team else None for team in on.values()] == ["East", "West", None]
    assert roster.manager_of(ann.id, date(2026, 3, 31)) == people["Mia"].id
    assert roster.manager_of(ann.id, date(2026, 4, 1)) == people["Zoe"].id
    assert roster.front_line_role(ann.id, date(2026, 9, 30)) == "Salesperson"


def test_rows_of_one_person_that_overlap_are_refused(company: Company) -> None:
    found = outcomes(
        company,
        row("Ann", "Mia", "East", to_day=date(2026, 4, 1)),
        row("Ann", "Zoe", "West", from_day=date(2026, 4, 1)),
        row("Ben", "Mia", "East"),
    )
    assert [(one.state, one.code) for one in found] == [("refused", "memberships_overlap")] * 2 + [
        ("new", "")
    ]
    assert not Person.objects.filter(name="Ann").exists()


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([row("Ann", key="1"), row("Anne", key="1")], "id_twice"),
        ([row("Ann", key="1", email="a@b.c"), row("Ben", key="2", email="A@b.c")], "email_twice"),
        ([row("Ann", key="1"), row("Ann", key="2"), row("Ben", "Ann")], "manager_ambiguous"),
        ([row("Ann", email="nowhere")], "email_unreadable"),
        ([row("Ann", access=("king",))], "access_unknown"),
        ([row("A" * 201)], "text_too_long"),
        ([row("Ann", team="East", team_parent="East")], "teams_circle"),
        (
            [row("Ann", team="East", team_parent="West"), row("Ben", team="West", team_parent="East")],
            "teams_circle",
        ),
        ([row("Ann", "Ben"), row("Ben", "Cid"), row("Cid", "Ann")], "managers_circle"),
        ([row("Ann", "ben@b.c", email="ann@b.c"), row("Ben", "Ann", email="Ben@b.c")], "managers_circle"),
    ],
)
def test_a_row_that_contradicts_itself_or_others_is_refused_with_a_sentence(
    company: Company, rows: list[RosterRow], code: str
) -> None:
    refused = [one for one in outcomes(company, *rows) if one.state == "refused"]
    assert refused
    assert {one.code for one in refused} == {code}
    assert all(one.sentence.endswith(".") for one in refused)


def test_who_led_whom_at_other_times_is_no_circle(company: Company) -> None:
    turn = date(2026, 6, 30)
    take(
        company,
        row("Ann", "Ben", "East", to_day=turn),
        row("Ann", None, "East", from_day=turn + timedelta(1)),
        row("Ben", None, "East", to_day=turn),
        row("Ben", "Ann", "East", from_day=turn + timedelta(1)),
    )
    roster = roster_for_system(company.pk)
    people = {person.name: person.id for person in roster.people.values()}
    assert roster.manager_of(people["Ann"], turn) == people["Ben"]
    assert roster.manager_of(people["Ben"], turn + timedelta(1)) == people["Ann"]


def test_a_head_who_sits_in_a_team_reports_to_nobody_and_no_manager_sees_more_than_their_own(
    company: Company,
) -> None:
    """The usual staff list: the head has no manager and works in a team that Anke leads; Anke and Uwe report to the head."""
    take(
        company,
        row("Jim", None, "North"),
        row("Anke", "Jim", "North"),
        *(row(name, "Anke", "North") for name in ("Kay", "Tom", "Lena")),
        row("Uwe", "Jim", "South"),
        row("Nina", "Uwe", "South"),
        row("Paul", "Uwe", "South", to_day=date(2026, 6, 30)),
    )
    roster = roster_for_system(company.pk)
    ids = {person.name: person.id for person in roster.people.values()}
    names = {number: name for name, number in ids.items()}
    for day in (date(2026, 5, 1), date(2026, 9, 1)):
        managers = {name: roster.manager_of(ids[name], day) for name in ids if name != "Paul"}
        assert {name: names.get(boss or 0) for name, boss in managers.items()} == {
            "Jim": None, "Anke": "Jim", "Kay": "Anke", "Tom": "Anke", "Lena": "Anke", "Uwe": "Jim", "Nina": "Uwe",
        }  # fmt: skip
        assert {names[one] for one in roster.chain_below(ids["Anke"], day)} == {"Kay", "Tom", "Lena"}
        assert (
            roster.leader_of(next(one.id for one in roster.teams.values() if one.name == "South"), day)
            == ids["Uwe"]
        )


def test_members_who_name_another_manager_than_most_report_by_a_line_of_their_own(company: Company) -> None:
    take(company, row("Ann", "Mia", "East"), row("Ben", "Mia", "East"), row("Cid", "Zoe", "East"))
    roster = roster_for_system(company.pk)
    people = {person.name: person.id for person in roster.people.values()}
    assert [roster.manager_of(people[name], DAY) for name in ("Ann", "Ben", "Cid")] == [
        people["Mia"], people["Mia"], people["Zoe"],
    ]  # fmt: skip
    assert Leadership.objects.count() == 1
    assert ReportingLine.objects.count() == 1


def test_it_makes_no_difference_in_which_order_or_how_many_pieces_a_roster_comes(company: Company) -> None:
    rows = [
        row("Ann", "Mia", "East"),
        row("Ben", "Zoe", "East"),
        row("Cid", "Zoe", "East"),
        row("Zoe", "Mia", "Top"),
    ]
    seen = set()
    for number, order in enumerate(permutations(rows)):
        other = Company.objects.create(handle=f"c{number}", name="C", time_zone="UTC", currency="EUR")
        for piece in order:
            take(other, piece)
        assert take(other, *rows) == ["unchanged"] * 4
        roster = roster_for_system(other.pk)
        names = {person.id: person.name for person in roster.people.values()}
        teams = {team.id: team.name for team in roster.teams.values()}
        picture = sorted(
            (
                names[one],
                teams.get(roster.team_of(one, DAY) or 0),
                names.get(roster.manager_of(one, DAY) or 0),
            )
            for one in names
        )
        leaders = sorted((teams[team], names.get(roster.leader_of(team, DAY) or 0)) for team in teams)
        seen.add(str((picture, leaders)))
    assert len(seen) == 1


def test_somebody_entered_by_hand_is_found_by_e_mail_or_name_and_not_made_twice(company: Company) -> None:
    ann = Person.objects.create(company=company, name="Ann B", email="ann@acme.test")
    mia = Person.objects.create(company=company, name="Mia")
    AccessRole.objects.create(person=ann, name="administrator")
    take(company, row("Ann", "Mia", "East", key="7", email="Ann@acme.test", access=("rep",)))
    ann.refresh_from_db()
    assert (ann.key, ann.name) == ("7", "Ann")
    assert Leadership.objects.get().person == mia
    assert Person.objects.count() == 2
    assert set(AccessRole.objects.filter(person=ann).values_list("name", flat=True)) == {
        "rep",
        "administrator",
    }


def test_a_manager_made_from_a_name_gets_the_id_that_the_source_gives_later(company: Company) -> None:
    take(company, row("Ann", "Mia", "East", key="1"))
    take(company, row("Mia", None, "East", key="2"), row("Ann", "Mia", "East", key="1"))
    assert sorted(Person.objects.values_list("key", "name")) == [("1", "Ann"), ("2", "Mia")]
    assert (
        take(company, row("Mia", None, "East", key="2"), row("Ann", "Mia", "East", key="1"))
        == ["unchanged"] * 2
    )


def test_whoever_is_somebodys_manager_sells_only_where_a_row_says_so(company: Company) -> None:
    take(
        company,
        row("Mia", None, "East"),
        row("Ann", "Mia", "East"),
        row("Zoe", None, "West", role="Closer", is_role_assumed=False),
        row("Ben", "Zoe", "West"),
    )
    assert sorted(FrontLineRole.objects.values_list("person__name", "name")) == [
        ("Ann", "Salesperson"), ("Ben", "Salesperson"), ("Zoe", "Closer"),
    ]  # fmt: skip


def test_access_that_the_roster_speaks_of_is_taken_away_too_but_never_administration(
    company: Company,
) -> None:
    take(company, row("Ann", access=("leader", "executive")))
    AccessRole.objects.create(person=Person.objects.get(), name="administrator")
    assert take(company, row("Ann", access=("rep",))) == ["changed"]
    assert set(AccessRole.objects.values_list("name", flat=True)) == {"rep", "administrator"}


def test_a_large_roster_again_takes_a_fixed_number_of_queries(
    company: Company, django_assert_max_num_queries: Any
) -> None:
    rows = [
        row(f"P{number}", f"M{number // 10}", f"T{number // 10}", team_parent="All")
        for number in range(2_000)
    ]
    take(company, *rows)
    with django_assert_max_num_queries(25):
        assert set(take(company, *rows)) == {"unchanged"}


def test_a_leaver_who_comes_back_has_two_memberships_and_no_last_day(company: Company) -> None:
    first, again = date(2025, 1, 1), date(2026, 1, 1)
    take(
        company,
        row("Ann", "Mia", "East", from_day=first, to_day=again - timedelta(days=60)),
        row("Ann", "Mia", "East", from_day=again),
    )
    ann = Person.objects.get(name="Ann")
    assert (ann.joined, ann.left, ann.memberships.count()) == (first, None, 2)


def test_an_address_that_stands_for_somebody_else_is_refused_and_not_taken_over(company: Company) -> None:
    take(company, row("Ann", key="1", email="ann@acme.test"), row("Ben", key="2"))
    assert take(company, row("Ben", key="2", email="ann@acme.test")) == ["refused"]
    assert take(company, row("Ann", key="1"), row("Cid", key="3", email="Ann@acme.test")) == [
        "unchanged",
        "refused",
    ]
    assert Person.objects.get(key="1").email == "ann@acme.test"
