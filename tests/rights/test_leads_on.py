"""No page offers what its reader may not do: every link of it opens, and every form is taken from whom it is shown to.

Each actor walks from every address that is open to the role to wherever links lead. A form is sent as it stands: it may be
refused for what it says, never for who sends it. Start with `assert_open`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from tests.pages import seeding
from tests.policy import POLICY
from tests.rights.asking import BACKEND, content_of, taken_back
from tests.rights.reading_forms import Form, forms_in
from tests.rights.world import ACTORS, NOW, World

from ropewalk.companies.models import Account
from ropewalk.journal.writing import OPERATOR
from ropewalk.plans.defining import define

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
LINKING = ("href", "xlink:href", "hx-get")
REFUSALS = (403, 404)
NAMES = re.compile(r"{(\w+)}")  # in the addresses of the policy


class Links(HTMLParser):
    """Where the links of a page lead, as they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attributes if name in LINKING and value]


def led_to(page: str, html: str) -> Iterator[str]:
    """The addresses of this installation that a page links to."""
    parser = Links()
    parser.feed(html)
    for one in parser.found:
        parts = urlsplit(urljoin(page, one))
        if not parts.netloc and not parts.scheme and not parts.path.startswith("/static/"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def walked(client: Client, *starts: str) -> Iterator[tuple[str, int, str]]:
    """Every page that links lead to from the first ones: address, status and HTML (none where it is another thing)."""
    waiting, seen = deque(starts), set(starts)
    while waiting:
        page = waiting.popleft()
        response = client.get(page)
        content = content_of(response)
        html = content.decode() if response.get("Content-Type", "").startswith("text/html") else ""
        yield page, response.status_code, html
        found = [response["Location"]] if response.status_code == 302 else led_to(page, html)
        for one in found:
            if one not in seen:
                seen.add(one)
                waiting.append(one)


def offered(pages: list[tuple[str, int, str]]) -> dict[tuple[str, str, frozenset[str]], Form]:
    """The forms that can be sent, one of each sort: where to, and which fields."""
    return {
        (one.method, urljoin(page, one.action), frozenset(one.names)): one
        for page, _, html in pages
        for one in forms_in(html)
        if one.method == "POST" and one.can_be_sent
    }


def assert_open(account: Account, *starts: str) -> list[tuple[str, int, str]]:
    """Walk as somebody: every link opens, every form is taken. What was walked."""
    pages = list(walked(browser_of(account), *starts))
    closed = [(page, status) for page, status, _ in pages if status not in (200, 302)]
    assert not closed, "links that lead to a closed door"
    forms = offered(pages)
    assert forms, "everybody can sign out at least"
    for (_, action, _), form in forms.items():
        for sent in form.sent():
            with taken_back():
                answer = browser_of(account).post(action, sent)
            assert answer.status_code not in REFUSALS, f"shown and not taken: {action} {sent}"
    return pages


def browser_of(account: Account) -> Client:
    client = Client()
    client.force_login(account, backend=BACKEND)
    return client


@pytest.mark.parametrize("actor", ACTORS)
def test_every_link_and_every_form_that_is_shown_is_open(world: World, actor: str) -> None:
    for one in (world, world.turned()):
        open_to = [one.path(cell.path) for cell in POLICY if cell.method == "GET" and actor in cell.allowed]
        pages = assert_open(one.accounts[actor], *open_to)
        assert len(pages) > 10, "the walk came to nothing"


@pytest.mark.parametrize("draft", ["no plan", "a draft"])
def test_every_link_and_every_form_is_open_in_a_company_that_has_just_begun(world: World, draft: str) -> None:
    with taken_back():
        made = seeding.found_company("Begun", teams={"Neubert": ("Ana Alder", "Ben Brandt")})
        if draft == "a draft":
            define(made.company_id, seeding.the_plan(), by=OPERATOR, at=NOW)
        names = {"c": made.handle, "rep": made.people["Ana Alder"]}
        paths = {cell.path for cell in POLICY if cell.method == "GET"}
        starts = [one.format(**names) for one in sorted(paths) if set(NAMES.findall(one)) <= set(names)]
        for name in ("Ana Alder", "Tom Neubert", "Kay Lindqvist", "Ines Ode", "Adam Adviser", "Uma Admin"):
            client = browser_of(made.account(name))
            assert_open(made.account(name), *(one for one in starts if client.get(one).status_code == 200))
