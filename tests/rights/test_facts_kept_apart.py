"""What comes into a company and what is done to its facts ends alike, whether there is another company or not.

Both hold deliveries of one source with the same keys and other values. Whatever is done in one is done again in a world
without the other: what is kept then is the same, and the other's was never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings
from tests.rights.asking import taken_back
from tests.rights.kept import changed, kept
from tests.rights.test_kept_apart import take_out
from tests.rights.world import NOW, World

from ropewalk.companies.models import Person
from ropewalk.connectors.files import reading
from ropewalk.facts import matches, suspicions, taps, undoing
from ropewalk.facts.models import Match, SourceMapping, Suspicion, Tap
from ropewalk.facts.report import IntakeReport
from ropewalk.facts.store import connection, correcting, for_company, schema
from ropewalk.jobs import importing
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR
from ropewalk.progress import remembering

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
SOURCE = "crm"
TAP = UUID(int=77)
MAPPING = """source: crm
files:
  - name: deals*
    object: opportunities
    columns: {id: id, account_id: account, owner: owner, product: product, amount: amount, opened_on: opened, closed_on: closed, status: status}
    custom: {place: place}
    known: {product: [Rope Pro]}
  - name: accounts*
    object: accounts
    columns: {id: id, name: name}
  - name: credits*
    object: credits
    columns: {opportunity_id: deal, owner: owner, share: share}
"""
DEALS = "id,account,owner,product,amount,opened,closed,status,place"
ACCOUNTS = "id,name"
CREDITS = "deal,owner,share"
FIRST = {  # what came into each; the numbers are another company's where there is one
    "deals.csv": (DEALS, "D1,A1,Shared Name,Rope Pro,{0}10,2027-01-01,2027-02-01,won,East",
                  "D2,A1,Kay Lindqvist,Rope Pro,{0}20,2027-01-01,,open,East", "D3,A1,Nobody Known,Rope Prp,{0}30,2027-01-01,,open,West"),
    "accounts.csv": (ACCOUNTS, "A1,One {0}"),
    "credits.csv": (CREDITS, "D1,Shared Name,0.4", "D1,Kay Lindqvist,0.6"),
}  # fmt: skip
ONLY_THERE = {
    "deals.csv": (DEALS, "D8,A2,Only There,Rope Pro,5,2027-01-01,,open,East"),
    "accounts.csv": (ACCOUNTS, "A2,Only there"),
}
LATER = {
    "deals.csv": (DEALS, "D1,A2,Shared Name,Rope Pro,11,2027-01-01,2027-02-01,won,East", "D2,A1,Kay Lindqvist,Rope Pro,120,2027-01-01,,open,East",
                  "D9,A2,Only Thera,Rope Prp,5,2027-01-01,,open,West"),
    "credits.csv": (CREDITS, "D1,Shared Name,1"),
    "accounts.csv": (ACCOUNTS, "A3,Three"),
}  # fmt: skip


@dataclass(frozen=True)
class Here:
    """The company in which something is done."""

    world: World
    folder: Path
    loads: tuple[int, ...] = ()  # of what came first

    @property
    def id(self) -> int:
        return self.world.ids[self.world.names["c"]]


def bring(handle: str, folder: Path, files: dict[str, tuple[str, ...]], sign: str) -> IntakeReport:
    """Import files of which each row may hold the sign."""
    mapping = folder / "mapping.yaml"
    mapping.write_text(MAPPING)
    for name, rows in files.items():
        (folder / name).write_text("\n".join(rows).format(sign) + "\n")
    return importing.run(handle, [folder / name for name in files], mapping, by=OPERATOR, read=reading.read)


def told(report: IntakeReport) -> list[Any]:
    """What a report says, without numbers that all companies share."""
    return [
        [
            (one.name, one.new, one.changed, one.unchanged, one.refused, one.suspicions)
            for one in report.files
        ],
        [(one.sentence, one.suggestion) for one in report.suspicions],
    ]


def suspicion(here: Here, code: str) -> Suspicion:
    return Suspicion.objects.filter(company_id=here.id, source=SOURCE, code=code).earliest("pk")


def accept_the_owner(here: Here) -> Any:
    """A name that two people bear says nobody; one of them is of the other company."""
    one = suspicion(here, "owner_unknown")
    Suspicion.objects.filter(pk=one.pk).update(suggestion="Shared Name")
    return suspicions.accept(here.id, [one.pk], by=OPERATOR, at=NOW)


def undo_twice(here: Here) -> Any:
    """First after a try that noted it and died, then once more: what is told of it is what was done."""
    noted = {
        "source": SOURCE,
        "at": NOW.isoformat(),
        "loads": list(here.loads),
        "names": [],
        "goes": {},
        "returns": {},
    }
    SourceMapping.objects.filter(company_id=here.id, source=SOURCE).update(undoing=noted)
    found = undoing.undo(here.id, here.loads[0], by=OPERATOR, at=NOW)
    again = undoing.undo(here.id, here.loads[0], by=OPERATOR, at=NOW, is_retry=True)
    return found.goes, found.returns, again.goes


def tap_and_untap(here: Here) -> Any:
    """One whose word the other company knows, and then all that is the other company's."""
    mine, theirs = (int(one["rep"]) for one in (here.world.names, here.world.elsewhere))
    day = date(2027, 8, 1)
    is_new = taps.tap(here.id, TAP, person_id=mine, activity="review", day=day, by=OPERATOR, at=NOW)
    with pytest.raises(ValueError, match="a person of the company"):
        taps.tap(here.id, UUID(int=78), person_id=theirs, activity="review", day=day, by=OPERATOR, at=NOW)
    with pytest.raises(taps.NoSuchTap):
        taps.undo(here.id, TAP, person_id=theirs, by=OPERATOR, at=NOW)
    return is_new, taps.undo(here.id, TAP, person_id=mine, by=OPERATOR, at=NOW)


