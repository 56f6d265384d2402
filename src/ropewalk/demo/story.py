"""What happened at the generated company since its year began, act by act, on the days on which it happened.

One initiative works. One breaks at Planned in one team, which never agreed anew when the standard was raised. One began a
short while ago. Some never answered, one manager stopped talking.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from ropewalk.demo.doings import TAPPED, tap_days
from ropewalk.demo.people import LEADER, MANAGERS, Rep, email_of
from ropewalk.demo.plan import CLIENTS, CLOSE_RATE, PRODUCT, medical_clients, plan_for
from ropewalk.facts.taps import tap
from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.commitments import close, commit
from ropewalk.individual_plans.drafting import brought_up_to_date
from ropewalk.individual_plans.item import Items
from ropewalk.journal.writing import Actor
from ropewalk.plans.defining import define, person_named
from ropewalk.plans.shape import Plan
from ropewalk.progress.ropes import counterpart_of
from ropewalk.progress.shares import share_of
from ropewalk.progress.thermometers import person_thermometer
from ropewalk.progress.world import World, world_for_system
from ropewalk.reviews.talking import Figure, Part, hold_one_on_one, hold_review
from ropewalk.rollout.announcing import announce, tell_newcomers
from ropewalk.rollout.recognising import acknowledge
from ropewalk.rollout.touching import hold_team_talk
from ropewalk.rules import calendar
from ropewalk.rules.tally import printed
from ropewalk.versions.publishing import amend, publish

STALLED, SILENT = MANAGERS[1][0], MANAGERS[3][0]  # never agreed anew; stopped talking
WORDS = (
    "I ask in the first talk who signs, and bring that person in.",
    "Twenty clinics on my wall, one call each morning before the mail.",
    "Every offer over 5,000 goes through a review with a colleague.",
    "I stop sending offers without a second talk.",
    "Two demonstrations a week, on the customer's own data.",
)
SAID = {
    CLOSE_RATE: (
        "Two of three lost deals had no second contact.",
        "The reviews find the missing decider early.",
    ),
    CLIENTS: ("Calls are made, but too few reach anybody.", "Clinics ask for references; we have two now."),
    PRODUCT: ("The kit is there, first demonstration held.", "Customers compare it with the old one first."),
}
PROMISES = (
    "Bring the clinical lead into the pilot call",
    "Ask the three oldest deals who decides",
    "Send the comparison sheet to five customers",
    "Review the two largest offers with a colleague",
)


@dataclass
class Story:
    """The acts so far, and what is needed to go on."""

    company_id: int
    people: list[Rep]
    start: date
    today: date
    random: Random
    say: Callable[[str], None]

    def tell(self) -> None:
        """Everything, in the order in which it happened."""
        plan = self.published()
        self.announced()
        self.answered()
        self.agreed_first()
        self.tapped()
        self.talked()
        self.amended(plan)
        self.reviewed()
        tell_newcomers(self.company_id, by=self.leader, on=self.today, at=at(self.today))

    @property
    def world(self) -> World:
        return world_for_system(self.company_id, self.today)

    def actor(self, name: str) -> Actor:
        person_id = person_named(self.world.roster, email_of(name)) or person_named(self.world.roster, name)
        return Actor(name, person_id)

    @property
    def leader(self) -> Actor:
        return self.actor(LEADER)

    def day(self, days: int) -> date:
        """A day so many after the start, moved off weekends and never after today."""
        day = self.start + timedelta(days=days)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return min(day, self.today)

    def published(self) -> Plan:
        self.say("Publishing the plan")
        plan = plan_for(self.company_id, self.start, self.today)
        leader, day = self.leader, self.start
        define(self.company_id, plan, by=leader, at=at(day))
        publish(self.company_id, plan.year, by=leader, on=day, at=at(day))
        return plan

    def announced(self) -> None:
        day = self.day(5)
        world = world_for_system(self.company_id, day)
        assert world.version is not None
        words = "Three things, and nothing besides. Ask me anything."
        announce(self.company_id, world.version, words=words, by=self.leader, on=day, at=at(day))
        for at_, (manager, _) in enumerate(MANAGERS):
            team = next(one.id for one in world.roster.teams.values() if one.name == manager.split()[1])
            held = self.day(8 + at_)
            keys = [one.key for one in world.initiatives]
            hold_team_talk(
                self.company_id, team, keys, held_on=held, by=self.actor(manager), on=held, at=at(held)
            )

    def answered(self) -> None:
        """Everybody who is there reads and answers within days; newcomers on theirs."""
        self.say("Reading and answering")
        day = self.day(5)
        world = world_for_system(self.company_id, day)
        for rep in self.people:
            if "never answered" in rep.traits:
                continue
            if rep.is_there(day):
                self.answer(world.plan, rep, self.day(6 + self.random.randrange(6)))
            elif rep.joined and rep.joined <= self.today - timedelta(days=10):
                tell_newcomers(self.company_id, by=self.leader, on=rep.joined, at=at(rep.joined))
                self.answer(world.plan, rep, rep.joined + timedelta(days=3))

    def answer(self, plan: Plan, rep: Rep, day: date) -> None:
        titles = [one.title for one in plan.initiatives]
        words = self.random.choice(WORDS)
        acknowledge(
            self.company_id, plan, picked=titles, own_words=words, by=self.actor(rep.name), on=day, at=at(day)
        )

    def agreed_first(self) -> None:
        """Team after team agrees its plans; two never do."""
        self.say("Agreeing plans")
        for number, (manager, _) in enumerate(MANAGERS):
            day = self.day(14 + number)
            self.agree_team(manager, day, [one for one in self.people if one.is_there(day)])
        for rep in self.people:
            if rep.joined and self.start < rep.joined <= self.today - timedelta(days=20):
                self.agree_team(rep.spells[0].manager, rep.joined + timedelta(days=14), [rep])

    def agree_team(self, manager: str, day: date, people: list[Rep]) -> None:
        """A manager and the people who report to that manager on a day agree their plans."""
        world = world_for_system(self.company_id, day)
        boss = self.actor(manager)
        for rep in people:
            person_id = person_named(world.roster, rep.email)
            if (
                person_id is None
                or "plan not agreed" in rep.traits
                or counterpart_of(world, person_id) != boss.person_id
            ):
                continue
            self.agree_one(world, person_id, rep, boss, day)

    def agree_one(self, world: World, person_id: int, rep: Rep, boss: Actor, day: date) -> None:
        mine = [one for one in world.initiatives if world.is_carried_by(one, person_id)]
        state = world.plans.get(person_id)
        role = world.roster.front_line_role(person_id, day)
        items = brought_up_to_date(state.draft if state else Items(), mine, role)
        words = self.random.choice(WORDS)
        items = Items(
            tuple(replace(one, in_my_words=one.in_my_words or words) for one in items.items), items.stop
        )
        assert world.version is not None
        shares = {
            one.key: share.amount if (share := share_of(world, one, person_id)) else None for one in mine
        }
        for actor in (Actor(rep.name, person_id), boss):
            agree(
                self.company_id,
                person_id,
                world.version.year,
                items=items,
                shares=shares,
                counterpart_id=boss.person_id,
                edition=state.edition if state else 1,
                by=actor,
                on=day,
                at=at(day),
            )

    def tapped(self) -> None:
        self.say("Tapping deal reviews")
        roster = self.world.roster
        with transaction.atomic():
            for rep in self.people:
                person_id = person_named(roster, rep.email)
                assert person_id is not None
                first = max(self.day(14), rep.joined or self.start)
                for day in tap_days(self.random, rep, first, self.today):
                    uuid = UUID(int=self.random.getrandbits(128), version=4)
                    actor = Actor(rep.name, person_id)
                    tap(
                        self.company_id,
                        uuid,
                        person_id=person_id,
                        activity=TAPPED,
                        day=day,
                        by=actor,
                        at=at(day),
                    )

    def talked(self) -> None:
        """A one-on-one each month; one manager has held none for two months."""
        self.say("Holding one-on-ones")
        roster = self.world.roster
        with transaction.atomic():
            for month in range(1, 13):
                for number, rep in enumerate(self.people):
                    day = self.day(30 * month - 8 + number % 7)
                    if day >= self.today or not rep.is_there(day):
                        continue
                    manager = spell_of(rep, day)
                    if manager == SILENT and day > self.today - timedelta(days=62):
                        continue
                    self.talk(
                        roster_id=person_named(roster, rep.email), manager=manager, day=day, month=month
                    )

    def talk(self, *, roster_id: int | None, manager: str, day: date, month: int) -> None:
        assert roster_id is not None
        boss = self.actor(manager)
        assert boss.person_id is not None
        parts = [Part(key, said[month % 2]) for key, said in SAID.items()]
        hold_one_on_one(
            self.company_id,
            roster_id,
            manager_id=boss.person_id,
            held_on=day,
            parts=parts,
            by=boss,
            on=day,
            at=at(day),
        )
        due = day + timedelta(days=10)
        text = PROMISES[(roster_id + month) % len(PROMISES)]
        key = (CLIENTS, CLOSE_RATE, PRODUCT, CLOSE_RATE)[(roster_id + month) % len(PROMISES)]
        promise = commit(
            self.company_id, roster_id, initiative_key=key, text=text, due_on=due, by=boss, on=day, at=at(day)
        )
        if due + timedelta(days=20) < self.today:
            kept, closed = self.random.random() < 0.7, due + timedelta(days=20)
            close(self.company_id, promise, kept=kept, by=boss, on=closed, at=at(closed))

    def amended(self, plan: Plan) -> None:
        """In the middle of the year the medical calls were raised; one team never agreed anew."""
        self.say("Amending the plan")
        day = self.day(150)
        if day > self.today - timedelta(days=45):
            return
        was = plan.initiatives[1]
        now = replace(
            medical_clients(int(was.goal.baseline or 0), plan.first_day, plan.last_day, calls=7),
            title=was.title,
        )
        changed = replace(plan, initiatives=(plan.initiatives[0], now, plan.initiatives[2]))
        leader = self.leader
        reason = "Six calls a week reach too few clinics; the teams that make seven win twice as many."
        done = amend(self.company_id, changed, reason=reason, from_day=day, by=leader, on=day, at=at(day))
        announce(self.company_id, done.version, by=leader, on=day, at=at(day))
        for rep in self.people:
            if rep.is_there(day) and "never answered" not in rep.traits:
                self.answer(changed, rep, min(day + timedelta(days=2 + self.random.randrange(9)), self.today))
        for number, (manager, _) in enumerate(MANAGERS):
            if manager != STALLED:
                agreed = day + timedelta(days=7 + number)
                self.agree_team(manager, agreed, [one for one in self.people if one.is_there(agreed)])

    def reviewed(self) -> None:
        """Each quarter that is over was reviewed within the month, except by the one who stopped talking."""
        self.say("Reviewing quarters")
        for number in (1, 2, 3):
            end = calendar.add_months(self.start, 3 * number) - timedelta(days=1)
            day = end + timedelta(days=16)
            if day > self.today:
                continue
            world, then = world_for_system(self.company_id, end), world_for_system(self.company_id, day)
            for rep in self.people:
                manager = spell_of(rep, day) if rep.is_there(day) else ""
                person_id = person_named(world.roster, rep.email)
                if person_id and manager and not (manager == SILENT and number > 1) and rep.is_there(end):
                    self.review(world, then, person_id, manager, end, day)

    def review(self, world: World, then: World, person_id: int, manager: str, end: date, day: date) -> None:
        boss = self.actor(manager)
        mine = [one for one in world.initiatives if world.is_carried_by(one, person_id)]
        figures = []
        for one in mine:
            figure = person_thermometer(world, one, person_id)
            value = printed(figure.value) if figure.value is not None else ""
            expected = printed(figure.expected) if figure.expected is not None else ""
            figures.append(Figure(one.key, figure.label, value, expected, str(figure.status)))
        hold_review(
            self.company_id,
            person_id,
            manager_id=boss.person_id,
            quarter_end=end,
            held_on=day,
            parts=[Part(one.key, SAID[one.key][0], "keep") for one in mine],
            figures=figures,
            by=boss,
            on=day,
            at=at(day),
        )


def spell_of(rep: Rep, day: date) -> str:
    """Whose team somebody works in on a day."""
    held = (
        one
        for one in rep.spells
        if (one.from_day is None or one.from_day <= day) and (one.to_day is None or day <= one.to_day)
    )
    return next((one.manager for one in held), "")


def at(day: date) -> datetime:
    """Ten in the morning of a day."""
    return datetime.combine(day, time(10), tzinfo=UTC)
