"""Takes what connectors have read: the one way by which facts and rosters come in, as often as one likes.

People go to `companies.joining`, facts to the store in one transaction with their ledger lines; then owners are matched
and suspicions listed. Interrupted anywhere, the same import again completes it and doubles nothing. It must not know
where rows came from. Start with `take`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from ropewalk.companies.models import Company
from ropewalk.facts import completing, matches, rosters, suspicions
from ropewalk.facts.models import SourceMapping
from ropewalk.facts.queries import deal_links_for_system
from ropewalk.facts.report import FileReport, FoundSuspicion, IntakeReport
from ropewalk.facts.shapes import FACTS, Delivered
from ropewalk.facts.store import StoreBusy, connection, merging
from ropewalk.facts.store.as_it_lies import FileChanged
from ropewalk.facts.store.deliveries import Delivery, EngineTrouble, Part
from ropewalk.facts.suspecting import suspect
from ropewalk.facts.weighing import Weighed, weigh
from ropewalk.facts.workroom import workroom
from ropewalk.journal.writing import Actor, write

__all__ = ["EngineTrouble", "FileChanged", "Mapped", "StoreBusy", "hold", "take"]


@dataclass(frozen=True)
class Mapped:
    """The mapping by which files were read: the source's name, its text, and where a deal opens."""

    source: str
    text: str
    deal_link: str | None = None  # an address with {id}, empty for none; None: nothing was said of deals


def hold() -> None:
    """Take hold of the store for this process. Raises StoreBusy where another one has it."""
    connection.cursor()


