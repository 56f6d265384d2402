"""Two people, one thing, everywhere: A opens, B opens, B saves, A saves; A sees both texts and nothing was overwritten.

Which writes touch what is there is found out by sending all of them; one that isn't declared is red.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from tests.policy import POLICY, Cell
from tests.rights.asking import client_of, taken_back
from tests.rights.canaries import path_to_company
from tests.rights.given import as_given
from tests.rights.kept import changed, kept
from tests.rights.reading_forms import form_with, forms_in
from tests.rights.two_writers import FORMS, OTHERWISE, Form
from tests.rights.world import World

from ropewalk.companies.models import MailServer
from ropewalk.facts.models import Upload
from ropewalk.jobs.planning import export
from ropewalk.plans.queries import draft_for_system

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]
WRITES = [cell for cell in POLICY if cell.method == "POST"]


def rows_there() -> dict[tuple[str, Any], str]:
    """Every row of a company by table and number."""
    return {
        (model._meta.label, row.pk): repr([getattr(row, one.attname) for one in model._meta.concrete_fields])
        for model in apps.get_models()
        if path_to_company(model) is not None and model._meta.label != "journal.Line"
        for row in model._base_manager.all()
    }


@pytest.mark.parametrize("cell", WRITES, ids=lambda cell: cell.name)
def test_a_write_that_touches_what_is_there_is_declared(world: World, cell: Cell) -> None:
    assert (cell.name in FORMS) != (cell.name in OTHERWISE), "say how two writers meet there"
    with as_given(world, cell), taken_back():
        before = rows_there()
        client_of(world, cell.allowed[0]).post(world.path(cell.path), world.body(cell))
        after = rows_there()
        touched = {label for (label, pk), row in before.items() if after.get((label, pk)) != row}
    if OTHERWISE.get(cell.name, "").startswith("adds") and "or" not in OTHERWISE[cell.name]:
        assert touched <= {"reviews.Topic", "companies.Person"}, "it says that it adds"


def test_no_declaration_outlives_its_address() -> None:
    assert set(FORMS) | set(OTHERWISE) == {cell.name for cell in WRITES}


@contextmanager
def with_an_upload(world: World) -> Iterator[dict[str, str]]:
    """The names of the world with an upload that is being looked at, in each test anew."""
    with transaction.atomic():
        columns = {"id": "id", "amount": "amount"}
        entry = {"name": "deals.csv", "object": "opportunities", "columns": columns}
        seen = {
            "whole": "",
            "header": ["id", "amount"],
            "samples": {},
            "words": {},
            "few": [],
            "entry": entry,
        }
        made = Upload.objects.create(
            company_id=world.ids[world.names["c"]], made_at="2027-08-17T10:00:00Z", person_name="Uma", source="hubspot",
            files=[{"name": "deals.csv", "bytes": 9}], entries=[{"file": "deals.csv", "entry": entry, "seen": seen}],
        )  # fmt: skip
        yield world.names | {"waiting": str(made.pk)}
        transaction.set_rollback(True)


NEEDS = {"waiting": with_an_upload}  # how what a test asks for is made of the world


@pytest.fixture
def waiting(world: World) -> Iterator[dict[str, str]]:
    with with_an_upload(world) as found:
        yield found


def ways_of(one: Form, waiting: dict[str, str]) -> tuple[str, str]:
    """Where a form is read, and where it is sent."""
    return one.path.format(**waiting), (one.to or one.path).format(**waiting)


@pytest.mark.parametrize("name", FORMS)
def test_the_second_to_save_sees_both_texts_and_overwrites_nothing(
    world: World, waiting: dict[str, str], name: str
) -> None:
    one, path, to = FORMS[name], *ways_of(FORMS[name], waiting)
    first, second = client_of(world, one.first), client_of(world, one.second)
    with taken_back():
        mine, theirs = (
            form_with(who.get(path).content.decode(), one.types) | one.sends for who in (first, second)
        )
        assert second.post(to, theirs | {one.types: one.words[1]}).status_code == 302
        before = kept()
        refused = first.post(to, mine | {one.types: one.words[0]})
        text = unescape(refused.content.decode())
        assert refused.status_code == 409
        assert one.words[0] in text, "what the first typed"
        assert one.words[1] in text, "what the second kept"
        assert "merlinsecret9" not in text, "a password is never sent back"
        assert changed(before, kept()) == set()
        again = first.post(
            to, form_with(refused.content.decode(), one.types) | one.sends | {one.types: one.words[0]}
        )
        assert again.status_code == 302, "who has seen both may keep theirs"
        assert first.get(path).content.decode().count(one.words[0]) > 0


def fields_tried(html: str, one: Form) -> list[str]:
    """Every field of a form but those that nobody types, of things alike the first."""
    form = next(form for form in forms_in(html) if one.types in form.names)
    typed = form.names - set(one.carried.split()) - {"csrfmiddlewaretoken", one.types}
    alike = {name for name in typed if any(fnmatchcase(name, each) for each in one.alike.split())}
    first = {re.sub(r"\d+", "0", name) for name in form.names - alike}
    assert {re.sub(r"\d+", "0", name) for name in alike} - first <= set(one.carried.split()), (
        "of things alike each has the fields of the first"
    )
    return sorted(typed - alike)


@pytest.mark.parametrize("name", FORMS)
def test_whichever_field_the_other_changed_stands_beside_what_was_typed(
    world: World, waiting: dict[str, str], name: str
) -> None:
    one, path, to = FORMS[name], *ways_of(FORMS[name], waiting)
    first, second = client_of(world, one.first), client_of(world, one.second)
    read = first.get(path).content.decode()
    form, unseen = form_with(read, one.types) | one.sends, []
    for field in fields_tried(read, one):
        other = next(value for pattern, value in one.others.items() if fnmatchcase(field, pattern))
        assert [other] != form.get(field) != other, f"{field}: say another value"
        with taken_back():
            before = kept()
            beside = {
                field.removesuffix(end) + neighbour: value
                for end, (neighbour, value) in one.along.items()
                if field.endswith(end)
            }
            second.post(to, form | {field: other} | beside)
            if not changed(before, kept()):
                unseen.append(f"{field} isn't kept")
                continue
            before = kept()
            refused = first.post(to, form | {one.types: one.words[0]})
            assert changed(before, kept()) == set(), f"{field} was overwritten"
            assert refused.status_code == 409, field
            shown = re.search(rf'<section[^>]*>(?:(?!</section>).)*name="{re.escape(field)}".*?</section>', refused.content.decode(), re.S)  # fmt: skip
            if shown is None or (other and "(nothing)" in shown[0].partition('class="theirs"')[2]):
                unseen.append(field)
    assert unseen == []


def test_a_plan_file_doesnt_replace_a_draft_unasked(world: World) -> None:
    company, client = world.ids[world.names["c"]], client_of(world, "l")
    path = world.path("/c/{c}/plan/file/")
    text = export(world.names["c"], 2028).replace("24 medical clients", "25 medical clients")

    def send(**more: str) -> Any:
        return client.post(path, {"plan": io.BytesIO(text.encode())} | more)

    with taken_back():
        before = kept()
        asked = send()
        html = unescape(asked.content.decode())
        assert asked.status_code == 409
        assert "25 medical clients" in html
        assert "24 medical clients" in html
        assert changed(before, kept()) == set(), "the draft is as it was"
        form = form_with(asked.content.decode(), "replace")
        assert client_of(world, "l").post(path, form | {"replace": "2028.999"}).status_code == 409, (
            "another edition"
        )
        assert changed(before, kept()) == set()
        assert client.post(path, form).status_code == 302
        kept_now = draft_for_system(company, 2028)
        assert kept_now is not None
        assert any("25 medical clients" in one.title for one in kept_now.initiatives)
        assert send().status_code == 302, "the same once more replaces nothing"


def test_a_mail_server_that_was_set_meanwhile_isnt_taken_out(world: World) -> None:
    path = world.path("/c/{c}/setup/mail/")
    client = client_of(world, "a")
    with taken_back():
        seen = form_with(client.get(path).content.decode(), "forget")["seen"]
        form = form_with(client.get(path).content.decode(), "sender") | {"sender": "two@example.com"}
        assert client.post(path, form).status_code == 302
        page = client.post(path, {"forget": "yes", "seen": seen}, follow=True).content.decode()
        assert "changed since you opened" in page
        assert MailServer.objects.filter(company_id=world.ids[world.names["c"]]).exists()
