"""One request as one actor, taken back afterwards. Every answer is searched for words that its reader must not read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from tests.policy import Cell
from tests.rights import canaries
from tests.rights.given import as_given
from tests.rights.world import World

from ropewalk.companies.models import Person
from ropewalk.facts.store.connection import writing
from ropewalk.progress import remembering

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SHARE = ("s", "m")  # the two whose talk it is


def client_of(world: World, actor: str | None, **more: Any) -> Client:
    """A browser of the actor; nobody's where there is none."""
    client = Client(**more)
    if actor is not None:
        client.force_login(world.accounts[actor], backend=BACKEND)
    return client


def content_of(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


class TakenBack(Exception):
    """Ends a change of the facts that was only to be looked at."""


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens within happens in neither store."""
    try:
        with transaction.atomic(), writing():
            yield
            raise TakenBack
    except TakenBack:
        remembering.forget()  # the lines of the journal that it remembers are taken back, too


def sent(world: World, actor: str | None, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """The response to one actor; whatever it changed is taken back."""
    client = client_of(world, actor)
    if method == "GET":
        return client.get(path)
    with taken_back():
        return client.post(path, body or {})


def ask(world: World, actor: str | None, cell: Cell, path: str) -> tuple[int, bytes]:
    """The answer to one actor: status and bytes, after a search for what the actor must not read."""
    with as_given(world, cell):
        response = sent(world, actor, cell.method, path, world.body(cell))
    content = content_of(response)
    strange = strange_to(world, actor, content)
    assert not strange, f"{actor} reads of {path}: {strange}"
    return response.status_code, content


def is_done(response: Any) -> bool:
    """Whether a form was taken as it was sent: neither its page once more, nor a word of what went wrong."""
    said = get_messages(response.wsgi_request)
    return response.status_code in (200, 302) and not any(one.level >= messages.ERROR for one in said)


def strange_to(world: World, actor: str | None, content: bytes) -> list[str]:
    """What stands in an answer that the actor must not read."""
    if actor is None:
        return canaries.strange_in(content, handle=None, person=None, may_share=False)
    account = world.accounts[actor]
    person = Person.objects.filter(account=account).values_list("pk", "company__handle").get()
    return canaries.strange_in(content, handle=person[1], person=person[0], may_share=actor in SHARE)
