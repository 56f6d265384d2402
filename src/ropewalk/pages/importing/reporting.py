"""What became of an import, and the rows it refused: to look at, to download, to mend in the browser and bring back."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import NotVisible, Viewer, require
from ropewalk.facts import uploads
from ropewalk.facts.downloads import as_it_came, harmless, own_columns
from ropewalk.facts.report import FoundSuspicion, IntakeReport
from ropewalk.facts.shapes import plain
from ropewalk.facts.uploads import WHO_MAY, UploadFacts, UploadRefused, bring, upload
from ropewalk.jobs import uploading
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.importing.mapping_form import OBJECT_WORDS
from ropewalk.pages.importing.words import said_once

SHOWN = 100  # refused rows on one page
SUSPICIONS_SHOWN = 3  # of each kind
NARROWEST, WIDEST = 10, 32  # letters of a cell to mend


@dataclass(frozen=True)
class FileLine:
    """One file of the report."""

    number: int
    name: str
    object: str
    counts: tuple[int, ...]  # rows, new, changed, unchanged, refused, blank
    refused: int  # without what looks like a footer
    left: int  # those of them that weren't brought back mended
    can_mend: bool
    is_refused_whole: bool
    sentence: str  # why it was refused as a whole


def report_of(viewer: Viewer, found: UploadFacts) -> dict[str, Any]:
    """What the report's page shows."""
    report = IntakeReport.from_json(found.report or {})
    left = uploads.waiting(viewer).get(found.id, {})
    files = [
        FileLine(
            number, one.name, OBJECT_WORDS.get(one.object, one.object),
            (one.rows, one.new, one.changed, one.unchanged, one.refused, one.blank), one.to_mend,
            min(one.to_mend, left.get(one.name, one.to_mend)), bool(one.to_mend and one.download) and (Path(settings.HOME) / one.download).is_file(), one.is_refused_whole,
            next((why.sentence for why in report.refusals if why.name == one.name), "") if one.is_refused_whole else "",
        )
        for number, one in enumerate(report.files)
    ]  # fmt: skip
    suspicions = few_of_each(report.suspicions)
    return {
        "upload": found,
        "files": files,
        "refused": sum(one.left for one in files),
        "footers": [one.footers_told for one in report.files if one.footers],
        "taken": sum(one.new + one.changed for one in report.files),
        "suspicions": suspicions,
        "more": len(report.suspicions) - len(suspicions),
        "is_nothing_taken": report.is_nothing_taken,
        "loads": [one.load for one in report.files if one.load and one.load.isdigit()],
        "may_change": viewer.has("administrator"),
    }


def few_of_each(suspicions: Sequence[FoundSuspicion]) -> list[FoundSuspicion]:
    """The first of each kind, so that one kind doesn't hide the others."""
    seen: Counter[str] = Counter()
    shown = []
    for one in suspicions:
        seen[one.code] += 1
        if seen[one.code] <= SUSPICIONS_SHOWN:
            shown.append(one)
    return shown


def download_of(viewer: Viewer, upload_id: int, number: int) -> tuple[UploadFacts, str, Path]:
    """The upload, the file's name and its refused rows. Raises NotVisible where there are none."""
    if not viewer.has("administrator", "leader"):
        raise NotVisible("import")
    found = upload(viewer, upload_id)
    files = IntakeReport.from_json(found.report).files if found.report else []
    if number >= len(files) or not files[number].download:
        raise NotVisible(f"refused rows {number}")
    path = Path(settings.HOME) / "refused" / found.handle / Path(files[number].download).name
    if not path.is_file():
        raise NotVisible(f"refused rows {number}")
    return found, files[number].name, path


@dataclass(frozen=True)
class RefusedLine:
    """A refused row on the page: its place in the download, its line in the file, why, and its cells."""

    place: int
    line: str
    why: str
    cells: list[RefusedCell]  # those to mend first


@dataclass(frozen=True)
class RefusedCell:
    """A cell to mend: its place in the file's row, what it holds, its column, and whether it is to blame."""

    place: int
    text: str
    column: str
    is_wrong: bool
    size: int  # as wide as the longest of its column, in letters


def rows_of(path: Path, delimiter: str) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a download, cells as they lie there; bytes that are no text are kept as such."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        rows = list(csv.reader(file, delimiter=delimiter))
    return (rows[0], rows[1:]) if rows else ([], [])


def delimiter_of(path: Path) -> str:
    """The sign between the cells: what follows the first column's name."""
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as file:
        start = file.readline(200)
    return next((sign for sign in start if sign in ",;\t|^"), ",")


