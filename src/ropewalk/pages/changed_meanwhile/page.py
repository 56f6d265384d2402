"""Both texts side by side, mine to be edited, theirs beside it: keep mine, take theirs, or both. Nothing typed is lost.

Any form can answer so: it names its fields with what stands now. The page posts to the form's own address, under the
form's own names, with the edition of now. Start with `both_texts`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ropewalk.companies.access import Viewer
from ropewalk.companies.history import latest_change

APART = "\n\n"  # between two texts that are kept both


@dataclass(frozen=True)
class Field:
    """One field of a form: its name and label, and what stands there now."""

    name: str
    label: str
    theirs: str  # of several, all of them with a comma between
    is_long: bool = False  # a text that can hold both
    choices: tuple[tuple[str, str], ...] = ()  # value and words, where one is chosen and not typed
    is_many: bool = False  # several of the choices may be ticked

    @property
    def their_words(self) -> str:
        """What stands there now as people read it."""
        words, values = dict(self.choices), self.theirs.split(",") if self.is_many else [self.theirs]
        return ", ".join(words.get(one, one) for one in values)

    def typed(self, request: HttpRequest) -> list[str]:
        """What was sent of it: one value, of several choices those that were ticked."""
        name = self.name
        return request.POST.getlist(name) if self.is_many else [request.POST.get(name, "")]


@dataclass(frozen=True)
class Pair:
    """A field whose two texts differ."""

    field: Field
    mine: str

    @property
    def chosen(self) -> list[tuple[str, str, bool]]:
        """The choices, each with its words and whether it is mine."""
        values = self.mine.split(",") if self.field.is_many else [self.mine]
        return [(value, words, value in values) for value, words in self.field.choices]

    @property
    def both(self) -> str:
        """Theirs, then mine; a short value has no room for both."""
        return together(self.field.theirs, self.mine) if self.field.is_long else self.mine


def together(theirs: str, mine: str) -> str:
    """Both texts in one, theirs first."""
    return APART.join(one for one in (theirs.strip(), mine.strip()) if one)


def wants_both(request: HttpRequest) -> bool:
    """Whether the page is to be shown once more with both texts in each long field."""
    return request.POST.get("resolve") == "both"


def both_texts(
    request: HttpRequest,
    viewer: Viewer,
    fields: Iterable[Field],
    *,
    thing: str,
    edition: tuple[str, str],
    what: str,
    secrets: frozenset[str] = frozenset(),
    action: str = "",
    address: str = "",
) -> HttpResponse:
    """The page, with status 409. `edition` is the name and value of the field by which the next try is known as knowing.

    `thing` is the journal's word for what was changed (`action` its word for the change, where a thing has several),
    `what` the reader's. What was typed into `secrets` isn't sent back:
    the page asks for it again. `address` is the form's, where the answer is another's.
    """
    told = list(fields)
    known = {one.name for one in told} | {edition[0], "csrfmiddlewaretoken", "resolve"} | secrets
    pairs = [Pair(one, ",".join(one.typed(request))) for one in told]
    differing = [one for one in pairs if plain(one.mine) != plain(one.field.theirs)]
    same = [
        (one.field.name, value) for one in pairs if one not in differing for value in one.field.typed(request)
    ]
    rest = [
        (name, value) for name in request.POST if name not in known for value in request.POST.getlist(name)
    ]
    return render(
        request,
        "changed_meanwhile/changed_meanwhile.html",
        {
            "pairs": differing,
            "hidden": [*same, *rest, edition],
            "change": latest_change(viewer, thing, action),
            "what": what,
            "address": address or request.path,
            "secrets": [name for name in sorted(secrets) if request.POST.get(name)],
            "shows_both": wants_both(request),
            "can_hold_both": any(
                one.field.is_long and one.mine.strip() and one.field.theirs.strip() for one in differing
            ),
        },
        status=409,
    )


def plain(text: str) -> str:
    """A text without what differs by the browser's doing alone."""
    return text.replace("\r\n", "\n").strip()
