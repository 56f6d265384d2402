"""One typed line, of which parts are taken as they are understood.

Knows which characters are still free, which were read and which were recognised but can't be read truly. Must not
know any grammar. Start with ``Line``.
"""

import re
from collections.abc import Collection

FREE, READ, REFUSED = 0, 1, 2
_GONE = "\x00"
_SAME_LENGTH = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "‑": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "’": "'", "％": "%"}
)


class Line:
    """The line, and for each character whether it is free, read or refused."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.text = text.translate(_SAME_LENGTH)
        self._state = [FREE] * len(text)

    @property
    def free(self) -> str:
        """The line with everything taken blanked out by a character that no pattern matches."""
        return "".join(c if s == FREE else _GONE for c, s in zip(self.text, self._state, strict=True))

    def take(self, start: int, end: int) -> None:
        """Mark as read."""
        self._state[start:end] = [READ] * (end - start)

    def refuse(self, start: int, end: int) -> None:
        """Mark as seen and not to be read any other way; it shows among the unread as it stands."""
        self._state[start:end] = [REFUSED] * (end - start)

    def between(self, start: int, end: int) -> str:
        """What is free from start to end, in single spaces."""
        return " ".join(self.free[start:end].replace(_GONE, " ").split())

    def unread(self, fillers: Collection[str]) -> str:
        """Everything that was not read, in order, without words that say nothing at either end of a piece."""
        pieces = []
        for run in re.finditer(r"(?s)0+|2+", "".join(str(state) for state in self._state)):
            piece = self.original[run.start() : run.end()].strip(" \t\n,;:.-()[]\"'!")
            if run[0][0] == str(FREE):
                piece = _without_fillers(piece, fillers)
            if piece:
                pieces.append(piece)
        return "; ".join(pieces)


def _without_fillers(piece: str, fillers: Collection[str]) -> str:
    words = piece.split()

    def says_nothing(word: str) -> bool:
        bare = word.strip(" ,;:.-()[]\"'!/&+").lower()
        return not re.search(r"[\w%$€£]", bare) or bare in fillers

    while words and says_nothing(words[0]):
        words.pop(0)
    while words and says_nothing(words[-1]):
        words.pop()
    return " ".join(words).strip(" ,;:.-()[]\"'!")
