"""Jobs and commands as further addresses: who may order them, what each touches, whose words come back, and nothing of another.

A kind of job or a subcommand that `tests.rights.orders` doesn’t name is red.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from click import Group
from django.conf import settings
from django.db import transaction
from tests.rights.asking import taken_back
from tests.rights.canaries import WORDS, strange_in
from tests.rights.kept import changed, kept
from tests.rights.orders import BY_PERSON, BY_TEAM, COMMANDS, FILES, JOBS, ROPES
from tests.rights.world import ACTORS, World
from typer.main import get_command
from typer.testing import CliRunner

from ropewalk.cli.main import app
from ropewalk.companies.models import Company, Person, Team
from ropewalk.facts.models import Upload
from ropewalk.jobs.kinds import KINDS, NotDone, perform
from ropewalk.jobs.planning import export

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]


def names_of(world: World, folder: Path) -> dict[str, str]:
    """What stands for the names in an order: the world's, and files on the disk."""
    for name, text in (FILES | {"plan.yaml": export(world.names["c"], 2028)}).items():
        (folder / name).write_text(text)
    paths = {name: str(folder / name) for name in (*FILES, "plan.yaml")}
    email = Person.objects.get(pk=world.names["rep"]).email
    return (
        world.names
        | paths
        | {"rep_email": email, "ordered": str(an_upload(world, folder)), "made": str(folder / "made.backup")}
    )


def an_upload(world: World, folder: Path) -> int:
    """Files that wait to be imported."""
    columns = {
        "id": "id",
        "owner": "owner",
        "amount": "amount",
        "currency": "currency",
        "status": "status",
        "opened_on": "opened",
        "closed_on": "closed",
    }
    made = Upload.objects.create(
        company_id=world.ids[world.names["c"]], made_at="2027-08-17T10:00:00Z", person_name="Somebody", state="ordered",
        source="hubspot", files=[{"name": "deals.csv", "bytes": 9}],
        entries=[{"file": "deals.csv", "entry": {"name": "deals.csv", "object": "opportunities", "columns": columns}, "seen": {"whole": ""}}],
    )  # fmt: skip
    place = Path(settings.HOME) / "uploads" / world.names["c"] / str(made.pk)
    place.mkdir(parents=True, exist_ok=True)
    (place / "deals.csv").write_text(FILES["deals.csv"])
    return made.pk


def filled(value: Any, names: dict[str, str]) -> Any:
    """An order with its names filled in; what begins with # is a number."""
    if isinstance(value, dict):
        return {key: filled(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, names) for one in value]
    if not isinstance(value, str):
        return value
    for name, said in names.items():
        value = value.replace("{" + name + "}", said)
    return int(value[1:]) if value.startswith("#") else value


@contextmanager
def with_files(world: World) -> Iterator[tuple[World, dict[str, str]]]:
    """The world with the files that orders name; what was made for it is taken back."""
    with TemporaryDirectory() as folder, transaction.atomic():
        yield world, names_of(world, Path(folder))
        transaction.set_rollback(True)


NEEDS = {"both": with_files}  # how what a test asks for is made of the world


@pytest.fixture
def both(world: World) -> Iterator[tuple[World, dict[str, str]]]:
    with with_files(world) as found:
        yield found


def ordered(world: World, names: dict[str, str], kind: str, actor: str, **more: Any) -> Any:
    address = None if actor == "-" else Person.objects.get(account=world.accounts[actor]).email
    return perform(
        kind, filled(JOBS[kind].order, names) | {"as": address} | more, say=lambda done, whole, words: None
    )


def outcome(world: World, names: dict[str, str], kind: str, actor: str) -> tuple[str, Any]:
    """What came of an order: done with its result, or refused with the words."""
    try:
        return "done", ordered(world, names, kind, actor)
    except NotDone as trouble:
        return "refused", str(trouble)


def test_every_kind_of_job_and_every_command_is_named() -> None:
    assert set(JOBS) == set(KINDS)
    assert set(COMMANDS) == set(commands(get_command(app)))


def commands(group: Any, name: str = "") -> Iterator[str]:
    for word, one in group.commands.items():
        if isinstance(one, Group) or hasattr(one, "commands"):
            yield from commands(one, f"{name} {word}".strip())
        else:
            yield f"{name} {word}".strip()


@pytest.mark.parametrize("kind", [kind for kind, one in JOBS.items() if not one.not_here])
def test_a_job_does_for_each_role_what_is_said_and_nothing_elsewhere(
    both: tuple[World, dict[str, str]], kind: str
) -> None:
    world, names = both
    job = JOBS[kind]
    here, there = world.ids[world.names["c"]], world.ids[world.elsewhere["c"]]
    before, away = kept(here), kept(there)
    actors = "-" if job.of_all else "".join((*ACTORS, "-"))
    done = 0
    for actor in actors:
        with taken_back():
            said = outcome(world, names, kind, actor)
            assert (actor in job.allowed) is (said[0] == "done"), f"{actor}: {said}"
            if not job.of_all or kind == "upload":
                text = json.dumps(said, default=str).encode()
                assert strange_in(text, handle=world.names["c"], person=None, may_share=False) == []
            touched = changed(before, kept(here))
            assert touched <= (job.touches if said[0] == "done" else set())
            assert changed(away, kept(there)) == set()
        done += said[0] == "done"
    assert done