@door("GET", "POST", shows_the_present=True)
def refused_rows(request: HttpRequest, viewer: Viewer, day: Day, upload_id: int, number: int) -> HttpResponse:
    """The refused rows of one file, each cell a field; POST brings them back, mended."""
    found, name, path = download_of(viewer, upload_id, number)
    delimiter = delimiter_of(path)
    header, rows = rows_of(path, delimiter)
    if request.method == "POST":
        require(viewer, "administrator", words=WHO_MAY)
        try:
            made = bring_back(request, viewer, found, name, header, rows, delimiter)
        except UploadRefused as error:
            messages.error(request, str(error))
            return redirect(request.path)
        return redirect(f"/c/{viewer.handle}/import/{made}/")
    columns, lines = lines_to_mend(header, rows[:SHOWN], wrong_of(found, name))
    shown = {
        "upload": found, "name": name, "number": number, "header": columns, "lines": lines,
        "count": len(rows), "more": max(0, len(rows) - SHOWN), "may_change": viewer.has("administrator"),
    }  # fmt: skip
    return render(request, "importing/refused.html", shown)


def wrong_of(found: UploadFacts, name: str) -> dict[str, str]:
    """Line -> the column that is to blame, as far as the report lists it."""
    listed = IntakeReport.from_json(found.report or {}).refusals
    return {str(one.line): one.column for one in listed if one.name == name and one.column}


def lines_to_mend(
    header: list[str], rows: list[list[str]], wrong: dict[str, str]
) -> tuple[list[str], list[RefusedLine]]:
    """The columns and the rows as the page shows them: columns in which something is wrong come first."""
    ours = own_columns(header)
    names = [plain(one) for one in header[ours:]]
    blamed = {wrong.get(row[0]) for row in rows}
    width = max((len(row) - ours for row in rows), default=0)
    places = sorted(
        range(max(width, len(names))), key=lambda one: not (one < len(names) and names[one] in blamed)
    )
    came = [[plain(as_it_came(cell)) for cell in row[ours:]] for row in rows]
    sizes = {
        place: min(WIDEST, max([NARROWEST, *(len(cells[place]) for cells in came if place < len(cells))]))
        for place in places
    }
    lines = []
    for number, (row, cells) in enumerate(zip(rows, came, strict=True)):
        shown = []
        for place in (one for one in places if one < len(cells)):
            column = names[place] if place < len(names) else ""
            is_wrong = bool(column) and wrong.get(row[0]) == column
            shown.append(RefusedCell(place, cells[place], column, is_wrong, sizes[place]))
        lines.append(RefusedLine(number, row[0], said_once(as_it_came(row[1]), row[0]), shown))
    return [names[one] if one < len(names) else "" for one in places], lines


def bring_back(
    request: HttpRequest, viewer: Viewer, found: UploadFacts, name: str, header: list[str], rows: list[list[str]], delimiter: str
) -> int:  # fmt: skip
    """Import the rows as they were mended; those left out are gone, the rest come along as they are. Raises UploadRefused."""
    typed, kept, ours = request.POST, [], own_columns(header)
    for place, row in enumerate(rows):
        if typed.get(f"r{place}.out") == "yes":
            continue
        cells = list(row)
        for column in range(ours, len(row)):
            said = typed.get(f"r{place}.{column - ours}")
            if said is not None and said != plain(as_it_came(row[column])):
                cells[column] = harmless(said.replace("\0", ""))
        kept.append(cells)
    if not kept:
        raise UploadRefused("All rows were left out, so there is nothing to bring back.")
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows([header, *kept])
    ending = name.rpartition(".")[2].lower()
    wanted = name if ending in ("csv", "txt", "tsv") else f"{name}.csv"
    content = b"\xef\xbb\xbf" + out.getvalue().encode(errors="surrogateescape")
    entries = [one for one in found.entries if one["file"] == name and one["entry"]]
    if not entries:
        raise UploadRefused(
            "How this file is read isn't known any more. Download the rows, mend them, and bring the file."
        )
    made = bring([SimpleUploadedFile(wanted, content)], by=viewer, at=clock.now(), mends=found.id)
    brought = upload(viewer, made)
    kept_name = brought.files[0]["name"]
    again = [
        one | {"file": kept_name, "entry": _as_text(one["entry"]) | {"name": kept_name}} for one in entries
    ]
    uploads.plan_reading(made, found.source, again, seen=brought.mark, by=viewer)
    uploading.put(made, by=viewer, at=clock.now())
    return made


def _as_text(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry for a download, which is always UTF-8 with its header on top, whatever the file was."""
    return {
        name: said
        for name, said in entry.items()
        if name not in ("sheet", "header_row", "delimiter", "encoding")
    }


@door("GET", shows_the_present=True)
def refused_file(request: HttpRequest, viewer: Viewer, day: Day, upload_id: int, number: int) -> HttpResponse:
    """The refused rows with their reasons, as a file to mend in a spreadsheet."""
    _, name, path = download_of(viewer, upload_id, number)
    answer = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"refused {name.rpartition('.')[0] or name}.csv",
        content_type="text/csv; charset=utf-8",
    )
    return cast(HttpResponse, answer)  # streamed, and treated alike by every door
