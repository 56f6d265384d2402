"""What must be so before a form can be taken, made for one address and taken back: the rest of the world stays full.

A line of the policy names its state in `given`. Start with `as_given`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import transaction
from django.test import override_settings
from tests.pages.postbox import letters_taken
from tests.policy import Cell
from tests.rights.world import World

from ropewalk.companies.models import MailServer
from ropewalk.facts.models import Upload
from ropewalk.progress import remembering
from ropewalk.reviews.models import PrivateNote, QuarterlyReview
from ropewalk.rollout.models import Announcement

Letters = list[str]  # that went out meanwhile


@contextmanager
def as_given(world: World, cell: Cell) -> Iterator[Letters]:
    """Within, what the cell needs is so, and pages know of it; afterwards everything is as it was."""
    if not cell.given:
        yield []
        return
    try:
        with transaction.atomic(), GIVEN[cell.given](world) as letters:
            remembering.forget()
            yield letters
            transaction.set_rollback(True)
    finally:
        remembering.forget()


@contextmanager
def nothing_announced(world: World) -> Iterator[Letters]:
    """The year is published and nobody was told."""
    assert Announcement.objects.filter(company_id=company_of(world)).delete()[0]
    yield []


@contextmanager
def no_note(world: World) -> Iterator[Letters]:
    """Nobody has written a private note about the rep yet."""
    assert PrivateNote.objects.filter(person_id=world.names["rep"]).delete()[0]
    yield []


@contextmanager
def a_review_due(world: World) -> Iterator[Letters]:
    """The rep's latest quarter that is over waits for its review."""
    assert QuarterlyReview.objects.filter(person_id=world.names["rep"]).latest("quarter_end").delete()[0]
    yield []


@contextmanager
def import_stopped(world: World) -> Iterator[Letters]:
    """The import was stopped before anything was taken in."""
    assert Upload.objects.filter(pk=world.names["upload"]).update(state=Upload.State.STOPPED, report=None)
    yield []


@contextmanager
def mail_taken(world: World) -> Iterator[Letters]:
    """A mail server on loopback takes what is sent."""
    with letters_taken() as box, override_settings(ALLOW_HOSTS=["localhost"]):
        there = MailServer.objects.filter(company_id=company_of(world))
        assert there.update(host="localhost", port=box.port, security="none", user="", sealed_password="")
        yield box.taken


def company_of(world: World) -> int:
    return world.ids[world.names["c"]]


GIVEN: dict[str, Callable[[World], AbstractContextManager[Letters]]] = {
    "nothing was announced": nothing_announced,
    "nobody has a note": no_note,
    "a review is due": a_review_due,
    "the import was stopped": import_stopped,
    "the mail server takes mails": mail_taken,
}
