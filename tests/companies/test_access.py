"""Who sees what of whom: circles by relation first, by role second. Each refusal has a twin who may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from django.test import override_settings
from tests.plans.small import (
    ANA,
    BEN,
    CEM,
    KAY,
    LOU,
    MIA,
    Small,
    at,
    clients,
    day,
    found_small,
    person_row,
    plan_of,
)

from ropewalk.companies.access import (
    NotAllowed,
    NotVisible,
    Sight,
    Viewer,
    operator_for,
    people_in_sight,
    require,
    viewer_by_email,
    viewer_for,
)
from ropewalk.companies.founding import hire
from ropewalk.companies.inviting import accept, invite
from ropewalk.companies.joining import join
from ropewalk.companies.models import Company, Person
from ropewalk.companies.roster import roster_for_system
from ropewalk.facts import store
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans.defining import define
from ropewalk.plans.queries import draft_of, years_of
from ropewalk.progress.circle import circle_for
from ropewalk.progress.figure import Scope
from ropewalk.progress.figures import Part, figure_page
from ropewalk.progress.maps import rope_map
from ropewalk.progress.people import plan_page, review_page, talk_page
from ropewalk.progress.steps import rope_detail
from ropewalk.versions.publishing import publish

ON = day(2, 1)
FIRST = Part(0, 100)
EVERYBODY = (ANA, BEN, CEM, KAY, LOU, MIA)
PERSONAL = (Sight.FIGURE, Sight.EVIDENCE, Sight.PLAN, Sight.TALK, Sight.ACTIVITY)
OTHERS = {"executive": "Eva", "administrator": "Ada", "advisor": "Anna"}


@pytest.fixture
def acme(small: Small) -> Small:
    return with_others(small)


def with_others(small: Small) -> Small:
    """The small company with a published plan, an executive, an administrator and an advisor."""
    for role, name in OTHERS.items():
        hire(small.id, name, email=f"{name}@acme.example", roles=(role,), by=OPERATOR, at=at(day(1, 2)))
    small.refresh()
    define(small.id, plan_of(clients()), by=OPERATOR, at=at(day(1, 4)))
    publish(small.id, 2027, by=small.actor(KAY), on=day(1, 4), at=at(day(1, 4)))
    return small


@contextmanager
def beside(_: object) -> Iterator[Small]:
    """The same for who calls these tests within a world of other companies; nothing of it stays."""
    with TemporaryDirectory() as folder, transaction.atomic():
        with override_settings(FACTS_FILE=Path(folder) / "facts.duckdb", REMEMBERS_WORLDS=False):
            yield with_others(found_small())
            store.close()
        transaction.set_rollback(True)


NEEDS = {"acme": beside}


def viewer(small: Small, name: str, on: date = ON) -> Viewer:
    address = Person.objects.get(company_id=small.id, name=name).email
    return viewer_by_email(small.handle, address, on=on)


def seen(small: Small, name: str, sight: Sight) -> set[str]:
    roster = roster_for_system(small.id)
    return {roster.people[one].name for one in people_in_sight(viewer(small, name), roster, sight)}


@pytest.mark.parametrize("sight", [Sight.ROPE, *PERSONAL])
def test_a_representative_sees_what_is_the_own(acme: Small, sight: Sight) -> None:
    assert seen(acme, ANA, sight) == {ANA}


@pytest.mark.parametrize("sight", [Sight.ROPE, *PERSONAL])
def test_a_manager_sees_the_own_team_and_no_other(acme: Small, sight: Sight) -> None:
    assert seen(acme, MIA, sight) == {MIA, ANA, BEN}
    assert seen(acme, LOU, sight) == {LOU, CEM}


@pytest.mark.parametrize("sight", [Sight.ROPE, *PERSONAL])
def test_a_leader_sees_everybody(acme: Small, sight: Sight) -> None:
    assert seen(acme, KAY, sight) >= set(EVERYBODY)


def test_an_executive_sees_ropes_and_nobodys_figures(acme: Small) -> None:
    assert seen(acme, "Eva", Sight.ROPE) >= set(EVERYBODY)
    for sight in PERSONAL:
        assert seen(acme, "Eva", sight) == {"Eva"}


@pytest.mark.parametrize("name", ["Ada", "Anna"])
@pytest.mark.parametrize("sight", [Sight.ROPE, *PERSONAL])
def test_administrators_and_advisors_see_nobody_by_name(acme: Small, name: str, sight: Sight) -> None:
    assert seen(acme, name, sight) == {name}


@pytest.mark.parametrize("name", [KAY, "Eva", "Ada", "Anna"])
def test_shared_notes_are_not_for_any_role(acme: Small, name: str) -> None:
    roster = roster_for_system(acme.id)
    person = viewer(acme, name)
    assert people_in_sight(person, roster, Sight.NOTES) == roster.chain_below(acme.ids[name], ON) | {
        acme.ids[name]
    }


def test_a_company_may_open_ropes_to_all_and_nothing_besides(acme: Small) -> None:
    Company.objects.filter(pk=acme.id).update(ropes_open_to_all=True)
    assert seen(acme, ANA, Sight.ROPE) >= set(EVERYBODY)
    assert seen(acme, LOU, Sight.ROPE) >= set(EVERYBODY)
    assert seen(acme, "Ada", Sight.ROPE) == {"Ada"}
    for sight in PERSONAL:
        assert seen(acme, ANA, sight) == {ANA}


def test_the_operator_at_the_shell_sees_all_and_is_named_so(acme: Small) -> None:
    operator = operator_for(acme.handle, on=ON)
    assert people_in_sight(operator, roster_for_system(acme.id), Sight.FIGURE) >= {
        acme.ids[name] for name in EVERYBODY
    }
    assert (operator.is_operator, operator.actor.name) == (True, "operator at the shell")
    with pytest.raises(NotVisible):
        operator_for("nobody", on=ON)


def test_a_mover_is_seen_by_the_manager_of_today_also_on_past_days(acme: Small) -> None:
    rows = [person_row(ANA, MIA, to_day=day(5, 31)), person_row(ANA, LOU, from_day=day(6, 1))]
    join(acme.id, rows, by=OPERATOR, at=at(day(5, 1)))
    roster = roster_for_system(acme.id)
    ana = acme.ids[ANA]
    for on, boss in ((day(5, 31), MIA), (day(6, 1), LOU)):
        for name in (MIA, LOU):
            found = people_in_sight(viewer(acme, name, on), roster, Sight.FIGURE)
            assert (ana in found) is (name == boss)
    past = day(3, 1)
    assert plan_page(viewer(acme, LOU, day(6, 1)), past, ana).person_id == ana
    with pytest.raises(NotVisible):
        plan_page(viewer(acme, MIA, day(6, 1)), past, ana)


def test_a_leaver_gets_in_until_the_last_day_and_not_after(acme: Small) -> None:
    made = invite(
        acme.handle, f"{ANA.lower().replace(' ', '.')}@acme.example", roles=("rep",), by=OPERATOR, at=at(ON)
    )
    account = accept(made.token, password="a-rope-that-reaches", at=at(ON))
    Person.objects.filter(pk=made.person_id).update(left=day(6, 30))
    assert viewer_for(account.pk, acme.handle, on=day(6, 30)).person_id == made.person_id
    with pytest.raises(NotVisible):
        viewer_for(account.pk, acme.handle, on=day(7, 1))
    with pytest.raises(NotVisible):
        viewer_by_email(acme.handle, made.email, on=day(7, 1))


def test_nobody_gets_into_another_company(acme: Small) -> None:
    other = found_small("Other")
    made = invite(acme.handle, "ana.alder@acme.example", roles=("leader",), by=OPERATOR, at=at(ON))
    account = accept(made.token, password="a-rope-that-reaches", at=at(ON))
    assert viewer_for(account.pk, acme.handle, on=ON).has("leader")
    for handle in (other.handle, "nobody"):
        with pytest.raises(NotVisible):
            viewer_for(account.pk, handle, on=ON)
    with pytest.raises(NotVisible):
        viewer_by_email(other.handle, "eva@acme.example", on=ON)


def test_a_page_of_another_companys_person_does_not_exist(acme: Small) -> None:
    other = found_small("Other")
    define(other.id, plan_of(clients()), by=OPERATOR, at=at(day(1, 4)))
    publish(other.id, 2027, by=OPERATOR, on=day(1, 4), at=at(day(1, 4)))
    leader, theirs = viewer(acme, KAY), other.ids[ANA]
    for page in (plan_page, talk_page, review_page):
        assert page(leader, ON, acme.ids[ANA]).name == ANA
        with pytest.raises(NotVisible):
            page(leader, ON, theirs)
    with pytest.raises(NotVisible):
        rope_detail(leader, ON, initiative_key="clients", person_id=theirs)
    with pytest.raises(NotVisible):
        figure_page(leader, ON, initiative_key="clients", scope=Scope.PERSON, scope_id=theirs, part=FIRST)
    with pytest.raises(NotVisible):
        figure_page(
            leader, ON, initiative_key="clients", scope=Scope.TEAM, scope_id=other.teams["Sales"], part=FIRST
        )
    names = {stand.name for bay in rope_map(leader, ON).bays for stand in bay.stands}
    ids = {stand.person_id for bay in rope_map(leader, ON).bays for stand in bay.stands}
    assert names == {ANA, BEN, CEM}
    assert not ids & set(other.ids.values())


PAGES = {
    "plan": lambda who, person: plan_page(who, ON, person),
    "talks": lambda who, person: talk_page(who, ON, person),
    "reviews": lambda who, person: review_page(who, ON, person),
    "rope": lambda who, person: rope_detail(who, ON, initiative_key="clients", person_id=person),
    "figure": lambda who, person: figure_page(
        who, ON, initiative_key="clients", scope=Scope.PERSON, scope_id=person, part=FIRST
    ),
}
MAY_OPEN_ANA = {
    "plan": {ANA, MIA, KAY},
    "talks": {ANA, MIA, KAY},
    "reviews": {ANA, MIA, KAY},
    "rope": {ANA, MIA, KAY, "Eva"},
    "figure": {ANA, MIA, KAY},
}


@pytest.mark.parametrize("page", sorted(PAGES))
def test_each_page_of_a_person_opens_for_its_circle_and_for_nobody_else(acme: Small, page: str) -> None:
    for name in (*EVERYBODY, *OTHERS.values()):
        who = viewer(acme, name)
        if name in MAY_OPEN_ANA[page]:
            PAGES[page](who, acme.ids[ANA])
        else:
            with pytest.raises(NotVisible):
                PAGES[page](who, acme.ids[ANA])


def test_totals_are_for_those_who_lead_and_companies_figures_for_all_but_administrators(acme: Small) -> None:
    team = acme.teams[f"Team {MIA}"]
    opens = {"team": {MIA, KAY, "Eva", "Anna"}, "company": {*EVERYBODY, "Eva", "Anna"}}
    for name in (*EVERYBODY, *OTHERS.values()):
        circle = circle_for(viewer(acme, name), ON)
        for scope, scope_id in ((Scope.TEAM, team), (Scope.COMPANY, 0)):
            if name in opens[str(scope)]:
                circle.require_figure(scope, scope_id)
            else:
                with pytest.raises(NotVisible):
                    circle.require_figure(scope, scope_id)


def test_deals_behind_a_sum_open_for_the_leader_for_who_leads_the_team_and_for_executives_by_choice(
    acme: Small,
) -> None:
    team = acme.teams[f"Team {MIA}"]

    def opens(scope: Scope, scope_id: int) -> set[str]:
        found = set()
        for name in (*EVERYBODY, *OTHERS.values()):
            with suppress(NotVisible):
                page = figure_page(
                    viewer(acme, name),
                    ON,
                    initiative_key="clients",
                    scope=scope,
                    scope_id=scope_id,
                    part=FIRST,
                )
                if page.rows is not None:
                    found.add(name)
        return found

    assert opens(Scope.COMPANY, 0) == {KAY}
    assert opens(Scope.TEAM, team) == {KAY, MIA}
    assert opens(Scope.PERSON, acme.ids[ANA]) == {ANA, MIA, KAY}
    Company.objects.filter(pk=acme.id).update(executives_see_deals=True)
    assert opens(Scope.COMPANY, 0) == {KAY, "Eva"}
    assert opens(Scope.TEAM, team) == {KAY, MIA, "Eva"}


def test_an_advisor_sees_the_map_without_names_and_an_administrator_none(acme: Small) -> None:
    found = rope_map(viewer(acme, "Anna"), ON)
    assert (found.has_names, sum(bay.reach.ropes for bay in found.bays)) == (False, 3)
    assert [stand for bay in found.bays for stand in bay.stands] == []
    with pytest.raises(NotVisible):
        rope_map(viewer(acme, "Ada"), ON)


def test_drafts_are_read_by_those_who_plan(acme: Small) -> None:
    for name in (*EVERYBODY, *OTHERS.values()):
        reads = draft_of(viewer(acme, name), 2027) is not None
        assert reads is (name in (KAY, MIA, LOU, "Eva")), name
        assert bool(years_of(viewer(acme, name))) is reads


def test_what_is_not_allowed_says_who_could(acme: Small) -> None:
    require(viewer(acme, KAY), "leader", words="Only a sales leader publishes.")
    with pytest.raises(NotAllowed, match="Only a sales leader publishes"):
        require(viewer(acme, MIA), "leader", words="Only a sales leader publishes.")
