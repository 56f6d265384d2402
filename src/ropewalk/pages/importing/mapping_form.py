"""The form of a mapping: which column is which field, file by file. What is typed becomes an entry as in a mapping file.

Start with `shown` for what the page draws and `entry_typed` for what comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from ropewalk.connectors.files.forms import ENCODINGS
from ropewalk.connectors.files.proposing import own_name
from ropewalk.connectors.files.statuses import status_of
from ropewalk.facts.shapes import OBJECTS
from ropewalk.jobs import looking
from ropewalk.pages.importing.words import said_once
from ropewalk.pages.setup.asking import Choice

OBJECT_WORDS = {
    "opportunities": "Deals",
    "accounts": "Accounts (customers)",
    "activities": "Activities",
    "people": "People and teams",
    "credits": "Shared credit for deals",
}
FIELD_WORDS = {
    "id": "Id (its own, never changes)", "account_id": "Account", "owner": "Owner (the salesperson)", "name": "Name",
    "product": "Product", "amount": "Amount", "currency": "Currency", "opened_on": "Opened on", "closed_on": "Closed on",
    "status": "Open, won or lost", "stage": "Stage", "vertical": "Vertical (industry)", "segment": "Segment",
    "country": "Country", "parent_id": "Parent account", "type": "Type", "occurred_at": "When", "outcome": "Outcome",
    "opportunity_id": "Deal", "share": "Share", "email": "E-mail", "manager": "Manager", "team": "Team",
    "team_parent": "Team above (region)", "role": "What they do (Salesperson …)", "access": "Rights in Ropewalk",
    "from": "From", "to": "To",
}  # fmt: skip
MOST_ROWS_ABOVE = 100  # as far down as a mapping may say that the header stands
STATUS_WORDS = (("open", "open"), ("won", "won"), ("lost", "lost"))
DATE_WORDS = (("day first", "day first (4/3 is 4 March)"), ("month first", "month first (4/3 is 3 April)"))
DECIMAL_WORDS = ((".", "the point: 1,234.56"), (",", "the comma: 1.234,56"))


@dataclass(frozen=True)
class FieldChoice:
    """One field with the columns it may come from, and what stands in the chosen one."""

    name: str
    label: str
    is_required: bool
    options: list[Choice]
    fixed: str  # a value that is the same for all rows, as a mapping file may say
    sample: str


@dataclass(frozen=True)
class StatusWord:
    """A word of the status column and what it means."""

    place: int
    word: str
    options: list[Choice]
    is_asked: bool  # nobody said what it means, and it can't be told


def column_of(source: Any) -> str:
    """The column a field comes from; empty for a fixed value."""
    return source if isinstance(source, str) else str((source or {}).get("column") or "")


def shown(place: int, one: dict[str, Any], sample: dict[str, Any] | None) -> dict[str, Any]:
    """What the page draws of one file."""
    entry, seen = one["entry"], one["seen"]
    found: dict[str, Any] = {
        "place": place, "file": one["file"], "whole": seen["whole"], "is_used": entry is not None, "sample": sample,
        "is_known": one.get("is_known", False), "aside": one.get("aside", ""),
        "objects": [Choice(name, words, bool(entry) and entry["object"] == name) for name, words in OBJECT_WORDS.items()],
    }  # fmt: skip
    found |= _written(one, sample)
    if entry is None:
        return found
    header, columns = seen["header"], entry["columns"]
    found["fields"] = [
        _field(name, field.is_required, columns.get(name), header, seen)
        for name, field in OBJECTS[entry["object"]].items()
    ]
    found["scaled"] = [] if "amount" in columns else seen.get("scaled") or []
    if entry["object"] == "opportunities":
        found["link"] = entry.get("link") or ""
    words = [
        StatusWord(
            number, word, [Choice(value, words, value == meant) for value, words in STATUS_WORDS], not meant
        )
        for number, (word, meant) in enumerate(status_words(entry, seen).items())
    ]
    found["words"] = sorted(words, key=lambda one: not one.is_asked)
    found["asks_words"] = any(one.is_asked for one in words)
    custom = entry.get("custom") or {}
    kept = {column_of(source) for source in custom.values()}
    taken = {column_of(source) for source in columns.values()}
    if entry["object"] not in ("credits", "people"):
        found["own"] = [Choice(name, name, name in kept) for name in header if name not in taken]
    asks = sample["asks"] if sample else []
    found["dates"] = [Choice(value, words, entry.get("dates") == value) for value, words in DATE_WORDS]
    found["decimals"] = [
        Choice(value, words, entry.get("decimal") == value) for value, words in DECIMAL_WORDS
    ]
    found["asks_dates"] = "dates" in asks or entry.get("dates") in dict(DATE_WORDS)
    found["asks_decimal"] = "decimal" in asks or bool(entry.get("decimal"))
    found["is_asking"] = bool(asks) or found["asks_words"]
    if sample:
        names = [
            name
            for name in [*OBJECTS[entry["object"]], *(f"custom.{one}" for one in custom)]
            if name in columns or name.startswith("custom.")
        ]
        found["rows"] = sample_rows(entry, sample, names)
    return found


def form_of(one: dict[str, Any]) -> dict[str, Any]:
    """How a file is written, as far as it isn't usual: its encoding, the line of its header."""
    said = one["entry"] or one["seen"].get("form") or {}
    return {name: said[name] for name in looking.FORM if said.get(name)}


