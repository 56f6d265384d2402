"""What stands on somebody's page is that person's, and what is said to wait for somebody waits for that person.

Asked of what capabilities answer to each role: whoever a value in it names is looked at. Ways to a step are asked of every
rope on days on which each knot is open somewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from tests.rights.asking import client_of, taken_back
from tests.rights.test_behind_the_doors import as_actor
from tests.rights.world import ACTORS, NOW, World

from ropewalk.companies.access import NotAllowed, NotVisible, Sight, Viewer
from ropewalk.companies.models import AccessRole, Company, Person, ReportingLine
from ropewalk.facts import matches
from ropewalk.facts.tapped import tapped_by_one_for_system, tapped_for_system
from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.models import Commitment
from ropewalk.individual_plans.queries import plans_for_system
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.metrics import keeping
from ropewalk.metrics.evidence import evidence_for_system
from ropewalk.metrics.questions import Question
from ropewalk.metrics.tallying import daily_for_system
from ropewalk.pages.owing import next_way
from ropewalk.pages.team.page import reasons_of
from ropewalk.plans.queries import parking_lot
from ropewalk.progress import homes, people, remembering
from ropewalk.progress.circle import circle_for
from ropewalk.progress.maps import rope_map
from ropewalk.progress.preparing import preparation
from ropewalk.progress.reminders import overdue_steps
from ropewalk.progress.ropes import RopeState, ropes_of
from ropewalk.progress.steps import rope_detail
from ropewalk.reviews.models import OneOnOne, Topic
from ropewalk.reviews.private_notes import Note, my_note
from ropewalk.reviews.queries import talks_with_words
from ropewalk.reviews.talking import Part, TalkRefused, hold_review
from ropewalk.reviews.topics import open_topics, take_back, tick
from ropewalk.rollout.models import Receipt
from ropewalk.rollout.reminding import latest_reminder
from ropewalk.rules.rope import KnotName

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
DAY, FIRST = NOW.date(), date(2027, 1, 1)
DAYS = [date(2027, 1, 5), date(2027, 1, 7), date(2027, 1, 14), date(2027, 1, 28), DAY]


def of_whom(value: Any) -> Iterator[int]:
    """Whoever is named in an answer by number, at any depth."""
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            held = getattr(value, one.name)
            if one.name == "person_id":
                yield held
            else:
                yield from of_whom(held)
    elif isinstance(value, tuple | list):
        for each in value:
            yield from of_whom(each)


def reps(world: World) -> dict[str, int]:
    """The three who carry ropes, by their letters."""
    return {
        one: Person.objects.get(account=world.accounts[one]).pk for one in ACTORS if one in ("s", "t", "o")
    }


ABOUT_ONE: dict[str, Callable[[Viewer, int], Any]] = {
    "rope": lambda who, person: rope_detail(who, DAY, initiative_key="medical", person_id=person),
    "plan": lambda who, person: people.plan_page(who, DAY, person),
    "talks": lambda who, person: people.talk_page(who, DAY, person),
    "reviews": lambda who, person: people.review_page(who, DAY, person),
    "preparation": lambda who, person: preparation(who, DAY, person),
}


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_a_page_about_somebody_holds_what_is_of_that_person_alone(world: World, name: str) -> None:
    for actor, may in {"s": "s", "m": "st", "k": "sto", "l": "sto"}.items():
        for rep, person in reps(world).items():
            if rep in may:
                page = ABOUT_ONE[name](as_actor(world, actor), person)
                assert set(of_whom(page)) == {person}, (actor, rep)
                assert getattr(page, "is_own", actor == rep) is (actor == rep), "what is called one's own is"


def test_the_first_screen_of_a_rep_and_each_line_of_a_manager_hold_what_is_of_one_person(
    world: World,
) -> None:
    for rep, person in reps(world).items():
        assert set(of_whom(homes.today(as_actor(world, rep), DAY))) == {person}
    for actor in "mnk":
        members = homes.my_team(as_actor(world, actor), DAY).members
        assert members
        for one in members:
            assert set(of_whom(one)) == {one.person_id}


def said_to_wait(world: World, actor: str) -> Iterator[RopeState]:
    """The ropes of which somebody's first screens say that they wait for the reader."""
    who = as_actor(world, actor)
    for day in DAYS:
        yield from homes.today(who, day).next_steps
    with suppress(NotVisible):
        yield from homes.overview(who, DAY).decisions
    with suppress(NotVisible):
        team = homes.my_team(who, DAY)
        for one in team.members:
            yield from one.waits_for_me
            for why in reasons_of(who, one, DAY, team.reminded, is_past=False):
                yield from why.ropes if why.is_mine else ()


