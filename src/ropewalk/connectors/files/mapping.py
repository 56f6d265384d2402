"""A mapping as a file: which columns of which files are which fields. YAML, checked whole, every finding with its line.

It knows the row contract of `facts` and how people write mappings; it reads no data. Start with `read_mapping`, then
`Mapping.entries_for` and `rules_for`. docs/mapping.schema.json is made from the models here.
"""

from __future__ import annotations

import codecs
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ropewalk.connectors.files.marked import MappingRefused, Marked, Trouble, read_yaml
from ropewalk.facts.cells import nearest
from ropewalk.facts.shapes import CUSTOM, OBJECTS, FieldRule, Rules
from ropewalk.rules import deal_links

Dates = Literal[
    "day first", "month first", "serial 1900", "serial 1904", "epoch seconds", "epoch milliseconds"
]
Decimal = Literal[".", ","]
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "caret": "^"}
LONGEST_NAME = 120


class Strict(BaseModel):
    """Nothing beyond what is named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Strict):
    """Where a field comes from, with more to say than the column's name."""

    column: str | None = Field(None, description="Name of the column in the header.")
    otherwise: list[str] = Field(
        default_factory=list, description="Columns that count where the first is empty, in their order."
    )
    value: str | None = Field(None, description="The same for every row, instead of a column.")
    values: dict[str, str] | None = Field(None, description="The source's word: ours.")
    dates: Dates | None = None
    decimal: Decimal | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Column:
        if (self.column is None) == (self.value is None):
            raise ValueError("needs either a column or a value, and not both")
        if self.otherwise and self.column is None:
            raise ValueError("otherwise needs a column before it")
        return self


class KnownFile(Strict):
    """A column of another file that lists the right values."""

    file: str = Field(description="Found among the imported files, beside them, or beside the mapping.")
    column: str


Source = Annotated[str | Column, Field(union_mode="left_to_right")]
Known = Annotated[list[str] | KnownFile, Field(union_mode="left_to_right")]


class FileEntry(Strict):
    """How the files of one name pattern give the rows of one object."""

    name: str | list[str] = Field(description="Name or pattern (accounts*.csv) of the files, without folder.")
    object: Literal["accounts", "opportunities", "credits", "activities", "people"]
    columns: dict[str, Source] = Field(description="Our field: the column it comes from.")
    custom: dict[str, Source] = Field(
        default_factory=dict, description="The company's own fields: their columns."
    )
    values: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="By field, the source's word: ours. For status it is the full list."
    )
    known: dict[str, Known] = Field(default_factory=dict, description="By field, the values that are right.")
    corrections: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="By field, a typing error: what is meant."
    )
    link: str | None = Field(
        None, description="Where a deal opens in the CRM: an address with {id} for the deal's own id."
    )
    blanks: list[str] = Field(
        default_factory=list, description='Cells that mean "nothing", beside the empty one.'
    )
    delimiter: Literal["comma", "semicolon", "tab", "bar", "caret"] | None = None
    encoding: str | None = Field(
        None, description="Of files that aren't UTF-8 and carry no mark: cp1252, latin-1 …"
    )
    dates: Dates | None = Field(None, description="For all dates of the file; else each column decides.")
    decimal: Decimal | None = Field(None, description="The decimal mark; else each column decides.")
    negative: Literal["accept", "refuse"] = Field("accept", description="What to do with negative amounts.")
    sheet: str | None = Field(None, description="Of a workbook; else its first sheet.")
    header_row: int = Field(1, ge=1, le=100, description="The line that names the columns.")

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str | None) -> str | None:
        if encoding is not None:
            try:
                info = codecs.lookup(encoding)
            except LookupError:
                info = None
            if info is None or not getattr(info, "_is_text_encoding", True):
                raise ValueError(
                    f'"{encoding}" is no encoding that can be read; try utf-8, cp1252 or latin-1'
                )
        return encoding

    @property
    def patterns(self) -> list[str]:
        return [self.name] if isinstance(self.name, str) else self.name

    @property
    def sources(self) -> dict[str, Column]:
        """Field ("custom.x" for the company's own) -> where it comes from, ids first."""
        named = self.columns | {CUSTOM + name: source for name, source in self.custom.items()}
        order = list(OBJECTS[self.object])
        ordered = sorted(named, key=lambda name: order.index(name) if name in order else len(order))
        return {
            name: source if isinstance(source := named[name], Column) else Column(column=source)  # type: ignore[call-arg]
            for name in ordered
        }

    @property
    def header(self) -> set[str]:
        """The columns that a file must have."""
        named = [(source.column, *source.otherwise) for source in self.sources.values()]
        return {column for columns in named for column in columns if column is not None}


