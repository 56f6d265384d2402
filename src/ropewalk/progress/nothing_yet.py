"""What somebody may see, and isn't there yet: to be told apart from what isn't theirs to know of."""

from __future__ import annotations

from ropewalk.companies.access import NotVisible


class NothingYet(NotVisible):
    """Raised once the right to see it is sure. `what` is one of: plan, talks, reviews, announcement, sending, rope, figure.

    Whoever doesn't tell the two apart treats it as not visible, which is never wrong.
    """

    def __init__(self, what: str, *, is_published: bool = False) -> None:
        super().__init__(what)
        self.what = what
        self.is_published = is_published
