"""Three quarters of a small company, step by step, by the capabilities that people use: nothing in it is left to chance.

Deliveries with corrections, credits, owners who change, people who move, join and leave, taps and their undoing, talks,
promises, plans agreed and edited, a match, an undone import, an absence, an amendment, a moved calendar, a new quarter. Start
with `Scenario.steps`; what is looked at after each step is in `asked`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.pages import seeding
from tests.pages.seeding import YEAR, Seeded, at

from ropewalk.companies.absences import note_absence
from ropewalk.companies.access import viewer_by_email
from ropewalk.companies.models import Person
from ropewalk.companies.settling import keep_holidays, particulars_of, settle
from ropewalk.connectors.files import reading
from ropewalk.facts import taps
from ropewalk.facts.models import Suspicion
from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.commitments import close, commit
from ropewalk.individual_plans.drafting import brought_up_to_date, save_draft
from ropewalk.individual_plans.item import Items
from ropewalk.individual_plans.queries import no_plan
from ropewalk.jobs import importing
from ropewalk.jobs.kinds import perform
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.plans.defining import define
from ropewalk.progress.ropes import counterpart_of
from ropewalk.progress.shares import share_of
from ropewalk.progress.world import world_for_system
from ropewalk.reviews.talking import Part, hold_one_on_one, hold_review
from ropewalk.rollout.announcing import announce, tell_newcomers
from ropewalk.rollout.recognising import acknowledge
from ropewalk.rollout.touching import hold_team_talk
from ropewalk.versions.publishing import amend, publish

TEAMS = {"Neubert": ("Ana Alder", "Ben Brandt", "Cem Celik"), "Rouche": ("Finn Frey", "Gia Gallo")}
ANA, BEN, CEM, FINN, TOM, REMY, KAY, UMA = (
    "Ana Alder", "Ben Brandt", "Cem Celik", "Finn Frey", "Tom Neubert", "Remy Rouche", "Kay Lindqvist", "Uma Admin",
)  # fmt: skip
REPS = tuple(name for names in TEAMS.values() for name in names)
MAPPING = """
source: crm
files:
  - {name: people*, object: people, columns: {id: id, name: name, email: email, manager: manager, team: team, team_parent: parent, from: from, to: to}}
  - {name: accounts*, object: accounts, columns: {id: id, name: name, vertical: vertical}}
  - {name: deals*, object: opportunities, columns: {id: id, account_id: account, owner: owner, product: product, amount: amount, opened_on: opened, closed_on: closed, status: status}, known: {product: [GTX Pro, Line]}}
  - {name: credits*, object: credits, columns: {opportunity_id: deal, owner: owner, share: share}}
  - {name: activities*, object: activities, columns: {id: id, owner: owner, type: type, occurred_at: at, account_id: account, opportunity_id: deal}}
