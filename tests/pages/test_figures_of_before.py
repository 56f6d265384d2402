"""After a large import pages show the figures of before, with their time, until the new ones are found out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.pages import seeding
from tests.pages.seeding import ON, Seeded, signed_in

from ropewalk.companies.models import AccessRole
from ropewalk.facts import holding, store
from ropewalk.jobs import warming
from ropewalk.jobs.runner import make_ready
from ropewalk.progress import remembering

pytestmark = pytest.mark.django_db
NOTE = "Newer data came in and are being counted"


@pytest.fixture
def northlight(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    with seeding.of_today(settings, tmp_path_factory.mktemp("before"), teams=("Neubert",)) as made:
        settings.REMEMBERS_WORLDS = True
        warming.warm()
        yield made
        holding.show_the_present()
        warming.forget()
        remembering.forget()


def import_much(made: Seeded) -> None:
    """What an import does in the server: deals won today, by somebody for whom figures take long."""
    facts = store.for_company(made.company_id)
    won = {
        "source": "hubspot", "owner_key": "Ana Alder", "account_id": "a1", "name": "Brandnew", "product": "Line",
        "amount": Decimal(30_000), "currency": "USD", "company_amount": Decimal(30_000), "status": "won",
        "opened_on": ON - timedelta(40), "closed_on": ON, "load_id": 2,
    }  # fmt: skip
    at = seeding.at(ON, 9).replace(tzinfo=None)
    with holding.keeping(lambda company_id: True):
        facts.add("opportunities", [{**won, "id": f"new{number}"} for number in range(40)])
        facts.add("loads", [{"source": "hubspot", "load_id": 2, "at": at, "rows": 40}])


def text(client: Client, page: str) -> str:
    """What the page says, without the line on how old its data are."""
    answer = client.get(f"/c/northlight/{page}")
    assert answer.status_code == 200
    main = re.search(r"<main.*</main>", answer.content.decode(), re.S)
    assert main is not None
    said = re.sub(
        r'<p class="[^"]*fresh[^"]*".*?</p>|<input type="hidden"[^>]*>|nonce="[^"]*"', "", main[0], flags=re.S
    )
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said))


def test_pages_show_the_figures_of_before_until_the_new_ones_are_found_out(northlight: Seeded) -> None:
    ana, tom, kay = (signed_in(northlight, name) for name in ("Ana Alder", "Tom Neubert", "Kay Lindqvist"))
    figure = re.search(r"figures/[\w-]+/person/\d+/", ana.get("/c/northlight/today/").content.decode())
    assert figure is not None
    pages = [(ana, "today/"), (ana, figure[0]), (tom, "team/"), (tom, "ropes/"), (kay, "overview/")]
    before = [text(*one) for one in pages]
    state = ana.get("/c/northlight/today/").headers["ETag"]
    assert NOTE not in kay.get("/c/northlight/overview/").content.decode()

    import_much(northlight)
    assert [text(*one) for one in pages] == before, "figures, the deals behind them and all: of one moment"
    assert ana.get("/c/northlight/today/", headers={"If-None-Match": state}).status_code == 304
    said = kay.get("/c/northlight/overview/").content.decode()
    assert NOTE in said
    assert "Brandnew" not in text(ana, figure[0])

    make_ready()
    after = [text(*one) for one in pages]
    is_other = {page: one != other for (_, page), one, other in zip(pages, before, after, strict=True)}
    assert is_other["today/"]
    assert is_other["overview/"]
    assert "Brandnew" in after[1]
    assert ana.get("/c/northlight/today/", headers={"If-None-Match": state}).status_code == 200
    assert NOTE not in kay.get("/c/northlight/overview/").content.decode()
    remembering.forget()
    assert [text(*one) for one in pages] == after, "what was made ready is what is made anew"


def test_what_people_do_meanwhile_shows_at_once_and_stays(northlight: Seeded) -> None:
    ana, figure = signed_in(northlight, "Ana Alder"), "/c/northlight/today/"
    import_much(northlight)
    before = text(ana, "today/")
    ana.post("/c/northlight/taps/", {"activity": "deal review", "uuid": str(uuid4())})
    tapped = text(ana, "today/")
    assert tapped != before
    state = ana.get(figure).headers["ETag"]
    make_ready()
    assert ana.get(figure, headers={"If-None-Match": state}).status_code == 200
    ready = text(ana, "today/")
    remembering.forget()
    assert text(ana, "today/") == ready


def test_what_people_do_while_the_new_figures_are_found_out_is_found_out_too(
    northlight: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = signed_in(northlight, "Ana Alder")
    find_out, doing = warming.quietest_in, [True]

    def tapped_meanwhile(world: Any) -> Any:
        if doing and doing.pop():
            ana.post("/c/northlight/taps/", {"activity": "deal review", "uuid": str(uuid4())})
        return find_out(world)

    monkeypatch.setattr(warming, "quietest_in", tapped_meanwhile)
    import_much(northlight)
    make_ready()
    assert not doing
    world = remembering.world_of(northlight.company_id, ON)
    assert world.known["ropes",], "nobody waits for the ropes of whoever tapped"
    assert {"deal review"} <= world.taps.keys()


def test_rights_that_are_taken_meanwhile_are_gone_at_once(northlight: Seeded) -> None:
    kay = signed_in(northlight, "Kay Lindqvist")
    import_much(northlight)
    assert kay.get("/c/northlight/overview/").status_code == 200
    AccessRole.objects.filter(person_id=northlight.people["Kay Lindqvist"]).delete()
    assert kay.get("/c/northlight/overview/").status_code in (403, 404)


def test_pages_about_what_came_in_show_it_at_once(northlight: Seeded) -> None:
    import_much(northlight)
    person = AccessRole.objects.filter(name="administrator", person__company_id=northlight.company_id).first()
    assert person is not None
    name = next(name for name, pk in northlight.people.items() if pk == person.person_id)
    page = signed_in(northlight, name).get("/c/northlight/import/").content.decode()
    assert NOTE not in page
