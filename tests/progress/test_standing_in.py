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
from ropewalk.companies.models import AccessRole, Leadership, Person, ReportingLine
from ropewalk.facts import store
from ropewalk.individual_plans.commitments import commit
from ropewalk.individual_plans.models import Agreement, Commitment
from ropewalk.jobs import measuring
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.plans.defining import define
from ropewalk.progress import remembering
from ropewalk.progress.circle import circle_for
from ropewalk.reviews.models import OneOnOne, Topic
from ropewalk.reviews.topics import raise_topic
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.recognising import acknowledge
from ropewalk.versions.models import Version
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
        people = Person.objects.filter(company=company.company_id)
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


@pytest.mark.parametrize("roles", [("administrator",), ("advisor",), ()])
def test_a_role_that_reads_figures_of_nobody_reads_none_as_a_sponsor(
    made: Seeded, roles: tuple[str, ...]
) -> None:
    granted = AccessRole.objects.filter(person_id=made.people[SPONSOR])
    granted.delete()
    for name in roles:
        AccessRole.objects.create(person_id=made.people[SPONSOR], name=name)
    remembering.forget()
    for sight in SIGHTS:
        assert ALONE not in seen_by(made, SPONSOR, sight), sight


def test_the_next_sponsor_stands_in_for_one_who_has_left_or_is_led_by_the_person(made: Seeded) -> None:
    kay, tom, ana = (made.people[one] for one in ("Kay Lindqvist", "Tom Neubert", "Ana Alder"))
    alone, sponsors = made.people[ALONE], ("Ana Alder", "Kay Lindqvist", "Tom Neubert")
    for version in Version.objects.all():
        version.document["sponsors"] = dict(zip(version.document["sponsors"], (ana, kay, tom), strict=True))
        version.save()

    def stands_in() -> set[str]:
        remembering.forget()
        there = Person.objects.exclude(left__lt=ON)
        return {
            one for one in sponsors if there.filter(name=one) and ALONE in seen_by(made, one, Sight.NOTES)
        }

    assert stands_in() == {"Ana Alder"}
    ReportingLine.objects.create(person_id=ana, manager_id=alone, from_day=date(2026, 1, 1))
    assert stands_in() == {"Kay Lindqvist"}, "nobody agrees the plan of who leads them"
    Person.objects.filter(pk=kay).update(left=date(2027, 2, 9))
    assert stands_in() == {"Tom Neubert"}
    Person.objects.filter(pk=kay).update(left=ON)
    assert stands_in() == {"Kay Lindqvist"}, "the last day is still theirs"


def test_what_was_raised_for_a_manager_of_before_stays_with_who_raised_it(made: Seeded) -> None:
    """Until it is raised again; of no page and by no tick is it anybody else's."""
    ana, tom = made.people["Ana Alder"], made.people["Tom Neubert"]
    talks = f"/c/{made.handle}/people/{ana}/talks/"
    for author, words in ((ana, "My trouble with the executive"), (tom, "What Tom wanted to ask")):
        raise_topic(
            made.company_id, ana, words, raised_by=author, by=Actor("Somebody", author), on=date(2027, 2, 1),
            at=at(date(2027, 2, 1)),
        )  # fmt: skip
    own = signed_in(made, "Ana Alder")
    assert "My trouble" in signed_in(made, "Tom Neubert").get(talks).content.decode()
    Leadership.objects.filter(person_id=tom).update(to_day=date(2027, 2, 9))
    ReportingLine.objects.filter(person_id=ana).update(to_day=date(2027, 2, 9))
    remembering.forget()
    ines = signed_in(made, SPONSOR)
    page = ines.get(talks).content.decode()
    assert "My trouble" not in page
    assert "Tom wanted" not in page
    ticked = [str(one.pk) for one in Topic.objects.all()]
    sent = {
        "held_on": str(ON),
        "medical.talked": "on",
        "medical.words": "Whom to call first.",
        "topic": ticked,
    }
    assert ines.post(talks, sent).status_code == 302
    assert Topic.objects.filter(talk=None).count() == 2
    shown = own.get(talks).content.decode()
    assert "My trouble" in shown
    assert f"raised before {SPONSOR}" in shown
    assert 'Tom wanted to ask <span class="soft">(Tom Neubert)' in shown
    assert own.post(f"{talks}topics/", {"words": "Whom may I call?"}).status_code == 302
    assert "Whom may I call?" in ines.get(talks).content.decode()


def test_the_command_counts_the_people_that_the_pages_show(made: Seeded) -> None:
    seeding.fill_store(made, seed=1, reps=(ALONE, "Ana Alder"))
    order = {"company": made.handle, "metric": "close_rate", "by": "person", "from": "2026-01-01"}
    of_interest = {ALONE, "Ana Alder"}
    for name, seen in ((SPONSOR, {ALONE}), ("Kay Lindqvist", of_interest), ("Adam Adviser", set())):
        rows = measuring.perform(order | {"as": email(name)}, print)["rows"]
        assert {row["name"] for row in rows} & of_interest == seen, name


def test_a_past_day_leads_to_no_plan_that_is_closed_today(made: Seeded) -> None:
    assert agreed(signed_in(made, ALONE), way(made, "plan"))
    ines, before = signed_in(made, SPONSOR), "?on=2027-02-10"
    overview = f"/c/{made.handle}/overview/"
    assert way(made, "plan") in ines.get(overview).content.decode()
    with time_machine.travel(at(date(2027, 2, 12), 10), tick=False):
        ReportingLine.objects.create(
            person_id=made.people[ALONE], manager_id=made.people["Tom Neubert"], from_day=date(2027, 2, 11)
        )
        remembering.forget()
        page = ines.get(overview + before)
        assert ALONE in page.content.decode()
        assert way(made, "plan") not in page.content.decode()


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
