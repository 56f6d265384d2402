"""Two companies, each with everything that addresses need, in one database and one store of facts.

Both are as full as each other, have the same names, the same source and the same ids in it, and every text of each holds
a word that the other never uses. Start with `world`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import override_settings
from tests.pages import seeding
from tests.policy import Brought, Cell
from tests.rights import canaries

from ropewalk.companies.access import Viewer
from ropewalk.companies.founding import close_on, hire
from ropewalk.companies.inviting import invite
from ropewalk.companies.mail_server import MailSettings, keep, settings_of
from ropewalk.companies.models import (
    Absence,
    Account,
    Company,
    ExchangeRate,
    Holiday,
    Invitation,
    Person,
    ReportingLine,
    Team,
)
from ropewalk.companies.settling import particulars_of
from ropewalk.facts import store, taps
from ropewalk.facts.models import Correction, Match, RosterLoad, SourceMapping, Suspicion, Upload
from ropewalk.individual_plans.models import Commitment, IndividualPlan
from ropewalk.jobs.planning import export
from ropewalk.journal.writing import OPERATOR, Actor
from ropewalk.pages.playbooks.meanwhile import mark
from ropewalk.plans.models import Idea, ManualValue, Plan
from ropewalk.progress import remembering
from ropewalk.reviews.models import FrozenFigure, QuarterlyReview
from ropewalk.reviews.private_notes import keep_note
from ropewalk.reviews.talking import Part, hold_one_on_one
from ropewalk.reviews.topics import raise_topic
from ropewalk.rollout.models import Receipt, Reminder
from ropewalk.rollout.touching import hold_team_talk
from ropewalk.versions.queries import versions_for_system

NOW = datetime(2027, 8, 17, 10, tzinfo=UTC)
HERE, AWAY = "Northlight", "Otherfirm"
TEAMS = {
    HERE: {name: seeding.TEAMS[name][:2] for name in ("Neubert", "Rouche")},
    AWAY: {"Away": ("Otto Other", "Olga Odd"), "Afar": ("Otis Old",)},
}
ACTORS = {
    "s": "Ana Alder", "t": "Ben Brandt", "o": "Finn Frey", "m": "Tom Neubert", "n": "Remy Rouche", "k": "Kay Lindqvist",
    "l": "Lea Leader", "e": "Ines Ode", "a": "Uma Admin", "v": "Adam Adviser",
}  # fmt: skip
THERE = {  # the same roles in the other company
    "s": "Otto Other", "t": "Olga Odd", "o": "Otis Old", "m": "Head Away", "n": "Head Afar", "k": "Kay Lindqvist",
    "l": "Lola Elsewhere", "e": "Ines Ode", "a": "Uma Admin", "v": "Adam Adviser",
}  # fmt: skip
REFUSED = {"leaver": "Gone Gerber", "same role elsewhere": "Otto Other", "leader elsewhere": "Lola Elsewhere"}
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass(frozen=True)
class World:
    """Two companies, with what addresses need."""

    names: dict[str, str]
    accounts: dict[str, Account]
    elsewhere: dict[str, str]  # the same names, of things of the other company
    accounts_elsewhere: dict[str, Account]
    ids: dict[str, int]  # company, by its handle

    def path(self, template: str) -> str:
        return template.format(**self.names, new_uuid=uuid4())

    def path_elsewhere(self, cell: Cell) -> str:
        """The address within the own company, with the id of a thing of the other one."""
        return cell.path.format(**self.names | self.elsewhere | {"c": self.names["c"]}, new_uuid=uuid4())

    def body(self, cell: Cell) -> dict[str, Any]:
        """What the form sends, filled in; files are to be read once."""
        company = Company.objects.get(handle=self.names["c"]).name
        said = self.names | {"company": company, "new_uuid": str(uuid4())}
        return {name: filled(value, said) for name, value in cell.body.items()}

    def turned(self) -> World:
        """The same two companies, seen from the other one."""
        return replace(
            self,
            names=self.names | self.elsewhere,
            elsewhere=self.names,
            accounts=self.accounts_elsewhere,
            accounts_elsewhere=self.accounts,
        )


def filled(value: str | tuple[str, ...] | Brought, said: dict[str, str]) -> Any:
    """A field's value with the names of the world in it: words, several words, or a file."""
    if isinstance(value, Brought):
        return SimpleUploadedFile(value.name, value.text.format(**said).encode())
    return value.format(**said) if isinstance(value, str) else [one.format(**said) for one in value]


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    facts = Path(tmp_path_factory.mktemp("facts")) / "facts.duckdb"
    with (
        override_settings(FACTS_FILE=facts, PASSWORD_HASHERS=QUICK, REMEMBERS_WORLDS=True),
        time_machine.travel(NOW, tick=False),
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        transaction.atomic(),
    ):
        store.close()
        remembering.forget()
        yield build()
        transaction.set_rollback(True)
        store.close()
        remembering.forget()


