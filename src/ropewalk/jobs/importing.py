"""An import from files to report: each file read by a child with limits, then everything taken at once.

A day in, a report out; it reads the clock for those below. Start with `run`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from ropewalk.companies import access
from ropewalk.connectors.files.lines import TextTable
from ropewalk.connectors.files.mapping import (
    DELIMITERS,
    FileEntry,
    KnownFile,
    Mapping,
    read_mapping,
    rules_for,
)
from ropewalk.connectors.files.marked import MappingRefused
from ropewalk.facts import intake, queries
from ropewalk.facts.queries import ImportingCompany
from ropewalk.facts.report import IntakeReport
from ropewalk.facts.shapes import Delivered, Refusal, Whole
from ropewalk.facts.workroom import workroom
from ropewalk.jobs import child, handing
from ropewalk.jobs.kinds import NotDone, Say, retry_of
from ropewalk.journal.writing import Actor
from ropewalk.lib import clock

READER = "ropewalk.connectors.files.reading:read"
TEXT_LIMITS = child.Limits(memory=2 << 30, seconds=600)  # the engine reserves twice the memory that it uses
WORKBOOK_LIMITS = child.Limits(seconds=60)
Reader = Callable[[dict[str, Any], Callable[[dict[str, Any]], None]], dict[str, Any]]
log = logging.getLogger(__name__)


class NothingToImport(Exception):
    """A file that was named isn't there or can't be opened; the sentence says which."""


@dataclass(frozen=True)
class Progress:
    """How far an import is: in a file, the rows done of about so many, or a step after reading."""

    name: str
    rows: int = 0
    of: int = 0
    refused: int = 0
    is_step: bool = False


def run(
    company_handle: str,
    files: Sequence[Path],
    mapping_path: Path | None,
    *,
    by: Actor,
    progress: Callable[[Progress], None] = lambda how_far: None,
    read: Reader | None = None,
    since: datetime | None = None,
) -> IntakeReport:
    """Import files by a mapping file, or by the one kept from the last import where None is given.

    `read` reads one file by an order; by default it is a child process with limits. `since` is when the same import was
    begun that died, where it is known to have been.

    Raises UnknownCompany, UnknownMapping, MappingRefused, NothingToImport, and StoreBusy where another process holds the
    facts.
    """
    company = queries.importing_company_for_system(company_handle)
    intake.hold()
    missing = [str(path) for path in files if not Path(path).is_file()]
    if missing or not files:
        why = (
            f"There is no file {', '.join(missing)}. Look at its name and its folder."
            if missing
            else "No file was named."
        )
        raise NothingToImport(why)
    text, mapping = _mapping(company, mapping_path)
    now, on = clock.now(), clock.today(company.setting.zone)
    with workroom() as folder:
        reading = _Reading(
            company,
            mapping,
            [Path(path) for path in files],
            mapping_path,
            folder,
            progress,
            read or in_child,
        )
        delivered = reading.read_all()
        if not delivered:
            raise NothingToImport("The mapping passes over every file that was named. Nothing was imported.")
        return intake.take(
            company.id, delivered, intake.Mapped(mapping.source, text, mapping.deal_link), by=by, at=now, on=on, since=since,
            progress=lambda step: progress(Progress(step, is_step=True)),
        )  # fmt: skip


def perform(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """The report of an import as JSON. The order holds company, files, mapping (or None) and as (an address or None).

    Raises NotDone with the words for whoever ordered it, and StoreBusy.
    """

    def tell(how_far: Progress) -> None:
        if how_far.is_step or not how_far.of:
            return
        words = how_far.name if not how_far.refused else f"{how_far.name} ({how_far.refused:,} refused)"
        say(how_far.rows, how_far.of, words)

    try:
        company = queries.importing_company_for_system(order["company"])
        by = importer(company.handle, order.get("as"), on=clock.today(company.setting.zone))
        mapping = handing.seen(order, "mapping") if order.get("mapping") else None
        files = handing.all_seen(order, "files")
        report = run(company.handle, files, mapping, by=by, progress=tell, since=retry_of(order))
    except (queries.UnknownCompany, queries.UnknownMapping, MappingRefused, NothingToImport) as trouble:
        raise NotDone(str(trouble)) from None
    except intake.FileChanged as trouble:
        raise NotDone(
            f"The import stopped: {trouble} Import it again once it stays as it is; nothing is counted twice."
        ) from None
    except (OSError, *intake.EngineTrouble) as trouble:
        log.exception("The import stopped.")
        raise NotDone(
            f"The import stopped: {trouble}. Look whether the disk of {settings.HOME} is full, then import the same files "
            "again; nothing is counted twice."
        ) from trouble
    return report.as_json()


def importer(handle: str, address: str | None, *, on: date) -> Actor:
    """Whoever imports: the operator at the shell, or the administrator of that e-mail address. Raises NotDone."""
    try:
        viewer = (
            access.viewer_by_email(handle, address, on=on) if address else access.operator_for(handle, on=on)
        )
        access.require(viewer, "administrator", words="Only an administrator of the company imports data.")
    except access.NotVisible:
        raise NotDone(f"There is nobody of the address {address} in {handle}.") from None
    except access.NotAllowed as trouble:
        raise NotDone(str(trouble)) from None
    return viewer.actor


def _mapping(company: ImportingCompany, path: Path | None) -> tuple[str, Mapping]:
    if path is None:
        source, text = queries.mapping_for_system(company.id)
        return text, read_mapping(text, name=f"the mapping of {source}")
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise NothingToImport(f"There is no mapping {path}. Look at its name and its folder.") from None
    except OSError as error:
        raise NothingToImport(f"The mapping {path} can't be opened: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise NothingToImport(
            f"The mapping {path} isn't text. A mapping is a YAML file, saved as UTF-8; the files with rows are named without --mapping."
        ) from None
    return text, read_mapping(text, name=Path(path).name)


@dataclass
class _Reading:
    """The files of one import on their way through children."""

    company: ImportingCompany
    mapping: Mapping
    files: list[Path]
    mapping_path: Path | None
    folder: Path
    progress: Callable[[Progress], None]
    read: Reader

    def read_all(self) -> list[Delivered]:
        """Every file once for each entry that it serves."""
        corrections = queries.corrections_for_system(self.company.id, self.mapping.source)
        found: list[Delivered] = []
        for path in self.files:
            entries = self.mapping.entries_for(path.name)
            if not entries and self.mapping.ignores(path.name):
                continue
            entries = entries or self._by_header(path)
            if not entries:
                found.append(self._unmapped(path, len(found)))
            for entry in entries:
                own = {name: words for (of, name), words in corrections.items() if of == entry.object}
                found.append(self._read(path, entry, own, len(found)))
        return found

    def _by_header(self, path: Path) -> list[FileEntry]:
        """The one entry that the header of a text file fits, such as of refused rows that were mended."""
        try:
            headers = [
                set(TextTable(path, path.name, wanted=entry.header).header) for entry in self.mapping.files
            ]
        except Whole:
            return []
        fitting = [
            entry
            for entry, header in zip(self.mapping.files, headers, strict=True)
            if entry.header and entry.header <= header
        ]
        return fitting if len(fitting) == 1 else []

    def _unmapped(self, path: Path, number: int) -> Delivered:
        patterns = ", ".join(pattern for entry in self.mapping.files for pattern in entry.patterns)
        sentence = (
            f"No entry of the mapping is for {path.name}, neither by name ({patterns}) nor by its columns. Add one, or name the "
            "file under ignore."
        )
        return self._whole(path, "accounts", number, "file_unmapped", sentence)

    def _whole(self, path: Path, of: str, number: int, code: str, sentence: str) -> Delivered:
        refusal = Refusal(path.name, None, None, None, code, sentence)
        return Delivered(path.name, of, self._own_folder(number), [], ",", "", 0, 0, 0, whole=refusal)

    def _own_folder(self, number: int) -> Path:
        folder = self.folder / f"{number:04}"
        folder.mkdir(exist_ok=True)
        return folder

    def _read(
        self, path: Path, entry: FileEntry, corrections: dict[str, dict[str, str]], number: int
    ) -> Delivered:
        known = {name: list(one) for name, one in entry.known.items() if not isinstance(one, KnownFile)}
        known_files, absent = self._known_files(path, entry)
        if absent is not None:
            sentence = (
                f"The known values of {path.name} are to come from {absent}, which is neither among the files nor beside them or the mapping. "
                "Add it, or list the values."
            )
            return self._whole(path, entry.object, number, "known_missing", sentence)
        folder = self._own_folder(number)
        order = {
            "path": str(path), "name": path.name, "folder": str(folder),
            "rules": asdict(rules_for(entry, corrections)), "setting": asdict(self.company.setting),
            "encoding": entry.encoding, "delimiter": DELIMITERS.get(entry.delimiter or ""),
            "header_row": entry.header_row, "sheet": entry.sheet, "known_files": known_files,
        }  # fmt: skip
        self.progress(Progress(path.name))
        try:
            result = self.read(order, lambda word: self.progress(Progress(path.name, **word)))
        except child.ChildFailed as failure:
            if not failure.is_limit:
                log.error("reading %s failed: %s", path.name, failure)
            sentence = (
                f"{path.name} needs more memory or time than a file may take. Split it, or export it as CSV."
                if failure.is_limit
                else f"{path.name} couldn't be read; the log says why. Export it again as CSV."
            )
            code = "file_too_heavy" if failure.is_limit else "file_unreadable"
            return self._whole(path, entry.object, number, code, sentence)
        self.progress(Progress(path.name, result["rows"], result["rows"], result["refused"]))
        return _delivered(path, entry, folder, result, known)

    def _known_files(self, path: Path, entry: FileEntry) -> tuple[dict[str, dict[str, str]], str | None]:
        found: dict[str, dict[str, str]] = {}
        for name, one in entry.known.items():
            if isinstance(one, KnownFile):
                places = [given for given in self.files if given.name == one.file] + [path.parent / one.file]
                if self.mapping_path is not None:
                    places.append(Path(self.mapping_path).parent / one.file)
                there = next((place for place in places if place.is_file()), None)
                if there is None:
                    return {}, one.file
                found[name] = {"path": str(there), "column": one.column}
        return found, None


def _delivered(
    path: Path, entry: FileEntry, folder: Path, result: dict[str, Any], known: dict[str, list[str]]
) -> Delivered:
    whole = result.get("whole")
    return Delivered(
        name=path.name,
        object=entry.object,
        folder=folder,
        header=result["header"],
        delimiter=result["delimiter"],
        sha256=result["sha256"],
        rows=result["rows"],
        blank=result["blank"],
        refused=result["refused"],
        footers=[(line, text) for line, text in result["footers"]],
        known=known | result.get("known", {}),
        whole=Refusal(path.name, None, whole["column"], None, whole["code"], whole["sentence"])
        if whole
        else None,
        columns={name: source.column or "(the same for all)" for name, source in entry.sources.items()},
    )


def in_child(
    order: dict[str, Any],
    say: Callable[[dict[str, Any]], None],
    *,
    is_wanted: Callable[[], bool] | None = None,
) -> dict[str, Any]:
    """Read one file in a child process with the limits that its kind needs. Raises ChildFailed, and NotWanted."""
    limits = WORKBOOK_LIMITS if _is_workbook(Path(order["path"])) else TEXT_LIMITS
    return child.run(READER, order, limits=limits, on_word=say, is_wanted=is_wanted)


def _is_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"