def test_nobody_is_told_that_a_step_waits_for_them_which_others_owe(world: World) -> None:
    some = 0
    for actor in ACTORS:
        me = as_actor(world, actor).person_id
        for rope in said_to_wait(world, actor):
            some += 1
            assert me in rope.debtors, (actor, rope.title, rope.person)
    assert some, "somebody is waited for"


def test_a_manager_s_list_holds_what_is_overdue_and_what_waits_for_the_manager(world: World) -> None:
    for day in (date(2027, 1, 9), DAY):
        for actor in "mnk":
            who = as_actor(world, actor)
            for one in homes.my_team(who, day).members:
                for why in reasons_of(who, one, day, frozenset(), is_past=True):
                    assert why.is_overdue or who.person_id in why.ropes[0].debtors, (day, actor, why.words)


def test_a_way_to_a_step_is_named_to_who_owes_it_alone(world: World) -> None:
    """A leader sends announcements for whoever sponsors them; a plan that is seen may be opened to read it."""
    open_once = set()
    for day in DAYS:
        for actor in ACTORS:
            who = as_actor(world, actor)
            circle = circle_for(who, day)
            for rope in ropes_of(circle.world):
                sees = circle.sees(Sight.PLAN, rope.person_id)
                way = next_way(who, rope, can_open_plan=sees)
                if rope.rope.tag is None or way is None:
                    continue
                open_once.add(rope.rope.tag.name)
                sends = rope.rope.tag.name is KnotName.TOLD and actor == "l"
                reads = sees and way.words == "Open the plan"
                assert who.person_id in rope.debtors or sends or reads, (day, actor, rope.person, way)
    ways = {KnotName.TOLD, KnotName.UNDERSTOOD, KnotName.PLANNED, KnotName.DOING, KnotName.REVIEWED}
    assert open_once == ways, "each is open on one of the days"


def test_what_somebody_promised_is_read_by_them_and_the_chain_above_alone(world: World) -> None:
    """A sales leader beside the chain knows that they talk, and not what was promised."""
    text = Commitment.objects.get(pk=int(world.names["promise"])).text
    path = world.path("/c/{c}/people/{rep}/talks/")
    for actor in ACTORS:
        page = client_of(world, actor).get(path).content.decode()
        assert (text in page) is (actor in "smk"), actor
        if actor == "l":
            assert "Before you talk" in page


def test_own_words_about_the_announcement_are_read_by_their_author_and_the_chain_above_alone(
    world: World,
) -> None:
    said = (
        Receipt.objects.exclude(own_words="")
        .filter(person_id=int(world.names["rep"]))
        .values_list("own_words", flat=True)
    )
    path = world.path("/c/{c}/ropes/medical/{rep}/")
    for actor in "smkle":
        page = client_of(world, actor).get(path).content.decode()
        assert any(one in page for one in said) is (actor in "smk"), actor


def test_a_rope_says_to_whom_plan_and_figure_open(world: World) -> None:
    rep = int(world.names["rep"])
    for actor in "smkle":
        rope = rope_detail(as_actor(world, actor), DAY, initiative_key="medical", person_id=rep)
        said = {
            "people/{rep}/plan/": rope.can_open_plan,
            "figures/medical/person/{rep}/": rope.can_open_figure,
        }
        for page, opens in said.items():
            answer = client_of(world, actor).get(world.path("/c/{c}/" + page))
            assert opens is (answer.status_code == 200), (actor, page)


