"""No page offers what its reader may not do: every link of it opens, and every form is taken from whom it is shown to.

Each actor walks from the first page to wherever links lead. A form is sent as it stands: it may be refused for what it says,
never for who sends it. Start with `walked`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from tests.rights.asking import client_of, content_of, taken_back
from tests.rights.reading_forms import Form, forms_in
from tests.rights.world import ACTORS, World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
LINKING = ("href", "xlink:href", "hx-get")
REFUSALS = (403, 404)


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


def walked(client: Client, start: str) -> Iterator[tuple[str, int, str]]:
    """Every page that links lead to from the first one: address, status and HTML (none where it is another thing)."""
    waiting, seen = deque([start]), {start}
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


@pytest.mark.parametrize("actor", ACTORS)
def test_every_link_and_every_form_that_is_shown_is_open(world: World, actor: str) -> None:
    for one in (world, world.turned()):
        client = client_of(one, actor)
        pages = list(walked(client, f"/c/{one.names['c']}/"))
        assert len(pages) > 10, "the walk came to nothing"
        closed = [(page, status) for page, status, _ in pages if status not in (200, 302)]
        assert not closed, "links that lead to a closed door"
        forms = offered(pages)
        assert forms, "everybody can sign out at least"
        for (_, action, _), form in forms.items():
            for sent in form.sent():
                with taken_back():
                    answer = client_of(one, actor).post(action, sent)
                assert answer.status_code not in REFUSALS, f"shown and not taken: {action} {sent}"
