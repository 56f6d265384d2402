"""One question for each open step: something to ask, not something to tell. Start with `questions_for`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ropewalk.pages.owing import next_words
from ropewalk.progress.ropes import RopeState
from ropewalk.rules.rope import KnotName

QUESTIONS = {
    KnotName.DEFINED: "What would you need to know to explain this in a sentence?",
    KnotName.TOLD: "What have you heard about it so far?",
    KnotName.UNDERSTOOD: "What would you say it is for, in your words?",
    KnotName.PLANNED: "What would you do first, and what would have to go for it?",
    KnotName.DOING: "What got in the way of it last week?",
    KnotName.REVIEWED: "What have you learned on it since we last spoke of it?",
    KnotName.MOVING: "Which one deal would change the number, and what is its next step?",
}


@dataclass(frozen=True)
class Question:
    """What to ask about the ropes that wait for the same step."""

    titles: tuple[str, ...]
    step: str  # who owes what, and since when
    words: str


def questions_for(ropes: Iterable[RopeState]) -> list[Question]:
    """A question for each open step, ropes that wait for the same one together."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for rope in ropes:
        if rope.rope.tag is not None:
            grouped.setdefault((next_words(rope), QUESTIONS[rope.rope.tag.name]), []).append(rope.title)
    return [Question(tuple(titles), step, words) for (step, words), titles in grouped.items()]