class Mapping(Strict):
    """A whole mapping: one source, its files."""

    source: str = Field(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,79}$", description="A short name; ids are unique within it."
    )
    files: list[FileEntry] = Field(min_length=1)
    ignore: list[str] = Field(default_factory=list, description="Patterns of files to pass over.")

    def entries_for(self, name: str) -> list[FileEntry]:
        """The entries for a file's name, case aside; a file may give rows of several objects."""
        return [entry for entry in self.files if any(_fits(name, pattern) for pattern in entry.patterns)]

    def ignores(self, name: str) -> bool:
        """Whether a file is to be passed over: named so, or only there for its known values."""
        known = {
            one.file for entry in self.files for one in entry.known.values() if isinstance(one, KnownFile)
        }
        return name in known or any(_fits(name, pattern) for pattern in self.ignore)

    @property
    def deal_link(self) -> str | None:
        """Where a deal of the source opens; None where no entry is of deals, empty where none says it."""
        deals = [entry for entry in self.files if entry.object == "opportunities"]
        return next((entry.link for entry in deals if entry.link), "") if deals else None

    def entries_by_header(self, header: set[str]) -> list[FileEntry]:
        """The entries whose columns are all in a header, for files whose names tell nothing."""
        return [entry for entry in self.files if entry.header <= header]


def _fits(name: str, pattern: str) -> bool:
    return fnmatchcase(name.casefold(), pattern.casefold())


def read_mapping(text: str, *, name: str = "the mapping") -> Mapping:
    """The mapping that a YAML text holds. Raises MappingRefused with everything that is wrong, line by line."""
    marked = read_yaml(text, name=name)
    if not isinstance(marked.value, dict):
        what = (
            "a list"
            if isinstance(marked.value, list)
            else "nothing"
            if marked.value is None
            else "a single word"
        )
        sentence = f"This is {what}. A mapping begins with source: and a short name, then files: and an entry for each file."
        raise MappingRefused(name, [Trouble(1, sentence)])
    try:
        mapping = Mapping.model_validate(marked.value)
    except ValidationError as error:
        raise MappingRefused(name, [_trouble(one, marked) for one in error.errors()]) from None
    troubles = [
        trouble for place, entry in enumerate(mapping.files) for trouble in _check(entry, place, marked)
    ]
    if troubles:
        raise MappingRefused(name, troubles)
    return mapping


