"""Whoever has no manager agrees the plan and talks with a sponsor, who sees of this one person what that takes, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.pages import seeding
from tests.pages.seeding import Seeded, at, email, found_company, signed_in, the_plan
from tests.rights.reading_forms import forms_in

from ropewalk.companies.access import Sight, Viewer, viewer_by_email
from ropewalk.companies.founding import hire
from ropewalk.companies.models import ReportingLine
from ropewalk.facts import store
from ropewalk.individual_plans.commitments import commit
from ropewalk.individual_plans.models import Agreement, Commitment
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.plans.defining import define
from ropewalk.progress import remembering
from ropewalk.progress.circle import circle_for
from ropewalk.reviews.models import OneOnOne
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.recognising import acknowledge
from ropewalk.versions.publishing import publish

pytestmark = pytest.mark.django_db
ON = date(2027, 2, 10)
SPONSOR, ALONE = "Ines Ode", "Nils Neu"  # an executive; a salesperson in no team
SIGHTS = (Sight.PLAN, Sight.TALK, Sight.NOTES, Sight.FIGURE, Sight.ACTIVITY, Sight.ROPE)


@pytest.fixture
def made(settings: Any, tmp_path: Path) -> Iterator[Seeded]:
    """A company whose executive sponsors all initiatives, and one salesperson without a manager; told and heard, nothing agreed."""
    settings.FACTS_FILE = tmp_path / "facts.duckdb"
    store.close()
    with time_machine.travel(at(ON, 10), tick=False):
        company = found_company(on=ON, teams={"Neubert": seeding.TEAMS["Neubert"]})
        hire(
            company.company_id, ALONE, email=email(ALONE), roles=("rep",), front_line_role="Salesperson",
            joined=date(2025, 1, 1), by=OPERATOR, at=at(date(2025, 1, 2)),
        )  # fmt: skip
        people = seeding.Person.objects.filter(company=company.company_id)
        alone = people.get(name=ALONE)
        alone.account = seeding.Account.objects.create(email=alone.email)
        alone.save()
        plan = the_plan()
        plan = replace(plan, initiatives=tuple(replace(one, sponsor=SPONSOR) for one in plan.initiatives))
        begun = date(2027, 1, 4)
        define(company.company_id, plan, by=OPERATOR, at=at(begun))
        version = publish(company.company_id, 2027, by=OPERATOR, on=begun, at=at(begun)).version
        sponsor = Actor(SPONSOR, company.people[SPONSOR])
        announce(company.company_id, version, by=sponsor, on=date(2027, 1, 6), at=at(date(2027, 1, 6)))
        acknowledge(
            company.company_id, plan, picked=[one.title for one in plan.initiatives], own_words="I call before I write.",
            by=Actor(ALONE, alone.pk), on=date(2027, 1, 11), at=at(date(2027, 1, 11)),
        )  # fmt: skip
        yield replace(company, people=dict(people.values_list("name", "pk")))
    store.close()


def seen_by(made: Seeded, name: str, sight: Sight, on: date = ON) -> set[str]:
    """Whose things of this kind somebody sees, by name."""
    names = {number: name for name, number in made.people.items()}
    return {names[one] for one in circle_for(viewer(made, name), on).people(sight)}


def viewer(made: Seeded, name: str) -> Viewer:
    return viewer_by_email(made.handle, email(name), on=ON)


def way(made: Seeded, what: str) -> str:
    return f"/c/{made.handle}/people/{made.people[ALONE]}/{what}/"


@pytest.mark.parametrize("sight", [one for one in SIGHTS if one is not Sight.ROPE])
def test_a_sponsor_sees_of_who_has_no_manager_what_a_manager_would(made: Seeded, sight: Sight) -> None:
    assert seen_by(made, SPONSOR, sight) == {SPONSOR, ALONE}


def test_the_deals_behind_a_figure_stay_with_whom_the_company_chose(made: Seeded) -> None:
    assert seen_by(made, SPONSOR, Sight.EVIDENCE) == {SPONSOR}


def test_nobody_else_sees_more_for_it(made: Seeded) -> None:
    for name, sees in (
        ("Ana Alder", {"Ana Alder"}),
        ("Uma Admin", {"Uma Admin"}),
        ("Adam Adviser", {"Adam Adviser"}),
    ):
        for sight in SIGHTS:
            assert seen_by(made, name, sight) == sees, (name, sight)
    assert ALONE not in seen_by(made, "Tom Neubert", Sight.PLAN)


def test_with_a_manager_the_sponsor_sees_nothing_of_them_any_more_not_even_of_days_before(
    made: Seeded,
) -> None:
    boss, alone = made.people["Tom Neubert"], made.people[ALONE]
    ReportingLine.objects.create(person_id=alone, manager_id=boss, from_day=ON)
    remembering.forget()
    for sight in SIGHTS:
        if sight is not Sight.ROPE:  # which executives read of everybody
            for day in (ON, date(2027, 2, 9)):
                assert ALONE not in seen_by(made, SPONSOR, sight, day), (sight, day)
                assert ALONE in seen_by(made, "Tom Neubert", sight, day), (sight, day)


def test_a_sponsor_agrees_talks_and_says_whether_a_promise_was_kept(made: Seeded) -> None:
    """All in the pages, beginning with the way that the first screen shows."""
    alone, ines = made.people[ALONE], signed_in(made, SPONSOR)
    nils, ana = signed_in(made, ALONE), signed_in(made, "Ana Alder")
    plan = way(made, "plan")
    assert agreed(nils, plan)
    assert plan in ines.get(f"/c/{made.handle}/overview/").content.decode()
    assert agreed(ines, plan)
    assert Agreement.objects.get().counterpart_id == made.people[SPONSOR]

    talks = way(made, "talks")
    page = ines.get(talks)
    assert page.status_code == 200
    done = ines.post(
        talks, {"held_on": str(ON), "medical.talked": "on", "medical.words": "Whom to call first."}
    )
    assert done.status_code == 302, done.content.decode()
    assert OneOnOne.objects.get().manager_id == made.people[SPONSOR]

    by = Actor(SPONSOR, made.people[SPONSOR])
    commit(
        made.company_id, alone, initiative_key="medical", text="Call the three clinics in Chur",
        due_on=date(2027, 2, 20), by=by, on=ON, at=at(ON),
    )  # fmt: skip
    remembering.forget()
    assert "three clinics in Chur" in ines.get(talks).content.decode()
    promise = Commitment.objects.get().pk
    close = f"/c/{made.handle}/promises/{promise}/"
    for stranger in (ana, signed_in(made, "Tom Neubert"), signed_in(made, "Kay Lindqvist")):
        assert stranger.post(close, {"kept": "yes"}).status_code == 404
        assert Commitment.objects.get().kept is None
    assert ines.post(close, {"kept": "yes"}).status_code == 302
    assert Commitment.objects.get().kept is True


def agreed(browser: Client, plan: str) -> bool:
    """Say yes to the plan by the page's own button."""
    page = browser.get(plan)
    assert page.status_code == 200
    form = next(one for one in forms_in(page.content.decode()) if one.action.endswith("/agreement/"))
    return browser.post(form.action, form.values).status_code == 302