def take(
    company_id: int,
    files: Sequence[Delivered],
    mapping: Mapped,
    *,
    by: Actor,
    at: datetime,
    on: date,
    since: datetime | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> IntakeReport:
    """What became of every row of the files. `on` is the company's day, for telling what lies in the future.

    Files that came through at or after `since` by a try that died are told of as that one would have.

    Raises StoreBusy, before anything is changed, where another process holds the store.
    """
    company = Company.objects.get(pk=company_id)
    hold()
    with workroom() as folder:
        taking = _Taking(company, mapping, list(files), by, at, on, folder, since)
        progress("people")
        taking.take_people()
        progress("facts")
        taking.take_facts()
        progress("report")
        return taking.finish()


class _Taking:
    """One import on its way."""

    def __init__(
        self,
        company: Company,
        mapping: Mapped,
        files: list[Delivered],
        by: Actor,
        at: datetime,
        on: date,
        folder: Path,
        since: datetime | None,
    ) -> None:
        self.company = company
        self.mapping = mapping
        self.files = files
        self.by = by
        self.at = at
        self.on = on
        self.folder = folder
        self.since = since
        self.weighed = [Weighed(file, number) for number, file in enumerate(files)]
        self.found: list[suspicions.Found] = []

    def take_people(self) -> None:
        """Give rosters to companies.joining, in one transaction with their ledger."""
        rosters.take(
            self.company.pk, self.mapping.source, [one for one in self.weighed if one.file.object == "people"],
            found=self.found, by=self.by, at=self.at,
        )  # fmt: skip

    def take_facts(self) -> None:
        """Judge the delivery as a whole, match owners, mark what looks wrong, merge."""
        parts = [
            Part(number, one.file.object, one.file.folder, one.refused_keys())
            for number, one in enumerate(self.weighed)
            if one.file.object in FACTS and one.file.whole is None
        ]
        source, company_id = self.mapping.source, self.company.pk
        delivery = Delivery(self.folder, parts)
        try:
            weigh(delivery, self.weighed)
            named = {
                value for part in parts for value in delivery.values(part.object, "owner_key", part.number)
            } | merging.owner_keys(company_id, source)
            with transaction.atomic():
                matched = matches.refresh(company_id, {source: named}, at=self.at)
            self.found += suspect(
                delivery, self.files, matched.get(source, {}), company_id=company_id, on=self.on
            )
            kept = list(delivery.rest())
        finally:
            delivery.close()
        ledger = [
            merging.LedgerLine(
                part.number,
                one.file.name,
                one.file.object,
                one.file.rows,
                one.file.blank + len(one.file.footers),  # the ledger tells what has to be mended
                one.refused - len(one.file.footers),
                one.file.sha256,
            )
            for part in parts
            for one in (self.weighed[part.number],)
        ]
        with connection.writing():
            batch = merging.Batch(company_id, source, self.at, kept, ledger)
            merged = completing.came_through(batch, since=self.since)
            if merged is None:
                merged = merging.merge(batch) if parts else {}
            matches.copy_to_store(company_id)
        for number, outcome in merged.items():
            one = self.weighed[number]
            one.new, one.changed, one.unchanged = outcome.new, outcome.changed, outcome.unchanged
            one.suspicious, one.load = outcome.suspicious, str(outcome.load_id)
            self.found += [
                suspicions.Found(number, one.file.object, name, account, "account_missing", rows, line)
                for (name, account), (rows, line) in sorted(outcome.missing_accounts.items())
            ]

    def finish(self) -> IntakeReport:
        """Keep suspicions and mapping, write the downloads, and tell what became of everything."""
        loads = {number: one.load for number, one in enumerate(self.weighed)}
        source, company_id = self.mapping.source, self.company.pk
        with transaction.atomic():
            ids = suspicions.record(company_id, source, self.found, loads, at=self.at)
            suspicions.settle_accounts(company_id, source, at=self.at)
            if any(one.load for one in self.weighed):
                self._note()
                self._keep_mapping()
        refused_folder = Path(settings.HOME) / "refused" / self.company.handle
        for one in self.weighed:
            one.write_download(refused_folder)
        refusals = [refusal for one in self.weighed for refusal in one.listed]
        return IntakeReport(
            files=[self._file(one) for one in self.weighed],
            refusals=refusals,
            suspicions=[self._suspicion(pk, found) for pk, found in zip(ids, self.found, strict=True)],
            left_out=sum(one.refused_in_list - len(one.listed) for one in self.weighed),
        )

    def _note(self) -> None:
        """What this import changed, and what an earlier one did that died before it could tell."""
        facts = {int(one.load): one for one in self.weighed if one.file.object in FACTS and one.load}
        known = completing.told_until(self.company.pk, self.mapping.source)
        told = [
            (one.file.name, one.new, one.changed, one.refused)
            for load, one in facts.items()
            if known is None or load > known
        ]
        told += [
            (one.name, one.new, one.changed, one.refused)
            for one in completing.untold(self.company.pk, self.mapping.source)
            if one.load_id not in facts and (one.new or one.changed)
        ]
        if not any(new or changed for _, new, changed, _ in told):
            return
        counted = ", ".join(
            f"{name} {new} new, {changed} changed, {refused} refused" for name, new, changed, refused in told
        )
        write(
            "imported facts", thing=f"source:{self.mapping.source}"[:80], actor=self.by, at=self.at,
            company_id=self.company.pk, words=f"{counted}.",
        )  # fmt: skip

    def _keep_mapping(self) -> None:
        """Keep the mapping as the one used last; that deals open elsewhere now has its line."""
        company_id, source, link = self.company.pk, self.mapping.source, self.mapping.deal_link
        kept: dict[str, object] = {
            "text": self.mapping.text, "used_at": self.at, "told_load": self._latest_load()
        }  # fmt: skip
        if link is not None and link != deal_links_for_system(company_id).get(source, ""):
            kept["deal_link"] = link
            write(
                "said where deals open", thing=f"source:{source}"[:80], actor=self.by, at=self.at,
                company_id=company_id, words=link or "nowhere",
            )  # fmt: skip
        SourceMapping.objects.update_or_create(company_id=company_id, source=source, defaults=kept)

    def _latest_load(self) -> int | None:
        known = completing.told_until(self.company.pk, self.mapping.source)
        loads = [int(one.load) for one in self.weighed if one.load and one.file.object in FACTS]
        return max([*loads, *([known] if known is not None else [])], default=None)

    def _file(self, one: Weighed) -> FileReport:
        file = one.file
        return FileReport(
            name=file.name, object=file.object, rows=file.rows, new=one.new, changed=one.changed,
            unchanged=one.unchanged, refused=one.refused, blank=file.blank, suspicions=one.suspicious, load=one.load,
            download=one.download, is_refused_whole=file.whole is not None, footers=file.footers,
        )  # fmt: skip

    def _suspicion(self, pk: int, found: suspicions.Found) -> FoundSuspicion:
        name = self.files[found.part].name
        return FoundSuspicion(
            id=pk, name=name, line=found.line, object=found.object, field=found.field, value=found.value,
            suggestion=found.suggestion, code=found.code, rows=found.rows,
            sentence=suspicions.sentence(found, name=name),
        )  # fmt: skip