def _written(one: dict[str, Any], sample: dict[str, Any] | None) -> dict[str, Any]:
    """What the page draws of how a file is written: the encoding and the header's line, and whether to look at them."""
    form, seen = form_of(one), one["seen"]
    chosen = form.get("encoding", "utf-8")
    known = ENCODINGS | ({} if chosen in ENCODINGS else {chosen: chosen})
    is_readable = bool(seen["header"] or seen.get("form"))
    is_all_refused = bool(sample and sample["looked"] and sample["refused"] == sample["looked"])
    return {
        "encodings": [Choice(name, words, name == chosen) for name, words in known.items()] if seen.get("is_text") else [],
        "encoding": known[chosen] if chosen != "utf-8" and seen.get("is_text") else "",
        "letters": seen.get("letters") or [], "header_row": form.get("header_row", 1), "has_form": is_readable,
        "is_all_refused": is_all_refused,
        "is_form_open": bool(form.get("encoding") or form.get("header_row") or seen["whole"] or is_all_refused),
    }  # fmt: skip


def is_ready(files: Sequence[dict[str, Any]]) -> bool:
    """Whether importing is the next thing to do: something would be taken, and nothing is left to say."""
    used = [one for one in files if one["is_used"] and not one["whole"]]
    return bool(used) and not any(
        one["is_asking"] or one["is_all_refused"] or (one["sample"] and one["sample"]["whole"])
        for one in used
    )


def form_typed(place: int, one: dict[str, Any], typed: QueryDict) -> dict[str, Any]:
    """How the form says that a file is written."""
    prefix, form = f"f{place}.", form_of(one)
    encoding, row = typed.get(f"{prefix}encoding", ""), typed.get(f"{prefix}header_row", "")
    if encoding in ENCODINGS:
        form["encoding"] = "" if encoding == "utf-8" else encoding
    if row.isascii() and row.isdigit() and 1 <= int(row[:4]) <= MOST_ROWS_ABOVE:
        form["header_row"] = 0 if int(row) == 1 else int(row)
    return {name: said for name, said in form.items() if said}


def read_otherwise(
    entry: dict[str, Any] | None, seen: dict[str, Any], form: dict[str, Any]
) -> dict[str, Any] | None:
    """The entry for a file that is now read as `form` says: as it was where its columns are still there, else anew."""
    if entry is not None:
        sources = [*entry["columns"].values(), *(entry.get("custom") or {}).values()]
        if {column_of(one) for one in sources} - {""} <= set(seen["header"]):
            return written_so(entry, form)
    return seen["entry"] and written_so(seen["entry"], form)


