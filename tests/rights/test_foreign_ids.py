"""An id of another company, of another team or of nothing at all, in each field that takes one: the answer is the same.

Which fields there are is read out of the source and out of the rendered forms; one that isn't declared is red.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import resolve
from tests.pages.test_rights import plain
from tests.policy import OPEN, POLICY
from tests.rights.asking import client_of, content_of, strange_to, taken_back
from tests.rights.fields import ATTACKS, FIELDS, Attack
from tests.rights.kept import changed, kept
from tests.rights.reading_forms import PAGES, forms_in, is_declared, reads
from tests.rights.world import ACTORS, World

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
SHARED = ("door.py", "changed_meanwhile/page.py", "setup/asking.py")  # read on behalf of other doors
OF_OTHERS = {
    "account_login": {"login", "password", "remember"},
    "account_logout": set(),
    "invitation": {"password*"},
}


def test_every_field_that_a_door_reads_is_declared() -> None:
    assert {name: set(one) for name, one in FIELDS.items()} == reads()


def test_every_field_that_takes_an_id_is_tried() -> None:
    ids = {
        (module, name)
        for module, one in FIELDS.items()
        for name, kind in one.items()
        if kind.startswith("id: ")
    }
    assert {(one.module, one.field) for one in ATTACKS} == ids


def fields_of(path: str, method: str) -> set[str]:
    """What the door behind an address may be sent, by the declaration."""
    match = resolve(path.partition("#")[0].partition("?")[0])
    folder = match.func.__module__.removeprefix("ropewalk.pages.").split(".")[0]
    mine = {
        name
        for module, names in FIELDS.items()
        if module.startswith(f"{folder}/") or module in SHARED
        for name in names
    }
    return mine - {"*", "**"} | OF_OTHERS.get(match.url_name or "", set()) | {"csrfmiddlewaretoken"}


@pytest.mark.parametrize("actor", ACTORS)
def test_every_form_sends_only_what_is_declared(world: World, actor: str) -> None:
    client, unknown = client_of(world, actor), set()
    for cell in (one for one in POLICY if one.method == "GET" and actor in one.allowed):
        path = world.path(cell.path)
        for form in forms_in(content_of(client.get(path, follow=True)).decode()):
            goes = path if form.action.startswith(("#", "?")) or not form.action else form.action
            free = any(
                module.startswith("playbooks/") or "mapping_form" in module for module in modules_of(goes)
            )
            unknown |= {
                (goes, name)
                for name in form.names
                if not free and not is_declared(name, fields_of(goes, form.method))
            }
    assert unknown == set(), "fields that no declaration names"


def modules_of(path: str) -> set[str]:
    folder = (
        resolve(path.partition("#")[0].partition("?")[0])
        .func.__module__.removeprefix("ropewalk.pages.")
        .split(".")[0]
    )
    return {module for module in FIELDS if module.startswith(f"{folder}/")}


def send(
    world: World, actor: str, attack: Attack, value: str
) -> tuple[tuple[int, str, str], dict[str, str], dict[str, str]]:
    """The answer, what the other company keeps afterwards, and what the own one does."""
    names = world.names | {"id": value}
    client: Client = client_of(world, actor)
    path = attack.path.format(**names)
    body = {name.format(**names): one.format(**names) for name, one in attack.body.items()}
    with taken_back():
        response = (
            client.get(path, follow=True) if attack.method == "GET" else client.post(path, body, follow=True)
        )
        content = content_of(response)
        assert not strange_to(world, actor, content)
        ids = list(world.ids.values())
        away = kept(next(one for one in ids if one != world.ids[world.names["c"]]))
        own = kept(world.ids[world.names["c"]], numbers=False)
    text = re.sub(
        r"\b(?!0{8}-)[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}\b", "new", without_ids(content)
    )
    chain = " ".join(f"{where} {status}" for where, status in response.redirect_chain)
    return (response.status_code, chain, text), away, own


def without_ids(page: bytes) -> str:
    """The words of a page, without the attributes in which what was sent comes back."""
    text = plain(page, "no path of its own")
    return re.sub(r'(value|action|href|next|data-live)="[^"]*"', "", text)


@pytest.mark.parametrize(
    "attack", ATTACKS, ids=lambda one: f"{one.module} {one.field} {' '.join(one.body.values())}"
)
def test_a_foreign_id_is_answered_like_one_that_never_was_and_changes_nothing(
    world: World, attack: Attack
) -> None:
    away = kept(world.ids[world.elsewhere["c"]])
    for actor in attack.actors:
        never, still, own = send(world, actor, attack, attack.missing)
        assert changed(away, still) == set()
        foreign = [world.elsewhere[attack.sort]]
        if actor in attack.beside:
            foreign.append(world.names[f"{attack.sort}_beside"])
        for value in foreign:
            answer, now, mine = send(world, actor, attack, value)
            assert [str(one).replace(attack.missing, value) for one in never] == [
                str(one) for one in answer
            ], (actor, value)
            assert changed(away, now) == set(), (actor, value)
            assert changed(own, mine) == set(), (actor, value)


@pytest.mark.parametrize(
    "attack", ATTACKS, ids=lambda one: f"{one.module} {one.field} {' '.join(one.body.values())}"
)
def test_the_own_id_is_answered_otherwise(world: World, attack: Attack) -> None:
    """The test of the test: with the right id something else happens, to one of the actors at least."""
    own = world.names[attack.sort]
    assert any(
        send(world, one, attack, own) != send(world, one, attack, attack.missing) for one in attack.actors
    )


def test_the_way_back_of_a_form_stays_within_the_company(world: World) -> None:
    for written in (
        "/c/otherfirm/today/",
        "//otherfirm.example/",
        "https://otherfirm.example/c/northlight/",
        "/c/northlight\\@x/",
    ):
        with taken_back():
            response = client_of(world, "m").post(world.path("/c/{c}/ropes/reminders/"), {"next": written})
        assert response.headers["Location"] == world.path("/c/{c}/ropes/"), written


def test_addresses_outside_companies_are_known_here_too() -> None:
    assert set(OF_OTHERS) <= set(OPEN)
    assert PAGES.is_dir()