def test_a_private_note_is_about_one_person(world: World) -> None:
    boss, people_here = as_actor(world, "m"), reps(world)
    assert my_note(boss, people_here["s"], keys=settings.DATA_KEYS).words
    assert my_note(boss, people_here["t"], keys=settings.DATA_KEYS) == Note(), "not even when it was kept"


def test_topics_and_talks_are_those_with_one_person(world: World) -> None:
    """Of a manager who talks with several, and of a topic that somebody else raised."""
    boss, people_here = as_actor(world, "m"), reps(world)
    found = {rep: {one.id for one in open_topics(boss, person)} for rep, person in people_here.items()}
    assert found == {"s": {int(world.names["topic"])}, "t": set(), "o": {int(world.names["topic_beside"])}}
    for rep in "st":
        held = OneOnOne.objects.filter(person_id=people_here[rep]).values_list("pk", flat=True)
        assert {one.id for one in talks_with_words(boss, people_here[rep])} == set(held)


def test_a_topic_is_taken_back_by_who_raised_it_and_ticked_where_it_was_raised(world: World) -> None:
    company, own = world.ids[world.names["c"]], reps(world)
    raised = Topic.objects.filter(talk=None)
    for whose in (world.elsewhere, world.names):
        person = int(whose["rep_beside"])
        with taken_back():
            before = raised.count()
            talk = OneOnOne.objects.filter(person_id=own["s"]).latest("pk").pk
            assert tick(company, own["s"], [int(whose["topic_beside"])], talk_id=talk) == 0, "somebody else's"
            is_here = whose is world.names
            assert tick(company, person, [int(whose["topic_beside"])], talk_id=talk) == is_here
            assert raised.count() == before - is_here
        with taken_back():
            gone = take_back(company, int(whose["topic_beside"]), raised_by=person, by=OPERATOR, at=NOW)
            assert gone is is_here
            assert not take_back(company, int(world.names["topic"]), raised_by=own["o"], by=OPERATOR, at=NOW)


def test_a_review_of_one_person_is_in_no_other_person_s_way(world: World) -> None:
    def held(person: int) -> int:
        return hold_review(
            world.ids[world.names["c"]], person, manager_id=None, quarter_end=date(2026, 12, 31), held_on=FIRST, figures=[],
            parts=[Part("medical", "We did.")], by=OPERATOR, on=DAY, at=NOW,
        )  # fmt: skip

    with taken_back():
        own = reps(world)
        assert held(own["s"]) != held(own["t"])
        with pytest.raises(TalkRefused):
            held(own["s"])


def test_a_reminder_stands_on_the_page_of_who_was_reminded_alone(world: World) -> None:
    assert latest_reminder(as_actor(world, "s"), DAY)
    assert not any(latest_reminder(as_actor(world, actor), DAY) for actor in set(ACTORS) - {"s"})


def test_nobody_reminds_themselves(world: World) -> None:
    """A leader may remind everybody, and may owe a step besides."""
    late = Person.objects.get(pk=int(world.names["late"]))
    with taken_back():
        AccessRole.objects.create(person=late, name="leader")
        assert late.pk in reminds(as_actor(world, "m"))
        assert late.pk not in reminds(as_actor(world, "t"))


def test_the_parking_lot_is_read_by_everybody_but_administrators(world: World) -> None:
    for actor in ACTORS:
        assert bool(parking_lot(as_actor(world, actor))) is (actor != "a"), actor


def reminds(who: Viewer) -> frozenset[int]:
    try:
        return frozenset(overdue_steps(who, DAY))
    except (NotAllowed, NotVisible):
        return frozenset()


