"""Looking into uploaded files before anything is taken: what they hold, how they could be read, and how the first rows would.

Strange files are opened in children with limits only. Start with `look_into` and `sample_of`.
"""

from __future__ import annotations

from dataclasses import asdict
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from ropewalk.connectors.files.mapping import DELIMITERS, FileEntry, Mapping, read_mapping, rules_for
from ropewalk.connectors.files.marked import MappingRefused
from ropewalk.facts import queries
from ropewalk.facts.uploads import UploadFacts
from ropewalk.jobs import child

LOOKER = "ropewalk.connectors.files.proposing:look"
SAMPLER = "ropewalk.connectors.files.sampling:sample"
LIMITS = child.Limits(seconds=30)
FORM = ("encoding", "delimiter", "header_row", "sheet")  # what a mapping says of how a file is written
MAPPING_ENDINGS = (".yaml", ".yml")
LARGEST_MAPPING = 1_000_000  # bytes


def look_into(upload: UploadFacts) -> tuple[str, list[dict[str, Any]]]:
    """The source's name and how each file could be read: by a mapping among the files, by the one kept, else as it looks.

    Each comes as {"file", "seen", "entry" (None: nothing recognised), "is_known"}. Raises MappingRefused for a mapping
    among the files.
    """
    kept_source, kept = _kept(upload.company_id)
    brought = _brought(upload)
    source = brought.source if brought else (kept_source or "crm")
    entries: list[dict[str, Any]] = []
    for file in upload.files:
        name = file["name"]
        if name.lower().endswith(MAPPING_ENDINGS):
            continue
        seen = seen_as(upload, name)
        known, aside = _by_mapping(upload, brought or kept, name, seen)
        for entry, seen_so in known:
            said = seen_so["form"] | entry.model_dump(exclude_defaults=True)
            entries.append({"file": name, "seen": seen_so, "entry": said | {"name": name}, "is_known": True})
        if not known:
            entries.append(
                {"file": name, "seen": seen, "entry": seen["entry"], "is_known": False, "aside": aside}
            )
    return source, entries


def seen_as(
    upload: UploadFacts, name: str, object_name: str | None = None, form: dict[str, Any] | None = None
) -> dict[str, Any]:
    """What a file holds, and how it could be read as the object said; `form` says of a mapping how it is written."""
    said = {one: form[one] for one in FORM if form and form.get(one)}
    said["sign"] = DELIMITERS.get(said.pop("delimiter", ""))
    order = {"path": str(upload.path(name)), "name": name, "object": object_name, "form": said}
    try:
        return child.run(LOOKER, order, limits=LIMITS)
    except child.ChildFailed as failure:
        why = "needs more memory or time than a look may take" if failure.is_limit else "couldn't be read"
        whole = f"{name} {why}. Export it again as CSV, or split it."
        return {
            "whole": whole, "header": [], "samples": {}, "words": {}, "few": [], "entry": None, "form": {}, "letters": [],
            "is_text": False,
        }  # fmt: skip


def _kept(company_id: int) -> tuple[str | None, Mapping | None]:
    try:
        source, text = queries.mapping_for_system(company_id)
        return source, read_mapping(text)
    except (queries.UnknownMapping, MappingRefused):
        return None, None


def _brought(upload: UploadFacts) -> Mapping | None:
    for file in upload.files:
        if file["name"].lower().endswith(MAPPING_ENDINGS):
            text = upload.path(file["name"]).read_bytes()[:LARGEST_MAPPING].decode("utf-8-sig", "replace")
            return read_mapping(text, name=file["name"])
    return None


def _by_mapping(
    upload: UploadFacts, mapping: Mapping | None, name: str, seen: dict[str, Any]
) -> tuple[list[tuple[FileEntry, dict[str, Any]]], str]:
    """The entries of a mapping for a file, each with what it holds when read as the entry says, and why one doesn't serve.

    By its name where the columns are there, else by its columns alone.
    """
    if mapping is None:
        return [], ""
    found: list[tuple[FileEntry, dict[str, Any]]] = []
    aside = ""
    for entry in mapping.entries_for(name):
        said = entry.model_dump(include=set(FORM), exclude_defaults=True)
        seen_so = seen_as(upload, name, form=said) if said else seen
        if missing := sorted(entry.header - set(seen_so["header"])):
            named = ", ".join(f"“{one}”" for one in missing[:3]) + ("…" if len(missing) > 3 else "")
            aside = (
                seen_so["whole"]
                or f"Line {seen_so['form'].get('header_row', 1)}, where its columns are named, has no {named}."
            )
        else:
            found.append((entry, seen_so))
    if found or not seen["header"]:
        return found, aside
    alike = [entry for entry in mapping.entries_by_header(set(seen["header"])) if entry.header][:1]
    return [(_as_found(entry), seen) for entry in alike], "" if alike else aside


def _as_found(entry: FileEntry) -> FileEntry:
    """An entry that is recognised by its columns alone, without what it says of how its own file is written."""
    return FileEntry.model_validate(entry.model_dump(exclude_defaults=True, exclude=set(FORM)))


def mapping_text(source: str, entries: list[dict[str, Any]]) -> str:
    """The mapping file that these entries make, as the shell takes it too."""
    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.representer.ignore_aliases = lambda data: True
    out = StringIO()
    yaml.dump({"source": source, "files": [one["entry"] for one in entries if one["entry"]]}, out)
    return out.getvalue()


def sample_of(upload: UploadFacts, handle: str, entry: dict[str, Any]) -> dict[str, Any]:
    """How the first rows of a file would be read by an entry; `whole` is the sentence where it can't be."""
    try:
        parsed = FileEntry.model_validate(entry)
    except ValueError as error:
        return _whole(str(error).splitlines()[-1])
    company = queries.importing_company_for_system(handle)
    order = {
        "path": str(upload.path(entry["name"])), "name": entry["name"], "rules": asdict(rules_for(parsed, {})),
        "setting": asdict(company.setting), "encoding": parsed.encoding,
        "delimiter": DELIMITERS.get(parsed.delimiter or ""), "header_row": parsed.header_row, "sheet": parsed.sheet,
    }  # fmt: skip
    try:
        return child.run(SAMPLER, order, limits=LIMITS)
    except child.ChildFailed:
        return _whole(f"{entry['name']} couldn't be read. Export it again as CSV, or split it.")


def _whole(sentence: str) -> dict[str, Any]:
    return {"whole": sentence, "rows": [], "refused": 0, "looked": 0, "asks": [], "codes": {}}