@pytest.mark.parametrize("kind", [kind for kind, one in JOBS.items() if not one.of_all])
def test_people_of_another_company_and_leavers_order_nothing(
    both: tuple[World, dict[str, str]], kind: str
) -> None:
    world, names = both
    order, gone = filled(JOBS[kind].order, names), [world.accounts[one] for one in "al"]
    Person.objects.filter(account__in=gone).update(left="2027-08-16")
    before = kept()
    strangers = [*(world.accounts_elsewhere[one] for one in "alk"), world.accounts["leaver"], *gone]
    addresses = list(Person.objects.filter(account__in=strangers).values_list("email", flat=True))
    assert len(addresses) == len(strangers), "each is somebody, only not of this company or no longer"
    for more in (*({"as": one} for one in (*addresses, "nobody@x.example")), {"company": "never"}):
        with pytest.raises(NotDone):
            perform(kind, order | more, say=lambda done, whole, words: None)
    assert changed(before, kept()) == set()


@pytest.mark.parametrize("kind", ["measure", "ropes"])
def test_the_operator_of_the_other_company_reads_its_own_words_alone(world: World, kind: str) -> None:
    there = world.turned()
    order = {"measure": {"metric": "revenue_won", "by": "person"}, "ropes": {"as_of": "2027-08-17"}}[kind]
    for address in (None, Person.objects.get(account=there.accounts["l"]).email):
        result = perform(
            kind, order | {"company": there.names["c"], "as": address}, say=lambda done, whole, words: None
        )
        text = json.dumps(result).encode()
        assert WORDS[there.names["c"]].encode() in text
        assert strange_in(text, handle=there.names["c"], person=None, may_share=False) == []


@pytest.mark.parametrize("kind", ["accept", "undo"])
def test_what_a_job_names_of_another_company_is_answered_like_what_never_was(
    both: tuple[World, dict[str, str]], kind: str
) -> None:
    world, names = both
    before, said = kept(), []
    key, foreign = {"accept": ("suspicions", [int(world.elsewhere["suspicion"])]), "undo": ("load", 8)}[kind]
    for value in (foreign, [999999] if kind == "accept" else 999999):
        with pytest.raises(NotDone) as trouble:
            ordered(world, names, kind, "-", **{key: value})
        number = str(value[0] if isinstance(value, list) else value)
        said.append(str(trouble.value).replace(number, "·"))
    assert said[0] == said[1]
    assert changed(before, kept()) == set()


@pytest.mark.parametrize("actor", [*ACTORS, "-"])
def test_figures_and_ropes_by_command_hold_only_who_may_be_seen(
    both: tuple[World, dict[str, str]], actor: str
) -> None:
    world, names = both
    people = {letter: Person.objects.get(account=world.accounts[letter]).name for letter in "sto"}
    by_person = {row["name"] for row in ordered(world, names, "measure", actor, by="person")["rows"]}
    assert {letter for letter, name in people.items() if name in by_person} == set(BY_PERSON[actor])
    ropes = {row[1] for row in ordered(world, names, "ropes", actor)}
    assert {letter for letter, name in people.items() if name in ropes} == set(ROPES[actor])
    teams = {one.name: one.name.split()[0] for one in Team.objects.filter(company__handle=world.names["c"])}
    if actor not in BY_TEAM:
        with pytest.raises(NotDone):
            ordered(world, names, "measure", actor, by="team")
        return
    rows = {row["name"] for row in ordered(world, names, "measure", actor, by="team")["rows"]}
    assert {teams[name] for name in rows if teams.get(name) in ("Neubert", "Rouche")} == BY_TEAM[actor]


@pytest.mark.parametrize("name", [name for name, one in COMMANDS.items() if not one.not_here])
def test_a_command_touches_what_is_said_prints_nothing_foreign_and_no_secret(
    both: tuple[World, dict[str, str]], name: str
) -> None:
    world, names = both
    command = COMMANDS[name]
    here, there = world.ids[world.names["c"]], world.ids[world.elsewhere["c"]]
    before, away = kept(here), kept(there)
    with taken_back():
        result = CliRunner().invoke(app, [*name.split(), *shlex.split(filled(command.words, names))])
        assert result.exit_code in command.exits, result.output + str(result.exception)
        touched = changed(before, kept(here))
        assert touched <= command.touches
        assert changed(away, kept(there)) == set()
    found = strange_in(result.output.encode(), handle=world.names["c"], person=None, may_share=False)
    assert [one for one in found if not (command.of_all and one in WORDS.values())] == []
    assert "Traceback" not in result.output
    for secret in (settings.SECRET_KEY, *settings.DATA_KEYS):
        assert str(secret) not in result.output


def test_both_companies_are_of_one_installation(world: World) -> None:
    assert Company.objects.count() == 2
