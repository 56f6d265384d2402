"""What stops a publication, what an amendment takes, and what a version keeps for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from tests.plans.small import (
    ANA,
    BEN,
    CEM,
    FIRST,
    KAY,
    LAST,
    MIA,
    ROLE,
    YEAR,
    Small,
    at,
    clients,
    day,
    email,
    plan_of,
    rate,
)

from ropewalk.companies.models import Person
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans import shape
from ropewalk.plans.defining import FourthInitiative, define
from ropewalk.plans.queries import draft_for_system
from ropewalk.rollout.announcing import announce
from ropewalk.versions.checking import check_alone
from ropewalk.versions.models import Version
from ropewalk.versions.publishing import NotPublishable, PublicationRefused, Published, amend, publish
from ropewalk.versions.queries import in_force, versions_for_system

PUBLISHED, AMENDED = day(1, 4), day(6, 14)
STEP = shape.Milestone("A third", day(4, 30), Decimal(8))


def published(small: Small, plan: shape.Plan, on: date = PUBLISHED) -> Published:
    define(small.id, plan, by=OPERATOR, at=at(on))
    return publish(small.id, plan.year, by=small.actor(KAY), on=on, at=at(on))


def amended(small: Small, plan: shape.Plan, on: date = AMENDED, **more: Any) -> Published:
    more = {"reason": "We learned.", "from_day": on} | more
    return amend(small.id, plan, by=small.actor(KAY), on=on, at=at(on), **more)


def test_a_plan_in_order_becomes_version_one(small: Small) -> None:
    done = published(small, plan_of(clients(), rate()))
    version = done.version
    assert (version.number, version.published_on, version.in_force_from) == (1, PUBLISHED, PUBLISHED)
    assert (version.by_id, version.reason) == (small.ids[KAY], "")
    assert not done.report.blocks
    assert versions_for_system(small.id) == [version]
    assert set(version.document.spreads) == {"clients", "rate"}
    assert version.document.sponsors == {"clients": small.ids[KAY], "rate": small.ids[KAY]}
    assert version.document.definitions["close_rate"]["kind"] == "ratio"
    assert Line.objects.filter(action="published plan", thing=f"version:{version.id}").count() == 1


BLOCKED: list[tuple[str, Callable[[], tuple[shape.Initiative, ...]], str]] = [
    ("R01", lambda: (), "The plan of 2027 has no initiative."),
    ("R02", lambda: (clients(goal={"target": None}),), "The goal of “24 new clients” has no target"),
    ("R02", lambda: (clients(goal={"baseline": None, "due": None}),), "has no baseline and no due date"),
    ("R02", lambda: (clients(goal={"due": day(1, 31, 2028)}),), "is due on 31 January 2028, outside the plan's year"),
    ("R02", lambda: (clients(goal={"metric": "clients_won"}),), "is measured by 'clients_won', which no metric is called"),
    ("R02", lambda: (rate(goal={"target": Decimal(50)}),), "a rate that people can work towards lies between 0 and 100 %"),
    ("R03", lambda: (clients(goal={"target": Decimal(9)}),), "goes from 10 to 9: it falls"),
    ("R03", lambda: (clients(goal={"metric": "sales_cycle"}),), "lower is better"),
    ("R04", lambda: (clients(milestones=(STEP,)),), "has one milestone"),
    ("R04", lambda: (clients(milestones=(STEP, replace(STEP, title="Late", by=day(1, 1, 2028)))),), "Milestone “Late” of"),
    ("R04", lambda: (clients(milestones=(STEP, replace(STEP, title="Idle", level=None))),), "neither measured nor delivered"),
    ("R05", lambda: (clients(why=""),), "does not say why it was chosen"),
    ("R05", lambda: (clients(impact="24 New Clients!"),), "with its title again"),
    ("R06", lambda: (clients(standards=()),), f"For the role {ROLE}, “24 new clients” holds no activity"),
    ("R06", lambda: (clients(expectations=()),), "no word on what they do differently"),
    ("R06", lambda: (clients(roles=(ROLE, "Engineer")),), "For the role Engineer"),
    ("R06", lambda: (clients(roles=()),), "applies to no role"),
    ("R07", lambda: (clients(sponsor=""),), "has no sponsor"),
    ("R07", lambda: (clients(sponsor="nobody@acme.example"),), "nobody@acme.example, the sponsor of"),
    ("R08", lambda: (clients(roles=("Diver",)),), "“24 new clients” can't be shared out: nobody holds the role Diver"),
    ("R08", lambda: (clients(goal={"target": Decimal("24.5")}),), "goal must be a multiple of the unit 1"),
    (
        "R08",
        lambda: (clients(goal={"shares_by_hand": tuple((name, Decimal(7)) for name in (ANA, BEN, CEM))}),),
        "add up to 21 of 24, 3 short",
    ),
    ("R08", lambda: (clients(goal={"shares_by_hand": (("Zoe", Decimal(7)),)}),), "“Zoe” has a share set by hand"),
    ("R08", lambda: (clients(goal={"shares_by_hand": ((MIA, Decimal(7)),)}),), f"“{MIA}” has a share set by hand"),
    ("R08", lambda: (clients(teams=("Sales", "Salse")),), "“Salse” is named as a team of it, and no team is called so"),
    ("A02", lambda: (clients(goal={"over_assignment": (Decimal("1.5"),)}),), "no reason is written"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "initiatives", "words"), BLOCKED)
def test_a_blocking_check_stops_the_publication_with_its_sentence(
    small: Small, code: str, initiatives: Callable[[], tuple[shape.Initiative, ...]], words: str
) -> None:
    with pytest.raises(NotPublishable) as refused:
        published(small, plan_of(*initiatives()))
    found = refused.value.report.of(code)
    assert any(words in one.sentence and one.blocking and one.mend for one in found), [
        one.sentence for one in refused.value.report.blocking
    ]
    assert words in str(refused.value)
    assert not Version.objects.exists()
    assert not Line.objects.filter(action="published plan").exists()


def test_a_sponsor_who_has_left_stops_it_and_one_who_leaves_today_does_not(small: Small) -> None:
    Person.objects.filter(name=KAY).update(left=day(1, 3))
    with pytest.raises(NotPublishable) as refused:
        published(small, plan_of(clients()))
    assert [one.code for one in refused.value.report.blocking] == ["R07"]
    Person.objects.filter(name=KAY).update(left=PUBLISHED)
    assert published(small, plan_of(clients())).version.number == 1


def test_a_revenue_goal_alone_says_how_much_and_not_how(small: Small) -> None:
    with pytest.raises(NotPublishable, match="says how much \\(12,000,000\\) and not how"):
        published(small, plan_of(revenue_goal=Decimal(12_000_000)))


def test_four_on_paper_are_too_many_too() -> None:
    four = plan_of(*(clients(key=f"k{n}", title=f"Thing {n}") for n in range(4)))
    (found,) = check_alone(four).of("R01")
    assert found.blocking
    assert "has 4 initiatives. Three is the limit" in found.sentence


def test_without_a_company_the_checks_that_need_one_are_named() -> None:
    report = check_alone(plan_of(clients(), rate()))
    assert report.not_asked == ("R07", "R08", "R11", "R12", "R16")
    assert not report.blocks


def test_what_is_not_cascaded_is_not_asked_for_shares(small: Small) -> None:
    done = published(small, plan_of(clients(roles=(ROLE,), goal={"is_cascaded": False})))
    assert done.version.document.spreads == {}


def test_a_goal_on_what_the_crm_does_not_know_is_published_without_shares(small: Small) -> None:
    hires = clients(goal={"metric": "manual", "label": "Hires", "unit_word": "hires"})
    done = published(small, plan_of(hires))
    assert (done.version.document.spreads, done.version.document.definitions) == ({}, {})


def test_a_year_without_a_plan_cannot_be_published(small: Small) -> None:
    with pytest.raises(PublicationRefused) as refused:
        publish(small.id, YEAR, by=OPERATOR, on=PUBLISHED, at=at(PUBLISHED))
    assert str(refused.value) == "There is no plan for 2027 yet. Import one or write one first."


def test_a_plan_is_published_once(small: Small) -> None:
    published(small, plan_of(clients()))
    with pytest.raises(PublicationRefused, match="Change it by an amendment"):
        publish(small.id, YEAR, by=OPERATOR, on=day(1, 5), at=at(day(1, 5)))
    assert Version.objects.count() == 1


def test_a_start_that_nobody_wrote_is_the_years_first_day_for_ever(small: Small) -> None:
    done = published(small, plan_of(clients(goal={"start": None})))
    assert done.version.document.plan.initiatives[0].goal.start == FIRST


# --- amendments -----------------------------------------------------------------------------------------------------


def more_clients(target: int = 30) -> shape.Initiative:
    return clients(goal={"target": Decimal(target)})


REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"reason": "  "},
        "An amendment needs its reason: everyone affected will ask why. Write it in a sentence.",
    ),
    (
        {"from_day": day(6, 13)},
        "An amendment can't take effect on 13 June 2027, before it is published. Say 14 June 2027 or later.",
    ),
    ({"from_day": day(1, 1, 2028)}, "The year ends on 31 December 2027. Say a day before that."),
]


@pytest.mark.parametrize(("more", "words"), REFUSED)
def test_an_amendment_that_cannot_be_says_why_and_changes_nothing(
    small: Small, more: dict[str, Any], words: str
) -> None:
    published(small, plan_of(clients()))
    with pytest.raises(PublicationRefused) as refused:
        amended(small, plan_of(more_clients()), **more)
    assert str(refused.value) == words
    assert Version.objects.count() == 1
    assert draft_for_system(small.id, YEAR) == plan_of(clients())


def test_an_initiative_is_never_lost_by_an_amendment(small: Small) -> None:
    published(small, plan_of(clients(), rate()))
    with pytest.raises(PublicationRefused, match="“Close rate from 40 to 50 %” is no longer in the plan"):
        amended(small, plan_of(clients()))


def test_what_was_never_published_cannot_be_amended(small: Small) -> None:
    define(small.id, plan_of(clients()), by=OPERATOR, at=at(PUBLISHED))
    with pytest.raises(PublicationRefused, match="isn't published yet: there is nothing to amend"):
        amended(small, plan_of(more_clients()))


def test_versions_take_effect_in_their_order(small: Small) -> None:
    published(small, plan_of(clients()))
    amended(small, plan_of(more_clients()), from_day=day(8, 1))
    with pytest.raises(PublicationRefused, match="Version 2 takes effect on 1 August 2027"):
        amended(small, plan_of(more_clients(36)), from_day=day(7, 1))
    assert amended(small, plan_of(more_clients(36)), from_day=day(8, 1)).version.number == 3


def test_a_blocked_or_fourth_amendment_leaves_the_draft_as_it_was(small: Small) -> None:
    plan = plan_of(clients())
    published(small, plan)
    with pytest.raises(NotPublishable):
        amended(small, plan_of(clients(why="")))
    with pytest.raises(FourthInitiative):
        amended(small, plan_of(clients(), *(clients(key=f"k{n}", title=f"Thing {n}") for n in range(3))))
    assert draft_for_system(small.id, YEAR) == plan
    assert Version.objects.count() == 1


def test_the_version_in_force_is_that_of_the_day(small: Small) -> None:
    published(small, plan_of(clients()))
    amended(small, plan_of(more_clients()), from_day=day(8, 1))
    versions = versions_for_system(small.id)
    numbers = [in_force(versions, on) for on in (day(1, 3), PUBLISHED, day(7, 31), day(8, 1), LAST)]
    assert [one.number if one else None for one in numbers] == [None, 1, 1, 2, 2]
    targets = [one.document.plan.initiatives[0].goal.target for one in versions]
    assert targets == [24, 30]


def test_an_amendment_names_whom_it_changed_something_for(small: Small) -> None:
    plan = plan_of(clients(), rate())
    first = published(small, plan).version
    shares = ((ANA, Decimal(12)), (BEN, Decimal(6)), (CEM, Decimal(6)))
    by_hand = replace(plan, initiatives=(clients(goal={"shares_by_hand": shares}), plan.initiatives[1]))
    second = amended(small, by_hand).version
    assert second.document.reshared["clients"] == [small.ids[name] for name in (ANA, BEN, CEM)]
    assert second.document.reshared["rate"] == []
    assert second.document.changed is not None
    assert second.document.changed["rate"] == []
    assert set(second.document.changed["clients"]) >= {small.ids[ANA]}
    assert second.document.spreads["rate"] == first.document.spreads["rate"]
    assert announce(small.id, second, by=OPERATOR, on=AMENDED, at=at(AMENDED)) == 3


def test_another_reason_alone_changes_nobodys_share(small: Small) -> None:
    published(small, plan_of(clients()))
    second = amended(small, plan_of(clients(why="Two buyers are half of it by now."))).version
    assert second.document.reshared == {"clients": []}
    assert second.document.changed is not None
    assert second.document.changed["clients"]


def test_a_milestone_that_was_delivered_changes_nothing_for_anybody(small: Small) -> None:
    plan = plan_of(rate())
    published(small, plan)
    guide = replace(plan.initiatives[0].milestones[1], delivered_on=day(3, 20), evidence="On the wall")
    done = replace(plan.initiatives[0], milestones=(plan.initiatives[0].milestones[0], guide))
    second = amended(small, plan_of(done)).version
    assert (second.document.changed, second.document.reshared) == ({"rate": []}, {"rate": []})


def test_a_raised_standard_touches_those_of_the_role(small: Small) -> None:
    published(small, plan_of(clients()))
    raised = clients(standards=(shape.Standard(ROLE, "call", Decimal(12), "week", "crm"),))
    second = amended(small, plan_of(raised)).version
    assert second.document.reshared["clients"] == [small.ids[name] for name in (ANA, BEN, CEM)]


def test_somebody_who_joined_since_changes_nobodys_share_by_another_initiatives_amendment(
    small: Small,
) -> None:
    from tests.plans.small import person_row

    from ropewalk.companies.joining import join

    plan = plan_of(clients(), rate())
    first = published(small, plan).version
    join(small.id, [person_row("Dora Dahl", MIA, from_day=day(4, 1))], by=OPERATOR, at=at(day(4, 1)))
    other = replace(plan.initiatives[1], why="Half of what we offer is for nothing.")
    second = amended(small, replace(plan, initiatives=(plan.initiatives[0], other))).version
    assert second.document.spreads == first.document.spreads
    assert second.document.reshared == {"clients": [], "rate": []}


# --- trades ---------------------------------------------------------------------------------------------------------


def three() -> tuple[shape.Initiative, ...]:
    return tuple(clients(key=f"k{n}", title=f"Thing {n} of 3", goal={"is_cascaded": False}) for n in range(3))


def test_a_trade_retires_one_and_takes_in_another(small: Small) -> None:
    published(small, plan_of(*three()))
    new = clients(key="k3", title="Thing instead", goal={"is_cascaded": False, "start": day(7, 1)})
    new = replace(new, milestones=tuple(replace(one, by=day(9, 30)) for one in new.milestones))
    kept = (three()[0], replace(three()[1], retired_on=day(7, 1)), three()[2], new)
    amended(small, plan_of(*kept), from_day=day(7, 1))
    before, after = small.world(day(6, 30)), small.world(day(7, 1))
    assert [one.key for one in before.initiatives] == ["k0", "k1", "k2"]
    assert [one.key for one in after.initiatives] == ["k0", "k2", "k3"]
    assert [after.plan.slot(one.key) for one in after.initiatives] == [1, 3, 2]


def test_a_trade_whose_old_initiative_still_runs_would_be_a_fourth(small: Small) -> None:
    published(small, plan_of(*three()))
    new = clients(key="k3", title="Thing instead", goal={"is_cascaded": False})
    kept = (three()[0], replace(three()[1], retired_on=day(7, 2)), three()[2], new)
    with pytest.raises(PublicationRefused, match="“Thing instead” would be initiative number 4"):
        amended(small, plan_of(*kept), from_day=day(7, 1))
    assert draft_for_system(small.id, YEAR) == plan_of(*three())


# --- what the tables hold -------------------------------------------------------------------------------------------


def test_a_version_cannot_begin_before_it_is_published_nor_exist_twice(small: Small) -> None:
    published(small, plan_of(clients()))
    held = Version.objects.values().get()
    for broken in ({"number": 1}, {"number": 2, "in_force_from": day(1, 3)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.create(**{**held, "id": None, **broken})


def test_a_person_named_by_address_is_the_sponsor_whatever_the_case(small: Small) -> None:
    done = published(small, plan_of(clients(sponsor=email(KAY).upper())))
    assert done.version.document.sponsors["clients"] == small.ids[KAY]
