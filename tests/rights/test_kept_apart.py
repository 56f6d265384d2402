"""Behind every door: what is asked of a company has the same answer whether there is another company or not.

Every function that reads by a company's number (or its handle) is asked twice, in a world of two companies that are alike
to the last key, and in the same world with every row and fact of the other taken out. One that isn't named is red.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from tests.rights.asking import taken_back
from tests.rights.canaries import path_to_company
from tests.rights.world import NOW, World

import ropewalk
from ropewalk.companies import access, history, inviting, mail_server, queries, roster, settling
from ropewalk.companies.models import Company, Holiday, Person
from ropewalk.companies.standing import Standing
from ropewalk.facts import queries as kept_facts
from ropewalk.facts import sources, tapped, uploads
from ropewalk.facts.completing import told_until
from ropewalk.facts.store import connection, for_company, ledger, merging, schema
from ropewalk.facts.store.undoing import is_undone
from ropewalk.facts.undoing import NoSuchLoad, preview_for_system
from ropewalk.individual_plans import queries as individual_plans
from ropewalk.journal.models import Line
from ropewalk.metrics import cards, evidence, gathering, keeping, measuring, quietness, scoping, tallying
from ropewalk.metrics.built_in import definitions
from ropewalk.metrics.questions import Question
from ropewalk.plans import queries as plans
from ropewalk.plans.models import ManualValue
from ropewalk.progress import remembering, series
from ropewalk.progress import world as worlds
from ropewalk.progress.checklist import checklist
from ropewalk.reviews import queries as reviews
from ropewalk.reviews.private_notes import my_note
from ropewalk.reviews.topics import open_topics
from ropewalk.rollout import queries as rollout
from ropewalk.rollout import reminding
from ropewalk.versions import queries as versions

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
DAY, FIRST, LAST = NOW.date(), date(2027, 1, 1), date(2027, 12, 31)
EVERY = range(1, 900)  # numbers of rows of either


@dataclass(frozen=True)
class One:
    """One company, as the questions need it, and what both have that questions are asked with."""

    world: World
    reps: tuple[int, ...]  # of both
    addresses: tuple[str, ...]
    things: tuple[str, ...]  # of the journal
    labels: tuple[str, ...]  # of values by hand
    accounts: tuple[str, ...]  # their keys

    @property
    def id(self) -> int:
        return self.world.ids[self.handle]

    @property
    def handle(self) -> str:
        return self.world.names["c"]

    def viewer(self, actor: str = "a") -> access.Viewer:
        return access.viewer_for(self.world.accounts[actor].pk, self.handle, on=DAY)


def one_of(world: World) -> One:
    keys = connection.cursor().execute("SELECT DISTINCT id FROM accounts").fetchall()
    return One(
        world,
        (int(world.names["rep"]), int(world.elsewhere["rep"])),
        tuple(Person.objects.values_list("email", flat=True)),
        tuple(Line.objects.values_list("thing", flat=True).distinct()),
        tuple(ManualValue.objects.values_list("label", flat=True)),
        tuple(key for (key,) in keys),
    )


def previewed(company_id: int, load: int) -> Any:
    try:
        return preview_for_system(company_id, load)
    except NoSuchLoad as none:
        return str(none)


def parts(of: Any) -> dict[str, str]:
    """Every field of a value, to be compared."""
    return {one.name: repr(getattr(of, one.name)) for one in fields(of)}


def asked(metric: str, by: Any = "person", **more: Any) -> Question:
    return Question(metric, by, FIRST, LAST, **more)


def daily(c: One) -> list[Any]:
    metrics = ("revenue_won", "new_clients", "activities")
    return [tallying.daily_for_system(c.id, one, (), FIRST, LAST) for one in metrics]


def marks(company_id: int) -> list[Any]:
    """The tallies that are kept of a company."""
    sql = "SELECT tally, metric, scope FROM watermarks WHERE company_id = ? ORDER BY tally"
    return connection.cursor().execute(sql, [company_id]).fetchall()


QUESTIONS: dict[str, Callable[[One], Any]] = {
    "companies.access.operator": lambda c: access.operator_for(c.handle, on=DAY),
    "companies.access.viewer_for": lambda c: c.viewer("m"),
    "companies.history.latest_line": lambda c: history.latest_line(c.viewer()),
    "companies.history.latest_line_for_system": lambda c: history.latest_line_for_system(c.id),
    "companies.history.lines_since_for_system": lambda c: history.lines_since_for_system(c.id, 0),
    "companies.history.latest_change": lambda c: [history.latest_change(c.viewer(), one) for one in c.things],
    "companies.inviting.email_of": lambda c: inviting.email_of(c.viewer("s")),
    "companies.inviting.not_invited": lambda c: inviting.not_invited(c.viewer()),
    "companies.inviting.open_invitations": lambda c: inviting.open_invitations(c.viewer(), at=NOW),
    "companies.mail_server.has_mail_for_system": lambda c: mail_server.has_mail_for_system(c.id),
    "companies.mail_server.server_for_system": lambda c: mail_server.server_for_system(c.id, keys=settings.DATA_KEYS),
    "companies.mail_server.settings_of": lambda c: mail_server.settings_of(c.viewer()),
    "companies.queries.company_for_system": lambda c: queries.company_for_system(c.id),
    "companies.queries.company_by_handle_for_system": lambda c: queries.company_by_handle_for_system(c.handle),
    "companies.queries.particulars_for_system": lambda c: queries.particulars_for_system(c.handle),
    "companies.queries.time_zone_for_system": lambda c: queries.time_zone_for_system(c.handle),
    "companies.queries.absences_for_system": lambda c: queries.absences_for_system(c.id),
    "companies.queries.holders_for_system": lambda c: queries.holders_for_system(c.id, "manager"),
    "companies.queries.names_by_email": lambda c: queries.names_by_email(c.viewer(), c.addresses),
    "companies.roster.roster_for_system": lambda c: parts(roster.roster_for_system(c.id)),
    "companies.settling.holidays_of": lambda c: settling.holidays_of(c.viewer()),
    "companies.standing.of": lambda c: parts(Standing.of(c.id)),
    "facts.completing.told_until": lambda c: [c.id, told_until(c.id, "elsewhere"), told_until(c.id, "hubspot")],
    "facts.holding.revision_for_system": lambda c: for_company(c.id).mark(),
    "facts.queries.importing_company_for_system": lambda c: kept_facts.importing_company_for_system(c.handle),
    "facts.queries.corrections_for_system": lambda c: kept_facts.corrections_for_system(c.id, "hubspot"),
    "facts.queries.deal_links_for_system": lambda c: kept_facts.deal_links_for_system(c.id),
    "facts.queries.mapped_sources_for_system": lambda c: kept_facts.mapped_sources_for_system(c.id),
    "facts.queries.mapping_for_system": lambda c: kept_facts.mapping_for_system(c.id, "elsewhere"),
    "facts.queries.open_suspicions_for_system": lambda c: kept_facts.open_suspicions_for_system(c.id),
    "facts.queries.matches_for_system": lambda c: kept_facts.matches_for_system(c.id),
    "facts.sources.sources_for_system": lambda c: sources.sources_for_system(c.id),
    "facts.store.latest_loads": lambda c: ledger.latest_loads(c.id),
    "facts.store.came_after": lambda c: ledger.came_after(c.id, "hubspot", load=0),
    "facts.store.owner_keys": lambda c: merging.owner_keys(c.id, "hubspot"),
    "facts.store.account_ids": lambda c: merging.account_ids(c.id, "hubspot", c.accounts),
    "facts.store.is_undone": lambda c: [is_undone(c.id, one) for one in range(12)],
    "facts.store.fresh_at": lambda c: for_company(c.id).fresh_at(),
    "facts.tapped.taps_of_day_for_system": lambda c: [tapped.taps_of_day_for_system(c.id, one, DAY) for one in c.reps],
    "facts.tapped.tapped_for_system": lambda c: tapped.tapped_for_system(c.id, FIRST, LAST),
    "facts.tapped.tapped_by_one_for_system": lambda c: [
        tapped.tapped_by_one_for_system(c.id, one, FIRST, LAST) for one in c.reps
    ],
    "facts.tapped.tapped_by_whom_for_system": lambda c: tapped.tapped_by_whom_for_system(c.id, EVERY),
    "facts.undoing.preview_for_system": lambda c: [previewed(c.id, one) for one in range(1, 12)],
    "facts.uploads.uploads": lambda c: uploads.uploads(c.viewer()),
    "facts.uploads.waiting": lambda c: uploads.waiting(c.viewer()),
    "individual_plans.queries.plans_for_system": lambda c: individual_plans.plans_for_system(c.id, 2027),
    "individual_plans.queries.planned_by_whom_for_system": lambda c: individual_plans.planned_by_whom_for_system(c.id, EVERY),
    "individual_plans.queries.commitments_for_system": lambda c: individual_plans.commitments_for_system(c.id),
    "metrics.cards.card_for_system": lambda c: cards.card_for_system(c.id, "revenue_won"),
    "metrics.evidence.evidence_for_system": lambda c: [parts(evidence.evidence_for_system(c.id, asked(one))) for one in ("revenue_won", "close_rate")],
    "metrics.gathering.gather_for_system": lambda c: gathering.gather_for_system(c.id, "revenue_won", (), FIRST, LAST),
    "metrics.measuring.measure_for_system": lambda c: [measuring.measure_for_system(c.id, asked(one, by)) for one in ("revenue_won", "close_rate", "new_clients") for by in ("person", "team", "company")],
    "metrics.quietness.quietest_for_system": lambda c: quietness.quietest_for_system(c.id, [()], DAY),
    "metrics.quietness.fresh_at_for_system": lambda c: quietness.fresh_at_for_system(c.id),
    "metrics.quietness.facts_state_for_system": lambda c: quietness.facts_state_for_system(c.id),
    "metrics.tallying.daily_for_system": lambda c: daily(c),
    "metrics.tallying of what is kept": lambda c: (keeping.forget(c.id), keeping.keep_all(c.id), marks(c.id), daily(c))[2:],
    "metrics.scoping.own_fields": lambda c: scoping.own_fields(c.id, definitions()["revenue_won"]),
    "plans.queries.draft_for_system": lambda c: plans.draft_for_system(c.id, 2028),
    "plans.queries.ideas_for_system": lambda c: plans.ideas_for_system(c.id),
    "plans.queries.years_for_system": lambda c: plans.years_for_system(c.id),
    "plans.queries.plan_id_for_system": lambda c: plans.plan_id_for_system(c.id, 2028),
    "plans.queries.edition_of": lambda c: plans.edition_of(c.viewer("l"), 2028),
    "plans.queries.manual_values_for_system": lambda c: [plans.manual_values_for_system(c.id, one) for one in c.labels],
    "progress.checklist": lambda c: checklist(c.viewer(), at=NOW),
    "progress.series.series_for_system": lambda c: series.series_for_system(c.id, roster.roster_for_system(c.id), "revenue_won", (), start=FIRST, end=LAST).people,
    "progress.series.running_for_system": lambda c: [series.running_for_system(c.id, one, "revenue_won", (), start=FIRST, end=LAST) for one in c.reps],
    "progress.world.world_for_system": lambda c: parts(worlds.world_for_system(c.id, DAY)),
    "reviews.private_notes.my_note": lambda c: [my_note(c.viewer("m"), one, keys=settings.DATA_KEYS) for one in c.reps],
    "reviews.queries.talks_for_system": lambda c: reviews.talks_for_system(c.id),
    "reviews.queries.talked_with_whom_for_system": lambda c: reviews.talked_with_whom_for_system(c.id, EVERY),
    "reviews.queries.reviewed_whom_for_system": lambda c: reviews.reviewed_whom_for_system(c.id, EVERY),
    "reviews.queries.reviews_for_system": lambda c: reviews.reviews_for_system(c.id),
    "reviews.queries.talks_with_words": lambda c: [reviews.talks_with_words(c.viewer("m"), one) for one in c.reps],
    "reviews.topics.open_topics": lambda c: [open_topics(c.viewer("m"), one) for one in c.reps],
    "rollout.queries.announcements_for_system": lambda c: rollout.announcements_for_system(c.id),
    "rollout.queries.told_for_system": lambda c: rollout.told_for_system(c.id, 2027),
    "rollout.queries.team_talks_for_system": lambda c: rollout.team_talks_for_system(c.id),
    "rollout.reminding.reminded_on_for_system": lambda c: reminding.reminded_on_for_system(c.id, date(2027, 8, 10)),
    "versions.queries.versions_for_system": lambda c: versions.versions_for_system(c.id),
}  # fmt: skip
NOT_OF_ONE = {  # reads for the program, of no company or of one row that a job was given, and why it needs no question here
    "backups.sample.figures_for_system": "every company’s figures, for the proof of a backup",
    "backups.sample.same_again_for_system": "every company’s figures, for the proof of a backup",
    "companies.beginning.is_empty_for_system": "whether there is any company",
    "companies.mail_server.opened_for_system": "whether passwords open, for the operator; no word of any",
    "companies.queries.companies_for_system": "every handle, for the operator",
    "companies.queries.company_ids_for_system": "every company, for the runner",
    "companies.queries.demo_account_for_system": "of generated companies alone",
    "companies.queries.demo_cast_for_system": "of generated companies alone",
    "facts.holding.moment_held_for_system": "by the number alone, in memory: tests/progress/test_showing_before.py",
    "facts.uploads.upload_for_system": "the row that a job was given",
    "facts.uploads.begin_for_system": "the row that a job was given",
    "facts.uploads.finish_for_system": "the row that a job was given",
    "facts.uploads.stop_for_system": "the row that a job was given",
    "facts.uploads.tidy_for_system": "files of every company",
    "reviews.private_notes.opened_for_system": "whether notes open, for the operator; no word of any",
}  # fmt: skip


def test_every_question_that_asks_without_a_viewer_is_named() -> None:
    source = Path(ropewalk.__file__).parent
    named = {
        f"{str(path.relative_to(source))[:-3].replace('/', '.')}.{name}"
        for path in source.rglob("*.py")
        for name in re.findall(r"^def (\w+_for_system)\(", path.read_text(), re.MULTILINE)
    }
    assert named == {one for one in (*QUESTIONS, *NOT_OF_ONE) if one.endswith("_for_system")}


def take_out(company_id: int) -> None:
    """Take every row and fact of a company away, whatever hangs on them."""
    gone = {}
    for model in apps.get_models():
        path = path_to_company(model)
        if path is not None:
            gone[model] = list(model._base_manager.filter(**{path: company_id}).values_list("pk", flat=True))
    for model, numbers in gone.items():
        for begin in range(0, len(numbers), 500):
            rows = model._base_manager.filter(pk__in=numbers[begin : begin + 500])
            rows._raw_delete(rows.db)
    with connection.writing() as cursor:
        for table in schema.TABLES:
            cursor.execute(f"DELETE FROM {table} WHERE company_id = ?", [company_id])


def load(number: int, of: str, at: datetime = NOW) -> dict[str, Any]:
    """A line of the ledger that found a row as it was."""
    return {
        "source": "hubspot", "load_id": number, "name": f"{number}.csv", "object": of, "at": at.replace(tzinfo=None),
        "sha256": str(number), "unchanged": 1, **dict.fromkeys(("rows", "new", "changed", "refused", "blank", "suspicions"), 0),
    }  # fmt: skip


def add_loads(company_id: int, *loads: dict[str, Any]) -> None:
    facts = for_company(company_id)
    facts.add("loads", loads)
    numbers = [one["load_id"] for one in loads]
    facts.add("together", [{"source": "hubspot", "load_id": one, "first_load": one} for one in numbers])


def deal(key: str, owner: str, source: str = "hubspot", **more: Any) -> dict[str, Any]:
    return {"source": source, "id": key, "owner_key": owner, "name": "It", "status": "open", **more}


@contextmanager
def with_more(here: int, there: int, *, keeps: bool) -> Iterator[None]:
    """Keys, days, sources, fields, loads and a zone that only the other company has, besides all that both have.

    It has undone loads of the same numbers. With `keeps` there are tallies of it.
    """
    with taken_back():
        Company.objects.filter(pk=there).update(time_zone="Pacific/Kiritimati")
        Holiday.objects.create(company_id=there, day=date(2027, 12, 31))
        for company, name in (
            (here, "Noa Newhere"),
            (there, "Ned Newthere"),
        ):  # with an address, and nobody's way in
            Person.objects.create(company_id=company, name=name, email=f"{name[-5:]}@new.example")
        remembering.forget()
        add_loads(
            there, load(7, "accounts"), load(8, "accounts", NOW + timedelta(1)), load(9, "opportunities")
        )
        facts = for_company(there)
        facts.add("undone", [{"source": "hubspot", "load_id": one} for one in (1, 7, 10, 11)])
        facts.add("accounts", [{"source": "hubspot", "id": "only there", "name": "Only there"}])
        facts.add("opportunities", [deal("only there", "Only There", custom='{"only there": "1"}')])
        facts.add("opportunities", [deal("elsewhere", "Only There", "only there")])
        quiet = {"opened_on": date(2020, 1, 1)}  # for whom the own company knows under the key
        facts.add("opportunities", [deal(f"of {one}", one, **quiet) for one in ("Ana Alder", "Otto Other")])
        if keeps:
            keeping.keep_all(there, [("revenue_won", (("product", "Line"),))])
        add_loads(
            here, load(10, "accounts"), load(11, "opportunities")
        )  # last: what is found first is the other's
        yield


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_answer_is_the_same_whether_there_is_another_company_or_not(world: World, name: str) -> None:
    for one in (world, world.turned()):
        other = one.ids[one.elsewhere["c"]]
        with with_more(one.ids[one.names["c"]], other, keeps=name.startswith("metrics")):
            company = one_of(one)
            among_others = QUESTIONS[name](company)
            take_out(other)
            remembering.forget()
            assert QUESTIONS[name](company) == among_others
        assert among_others, "an empty answer would prove nothing"