def build() -> World:
    here, away = full_company(HERE, "Lea Leader", ACTORS), full_company(AWAY, "Lola Elsewhere", THERE)
    names, elsewhere = things_of(here, ACTORS, uuid=UUID(int=7)), things_of(away, THERE, uuid=UUID(int=8))
    accounts, there = accounts_of(here, ACTORS | {"leaver": "Gone Gerber"}), accounts_of(away, THERE)
    accounts |= {"same role elsewhere": there["s"], "leader elsewhere": there["l"]}
    for made, told, cast in ((here, names, ACTORS), (away, elsewhere, THERE)):
        canaries.mark(made.company_id, made.handle)
        told |= as_marked(made, administrator_of(made, cast))
    found = {made.handle: made.company_id for made in (here, away)}
    return World(names, accounts, elsewhere, there, found)


def as_marked(made: seeding.Seeded, by: Viewer) -> dict[str, str]:
    """What forms send of the words that are there, with the company's own among them."""
    mail = settings_of(by)
    (latest,) = versions_for_system(made.company_id)
    titles = [one.title for one in latest.document.plan.initiatives]
    return dict(zip(("first", "second", "third"), titles, strict=True)) | {
        "mail": mail.mark if mail else "",
        "settled": particulars_of(by).mark,
        "plan_file": export(made.handle, 2028).replace("24 medical clients", "25 medical clients"),
    }


def administrator_of(made: seeding.Seeded, cast: dict[str, str]) -> Viewer:
    name = cast["a"]
    return Viewer(
        made.company_id, made.handle, made.people[name], name, frozenset({"administrator"}), NOW.date()
    )


def accounts_of(made: seeding.Seeded, names: dict[str, str]) -> dict[str, Account]:
    people = Person.objects.filter(company_id=made.company_id).select_related("account")
    by_name = {one.name: one.account for one in people if one.account is not None}
    return {key: by_name[name] for key, name in names.items()}


def full_company(name: str, leader: str, cast: dict[str, str]) -> seeding.Seeded:
    """A company with its people, its facts and a year that was told, agreed, done and talked about."""
    teams = TEAMS[name]
    made = seeding.found_company(name, teams=teams)
    reps = [rep for many in teams.values() for rep in many]
    seeding.fill_store(made, seed=1, reps=reps)
    kay = Person.objects.get(name="Kay Lindqvist", company_id=made.company_id)
    kay.access_roles.all().delete()
    kay.access_roles.create(name="manager")
    for hired, roles in ((leader, ("leader",)), ("Gone Gerber", ("rep",))):
        made.people[hired] = hire(
            made.company_id, hired, email=seeding.email(hired, name), roles=roles, by=OPERATOR, at=NOW
        )
        Person.objects.filter(pk=made.people[hired]).update(
            account=Account.objects.create(email=seeding.email(hired, name))
        )
    Person.objects.filter(name="Gone Gerber").update(left=date(2027, 8, 16))
    tell_the_year(made, teams)
    return made


def tell_the_year(made: seeding.Seeded, teams: dict[str, tuple[str, ...]]) -> None:
    """Publish, announce, agree and talk, so that there is something at every address."""
    from ropewalk.plans.defining import define
    from ropewalk.rollout.announcing import announce
    from ropewalk.versions.publishing import publish

    day = date(2027, 1, 4)
    define(made.company_id, seeding.the_plan(), by=OPERATOR, at=seeding.at(day))
    version = publish(made.company_id, 2027, by=OPERATOR, on=day, at=seeding.at(day)).version
    define(made.company_id, a_year_later(seeding.the_plan()), by=OPERATOR, at=NOW)
    announce(
        made.company_id, version, words="We start.", by=OPERATOR, on=date(2027, 1, 6), at=seeding.at(date(2027, 1, 6))
    )  # fmt: skip

    class Always(random.Random):
        def random(self) -> float:
            return 0.5

    for team, reps in teams.items():
        for rep in reps:
            seeding.live(made, version, rep, seeding.MANAGERS.get(team, f"Head {team}"), Always(rep))