def _check(entry: FileEntry, place: int, marked: Marked) -> list[Trouble]:
    fields, at = OBJECTS[entry.object], ("files", place)
    troubles: list[Trouble] = []
    for name in entry.columns:
        if name not in fields:
            near = nearest(name, list(fields)) or list(fields)
            sentence = f'{entry.object} have no field "{name}". Did you mean {" or ".join(near[:3])}? A field of your own goes under custom.'
            troubles.append(Trouble(marked.line(*at, "columns", name), sentence))
    for name, field in fields.items():
        if field.is_required and name not in entry.columns:
            troubles.append(
                Trouble(
                    marked.line(*at, "columns"),
                    f'{entry.object} need the field "{name}": say which column it is.',
                )
            )
    if entry.object == "people" and not {"id", "name"} & set(entry.columns):
        troubles.append(
            Trouble(marked.line(*at, "columns"), "people need an id or a name: say which column it is.")
        )
    if entry.object in ("credits", "people") and entry.custom:
        troubles.append(Trouble(marked.line(*at, "custom"), f"{entry.object} have no fields of one's own."))
    for name in entry.custom:
        if len(name) > LONGEST_NAME - len(CUSTOM) or '"' in name or "\\" in name:
            troubles.append(
                Trouble(
                    marked.line(*at, "custom", name), f'"{name[:40]}" is no name for a field of your own.'
                )
            )
    for name, source in entry.sources.items():
        if source.otherwise and name in fields and fields[name].kind == "key":
            sentence = f"{name} tells rows apart or who they belong to, so it comes from one column: leave out otherwise."
            troubles.append(Trouble(marked.line(*at, "columns", name, "otherwise"), sentence))
    mapped = set(entry.sources)
    for part in ("values", "known", "corrections"):
        for name in getattr(entry, part):
            if name not in mapped:
                sentence = f'{part} speak of "{name}", which isn\'t among the columns' + (
                    f'; write "{CUSTOM}{name}" for a field of your own.' if name in entry.custom else "."
                )
                troubles.append(Trouble(marked.line(*at, part, name), sentence))
    return troubles + _check_deals(entry, place, marked)


def _check_deals(entry: FileEntry, place: int, marked: Marked) -> list[Trouble]:
    """What is said of deals alone: the words of their status, and where one opens."""
    at: tuple[str | int, ...] = ("files", place)
    troubles: list[Trouble] = []
    if entry.link and (wrong := _wrong_with_link(entry.object, entry.link)):
        troubles.append(Trouble(marked.line(*at, "link"), wrong))
    words = entry.values.get("status") or getattr(entry.sources.get("status"), "values", None) or {}
    for word, status in words.items():
        if entry.object == "opportunities" and status not in ("open", "won", "lost"):
            where = ("values", "status") if "status" in entry.values else ("columns", "status", "values")
            line = marked.line(*at, *where, word)
            troubles.append(Trouble(line, f'status "{status}" isn\'t one of open, won, lost.'))
    return troubles


def _wrong_with_link(object_name: str, link: str) -> str:
    if object_name != "opportunities":
        return f"link says where a deal opens; {object_name} have none."
    return deal_links.trouble_of(link)


def _trouble(error: Any, marked: Marked) -> Trouble:
    path, kind = error["loc"], error["type"]
    where = " › ".join(
        str(part) for part in path if isinstance(part, str) and part not in ("str", "Column", "KnownFile")
    )
    if kind == "extra_forbidden":
        near = nearest(str(path[-1]), _names(path))
        sentence = f"{where} is nothing a mapping knows." + (f" Did you mean {near[0]}?" if near else "")
    elif kind == "missing":
        sentence = f"{where} is missing."
    elif kind == "literal_error":
        sentence = f"{where} must be {error['ctx']['expected']}."
    elif kind == "string_pattern_mismatch":
        sentence = f"{where} must be a short name of lower-case letters, digits, - and _."
    else:
        sentence = f"{where}: {error['msg'].removeprefix('Value error, ')}."
    return Trouble(marked.line(*path), sentence)


def _names(path: tuple[Any, ...]) -> list[str]:
    kind = Mapping if len(path) == 1 else FileEntry if len(path) == 3 else Column
    return list(kind.model_fields)


def rules_for(entry: FileEntry, corrections: dict[str, dict[str, str]]) -> Rules:
    """How the rows of an entry are read. `corrections` were accepted by people; what the entry itself says comes first."""
    fields = [
        FieldRule(
            field=name,
            column=source.column,
            otherwise=source.otherwise,
            constant=source.value,
            values=source.values if source.values is not None else entry.values.get(name),
            corrections=corrections.get(name, {}) | entry.corrections.get(name, {}),
            dates=source.dates or entry.dates,
            decimal=source.decimal or entry.decimal,
        )
        for name, source in entry.sources.items()
    ]
    return Rules(entry.object, fields, blanks=entry.blanks, is_negative_refused=entry.negative == "refuse")


def schema() -> dict[str, Any]:
    """The JSON Schema of a mapping file, for editors."""
    made = Mapping.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Ropewalk mapping"} | made


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
