"""What became of an import: by file, by refused row, by suspicion. Plain values that cross any boundary as JSON.

Start with `IntakeReport`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ropewalk.facts.shapes import Refusal

SHOWN_FOOTERS = 5
COUNTS = ("rows", "new", "changed", "unchanged", "refused", "blank", "suspicions")


@dataclass(frozen=True)
class FileReport:
    """One file's rows of one object: rows = new + changed + unchanged + refused + blank."""

    name: str
    object: str
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    blank: int = 0
    suspicions: int = 0  # taken rows about which something looks wrong
    load: str = ""  # its number in the ledger; empty where nothing was loaded
    download: str = ""  # path of the refused rows, below the home
    is_refused_whole: bool = False
    footers: list[tuple[int, str]] = field(
        default_factory=list
    )  # lines at its end that look like no rows; among the refused, and nobody has to mend them

    @property
    def to_mend(self) -> int:
        """The refused rows that somebody has to look at."""
        return self.refused - len(self.footers)

    @property
    def footers_told(self) -> str:
        """What was left out at the file's end, in a sentence; empty where nothing was."""
        if not self.footers:
            return ""
        shown = ", ".join(f"“{text}” (line {line})" for line, text in self.footers[:SHOWN_FOOTERS])
        rest = f" and {len(self.footers) - SHOWN_FOOTERS} more" if len(self.footers) > SHOWN_FOOTERS else ""
        many = f"{len(self.footers)} lines at the end of {self.name} look like a footer and needn’t be mended"
        one = f"The line at the end of {self.name} looks like a footer and needn’t be mended"
        return f"{many if len(self.footers) > 1 else one}: {shown}{rest}."


@dataclass(frozen=True)
class FoundSuspicion:
    """Something about a file's taken rows that looks wrong; `id` is what `mapping accept` takes."""

    id: int
    name: str
    line: int  # of the first such row
    object: str
    field: str
    value: str
    suggestion: str
    code: str
    rows: int
    sentence: str


@dataclass(frozen=True)
class IntakeReport:
    """A whole import. `left_out` counts refusals beyond those listed; all of them are in the downloads."""

    files: list[FileReport] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    suspicions: list[FoundSuspicion] = field(default_factory=list)
    left_out: int = 0

    @property
    def has_findings(self) -> bool:
        """Whether any row or file was refused."""
        return bool(self.refusals)

    @property
    def is_nothing_taken(self) -> bool:
        """Whether every file was refused whole, or there was none."""
        return all(one.is_refused_whole for one in self.files)

    def as_json(self) -> dict[str, Any]:
        """One JSON object: `files` and `refusals` as documented, then `suspicions`, `loads` and `left_out`."""
        return {
            "files": [
                {"name": one.name} | {count: getattr(one, count) for count in COUNTS} for one in self.files
            ],
            "refusals": [asdict(one) for one in self.refusals],
            "suspicions": [asdict(one) for one in self.suspicions],
            "loads": [
                {
                    "name": one.name,
                    "object": one.object,
                    "load": one.load,
                    "download": one.download,
                    "is_refused_whole": one.is_refused_whole,
                    "footers": one.footers,
                }
                for one in self.files
            ],
            "left_out": self.left_out,
        }

    @staticmethod
    def from_json(said: dict[str, Any]) -> IntakeReport:
        """The report that `as_json` gave."""
        return IntakeReport(
            files=[
                FileReport(**one, **{name: value for name, value in load.items() if name != "name"})
                for one, load in zip(said["files"], said["loads"], strict=True)
            ],
            refusals=[Refusal(**one) for one in said["refusals"]],
            suspicions=[FoundSuspicion(**one) for one in said["suspicions"]],
            left_out=said["left_out"],
        )
