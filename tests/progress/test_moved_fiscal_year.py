"""A company moves the start of its fiscal year while a plan runs: what is published keeps its year, quarters and figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import time_machine
from tests.plans.small import ANA, BEN, KAY, MIA, YEAR, Small, at, clients, day, email, plan_of, rate
from tests.progress.test_one_rope_day_by_day import Year

from ropewalk.companies.access import viewer_by_email
from ropewalk.companies.models import AccessRole, Company
from ropewalk.companies.settling import particulars_of, settle
from ropewalk.facts import store
from ropewalk.jobs.planning import take
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans.defining import define
from ropewalk.plans.queries import draft_for_system
from ropewalk.progress.people import review_page
from ropewalk.progress.ropes import ropes_of
from ropewalk.progress.thermometers import company_thermometer, person_thermometer
from ropewalk.rules.rope import KnotName
from ropewalk.versions import plan_file
from ropewalk.versions.publishing import PublicationRefused, publish
from ropewalk.versions.queries import in_force, versions_for_system
from ropewalk.versions.years import words_after_moving

DAYS = (day(1, 20), day(4, 20), day(5, 31), day(6, 30), day(8, 10), day(11, 15), day(12, 31))
QUARTERS = [day(3, 31), day(6, 30), day(9, 30), day(12, 31)]
SINCE_JANUARY = {"key": "since", "title": "Since January", "goal": {"window": "year_to_date"}}
LAST_QUARTER = {"key": "quarter", "title": "Last quarter", "goal": {"window": "last_full_quarter"}}


def move(small: Small, month: int, on: date) -> None:
    """As the administrator does by page."""
    AccessRole.objects.get_or_create(person_id=small.ids[KAY], name="administrator")
    kay = viewer_by_email(small.handle, email(KAY), on=on)
    held = particulars_of(kay)
    wanted = replace(held, calendar=replace(held.calendar, fiscal_start_month=month))
    settle(wanted, seen=held.mark, by=kay, at=at(on))


def deals(small: Small) -> None:
    """On the tenth of each month three decided deals of Ana's and two of Ben's; she wins one, and two from July on."""
    facts = store.for_company(small.id)
    rows = [
        {
            "source": "crm", "id": f"{who}{month}{n}", "owner_key": who, "account_id": f"{who}{month}{n}", "load_id": 1,
            "status": "won" if n < (2 if month > 6 and who == ANA else 1) else "lost",
            "opened_on": day(month, 2), "closed_on": day(month, 10), "company_amount": Decimal(100),
        }
        for month in range(1, 13)
        for who, each in ((ANA, 3), (BEN, 2))
        for n in range(each)
    ]  # fmt: skip
    facts.replace_owners([("crm", name, small.ids[name]) for name in (ANA, BEN)])
    facts.add("opportunities", rows)


def told(small: Small) -> None:
    year = Year(small)
    year.plan = plan_of(clients(), rate(**SINCE_JANUARY), rate(**LAST_QUARTER))
    year.tell("told", "answered", "agreed", "first talk", "reviewed")
    deals(small)


def seen(small: Small, on: date) -> list[Any]:
    """Ropes, figures and quarters of a day."""
    world = small.world(on)
    mia = viewer_by_email(small.handle, email(MIA), on=on)
    page = review_page(mia, on, small.ids[ANA])
    return [
        ropes_of(world),
        [company_thermometer(world, one) for one in world.initiatives],
        [person_thermometer(world, one, small.ids[ANA]) for one in world.initiatives],
        page.quarters, page.due, page.figures,
    ]  # fmt: skip


@pytest.mark.parametrize("month", [2, 6, 7, 12])
def test_ropes_figures_and_reviews_of_a_published_plan_stay_as_they_were(small: Small, month: int) -> None:
    told(small)
    before = {on: seen(small, on) for on in DAYS}
    move(small, month, day(5, 31))
    assert Company.objects.get().fiscal_start_month == month
    assert {on: seen(small, on) for on in DAYS} == before


def test_they_are_those_of_the_calendar_it_was_published_with(small: Small) -> None:
    """By hand: of the deals since January, and of those of the quarter before."""
    told(small)
    move(small, 6, day(5, 31))
    world = small.world(day(11, 15))
    _, since, quarter = (person_thermometer(world, one, small.ids[ANA]) for one in world.initiatives)
    assert since.value == Fraction(6 * 1 + 5 * 2, 11 * 3)  # eleven months, of which five are better
    assert quarter.value == Fraction(6, 9)  # July to September
    page = review_page(viewer_by_email(small.handle, email(MIA), on=day(11, 15)), day(11, 15), small.ids[ANA])
    assert [one.end for one in page.quarters] == QUARTERS
    assert [one.review is not None for one in page.quarters] == [True, False, False, False]
    rope = next(one for one in ropes_of(world) if one.person == ANA and one.initiative_key == "clients").rope
    assert [one.on for one in rope.duties if one.knot is KnotName.REVIEWED]


def test_an_amendment_brought_as_a_file_keeps_the_published_year(small: Small, tmp_path: Path) -> None:
    told(small)
    move(small, 6, day(5, 31))
    plan = draft_for_system(small.id, YEAR)
    assert plan is not None
    changed = replace(
        plan, initiatives=(replace(plan.initiatives[0], impact="Nobody shakes us."), *plan.initiatives[1:])
    )
    (tmp_path / "plan.yaml").write_text(plan_file.written(changed))
    order = {"company": small.handle, "path": str(tmp_path / "plan.yaml"), "reason": "Clearer.", "from": "2027-06-14", "as": email(KAY)}  # fmt: skip
    with time_machine.travel(at(day(6, 14)), tick=False):
        assert take(order, lambda done, whole, words: None)["version"] == 2
    after = versions_for_system(small.id)[-1].document.plan
    assert (after.first_day, after.last_day) == (day(1, 1), day(12, 31))
    assert after.initiatives[0].impact == "Nobody shakes us."


def test_the_next_plan_has_the_new_year_and_takes_over_on_its_first_day(small: Small) -> None:
    told(small)
    move(small, 7, day(5, 31))
    first, last = date(2027, 7, 1), date(2028, 6, 30)
    goal = {"start": first, "due": last}
    steps = tuple(
        replace(one, by=by)
        for one, by in zip(clients().milestones, (day(10, 31), day(2, 28, 2028)), strict=True)
    )
    following = replace(
        plan_of(clients(goal=goal, milestones=steps)), year=2028, first_day=first, last_day=last,
        calendar=replace(plan_of().calendar, announcement=day(7, 6)),
    )  # fmt: skip
    define(small.id, following, by=OPERATOR, at=at(day(6, 20)))
    publish(small.id, 2028, by=OPERATOR, on=day(6, 20), at=at(day(6, 20)))
    versions = versions_for_system(small.id)
    found = [(on, version.year if (version := in_force(versions, on)) else 0) for on in (day(6, 20), day(6, 30), day(7, 1), day(12, 31), last)]  # fmt: skip
    assert [year for _, year in found] == [2027, 2027, 2028, 2028, 2028]
    assert small.world(day(6, 30)).plan.last_day == day(12, 31)
    page = review_page(viewer_by_email(small.handle, email(MIA), on=day(8, 2)), day(8, 2), small.ids[ANA])
    assert [one.end for one in page.quarters][:2] == [day(9, 30), day(12, 31)]


def test_a_draft_of_before_is_not_published_with_the_old_days(small: Small) -> None:
    define(small.id, plan_of(clients()), by=OPERATOR, at=at(day(1, 2)))
    move(small, 7, day(1, 3))
    with pytest.raises(
        PublicationRefused, match=r"2027 is now 1 July 2026 to 30 June 2027\. Open the draft’s form"
    ):
        publish(small.id, YEAR, by=OPERATOR, on=day(1, 4), at=at(day(1, 4)))
    assert versions_for_system(small.id) == []


@pytest.mark.parametrize(
    ("month", "on", "words"),
    [
        (1, day(5, 31), ""),
        (7, day(5, 31), "The plan for 2027 keeps its year, 1 January 2027 to 31 December 2027, and its quarters. The next one, for 2028, is of 1 July 2027 to 30 June 2028; once it is published it takes over on its first day."),
        (2, day(5, 31), "The plan for 2027 keeps its year, 1 January 2027 to 31 December 2027, and its quarters. The next one, for 2028, is of 1 February 2027 to 31 January 2028; it takes over as soon as it is published."),
        (7, day(1, 5, 2028), ""),
    ],
)  # fmt: skip
def test_whoever_moves_it_is_told_what_becomes_of_the_plan(
    small: Small, month: int, on: date, words: str
) -> None:
    told(small)
    assert words_after_moving(versions_for_system(small.id), month, on) == words


def test_and_where_no_plan_will_hold_for_a_while(small: Small) -> None:
    told(small)
    (version,) = versions_for_system(small.id)
    plan = replace(version.document.plan, first_day=date(2026, 7, 1), last_day=date(2027, 6, 30))
    moved = [replace(version, document=replace(version.document, plan=plan))]
    assert words_after_moving(moved, 1, day(3, 1)).endswith(
        "The next one, for 2028, is of 1 January 2028 to 31 December 2028; from 1 July 2027 to 31 December 2027 no plan will hold."
    )