def written_so(entry: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    """An entry with what is said of how its file is written."""
    return {name: said for name, said in entry.items() if name not in looking.FORM} | form


def _field(name: str, is_required: bool, source: Any, header: list[str], seen: dict[str, Any]) -> FieldChoice:
    column = column_of(source)
    others = source.get("otherwise") or [] if isinstance(source, dict) else []
    cells = ", ".join(seen["samples"].get(column, []))[:90]
    sample = f"{cells}; where it is empty, {', else '.join(others)}" if others else cells
    return FieldChoice(
        name, FIELD_WORDS.get(name, name), is_required, [Choice(one, one, one == column) for one in header],
        "" if source is None or column else str(source.get("value", "")), sample,
    )  # fmt: skip


def told(place: int, one: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The fields of one file's form that hold one value each: name, label, and what holds now."""
    entry, prefix, file = one["entry"] or {}, f"f{place}.", one["file"]
    found = [(f"{prefix}object", f"{file} holds", entry.get("object", ""))]
    for name in OBJECTS.get(entry.get("object", ""), {}):
        source = entry["columns"].get(name)
        now = "=" if isinstance(source, dict) and source.get("value") is not None else column_of(source)
        found.append((f"{prefix}col.{name}", f"{file}: {FIELD_WORDS.get(name, name)}", now))
    if entry.get("object") == "opportunities":
        found.append((f"{prefix}link", f"{file}: where a deal opens", entry.get("link") or ""))
    form = form_of(one)
    if one["seen"].get("is_text"):
        found.append((f"{prefix}encoding", f"{file}: encoding", form.get("encoding", "utf-8")))
    found.append(
        (f"{prefix}header_row", f"{file}: line of the columns’ names", str(form.get("header_row", 1)))
    )
    return found + [
        (prefix + name, f"{file}: {name}", str(entry.get(name) or "")) for name in ("dates", "decimal")
    ]


def status_words(entry: dict[str, Any], seen: dict[str, Any]) -> dict[str, str]:
    """Every word of the status column with what it means, case aside; empty where neither the mapping nor the word says so."""
    source = entry["columns"].get("status")
    column = column_of(source)
    if entry["object"] != "opportunities" or not column:
        return {}
    own = source.get("values") if isinstance(source, dict) else None
    known: dict[str, str] = own if own is not None else (entry.get("values") or {}).get("status") or {}
    as_known = {word.casefold(): word for word in known}
    there = [as_known.get(word.casefold(), word) for word in seen["words"].get(column, [])]
    return {word: known[word] if word in known else status_of(word) for word in [*there, *known]}


def asked_words(entry: dict[str, Any], seen: dict[str, Any]) -> list[str]:
    """The words of the status column of which nobody said yet what they mean."""
    return [word for word, meant in status_words(entry, seen).items() if not meant]


def asking_for(file: str, words: list[str]) -> str:
    """The sentence that asks what words of a status mean."""
    shown = ", ".join(f"“{word[:60]}”" for word in words[:5]) + (
        f" and {len(words) - 5} more" if len(words) > 5 else ""
    )
    return f"Say of {file} whether {shown} {'is' if len(words) == 1 else 'are'} open, won or lost. Nothing is guessed."


def sample_rows(entry: dict[str, Any], sample: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """The sample as a table: columns read, and rows with each cell as it came beside what it reads as."""
    stored = {"owner": "owner_key", "occurred_at": "occurred_on", "from": "from_day", "to": "to_day"}
    sources = entry["columns"] | {
        f"custom.{name}": source for name, source in (entry.get("custom") or {}).items()
    }
    rows = []
    for row in sample["rows"]:
        cells = []
        for name in names:
            source, reads = sources.get(name), row["reads"].get(stored.get(name, name), "")
            others = source.get("otherwise") or [] if isinstance(source, dict) else []
            there = [row["came"].get(one, "") for one in (column_of(source), *others)]
            came = next(filter(None, there), "")
            cells.append({"came": came, "reads": reads, "is_other": bool(reads) and reads != came})
        rows.append(
            {"line": row["line"], "cells": cells, "sentence": said_once(row["sentence"], str(row["line"]))}
        )
    labels = [FIELD_WORDS.get(name, name.removeprefix("custom.")).partition(" (")[0] for name in names]
    return {"labels": labels, "rows": rows, "width": len(labels)}


def entry_typed(place: int, one: dict[str, Any], typed: QueryDict) -> dict[str, Any] | None:
    """The entry that the form says; None where the file is passed over. What the form doesn't show stays as it was."""
    prefix = f"f{place}."
    object_name = typed.get(f"{prefix}object", "")
    if object_name not in OBJECTS or one["seen"]["whole"]:
        return None
    before: dict[str, Any] = one["entry"] or {}
    header = one["seen"]["header"]
    entry: dict[str, Any] = {"name": one["file"], "object": object_name, "columns": {}}
    for name in OBJECTS[object_name]:
        column, old = typed.get(f"{prefix}col.{name}", ""), before.get("columns", {}).get(name)
        if column in header:
            keeps = isinstance(old, dict) and old.get("column") == column
            entry["columns"][name] = old if keeps else column
        elif column == "=" and isinstance(old, dict) and old.get("value") is not None:
            entry["columns"][name] = old
    taken = {column_of(source) for source in entry["columns"].values()}
    own = [column for column in typed.getlist(f"{prefix}own") if column in header and column not in taken]
    known = {column_of(source): name for name, source in (before.get("custom") or {}).items()}
    custom = {
        known.get(column) or own_name(column): column
        for column in own
        if known.get(column) or own_name(column)
    }
    if custom and object_name not in ("credits", "people"):
        entry["custom"] = custom
    meant = {
        word: said
        for number, word in enumerate(status_words(before, one["seen"]) if before else {})
        if (said := typed.get(f"{prefix}word.{number}", "")) in dict(STATUS_WORDS)
    }
    if object_name == "opportunities" and "status" in entry["columns"]:
        is_same = column_of(entry["columns"]["status"]) == column_of(before.get("columns", {}).get("status"))
        if isinstance(source := entry["columns"]["status"], dict):  # what is said here stands in one place
            entry["columns"]["status"] = {name: value for name, value in source.items() if name != "values"}
        words_said = status_words(entry | {"values": {"status": meant if is_same else {}}}, one["seen"])
        entry["values"] = {"status": {word: status for word, status in words_said.items() if status}}
    if object_name == "opportunities" and (link := typed.get(f"{prefix}link", "").strip()):
        entry["link"] = link
    for name, words in (("dates", DATE_WORDS), ("decimal", DECIMAL_WORDS)):
        if typed.get(prefix + name) in dict(words):
            entry[name] = typed[prefix + name]
    return _with_rest(entry, before)


def _with_rest(entry: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """What a mapping file can say and the form doesn't, as far as it still has a field to stand on."""
    for name in ("blanks", "delimiter", "encoding", "negative", "sheet", "header_row"):
        if name in before:
            entry[name] = before[name]
    fields = {*entry["columns"], *(f"custom.{one}" for one in entry.get("custom", {}))}
    for name in ("values", "known", "corrections"):
        kept = {
            field: said
            for field, said in (before.get(name) or {}).items()
            if field in fields and before["object"] == entry["object"]
        }
        merged = kept | entry.get(name, {})
        if merged:
            entry[name] = merged
    return entry
