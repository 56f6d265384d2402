"""What a company was told of its facts, in plain Python: delivered, removed, corrected, and which deliveries were taken back.

What stands is found by going through all of it anew without the deliveries that were undone, so that nothing has to be put
back. A row stems from the delivery that brought it as it stands; a correction stays with the rows that it met. Start with
`deliver`, `undone` and `standing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.metrics.plain import Key, Rows

Correct = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass
class Said:
    """One thing that was said, of rows of one source and object."""

    number: int
    source: str
    object: str
    rows: dict[str, Any] = field(default_factory=dict)  # of a delivery, by id
    gone: str = ""  # the id that was removed
    becomes: Correct | None = None  # of a correction
    load: int = 0  # the delivery's number in the program
    is_undone: bool = False
    replaces: set[int] = field(default_factory=set)  # the deliveries whose rows read otherwise since
    meets: set[tuple[str, int]] = field(
        default_factory=set
    )  # of a correction: ids, and what they stemmed from
    finds: int = 0  # rows that stood there already as they came

    @property
    def is_delivery(self) -> bool:
        return bool(self.rows)


def is_found(name: str, before: Any, value: Any) -> bool:
    """Whether a row stands as it came; of credits one of the set is enough."""
    both = name == "credits" and before
    return bool(before.items() & value.items()) if both else before == value


class History:
    """All that was said, and what stands by it. `Key` is a source and an id."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.standing: dict[str, dict[Key, tuple[Any, int]]] = {}
        self._go_through()

    def deliver(self, source: str, name: str, rows: dict[str, Any]) -> Said:
        return self._say(Said(len(self.said), source, name, rows))

    def remove(self, source: str, name: str, key: str) -> None:
        self._say(Said(len(self.said), source, name, gone=key))

    def correct(self, source: str, name: str, becomes: Correct) -> None:
        self._say(Said(len(self.said), source, name, becomes=becomes))

    def _say(self, one: Said) -> Said:
        self.said.append(one)
        self._apply(one, is_new=True)
        return one

    def _go_through(self) -> None:
        self.standing = {name: {} for name in ("accounts", "opportunities", "credits", "activities")}
        for one in self.said:
            if not one.is_undone:
                self._apply(one, is_new=False)

    def _apply(self, one: Said, *, is_new: bool) -> None:
        held = self.standing[one.object]
        for key, value in one.rows.items():
            before, stem = held.get((one.source, key), (None, -1))
            one.finds += is_new and is_found(one.object, before, value)
            if before == value:
                continue
            if is_new and before is not None:
                one.replaces.add(stem)
            held[one.source, key] = (value, one.number)
        if one.gone and (one.source, one.gone) in held:
            one.replaces.add(held.pop((one.source, one.gone))[1])
        if one.becomes is not None:
            for (source, key), (value, stem) in list(held.items()):
                if source == one.source and (is_new or (key, stem) in one.meets):
                    held[source, key] = (one.becomes(value), stem)
                    one.meets.add((key, stem))

    def could_be_undone(self) -> list[Said]:
        """Deliveries that stand, the latest first."""
        return [one for one in reversed(self.said) if one.is_delivery and not one.is_undone]

    def in_the_way(self, of: Said) -> Iterator[Said]:
        """What came later and builds upon a delivery: it changed a row of it, or found such rows as they came."""
        for one in self.said[of.number + 1 :]:
            is_of_these = (one.source, one.object, one.is_undone) == (of.source, of.object, False)
            if is_of_these and (of.number in one.replaces or one.finds):
                yield one

    def undone(self, one: Said) -> None:
        """Take a delivery back: all reads as if it had never come."""
        one.is_undone = True
        self._go_through()

    def put_into(self, rows: Rows) -> None:
        """Let the rows say what stands."""
        rows.deals, rows.activities, rows.accounts, rows.credits = (
            {key: value for key, (value, _) in self.standing[name].items()}
            for name in ("opportunities", "activities", "accounts", "credits")
        )
