"""Agreeing on the page: what was typed is agreed to or nothing is, and one yes waits for the other's, by name, where they look first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.pages.test_changed_meanwhile import form_of
from tests.pages.test_screens import text_of
from tests.plans.small import ANA, KAY, MIA, YEAR, Small, at, clients, day, facts_file, plan_of, small

from ropewalk.companies.models import Account, Person
from ropewalk.individual_plans.models import Agreement, IndividualPlan
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans.defining import define
from ropewalk.plans.shape import Standard
from ropewalk.progress.ropes import rope_of
from ropewalk.rollout.announcing import announce
from ropewalk.rollout.recognising import acknowledge
from ropewalk.rules.rope import Debtor, KnotName
from ropewalk.versions.publishing import amend, publish

__all__ = ["facts_file", "small"]
pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ON = day(1, 12)


@pytest.fixture
def told(small: Small) -> Iterator[Small]:
    """The small company with one initiative, ten calls a week counted by taps; Ana was told and understood."""
    standards = (Standard("Salesperson", "call", clients().standards[0].amount, "week", "tap"),)
    plan = plan_of(clients(standards=standards))
    define(small.id, plan, by=OPERATOR, at=at(day(1, 4)))
    version = publish(small.id, YEAR, by=OPERATOR, on=day(1, 4), at=at(day(1, 4))).version
    announce(small.id, version, by=small.actor(KAY), on=day(1, 6), at=at(day(1, 6)))
    acknowledge(
        small.id, plan, picked=[plan.initiatives[0].title], own_words="I call before I write.",
        by=small.actor(ANA), on=day(1, 11), at=at(day(1, 11)),
    )  # fmt: skip
    for person in Person.objects.filter(name__in=(ANA, MIA)):
        person.account = Account.objects.create(email=person.email)
        person.save()
    with time_machine.travel(at(ON, 10), tick=False):
        yield small


class Browser:
    """Somebody signed in, on Ana's plan and their own first pages."""

    def __init__(self, small: Small, name: str) -> None:
        self.base, self.ana = f"/c/{small.handle}/", small.ids[ANA]
        self.client = Client()
        account = Person.objects.get(pk=small.ids[name]).account
        assert account is not None
        self.client.force_login(account, backend=BACKEND)

    def html(self, path: str) -> str:
        response = self.client.get(self.base + path)
        assert response.status_code == 200, path
        return response.content.decode()

    def text(self, path: str) -> str:
        return text_of(self.html(path))

    def form(self) -> dict[str, str]:
        return form_of(self.html(f"people/{self.ana}/plan/"))

    def agree(self, fields: dict[str, str]) -> Any:
        return self.client.post(f"{self.base}people/{self.ana}/plan/agreement/", fields)


def test_a_number_that_was_typed_and_not_saved_is_not_lost_and_nothing_else_is_agreed_to(
    told: Small,
) -> None:
    ana = Browser(told, ANA)
    answer = ana.agree(ana.form() | {"clients.0.amount": "4"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert form_of(html)["clients.0.amount"] == "4"
    assert "Nothing is saved yet" in html
    assert not IndividualPlan.objects.exclude(person_agreed_on=None).exists()


def test_what_was_typed_is_saved_and_agreed_to_in_one(told: Small) -> None:
    ana, mia = Browser(told, ANA), Browser(told, MIA)
    typed = {
        "clients.0.amount": "4",
        "clients.0.reason": "A new product to learn.",
        "stop": "Lists\r\nof lists",
    }
    assert ana.agree(ana.form() | typed).status_code == 302
    plan = IndividualPlan.objects.get()
    assert plan.person_agreed_on == ON
    assert plan.draft["items"][0]["activities"][0]["amount"] == "4"
    assert plan.draft["stop"] == "Lists\nof lists"
    edition = plan.edition
    assert mia.agree(mia.form() | {"stop": "Lists\r\nof lists"}).status_code == 302, "as a browser sends it"
    plan.refresh_from_db()
    assert plan.edition == edition, "nothing was changed by agreeing"
    assert Agreement.objects.get().document["stop"] == "Lists\nof lists"


def test_who_agrees_over_what_another_saved_meanwhile_sees_both_texts(told: Small) -> None:
    ana, mia = Browser(told, ANA), Browser(told, MIA)
    opened = ana.form()
    assert (
        mia.client.post(f"{mia.base}people/{mia.ana}/plan/", mia.form() | {"stop": "Slides"}).status_code
        == 302
    )
    answer = ana.agree(opened | {"stop": "Lists"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Slides" in html
    assert form_of(html)["stop"] == "Lists"
    assert f'action="{ana.base}people/{ana.ana}/plan/"' in html, "kept there, and agreed to afterwards"
    assert "agreement/" not in html
    assert not IndividualPlan.objects.exclude(person_agreed_on=None).exists()


def test_one_yes_waits_for_the_other_by_name_and_long_before_the_day(told: Small) -> None:
    ana, mia = Browser(told, ANA), Browser(told, MIA)
    assert "One step first" in ana.text("today/")
    assert "Nobody waits for you this week" in mia.text("team/"), "due on the 25th: nobody has begun"
    ana.agree(ana.form())
    assert f"Your plan waits for {MIA}" in ana.text("today/")
    assert "One step first" not in ana.text("today/")
    team = mia.html("team/")
    assert "1 person needs you this week" in text_of(team)
    assert f"people/{told.ids[ANA]}/plan/" in team
    assert "Manager: agree the individual plan" in mia.text("ropes/?as=list") or "Manager" in mia.text(
        "ropes/"
    )
    mia.agree(mia.form())
    assert "1 person needs you this week" not in mia.text("team/")
    assert "waits for" not in ana.text("today/")


def owed(told: Small, on: Any = ON) -> tuple[Debtor | None, tuple[int, ...]]:
    world = told.world(on)
    rope = rope_of(world, world.initiatives[0], told.ids[ANA])
    assert rope.rope.tag is not None
    assert rope.rope.tag.name is KnotName.PLANNED
    return rope.owed_by, rope.debtors


@pytest.mark.parametrize(("first", "left", "debtor"), [(ANA, MIA, Debtor.MANAGER), (MIA, ANA, Debtor.REP)])
def test_the_step_is_owed_by_who_has_not_agreed_yet(
    told: Small, first: str, left: str, debtor: Debtor
) -> None:
    assert owed(told) == (Debtor.BOTH, (told.ids[ANA], told.ids[MIA]))
    one = Browser(told, first)
    one.agree(one.form())
    assert owed(told) == (debtor, (told.ids[left],))
    assert owed(told, day(1, 11))[0] is Debtor.BOTH, "as of the day before"


def test_a_yes_to_another_share_leaves_it_to_both(told: Small) -> None:
    ana = Browser(told, ANA)
    ana.agree(ana.form())
    world = told.world(ON)
    plan = plan_of(
        clients(goal={"target": clients().goal.target * 2}, standards=world.initiatives[0].standards)
    )
    amend(told.id, plan, reason="Twice as many.", from_day=day(1, 13), by=OPERATOR, on=ON, at=at(ON, 11))
    world = told.world(day(1, 13))
    rope = rope_of(world, world.initiatives[0], told.ids[ANA])
    assert rope.rope.knot(KnotName.PLANNED).owed_by is Debtor.BOTH