def a_year_later(plan: Any) -> Any:
    """The same plan with every day a year on."""
    if isinstance(plan, date):
        return plan.replace(year=plan.year + 1)
    if isinstance(plan, tuple):
        return tuple(a_year_later(one) for one in plan)
    if not is_dataclass(plan):
        return plan
    values = {one.name: a_year_later(getattr(plan, one.name)) for one in fields(plan)}
    return replace(plan, **values | ({"year": plan.year + 1} if hasattr(plan, "year") else {}))


def things_of(made: seeding.Seeded, cast: dict[str, str], *, uuid: UUID) -> dict[str, str]:
    """One thing of each sort, by the names that addresses in the policy use."""
    rep, boss = made.people[cast["s"]], made.people[cast["m"]]
    me, chief = Actor(cast["s"], rep), Actor(cast["m"], boss)
    taps.tap(made.company_id, uuid, person_id=rep, activity="deal review", day=NOW.date(), by=me, at=NOW)
    team = Team.objects.get(company_id=made.company_id, memberships__person_id=rep, memberships__to_day=None)
    upload = a_finished_import(made)
    invite(made.handle, f"waiting@{made.handle}.example", roles=("rep",), by=OPERATOR, at=NOW)
    close_on(made.company_id, {date(2027, 8, 1): "National day"}, by=OPERATOR, at=NOW)
    talked_with(made, rep, boss, team.pk, chief)
    what_else_is_kept(made, rep, boss)
    keep(
        MailSettings("mail.example.com", 587, "starttls", "user", "a@example.com"),
        canaries.MAIL_PASSWORD, seen="", keys=settings.DATA_KEYS, by=administrator_of(made, cast), at=NOW,
    )  # fmt: skip
    return {
        "c": made.handle,
        "rep": str(rep),
        "team": str(team.pk),
        "uuid": str(uuid),
        "promise": str(Commitment.objects.filter(person_id=rep).latest("pk").pk),
        "topic": str(raise_topic(
            made.company_id, rep, canaries.PAIR, raised_by=rep, by=me, on=NOW.date(), at=NOW
        )),
        "edition": str(IndividualPlan.objects.get(person_id=rep).edition),
        "draft": mark(2028, Plan.objects.get(company_id=made.company_id, year=2028).edition),
        "upload": str(upload),
        "holiday": str(Holiday.objects.get(company_id=made.company_id).pk),
        "invitation": str(Invitation.objects.get(person__company_id=made.company_id).pk),
    } | things_beside(made, cast, UUID(int=uuid.int + 90))  # fmt: skip


def things_beside(made: seeding.Seeded, cast: dict[str, str], uuid: UUID) -> dict[str, str]:
    """What else fields take the id of: suspicions, and things of the other team."""
    beside = made.people[cast["o"]]
    by, day = Actor(cast["o"], beside), NOW.date()
    taps.tap(made.company_id, uuid, person_id=beside, activity="deal review", day=day, by=by, at=NOW)
    topic = raise_topic(made.company_id, beside, "Their own", raised_by=beside, by=by, on=day, at=NOW)
    team = Team.objects.get(
        company_id=made.company_id, memberships__person_id=beside, memberships__to_day=None
    )
    suspicions = Suspicion.objects.filter(company_id=made.company_id)
    late = Receipt.objects.filter(person_id__in=[made.people[cast["t"]], beside])
    late.update(acknowledged_on=None, acknowledged_at=None, own_words="")
    return {
        "suspicion": str(suspicions.get(code="near_miss").pk),
        "owner": str(suspicions.get(code="owner_unknown").pk),
        "rep_beside": str(beside),
        "late": str(made.people[cast["t"]]),
        "late_beside": str(beside),
        "team_beside": str(team.pk),
        "uuid_beside": str(uuid),
        "topic_beside": str(topic),
    }


def talked_with(made: seeding.Seeded, rep: int, boss: int, team: int, chief: Actor) -> None:
    """A talk with notes for the two alone, a private note of each, and a talk with the whole team."""
    day = date(2027, 8, 16)
    hold_one_on_one(
        made.company_id, rep, manager_id=boss, held_on=day, parts=[Part("medical", canaries.PAIR)], notes=canaries.PAIR,
        by=chief, on=day, at=NOW,
    )  # fmt: skip
    for author, roles in ((rep, {"rep"}), (boss, {"manager"})):
        viewer = Viewer(made.company_id, made.handle, author, "Somebody", frozenset(roles), day)
        keep_note(viewer, rep, canaries.private(author), edition=0, keys=settings.DATA_KEYS, at=NOW)
    hold_team_talk(
        made.company_id, team, ["medical"], held_on=day, note="All there.", by=chief, on=day, at=NOW
    )


