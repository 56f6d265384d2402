"""What is said to those who run it is true: the table of settings, the unit, the container's file, the two health addresses."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from ropewalk.jobs import queue
from ropewalk.lib import clock

ROOT = Path(__file__).parents[1]
READ = re.compile(r"""(?:environ\.get\(|environ\[|flag\()["'](ROPEWALK_\w+)""")
INTERNAL = {"ROPEWALK_SERVES"}  # set by `serve` for the process that it starts


def test_the_table_of_settings_names_each_one_that_is_read_and_no_other() -> None:
    read = {
        name for path in (ROOT / "src").rglob("*.py") for name in READ.findall(path.read_text())
    } - INTERNAL
    told = set(re.findall(r"^\| `(ROPEWALK_\w+)` \|", (ROOT / "docs" / "operating.md").read_text(), re.M))
    assert told == read


def test_the_unit_starts_serve_in_a_home_of_its_own_and_again_when_it_ends() -> None:
    unit = configparser.ConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "ropewalk.service")
    assert unit["Service"]["ExecStart"].split()[:2] == ["/opt/ropewalk/bin/ropewalk", "serve"]
    assert unit["Service"]["Restart"] == "always"
    assert unit["Service"]["User"] == "ropewalk"


def test_the_container_installs_by_hashes_runs_as_nobody_special_and_names_files_that_are_there() -> None:
    text = (ROOT / "deploy" / "Containerfile").read_text()
    assert "--require-hashes -r requirements.lock" in text
    assert re.search(r"^USER ropewalk$", text, re.M)
    for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.M):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists(), name


@pytest.mark.django_db
def test_ready_says_what_is_wrong_by_its_name_and_nothing_else(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"
    ready = client.get("/readyz")
    assert ready.status_code == 200, ready.content
    assert {line.split()[0] for line in ready.content.decode().splitlines()} == {
        "database", "migrations", "disk", "key", "jobs", "facts",
    }  # fmt: skip
    queue.put("import", {}, at=clock.now())
    with time_machine.travel(clock.now().timestamp() + 600):
        late = client.get("/readyz")
    assert late.status_code == 503
    assert b"jobs not ready" in late.content
    assert late["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_two_health_addresses_answer_under_any_name_and_no_other_does(
    client: Client, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["ropewalk.example.com"]
    for host in ("127.0.0.1:8000", "10.0.0.7", "elsewhere.example", "no host"):
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/sign-in/", 400), ("/", 400)):
            assert client.get(path, HTTP_HOST=host).status_code == status, (host, path)
        refused = client.post("/healthz", HTTP_HOST=host)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")
