"""Every address, as every role of its own company, as a leaver, as people of another company, and signed out.

The expectations stand in `tests/policy.py`. An address that is missing there fails; every refusal needs a twin that is
allowed in the same run; no refused write leaves a trace; what one may not know of looks like what never was.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from tests.policy import OPEN, POLICY, Cell
from tests.rights.asking import ask, client_of, content_of, is_done, taken_back
from tests.rights.given import as_given
from tests.rights.kept import changed, kept
from tests.rights.world import ACTORS, REFUSED, World

from ropewalk.companies.models import Company, Holiday, Invitation, Leadership, Membership, Person, Team
from ropewalk.facts.models import Tap, Upload
from ropewalk.individual_plans.models import Commitment
from ropewalk.journal.models import Line
from ropewalk.progress import remembering

pytestmark = pytest.mark.django_db


def addresses(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns)
        else:
            yield one.name or str(one.pattern)


def expected(cell: Cell, actor: str) -> set[int]:
    if actor in cell.allowed:
        return {200, 302}  # let in, and nothing is missing in what was asked
    return {403} if actor in cell.refused_but_known else {cell.otherwise}


IDS = [f"{cell.method} {cell.path}" for cell in POLICY]


@pytest.mark.matrix
def test_every_address_stands_in_the_policy(world: World) -> None:
    known = {cell.name for cell in POLICY} | set(OPEN)
    assert set(addresses(get_resolver().url_patterns)) == known


@pytest.mark.matrix
@pytest.mark.parametrize("cell", POLICY, ids=IDS)
def test_each_role_gets_what_the_policy_says(world: World, cell: Cell) -> None:
    found = {actor: ask(world, actor, cell, world.path(cell.path))[0] for actor in ACTORS}
    wrong = {ACTORS[actor]: status for actor, status in found.items() if status not in expected(cell, actor)}
    assert not wrong
    assert any(status in (200, 302) for status in found.values()), (
        "no allowed twin: the refusals prove nothing"
    )


@pytest.mark.matrix
@pytest.mark.parametrize("cell", POLICY, ids=IDS)
def test_leavers_strangers_and_the_unsigned_are_refused_everywhere(world: World, cell: Cell) -> None:
    path = world.path(cell.path)
    for actor in REFUSED:
        assert ask(world, actor, cell, path)[0] == 404, REFUSED[actor]
    status, _ = ask(world, None, cell, path)
    assert status == 302, "who isn't signed in is asked to"


@pytest.mark.matrix
@pytest.mark.parametrize(
    "cell", [cell for cell in POLICY if cell.method == "POST"], ids=lambda cell: cell.path
)
def test_a_refused_write_leaves_no_trace(world: World, cell: Cell) -> None:
    """Its allowed twin does: the same, sent by who may, changes what is kept or sends a mail."""
    refused = [actor for actor in (*ACTORS, *REFUSED) if actor in REFUSED or actor not in cell.allowed]
    with as_given(world, cell) as letters:
        before = kept()
        for actor in refused:
            client_of(world, actor).post(world.path(cell.path), world.body(cell))
        assert changed(before, kept()) == set(), refused
        assert letters == [], refused
        assert any(takes(world, actor, cell, before, letters) for actor in cell.allowed), (
            "no allowed twin: the refusals prove nothing"
        )


def takes(world: World, actor: str, cell: Cell, before: dict[str, str], letters: list[str]) -> bool:
    """Whether a form does for somebody what it is there for."""
    with taken_back():
        response = client_of(world, actor).post(world.path(cell.path), world.body(cell))
        return is_done(response) and bool(letters or changed(before, kept()) - {"journal.Line"})


@pytest.mark.matrix
@pytest.mark.parametrize(
    "cell", [cell for cell in POLICY if cell.wrong], ids=lambda cell: f"{cell.method} {cell.path}"
)
def test_what_one_may_not_know_of_looks_like_what_never_was(world: World, cell: Cell) -> None:
    for actor in (*ACTORS, *REFUSED):
        path, wrong = world.path(cell.path), world.path(cell.wrong)
        status, page = ask(world, actor, cell, path)
        if status == 404:
            never, other = ask(world, actor, cell, wrong)
            assert never == 404
            assert plain(page, path) == plain(other, wrong)
    for actor in cell.allowed:
        if actor in ACTORS:
            assert ask(world, actor, cell, world.path(cell.wrong))[0] == 404


WITH_IDS = [
    cell for cell in POLICY if re.search(r"\{(rep|team|uuid|promise|upload|holiday|invitation)\}", cell.path)
]


@pytest.mark.matrix
@pytest.mark.parametrize("cell", WITH_IDS, ids=lambda cell: f"{cell.method} {cell.path}")
def test_a_thing_of_another_company_looks_like_what_never_was(world: World, cell: Cell) -> None:
    for actor in ACTORS:
        path, wrong = world.path_elsewhere(cell), world.path(cell.wrong)
        status, page = ask(world, actor, cell, path)
        never, other = ask(world, actor, cell, wrong)
        assert status == never == 404 or (status == never and cell.otherwise != 404), actor
        assert plain(page, path) == plain(other, wrong), actor


def plain(page: bytes, path: str) -> str:
    """A page without what differs from one request to the next: tokens, and the address that was asked for."""
    text = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", page.decode())
    return text.replace(path, "HERE").replace(quote(path, safe=""), "HERE").replace(quote(path), "HERE")


def told_by(response: HttpResponseBase) -> dict[str, str]:
    """The headers of an answer without what differs from one request to the next."""
    said = {name: re.sub(r"nonce-[\w=+/-]+", "", value) for name, value in response.headers.items()}
    return {name: value for name, value in said.items() if name != "Content-Length"}


GONE = {  # by the name in an address: the table, and the field that is named
    "rep": (Person, "pk"), "team": (Team, "pk"), "uuid": (Tap, "uuid"), "promise": (Commitment, "pk"), "upload": (Upload, "pk"),
    "holiday": (Holiday, "pk"), "invitation": (Invitation, "pk"),
}  # fmt: skip


@pytest.mark.matrix
@pytest.mark.parametrize("cell", WITH_IDS, ids=lambda cell: f"{cell.method} {cell.path}")
def test_a_thing_that_is_gone_looks_like_what_never_was(world: World, cell: Cell) -> None:
    named = re.findall(r"\{(\w+)\}", cell.path)
    table, field = next(GONE[one] for one in named if one in GONE)
    value = world.names[next(one for one in named if one in GONE)]
    actors = [actor for actor in cell.allowed if not (actor == "s" and table is Person)]
    with taken_back():
        assert table._base_manager.filter(**{field: value}).delete()[0]
        remembering.forget()
        for actor in actors:
            client, paths = client_of(world, actor), (world.path(cell.path), world.path(cell.wrong))
            answers = [
                client.generic(
                    cell.method,
                    path,
                    urlencode(world.body(cell)),
                    "application/x-www-form-urlencoded",
                )
                for path in paths
            ]
            gone, never = (
                (one.status_code, told_by(one), plain(content_of(one), path))
                for one, path in zip(answers, paths, strict=True)
            )
            assert gone[0] == 404
            assert gone == never, actor


@pytest.mark.matrix
@pytest.mark.parametrize("cell", POLICY, ids=IDS)
def test_every_refusal_stands_in_the_log_with_who_and_what(
    world: World, cell: Cell, caplog: pytest.LogCaptureFixture
) -> None:
    path = world.path(cell.path)
    for actor in [one for one in (*ACTORS, *REFUSED) if one not in cell.allowed]:
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="ropewalk.refused"):
            client_of(world, actor).generic(cell.method, path)
        said = [one.getMessage() for one in caplog.records if one.name == "ropewalk.refused"]
        assert len(said) == 1, actor
        assert f"account {world.accounts[actor].pk}: {cell.method} {path.partition('?')[0]}: not " in said[0]
        assert world.accounts[actor].email not in said[0]


POLLED = ("overview", "import_progress", "refused_file", "import_mapping", "rope_map", "team", "figure")


@pytest.mark.matrix
@pytest.mark.parametrize(
    "cell", [one for one in POLICY if one.method == "GET" and one.name in POLLED], ids=lambda one: one.path
)
def test_a_role_that_is_taken_ends_polls_and_downloads_at_once(world: World, cell: Cell) -> None:
    path = world.path(cell.path)
    for actor in [one for one in cell.allowed if one in "lea"]:
        client = client_of(world, actor)
        seen = client.get(path)
        assert seen.status_code == 200
        content_of(seen)
        poll = {"HTTP_IF_NONE_MATCH": seen.headers.get("ETag", ""), "HTTP_HX_REQUEST": "true"}
        with taken_back():
            Person.objects.get(account=world.accounts[actor]).access_roles.all().delete()
            assert client.get(path, **poll).status_code == 404, actor
            Person.objects.filter(account=world.accounts[actor]).update(left="2027-08-01")
            assert client.get(path, **poll).status_code == 404, "who has left reads nothing, not even 304"


@pytest.mark.matrix
@pytest.mark.parametrize("name", sorted({cell.name for cell in POLICY}))
def test_methods_that_an_address_does_not_have_are_refused(world: World, name: str) -> None:
    cells = [cell for cell in POLICY if cell.name == name]
    methods = {cell.method for cell in cells}
    client = Client()
    actor = next(one for one in cells[0].allowed)
    client.force_login(world.accounts[actor], backend="allauth.account.auth_backends.AuthenticationBackend")
    path = world.path(cells[0].path)
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - methods:
        assert client.generic(method, path).status_code == 405, method


@pytest.mark.matrix
@pytest.mark.parametrize("name", sorted(OPEN))
def test_addresses_outside_companies(world: World, name: str) -> None:
    method, path, statuses = OPEN[name]
    for who, status in statuses.items():
        client = Client()
        if who == "signed in":
            client.force_login(
                world.accounts["s"], backend="allauth.account.auth_backends.AuthenticationBackend"
            )
        assert client.generic(method, path).status_code == status, who


@pytest.mark.matrix
def test_a_write_without_the_form_s_token_is_refused_and_with_another_session_s(world: World) -> None:
    for cell in POLICY:
        if cell.method != "POST":
            continue
        actor = cell.allowed[0]
        own, other = (
            client_of(world, one, enforce_csrf_checks=True) for one in (actor, "a" if actor != "a" else "l")
        )
        for client in (own, other):
            client.get(world.path("/c/{c}/account/"))
        token = {
            one: client.cookies[settings.CSRF_COOKIE_NAME].value
            for one, client in (("own", own), ("other", other))
        }
        path = world.path(cell.path)
        assert own.post(path, world.body(cell)).status_code == 403, cell.path
        other_s, own_s = ({"csrfmiddlewaretoken": token[one]} for one in ("other", "own"))
        assert own.post(path, world.body(cell) | other_s).status_code == 403, cell.path
        with taken_back():
            answer = own.post(path, world.body(cell) | own_s)
        assert answer.status_code != 403, f"{cell.path} takes its own"


@pytest.mark.matrix
def test_looking_changes_nothing(world: World) -> None:
    """Every address that is read, by everybody, with every row and fact compared."""
    before = kept()
    for cell in POLICY:
        if cell.method == "GET":
            for actor in (*ACTORS, *REFUSED):
                ask(world, actor, cell, world.path(cell.path))
            assert changed(before, kept()) == set(), cell.path


@pytest.mark.matrix
def test_losing_a_role_ends_it_on_the_next_request(world: World) -> None:
    client = Client()
    client.force_login(world.accounts["e"], backend="allauth.account.auth_backends.AuthenticationBackend")
    path = world.path("/c/{c}/overview/")
    assert client.get(path).status_code == 200
    with transaction.atomic():
        Person.objects.get(account=world.accounts["e"]).access_roles.all().delete()
        assert client.get(path).status_code == 404
        transaction.set_rollback(True)


@pytest.mark.matrix
def test_the_deals_behind_a_figure_are_opened_by_executives_only_where_the_company_chose_so(
    world: World,
) -> None:
    cell = next(cell for cell in POLICY if cell.name == "figure" and "/company/" in cell.path)
    for path in ("/c/{c}/figures/medical/company/0/", "/c/{c}/figures/medical/team/{team}/"):
        seen = {who: b'id="rows"' in ask(world, who, cell, world.path(path))[1] for who in "lev"}
        assert seen == {"l": True, "e": False, "v": False}
        with transaction.atomic():
            Company.objects.filter(handle=world.names["c"]).update(executives_see_deals=True)
            remembering.forget()  # nobody wrote a line of it
            seen = {who: b'id="rows"' in ask(world, who, cell, world.path(path))[1] for who in "lev"}
            transaction.set_rollback(True)
        remembering.forget()
        assert seen == {"l": True, "e": True, "v": False}
    person = world.path("/c/{c}/figures/medical/person/{rep}/")
    with transaction.atomic():
        Company.objects.filter(handle=world.names["c"]).update(executives_see_deals=True)
        assert ask(world, "e", cell, person)[0] == 404, "a named person's figure stays closed to them"
        transaction.set_rollback(True)


@pytest.mark.matrix
def test_ropes_are_open_to_representatives_and_managers_only_where_the_company_chose_so(world: World) -> None:
    rope = next(cell for cell in POLICY if cell.name == "rope")
    figure = next(cell for cell in POLICY if cell.name == "figure" and "/person/" in cell.path)
    with transaction.atomic():
        Company.objects.filter(handle=world.names["c"]).update(ropes_open_to_all=True)
        remembering.forget()  # nobody wrote a line of it
        seen = {who for who in ACTORS if ask(world, who, rope, world.path(rope.path))[0] == 200}
        figures = {who for who in ACTORS if ask(world, who, figure, world.path(figure.path))[0] == 200}
        transaction.set_rollback(True)
    remembering.forget()
    assert seen == set("stomnkle"), "not administrators, not advisors"
    assert figures == set(figure.allowed), "own targets and values stay where they were"


@pytest.mark.matrix
def test_every_change_was_written_down(world: World) -> None:
    actions = set(Line.objects.values_list("action", flat=True))
    assert {
        "published plan",
        "sent announcement",
        "agreed individual plan",
        "held one-on-one",
        "tapped activity",
    } <= actions
    assert not Line.objects.filter(words__contains="What moved, and what next").exists(), (
        "no note's text in the journal"
    )


def test_leading_and_belonging_are_what_the_world_says(world: World) -> None:
    """The ground the matrix stands on."""
    assert Leadership.objects.filter(
        person__name__startswith="Tom Neubert", team__name__startswith="Neubert"
    ).exists()
    assert Membership.objects.filter(
        person__name__startswith="Ana Alder", team__name__startswith="Neubert"
    ).exists()