ACTS: dict[str, Callable[[Here], Any]] = {
    "a later delivery": lambda here: told(bring(here.world.names["c"], here.folder, LATER, "")),
    "rows taken out": lambda here: correcting.remove(here.id, SOURCE, "opportunities", ["D1", "D2"], at=NOW),
    "credits taken out": lambda here: correcting.remove(here.id, SOURCE, "credits", ["D1"], at=NOW),
    "a field of one's own corrected": lambda here: correcting.correct(
        here.id, SOURCE, [correcting.Correction("opportunities", "custom.place", "East", "South")], at=NOW
    ),
    "a near-miss accepted": lambda here: suspicions.accept(here.id, [suspicion(here, "near_miss").pk], by=OPERATOR, at=NOW),
    "an owner accepted": accept_the_owner,
    "an owner matched": lambda here: matches.match(here.id, SOURCE, "Nobody Known", int(here.world.names["rep"]), by=OPERATOR, at=NOW),
    "an import undone": undo_twice,
    "a source taken out": lambda here: for_company(here.id).delete(source=SOURCE),
    "all taken out": lambda here: for_company(here.id).delete(),
    "a tap": tap_and_untap,
}  # fmt: skip


def first_here(world: World, folder: Path) -> Here:
    """The first delivery into a company, with the people it names."""
    company = world.ids[world.names["c"]]
    Person.objects.create(pk=9001, company_id=company, name="Shared Name")
    report = bring(world.names["c"], folder, FIRST, "")
    return Here(world, folder, tuple(int(one.load) for one in report.files if one.load))


def first_there(world: World, folder: Path) -> None:
    """The same into the other company, with other values, and with things that are only there."""
    there = world.ids[world.elsewhere["c"]]
    for number, name in ((9002, "Shared Name"), (9003, "Only There")):
        Person.objects.create(pk=number, company_id=there, name=name)
    bring(world.elsewhere["c"], folder, FIRST, "9")
    bring(world.elsewhere["c"], folder, ONLY_THERE, "")
    taps.tap(
        there,
        TAP,
        person_id=int(world.elsewhere["rep"]),
        activity="call",
        day=NOW.date(),
        by=OPERATOR,
        at=NOW,
    )
    Suspicion.objects.create(
        company_id=there, source=SOURCE, object="opportunities", field="account", value="A3", rows=1, code="account_missing",
        first_seen_at=NOW, latest_seen_at=NOW, first_load="1", latest_load="1",
    )  # fmt: skip


def as_if_undone_there(here: Here) -> None:
    """The other company has undone loads of the same numbers, and told of it."""
    there = here.world.ids[here.world.elsewhere["c"]]
    for_company(there).add("undone", [{"source": SOURCE, "load_id": one} for one in here.loads])
    said = {"source": SOURCE, "at": NOW.isoformat(), "loads": list(here.loads), "names": [], "is_told": True}
    SourceMapping.objects.filter(company_id=there, source=SOURCE).update(
        undoing=said | {"goes": {"opportunities": 999}, "returns": {}}
    )


def standing(here: Here) -> dict[str, list[str]]:
    """All that is kept of the source here, but for numbers that all companies share; of other sources how much."""
    found: dict[str, list[Any]] = {}
    for table in (*schema.FACT_TABLES, *(f"replaced_{one}" for one in schema.FACT_TABLES), "loads", "owners"):
        names = [one for one in schema.TABLES[table] if one not in ("load_id", "by_load", "company_id")]
        mine, cursor = f"FROM {table} WHERE company_id = ?", connection.cursor()
        sql = f"SELECT {schema.quoted(names)} {mine} AND source = ?"
        found[table] = cursor.execute(sql, [here.id, SOURCE]).fetchall()
        found[table] += cursor.execute(f"SELECT count(*) {mine}", [here.id]).fetchall()
    rows = {
        "matches": Match.objects.values_list("source", "key", "person_id", "how"),
        "suspicions": Suspicion.objects.values_list("source", "field", "value", "code", "suggestion", "rows", "settled_at", "accepted_at"),
        "taps": Tap.objects.values_list("uuid", "person_id", "activity", "undone_at"),
        "journal": Line.objects.values_list("action", "words"),
    }  # fmt: skip
    found |= {name: list(one.filter(company_id=here.id)) for name, one in rows.items()}
    return {name: sorted(map(repr, one)) for name, one in found.items()}


@contextmanager
def apart() -> Iterator[Path]:
    """A folder for files, and everything taken back at the end."""
    with TemporaryDirectory() as folder, override_settings(HOME=Path(folder)), taken_back():
        remembering.forget()
        yield Path(folder)


@pytest.mark.parametrize("name", ACTS)
def test_the_answer_is_the_same_in_what_is_done_to_facts_beside_another_company(
    world: World, name: str
) -> None:
    one = world.turned()  # so that whatever is found first is the other's
    theirs = one.ids[one.elsewhere["c"]]
    with apart() as folder:
        take_out(theirs)
        remembering.forget()
        here = first_here(one, folder)
        alone = ACTS[name](here), standing(here)
    with apart() as folder:
        first_there(one, folder)
        here = first_here(one, folder)
        as_if_undone_there(here)
        before = kept(theirs)
        assert (ACTS[name](here), standing(here)) == alone
        assert changed(before, kept(theirs)) == set(), "the other company's stays as it was"