"""
DEALS, ACTIVITIES = "id,account,owner,product,amount,opened,closed,status", "id,owner,type,at,account,deal"
PEOPLE = "id,name,email,manager,team,parent,from,to"
Step = tuple[date, str, Callable[[], object]]


def day(month: int, number: int) -> date:
    return date(YEAR, month, number)


@dataclass
class Scenario:
    """The company so far. `on` is the day of the step in hand."""

    home: Path
    on: date = date(YEAR, 1, 2)
    made: Seeded = field(init=False)
    loads: dict[str, int] = field(default_factory=dict)

    @property
    def steps(self) -> list[Step]:
        return [
            (day(1, 2), "the first import", self.first_import),
            (day(1, 4), "a plan", self.publication),
            (day(1, 6), "told", self.announcement),
            (day(1, 11), "answered", self.answers),
            (day(1, 15), "a stranger is somebody", self.stranger),
            (day(1, 20), "plans agreed", self.agreements),
            (day(2, 3), "talks", self.talks),
            (day(2, 10), "taps", self.taps),
            (day(2, 11), "a tap taken back", self.untap),
            (day(3, 1), "new deals and activities", self.second_import),
            (day(3, 2), "corrections", self.corrections),
            (day(3, 10), "owners change", self.owners),
            (day(3, 15), "credits", self.credits),
            (day(3, 31), "a team move", self.move),
            (day(4, 8), "a new quarter: reviews", self.reviews),
            (day(4, 12), "a plan edited", self.edit),
            (day(4, 20), "a promise kept", self.promise_kept),
            (day(5, 3), "somebody joins, somebody leaves", self.joiner),
            (day(5, 10), "an absence and a day off", self.absence),
            (day(5, 20), "a typing error accepted", self.accepted),
            (day(6, 14), "an amendment", self.amendment),
            (day(6, 18), "the last deliveries", self.third_import),
            (day(6, 21), "the last delivery undone", self.undone),
            (day(7, 2), "a moved fiscal year", self.moved_year),
            (day(7, 5), "the next quarter", lambda: self.talk(ANA, TOM, "gtx-pro")),
        ]  # fmt: skip

    # What was brought.

    def bring(self, **texts: list[str]) -> Any:
        files = []
        for name, lines in texts.items():
            path = self.home / f"{name}.csv"
            path.write_text("\n".join(lines) + "\n")
            files.append(path)
        (self.home / "mapping.yaml").write_text(MAPPING)
        report = importing.run(
            self.made.handle, files, self.home / "mapping.yaml", by=OPERATOR, read=reading.read
        )
        assert [one.sentence for one in report.refusals] == []
        for one in report.files:
            if one.load.isdigit():
                self.loads[one.name] = int(one.load)
        return report

    def deals(self, first: int, last: int, *, start: date, times: int = 1, turn: int = 0) -> list[str]:
        """So many deals, one after the other; `turn` gives each to the next owner."""
        owners = (*REPS, "stranger")
        lines = [DEALS]
        for n in range(first, last):
            opened = start + timedelta(n * 7 % 90)
            state = ("won", "lost", "won", "open")[n % 4]
            closed = "" if state == "open" else (opened + timedelta(10 + n % 30)).isoformat()
            product = "GTXPro" if n == 7 else ("GTX Pro", "Line")[n % 2]
            lines.append(
                f"d{n},a{n % 12},{owners[(n + turn) % 6]},{product},{times * 1000 + n}.25,{opened},{closed},{state}"
            )
        return lines

    def activities(self, first: int, last: int, *, start: date, days: int) -> list[str]:
        return [ACTIVITIES] + [
            f"x{n},{REPS[n % 5]},{('call', 'meeting')[n % 3 == 0]},{start + timedelta(n % days)}T{8 + n % 9:02}:30:00Z,a{n % 12},{f'd{n % 60}' if n % 4 else ''}"
            for n in range(first, last)
        ]

    def first_import(self) -> None:
        accounts = ["id,name,vertical"] + [
            f"a{n},Account {n},{('medical', 'industry')[n % 3 > 0]}" for n in range(12)
        ]
        self.bring(
            accounts=accounts,
            deals_2026=self.deals(0, 60, start=date(2026, 1, 5)),
            activities_2026=self.activities(0, 120, start=date(2026, 9, 1), days=110),
        )

    def second_import(self) -> None:
        self.bring(
            deals_new=self.deals(60, 100, start=day(1, 2), times=3),
            activities_new=self.activities(120, 260, start=day(1, 4), days=55),
        )

    def corrections(self) -> None:
        self.bring(deals_new=self.deals(70, 84, start=day(1, 8), times=7))

    def owners(self) -> None:
        self.bring(deals_2026=self.deals(40, 60, start=date(2026, 2, 2), turn=2))

    def credits(self) -> None:
        self.bring(credits=["deal,owner,share", f"d64,{ANA},0.6", f"d64,{FINN},0.4", f"d62,{BEN},1"])

    def third_import(self) -> None:
        self.bring(
            activities_last=self.activities(260, 330, start=day(5, 1), days=48),
            deals_last=self.deals(90, 120, start=day(3, 1), times=11, turn=1),
        )

    def undone(self) -> None:
        order = {"company": self.made.handle, "load": self.loads["deals_last.csv"], "sure": True}
        perform("undo", order, say=lambda done, whole, words: None)

    def stranger(self) -> None:
        order = {"company": self.made.handle, "source": "crm", "key": "stranger", "person": CEM, "as": None}
        perform("match", order, say=lambda done, whole, words: None)

    def accepted(self) -> None:
        near = Suspicion.objects.filter(company_id=self.made.company_id, code="near_miss").first()
        assert near is not None
        order = {"company": self.made.handle, "suspicions": [near.pk], "as": None}
        perform("accept", order, say=lambda done, whole, words: None)

    def _row(
        self, name: str, boss: str, team: str, first: date | None = None, last: date | None = None
    ) -> str:
        return f"{name},{name},{seeding.email(name)},{boss},{team},Sales,{first or ''},{last or ''}"

    def move(self) -> None:
        moved = [
            self._row(CEM, TOM, "Neubert", date(2025, 1, 1), day(3, 31)),
            self._row(CEM, REMY, "Rouche", day(4, 1)),
        ]
        self.bring(people=[PEOPLE, *moved])

    def joiner(self) -> None:
        rows = [self._row("Nia Novak", REMY, "Rouche", day(5, 3)), self._row("Gia Gallo", REMY, "Rouche", date(2025, 1, 1), day(5, 2))]  # fmt: skip
        self.bring(people=[PEOPLE, *rows])
        people = dict(Person.objects.filter(company_id=self.made.company_id).values_list("name", "pk"))
        self.made = replace(self.made, people=people)
        tell_newcomers(self.made.company_id, by=self.actor(KAY), on=self.on, at=at(self.on))

    # What was planned.

    def actor(self, name: str) -> Actor:
        return Actor(name, self.made.people[name])

    def publication(self) -> None:
        define(self.made.company_id, seeding.the_plan(), by=self.actor(KAY), at=at(self.on))
        publish(self.made.company_id, YEAR, by=self.actor(KAY), on=self.on, at=at(self.on))

    def announcement(self) -> None:
        version = self.world.version
        assert version is not None
        announce(self.made.company_id, version, by=self.actor(KAY), on=self.on, at=at(self.on))
        for boss, team in ((TOM, "Neubert"), (REMY, "Rouche")):
            number = next(one.id for one in self.world.roster.teams.values() if one.name == team)
            keys = [one.key for one in self.world.initiatives]
            hold_team_talk(
                self.made.company_id, number, keys, held_on=self.on, by=self.actor(boss), on=self.on, at=at(self.on)
            )  # fmt: skip

    def answers(self) -> None:
        for name in REPS[:4]:
            acknowledge(
                self.made.company_id, self.world.plan, picked=[one.title for one in self.world.initiatives],
                own_words="I bring a colleague along.", by=self.actor(name), on=self.on, at=at(self.on),
            )  # fmt: skip

    def agreements(self) -> None:
        for name in REPS[:4]:
            self.agree(name)

    def agree(self, name: str) -> None:
        world, me = self.world, self.made.people[name]
        boss = counterpart_of(world, me)
        mine = [one for one in world.initiatives if world.is_carried_by(one, me)]
        for who in (me, boss):
            state = self.world.plans.get(me) or no_plan(me, YEAR)
            role = world.roster.front_line_role(me, self.on)
            agree(
                self.made.company_id, me, YEAR,
                items=brought_up_to_date(state.draft or Items(), mine, role),
                shares={one.key: share.amount if (share := share_of(world, one, me)) else None for one in mine},
                counterpart_id=boss, edition=state.edition, by=Actor(name, who), on=self.on, at=at(self.on),
            )  # fmt: skip

    def edit(self) -> None:
        state = self.world.plans[self.made.people[ANA]]
        draft = replace(state.draft, stop="Reports nobody reads.")
        save_draft(
            self.made.company_id, state.person_id, YEAR, draft, edition=state.edition, by=self.actor(ANA), at=at(self.on)
        )  # fmt: skip
        self.agree(ANA)

    def amendment(self) -> None:
        plan = self.world.plan
        rate = plan.initiatives[0]
        changed = replace(rate, standards=(replace(rate.standards[0], amount=Decimal(4)),))
        more = replace(plan.initiatives[1], goal=replace(plan.initiatives[1].goal, target=Decimal(26)))
        done = amend(
            self.made.company_id, replace(plan, initiatives=(changed, more, plan.initiatives[2])), reason="We learned.",
            from_day=self.on, by=self.actor(KAY), on=self.on, at=at(self.on),
        )  # fmt: skip
        announce(self.made.company_id, done.version, by=self.actor(KAY), on=self.on, at=at(self.on))

    # What was done and said.

    def talk(self, name: str, boss: str, key: str) -> None:
        hold_one_on_one(
            self.made.company_id, self.made.people[name], manager_id=self.made.people[boss], held_on=self.on,
            parts=[Part(key, "What moved, and what next.")], by=self.actor(boss), on=self.on, at=at(self.on),
        )  # fmt: skip

    def talks(self) -> None:
        for name in REPS[:3]:
            self.talk(name, TOM, "medical")
        self.promised = commit(
            self.made.company_id, self.made.people[ANA], initiative_key="medical", text="Bring the clinical lead",
            due_on=day(4, 25), by=self.actor(TOM), on=self.on, at=at(self.on),
        )  # fmt: skip

    def promise_kept(self) -> None:
        close(
            self.made.company_id,
            self.promised,
            kept=True,
            by=self.actor(ANA),
            on=self.on,
            at=at(self.on),
        )

    def taps(self) -> None:
        for place, name in enumerate((ANA, ANA, BEN, FINN)):
            self.tap(name, UUID(int=place + 1))

    def tap(self, name: str, uuid: UUID) -> None:
        taps.tap(
            self.made.company_id, uuid, person_id=self.made.people[name], activity="deal review", day=self.on,
            by=self.actor(name), at=at(self.on),
        )  # fmt: skip

    def untap(self) -> None:
        ana = self.made.people[ANA]
        taps.undo(self.made.company_id, UUID(int=2), person_id=ana, by=self.actor(ANA), at=at(self.on))
        self.tap(ANA, UUID(int=9))

    def reviews(self) -> None:
        for name in (ANA, BEN):
            hold_review(
                self.made.company_id, self.made.people[name], manager_id=self.made.people[TOM], quarter_end=day(3, 31),
                held_on=self.on, figures=[], parts=[Part("medical", "We did what the plan says.")], by=self.actor(TOM),
                on=self.on, at=at(self.on),
            )  # fmt: skip

    def absence(self) -> None:
        note_absence(self.made.people[BEN], self.on, self.on + timedelta(9), by=OPERATOR, at=at(self.on))
        keep_holidays({day(5, 17): "Whit Monday"}, by=self.admin, at=at(self.on))

    def moved_year(self) -> None:
        held = particulars_of(self.admin)
        wanted = replace(held, calendar=replace(held.calendar, fiscal_start_month=6))
        settle(wanted, seen=held.mark, by=self.admin, at=at(self.on))

    @property
    def admin(self) -> Any:
        return viewer_by_email(self.made.handle, seeding.email(UMA), on=self.on)

    @property
    def world(self) -> Any:
        return world_for_system(self.made.company_id, self.on)

    # What is looked at.

    def asked(self) -> list[tuple[str, str]]:
        """Who opens what, on the day and on days gone by."""
        ana, cem = self.made.people[ANA], self.made.people[CEM]
        past = (self.on - timedelta(37)).isoformat()
        paths = {
            KAY: ("overview/", "ropes/", "plan/", f"ropes/medical/{ana}/", f"ropes/close-rate/{cem}/", f"ropes/?on={past}", f"overview/?on={past}", "plan/publication/",
                  *(f"figures/{key}/company/0/" for key in ("close-rate", "medical", "gtx-pro")), f"figures/gtx-pro/company/0/?on={past}"),
            "Ines Ode": ("overview/", f"overview/?on={past}"),
            TOM: ("team/", f"people/{ana}/talks/", f"people/{ana}/reviews/", f"people/{ana}/plan/", f"team/?on={past}"),
            REMY: ("team/", f"people/{cem}/talks/", "ropes/"),
            ANA: ("today/", f"today/?on={past}", f"people/{ana}/plan/", "announcement/", "ropes/", f"figures/medical/person/{ana}/"),
            UMA: ("import/", "import/suspicions/", "setup/"),
        }  # fmt: skip
        return [(who, path) for who, each in paths.items() for path in each]