def test_managers_remind_their_own_chain_and_no_page_offers_more(world: World) -> None:
    """Also where everybody sees all ropes, and where an executive leads somebody, who is no manager for that."""
    late, beside = int(world.names["late"]), int(world.names["late_beside"])
    whom = {"m": {late}, "n": {beside}, "k": {beside}, "l": {late, beside}}  # one manager reports to another
    company = world.ids[world.names["c"]]
    with taken_back():
        Company.objects.filter(pk=company).update(ropes_open_to_all=True)
        executive = Person.objects.get(account=world.accounts["e"])
        boss = Person.objects.get(account=world.accounts["m"])
        ReportingLine.objects.create(person=boss, manager=executive, from_day=date(2026, 1, 1))
        remembering.forget()
        for actor in ACTORS:
            who = as_actor(world, actor)
            assert reminds(who) & {late, beside} == whom.get(actor, set()), actor
            if actor in "mn":
                chain = circle_for(who, DAY).world.roster.chain_below(who.person_id or 0, DAY)
                assert reminds(who) <= chain, actor
            if actor != "a":
                assert rope_map(who, DAY).reminders.people == len(reminds(who)), actor


def test_everybody_agrees_a_plan_for_themselves_alone(world: World) -> None:
    """A manager's yes is the manager's, twice said too; a yes after both have agreed begins anew."""
    rep, company = int(world.names["rep"]), world.ids[world.names["c"]]
    boss = Person.objects.get(account=world.accounts["m"]).pk
    state = plans_for_system(company, 2027)[rep]
    items = replace(state.draft, stop="Something else")

    def says_yes(who: int, on: date) -> bool:
        return agree(
            company, rep, 2027, items=items, shares={}, counterpart_id=boss, edition=state.edition,
            by=Actor("Somebody", who), on=on, at=NOW,
        )  # fmt: skip

    def agreed_on() -> tuple[date | None, date | None]:
        now = plans_for_system(company, 2027)[rep]
        return now.person_agreed_on, now.counterpart_agreed_on

    later = DAY + timedelta(1)
    with taken_back():
        assert not says_yes(boss, DAY)
        assert not says_yes(boss, DAY)
        assert agreed_on() == (None, DAY)
        assert says_yes(rep, later)
        assert not says_yes(boss, later), "both had agreed, and on that day the manager hadn't"
        assert agreed_on() == (None, later)


def test_whoever_gives_an_owner_to_another_is_told_of_in_the_journal(world: World) -> None:
    company = world.ids[world.names["c"]]
    first, second = (reps(world)[one] for one in "st")

    def told() -> int:
        return Line.objects.filter(company_id=company, action="matched owner").count()

    with taken_back():
        before = told()
        for person, lines in ((first, 1), (first, 1), (second, 2), (first, 3)):
            matches.match(company, "hubspot", "An Owner", person, by=OPERATOR, at=NOW)
            assert told() - before == lines, "each change is told once"


def test_taps_that_are_asked_of_one_person_are_that_person_s(world: World) -> None:
    company = world.ids[world.names["c"]]
    tappers = {one.person_id for one in tapped_for_system(company, FIRST, DAY)}
    assert len(tappers) > 1
    for person_id in tappers:
        found = tapped_by_one_for_system(company, person_id, FIRST, DAY)
        assert {one.person_id for one in found} == {person_id}


def test_figures_and_facts_of_some_people_are_of_these_alone_be_they_many(world: World) -> None:
    """Taps among them, and counted out of kept tallies and anew."""
    rep, company = int(world.names["rep"]), world.ids[world.names["c"]]
    one, others = frozenset({rep}), frozenset(range(5000)) - {rep}
    with taken_back():
        for metric in ("activities", "revenue_won", "new_clients", "accounts_touched"):
            for whose in (one, others):
                found = daily_for_system(company, metric, (), FIRST, DAY, people=whose)
                assert found, metric
                assert set(found) <= whose, metric
                rows = evidence_for_system(company, Question(metric, "person", FIRST, DAY, people=whose)).rows
                assert rows, metric
                assert {row.person_id for row in rows} <= whose, metric
            keeping.keep(company, metric)
            assert set(daily_for_system(company, metric, (), FIRST, DAY, people=others)) <= others
