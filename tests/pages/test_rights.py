"""Every address, as every role of its own company, as a leaver, as people of another company, and signed out.

The expectations stand in `tests/policy.py`. An address that is missing there fails; every refusal needs a twin that is
allowed in the same run; no refused write leaves a trace; what one may not know of looks like what never was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from tests.pages import seeding
from tests.policy import OPEN, POLICY, Cell

from ropewalk.companies.founding import close_on, hire
from ropewalk.companies.inviting import invite
from ropewalk.companies.models import (
    Account,
    Company,
    Holiday,
    Invitation,
    Leadership,
    Membership,
    Person,
    Team,
)
from ropewalk.facts import store, taps
from ropewalk.facts.models import Upload
from ropewalk.individual_plans.commitments import commit
from ropewalk.individual_plans.models import Commitment, IndividualPlan
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR, Actor

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 8, 17, 10, tzinfo=UTC)
TEAMS = {name: seeding.TEAMS[name][:2] for name in ("Neubert", "Rouche")}
ACTORS = {
    "s": "Ana Alder", "t": "Ben Brandt", "o": "Finn Frey", "m": "Tom Neubert", "n": "Remy Rouche", "k": "Kay Lindqvist",
    "l": "Lea Leader", "e": "Ines Ode", "a": "Uma Admin", "v": "Adam Adviser",
}  # fmt: skip
REFUSED = {"leaver": "Gone Gerber", "same role elsewhere": "Otto Other", "leader elsewhere": "Lola Elsewhere"}


@dataclass(frozen=True)
class World:
    """Two companies, with what addresses need."""

    names: dict[str, str]
    accounts: dict[str, Account]
    elsewhere: dict[str, str]  # the same names, of things of the other company

    def path(self, template: str) -> str:
        return template.format(**self.names, new_uuid=uuid4())

    def path_elsewhere(self, cell: Cell) -> str:
        """The address within the own company, with the id of a thing of the other one."""
        return cell.path.format(**self.names | self.elsewhere, new_uuid=uuid4())

    def body(self, cell: Cell) -> dict[str, str]:
        return {name: value.format(**self.names, new_uuid=uuid4()) for name, value in cell.body.items()}


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    facts = Path(tmp_path_factory.mktemp("facts")) / "facts.duckdb"
    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with (
        override_settings(FACTS_FILE=facts, PASSWORD_HASHERS=quick),
        time_machine.travel(NOW, tick=False),
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        transaction.atomic(),
    ):
        store.close()
        yield build()
        transaction.set_rollback(True)
        store.close()


def build() -> World:
    made = seeding.found_company(teams=TEAMS)
    seeding.fill_store(made, seed=1)
    kay = Person.objects.get(name="Kay Lindqvist")
    kay.access_roles.all().delete()
    kay.access_roles.create(name="manager")
    people = dict(made.people)
    for name, roles in (("Lea Leader", ("leader",)), ("Gone Gerber", ("rep",))):
        people[name] = hire(
            made.company_id, name, email=seeding.email(name), roles=roles, by=OPERATOR, at=NOW
        )
        Person.objects.filter(pk=people[name]).update(
            account=Account.objects.create(email=seeding.email(name))
        )
    Person.objects.filter(name="Gone Gerber").update(left=date(2027, 8, 16))
    tell_the_year(made, people)
    other = seeding.found_company("Otherfirm", teams={"Away": ("Otto Other",)})
    elsewhere = hire(
        other.company_id,
        "Lola Elsewhere",
        email="lola@otherfirm.example",
        roles=("leader",),
        by=OPERATOR,
        at=NOW,
    )
    Person.objects.filter(pk=elsewhere).update(account=Account.objects.create(email="lola@otherfirm.example"))
    names = {**ACTORS, **REFUSED}
    accounts = {
        key: Person.objects.get(
            name=name,
            company__handle="otherfirm" if name in ("Otto Other", "Lola Elsewhere") else made.handle,
        ).account
        for key, name in names.items()
    }
    rep = people["Ana Alder"]
    uuid = UUID(int=7)
    taps.tap(
        made.company_id,
        uuid,
        person_id=rep,
        activity="deal review",
        day=date(2027, 8, 16),
        by=Actor("Ana Alder", rep),
        at=NOW,
    )
    promise = Commitment.objects.filter(person_id=rep).latest("pk")
    plan = IndividualPlan.objects.get(person_id=rep)
    team = Team.objects.get(company_id=made.company_id, name="Neubert")
    upload = a_finished_import(made)
    invite(made.handle, "waiting@northlight.example", roles=("rep",), by=OPERATOR, at=NOW)
    close_on(made.company_id, {date(2027, 8, 1): "National day"}, by=OPERATOR, at=NOW)
    return World(
        {
            "c": made.handle,
            "rep": str(rep),
            "team": str(team.pk),
            "uuid": str(uuid),
            "promise": str(promise.pk),
            "edition": str(plan.edition),
            "upload": str(upload),
            "holiday": str(Holiday.objects.get(company_id=made.company_id).pk),
            "invitation": str(Invitation.objects.get(person__company_id=made.company_id).pk),
        },
        {key: account for key, account in accounts.items() if account is not None},
        things_of(other),
    )


def things_of(other: seeding.Seeded) -> dict[str, str]:
    """One thing of each sort in the other company."""
    otto, by = other.people["Otto Other"], Actor("Otto Other", other.people["Otto Other"])
    uuid = UUID(int=8)
    taps.tap(
        other.company_id, uuid, person_id=otto, activity="deal review", day=NOW.date(), by=by, at=NOW,
    )  # fmt: skip
    commit(
        other.company_id, otto, initiative_key="medical", text="Elsewhere", due_on=NOW.date(), by=by, on=NOW.date(), at=NOW
    )  # fmt: skip
    invite(other.handle, "waiting@otherfirm.example", roles=("rep",), by=OPERATOR, at=NOW)
    close_on(other.company_id, {date(2027, 8, 2): "Elsewhere"}, by=OPERATOR, at=NOW)
    return {
        "rep": str(otto),
        "team": str(Team.objects.get(company_id=other.company_id, name="Away").pk),
        "uuid": str(uuid),
        "promise": str(Commitment.objects.get(person_id=otto).pk),
        "upload": str(a_finished_import(other)),
        "holiday": str(Holiday.objects.get(company_id=other.company_id).pk),
        "invitation": str(Invitation.objects.get(person__company_id=other.company_id).pk),
    }


def a_finished_import(made: seeding.Seeded) -> int:
    """An upload that was imported with one row refused; its files are gone, the refused row is there to mend."""
    upload = Upload.objects.create(
        company_id=made.company_id, made_at=NOW, person_name="Uma Admin", state="done", source="hubspot",
        files=[{"name": "deals.csv", "bytes": 10}],
        entries=[{"file": "deals.csv", "entry": {"name": "deals.csv", "object": "opportunities", "columns": {"id": "id", "amount": "amount"}}, "seen": {"whole": ""}}],
        report={
            "files": [{"name": "deals.csv", "rows": 1, "new": 0, "changed": 0, "unchanged": 0, "refused": 1, "blank": 0, "suspicions": 0}],
            "refusals": [], "suspicions": [], "left_out": 1,
            "loads": [{"name": "deals.csv", "object": "opportunities", "load": "7", "download": f"refused/{made.handle}/7.csv", "is_refused_whole": False}],
        },
    )  # fmt: skip
    facts = store.for_company(made.company_id)
    counts = dict.fromkeys(("new", "changed", "unchanged", "blank", "suspicions"), 0)
    load = {
        "source": "hubspot",
        "load_id": 7,
        "name": "deals.csv",
        "object": "opportunities",
        "at": NOW.replace(tzinfo=None),
    }
    facts.add("loads", [load | counts | {"rows": 1, "refused": 1, "sha256": "7"}])
    facts.add("together", [{"source": "hubspot", "load_id": 7, "first_load": 7}])
    folder = Path(settings.HOME) / "refused" / made.handle
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "7.csv").write_text("Ropewalk line,Ropewalk reason,id,amount\r\n2,it is no number,D1,many\r\n")
    return upload.pk


def tell_the_year(made: seeding.Seeded, people: dict[str, int]) -> None:
    """Publish, announce, agree and talk, so that there is something at every address."""
    import random

    from ropewalk.plans.defining import define
    from ropewalk.rollout.announcing import announce
    from ropewalk.versions.publishing import publish

    day = date(2027, 1, 4)
    define(made.company_id, seeding.the_plan(), by=OPERATOR, at=seeding.at(day))
    version = publish(made.company_id, 2027, by=OPERATOR, on=day, at=seeding.at(day)).version
    announce(made.company_id, version, by=OPERATOR, on=date(2027, 1, 6), at=seeding.at(date(2027, 1, 6)))

    class Always(random.Random):
        def random(self) -> float:
            return 0.5

    for team, reps in TEAMS.items():
        for rep in reps:
            seeding.live(made, version, rep, seeding.MANAGERS[team], Always(rep))


def addresses(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns)
        else:
            yield one.name or str(one.pattern)


def fingerprint() -> dict[str, int]:
    """How many rows each table has, and the latest change of what can be edited."""
    counts = {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label not in ("sessions", "account")
    }
    counts["editions"] = sum(IndividualPlan.objects.values_list("edition", flat=True))
    counts["kept"] = Commitment.objects.exclude(kept=None).count()
    return counts


def ask(world: World, actor: str | None, cell: Cell, path: str) -> tuple[int, bytes]:
    """The answer to one actor; whatever it changed is taken back."""
    client = Client()
    if actor is not None:
        client.force_login(
            world.accounts[actor], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    with transaction.atomic():
        response = client.get(path) if cell.method == "GET" else client.post(path, world.body(cell))
        transaction.set_rollback(True)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return response.status_code, content


def expected(cell: Cell, actor: str) -> set[int]:
    if actor in cell.allowed:
        return {200, 302, 409, 422}  # let in; what was asked may still be refused for what it says
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
    assert any(status in (200, 302, 422) for status in found.values()), (
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
    before = fingerprint()
    refused = [actor for actor in (*ACTORS, *REFUSED) if actor in REFUSED or actor not in cell.allowed]
    for actor in refused:
        client = Client()
        client.force_login(
            world.accounts[actor], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        client.post(world.path(cell.path), world.body(cell))
        assert fingerprint() == before, actor


@pytest.mark.matrix
@pytest.mark.parametrize(
    "cell", [cell for cell in POLICY if cell.wrong], ids=lambda cell: f"{cell.method} {cell.path}"
)
def test_what_one_may_not_know_of_looks_like_what_never_was(world: World, cell: Cell) -> None:
    for actor in (*ACTORS, *REFUSED):
        status, page = ask(world, actor, cell, world.path(cell.path))
        if status == 404:
            never, other = ask(world, actor, cell, world.path(cell.wrong))
            assert never == 404
            assert plain(page) == plain(other)
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
        status, page = ask(world, actor, cell, world.path_elsewhere(cell))
        never, other = ask(world, actor, cell, world.path(cell.wrong))
        assert status == never == 404 or (status == never and cell.otherwise != 404), actor
        assert plain(page) == plain(other), actor


def plain(page: bytes) -> str:
    """A page without what differs from one request to the next."""
    text = page.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)
    return re.sub(r'(nonce|value|action|href|next)="[^"]*"', "", text)


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
def test_a_write_without_the_form_s_token_is_refused(world: World) -> None:
    for cell in POLICY:
        if cell.method != "POST":
            continue
        client = Client(enforce_csrf_checks=True)
        actor = cell.allowed[0]
        client.force_login(
            world.accounts[actor], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        assert client.post(world.path(cell.path), world.body(cell)).status_code == 403, cell.path


@pytest.mark.matrix
def test_losing_a_role_ends_it_on_the_next_request(world: World) -> None:
    client = Client()
    client.force_login(world.accounts["e"], backend="allauth.account.auth_backends.AuthenticationBackend")
    path = world.path("/c/{c}/overview/")
    assert client.get(path).status_code == 200
    with transaction.atomic():
        Person.objects.get(name="Ines Ode", company__handle=world.names["c"]).access_roles.all().delete()
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
            seen = {who: b'id="rows"' in ask(world, who, cell, world.path(path))[1] for who in "lev"}
            transaction.set_rollback(True)
        assert seen == {"l": True, "e": True, "v": False}
    person = world.path("/c/{c}/figures/medical/person/{rep}/")
    with transaction.atomic():
        Company.objects.filter(handle=world.names["c"]).update(executives_see_deals=True)
        assert ask(world, "e", cell, person)[0] == 404, "a named person's figure stays closed to them"
        transaction.set_rollback(True)


@pytest.mark.matrix
def test_nothing_of_one_company_shows_in_another(world: World) -> None:
    client = Client()
    client.force_login(
        world.accounts["leader elsewhere"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    for page in ("overview", "ropes", "plan", "today", ""):
        text = client.get(f"/c/otherfirm/{page}{'/' if page else ''}", follow=True).content.decode()
        for canary in ("Northlight", "Ana Alder", "Neubert", "medical clients"):
            assert canary not in text, page


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
    assert Leadership.objects.filter(person__name="Tom Neubert", team__name="Neubert").exists()
    assert Membership.objects.filter(person__name="Ana Alder", team__name="Neubert").exists()