def what_else_is_kept(made: seeding.Seeded, rep: int, boss: int) -> None:
    """A row in each table that the year left empty."""
    company = made.company_id
    Idea.objects.create(company_id=company, title="A fourth thing", proposed_by="Somebody", estimate="much")
    ManualValue.objects.create(company_id=company, label="hires", day=NOW.date(), value=1, note="counted")
    ExchangeRate.objects.create(company_id=company, currency="EUR", from_day=date(2027, 1, 1), rate=1)
    Absence.objects.create(person_id=rep, from_day=date(2026, 7, 1), to_day=date(2026, 7, 2))
    ReportingLine.objects.create(person_id=rep, manager_id=boss, from_day=date(2026, 1, 1))
    Reminder.objects.create(
        company_id=company, person_id=rep, by_id=boss, by_name="Somebody", sent_on=date(2027, 8, 10), sent_at=NOW, steps=2,
    )  # fmt: skip
    Match.objects.create(company_id=company, source="hubspot", key="Somebody else", person_id=rep, how="hand")
    SourceMapping.objects.create(
        company_id=company, source="elsewhere", text="source: elsewhere\n", used_at=NOW
    )
    SourceMapping.objects.create(
        company_id=company, source="hubspot", text="source: hubspot\n", used_at=NOW,
        deal_link="https://crm.example/deals/{id}?of=",
    )  # fmt: skip
    Correction.objects.create(
        company_id=company, source="hubspot", object="opportunities", field="product", value="GTX Prro",
        becomes="GTX Pro", accepted_at=NOW,
    )  # fmt: skip
    seen = {"rows": 3, "first_seen_at": NOW, "latest_seen_at": NOW, "first_load": "7", "latest_load": "7"}
    for code, field, value, suggestion in (
        ("owner_unknown", "owner", "Nobody", "Ana Alder"),
        ("near_miss", "product", "GTX Poor", "GTX Pro"),
    ):
        Suspicion.objects.create(
            company_id=company, source="hubspot", object="opportunities", field=field, value=value, code=code,
            suggestion=suggestion, **seen,
        )  # fmt: skip
    FrozenFigure.objects.create(
        review=QuarterlyReview.objects.filter(person_id=rep).latest("pk"), initiative_key="medical", name="24 medical clients",
        value="3", expected="4", status="behind", as_of=date(2027, 6, 30),
    )  # fmt: skip
    RosterLoad.objects.create(
        company_id=company, source="people", name="people.csv", at=NOW, rows=1, new=1, changed=0, unchanged=0,
        refused=0, blank=0, suspicions=0, sha256="1",
    )  # fmt: skip


def a_finished_import(made: seeding.Seeded) -> int:
    """An upload that was imported with one row refused; its files are gone, the refused row is there to mend."""
    word = canaries.word(made.handle)
    upload = Upload.objects.create(
        company_id=made.company_id, made_at=NOW, person_name="Uma Admin", state="done", source="hubspot",
        files=[{"name": f"deals {word}.csv", "bytes": 10}],
        entries=[{"file": f"deals {word}.csv", "entry": {"name": f"deals {word}.csv", "object": "opportunities", "columns": {"id": "id", "amount": "amount"}}, "seen": {"whole": ""}}],
        report={
            "files": [{"name": f"deals {word}.csv", "rows": 1, "new": 0, "changed": 0, "unchanged": 0, "refused": 1, "blank": 0, "suspicions": 0}],
            "refusals": [], "suspicions": [], "left_out": 1,
            "loads": [{"name": f"deals {word}.csv", "object": "opportunities", "load": "7", "download": f"refused/{made.handle}/7.csv", "is_refused_whole": False}],
        },
    )  # fmt: skip
    facts = store.for_company(made.company_id)
    counts = dict.fromkeys(("new", "changed", "unchanged", "blank", "suspicions"), 0)
    load = {
        "source": "hubspot",
        "load_id": 7,
        "name": f"deals {word}.csv",
        "object": "opportunities",
        "at": NOW.replace(tzinfo=None),
    }
    facts.add("loads", [load | counts | {"rows": 1, "refused": 1, "sha256": "7"}])
    facts.add("together", [{"source": "hubspot", "load_id": 7, "first_load": 7}])
    folder = Path(settings.HOME) / "refused" / made.handle
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "7.csv").write_text(
        f"Ropewalk line,Ropewalk reason,id,amount\r\n2,it is no number {word},D1,many\r\n"
    )
    return upload.pk
