"""What is said to those who run it is true: the table of settings, the unit, the container's file, the two health addresses."""

from __future__ import annotations

import configparser
import json
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from tests.trust.homes import environment, ropewalk

from ropewalk.jobs import queue
from ropewalk.lib import clock
from ropewalk.pages.importing.quota import MOST_AT_ONCE

ROOT = Path(__file__).parents[1]
READ = re.compile(r"""(?:environ\.get\(|environ\[|flag\(|listed\((?:\s*#[^\n]*)?)\s*["'](ROPEWALK_\w+)""")
INTERNAL = {"ROPEWALK_SERVES"}  # set by `serve` for the process that it starts


def test_the_table_of_settings_names_each_one_that_is_read_and_no_other() -> None:
    read = {
        name for path in (ROOT / "src").rglob("*.py") for name in READ.findall(path.read_text())
    } - INTERNAL
    told = set(re.findall(r"^\| `(ROPEWALK_\w+)` \|", (ROOT / "docs" / "operating.md").read_text(), re.M))
    assert told == read


WRONG = {  # values that can't be, and a part of the sentence that says so; where any word can be, none
    "ROPEWALK_HOME": {"~nobody-by-that-name/x": "say the folder's whole path", "/dev/null/x": "Nothing can be kept in"},
    "ROPEWALK_HOSTS": dict.fromkeys(("https://ropes.example", "ropes.example:8000", "two words", "a/b", ",", "a_b"), "without https:// and without a port"),
    "ROPEWALK_ORIGINS": dict.fromkeys(("ropes.example", "ftp://ropes.example", "https://", "https://a.example/path", ","), "Say whole origins"),
    "ROPEWALK_SECURE": {"perhaps": "Say yes or no"},
    "ROPEWALK_DATABASE_URL": {"mysql://a/b": "must name a PostgreSQL", "postgresql://u:s3cret@h:port/n": "a port is a number", "postgresql://h": "add /name"},
    "ROPEWALK_FACTS_URL": {"facts.duckdb": "must name a PostgreSQL", "postgresql://u:s3cret@h:99999/n": "a port is a number", "postgresql://h/": "add /name"},
    "ROPEWALK_FACTS_SCHEMA": dict.fromkeys(('a"b', "a b", "1st", "ä", "x" * 64), "letters, digits and _"),
    "ROPEWALK_SECRET_KEY": {},
    "ROPEWALK_DATA_KEYS": {" , ": "Say a key"},
    "ROPEWALK_ALLOW_HOSTS": dict.fromkeys(("https://mail.internal", "mail.internal:25", "*", ","), "without a port"),
    "ROPEWALK_LOG": dict.fromkeys(("loud", "10", "notset"), "Say DEBUG, INFO, WARNING, ERROR or CRITICAL."),
    "ROPEWALK_DEMO": {"2": "Say yes or no"},
    "ROPEWALK_RELOAD": {"always": "Say yes or no"},
}  # fmt: skip


def settings_with(home: Path, monkeypatch: pytest.MonkeyPatch, **said: str) -> dict[str, Any]:
    """The settings as they are read with these variables and no others."""
    for name in WRONG:
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"ROPEWALK_HOME": str(home)} | said).items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "src" / "ropewalk" / "settings.py"))


@pytest.mark.parametrize("name", WRONG)
def test_a_value_that_cannot_be_is_refused_with_a_sentence(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings_with(tmp_path, monkeypatch, **{} if name == "ROPEWALK_HOME" else {name: ""}), (
        "empty is not set"
    )
    for value, sentence in WRONG[name].items():
        with pytest.raises(ImproperlyConfigured) as refused:
            settings_with(tmp_path, monkeypatch, **{name: value})
        assert sentence in str(refused.value), value
        assert name in str(refused.value), value
        assert "s3cret" not in str(refused.value)


def test_every_setting_was_tried_with_wrong_values() -> None:
    told = re.findall(r"^\| `(ROPEWALK_\w+)` \|", (ROOT / "docs" / "operating.md").read_text(), re.M)
    assert set(told) == set(WRONG)


def test_values_that_can_be_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = settings_with(
        tmp_path,
        monkeypatch,
        ROPEWALK_HOSTS=" ropes.example, .example.org ,[2001:db8::1],*",
        ROPEWALK_ORIGINS="https://ropes.example/,https://*.example.org,http://localhost:8080",
        ROPEWALK_LOG="info",
        ROPEWALK_ALLOW_HOSTS="mail.internal,10.0.0.5",
        ROPEWALK_DATA_KEYS="new,old",
        ROPEWALK_FACTS_URL="postgresql://u:p%40@h:5432/n?sslmode=require",
        ROPEWALK_SECURE="Yes",
    )
    assert read["ALLOWED_HOSTS"] == ["ropes.example", ".example.org", "[2001:db8::1]", "*"]
    assert read["CSRF_TRUSTED_ORIGINS"] == [
        "https://ropes.example",
        "https://*.example.org",
        "http://localhost:8080",
    ]
    assert read["LOGGING"]["root"]["level"] == "INFO"
    assert read["ALLOW_HOSTS"] == ["mail.internal", "10.0.0.5"]
    assert read["DATA_KEYS"] == ["new", "old"]
    assert read["SECURE"] is True


def test_keys_are_made_once_for_their_owner_alone_and_an_empty_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = settings_with(tmp_path / "new", monkeypatch)
    again = settings_with(tmp_path / "new", monkeypatch)
    assert (first["SECRET_KEY"], first["DATA_KEYS"]) == (again["SECRET_KEY"], again["DATA_KEYS"])
    for name in ("secret_key", "data_key"):
        assert (tmp_path / "new" / name).stat().st_mode & 0o777 == 0o600
    (tmp_path / "new" / "data_key").write_text("\n")
    with pytest.raises(ImproperlyConfigured, match="data_key is empty"):
        settings_with(tmp_path / "new", monkeypatch)


def test_at_the_shell_a_wrong_value_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    refused = ropewalk(tmp_path / "home", "company", "list", ROPEWALK_LOG="loud")
    assert refused.returncode == 2
    assert refused.stderr == "ROPEWALK_LOG is 'loud'. Say DEBUG, INFO, WARNING, ERROR or CRITICAL.\n"


def test_the_unit_starts_serve_in_a_home_of_its_own_and_again_when_it_ends() -> None:
    unit = configparser.ConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(ROOT / "deploy" / "ropewalk.service")
    assert unit["Service"]["ExecStart"].split()[:2] == ["/opt/ropewalk/bin/ropewalk", "serve"]
    assert unit["Service"]["Restart"] == "always"
    assert unit["Service"]["User"] == "ropewalk"


UNITS = ("ropewalk.service", "ropewalk-backup.service", "ropewalk-backup.timer")


def unit(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment,method-assign]
    found.read(ROOT / "deploy" / name)
    return found


def test_the_nightly_backup_has_the_settings_and_the_user_of_the_service() -> None:
    serves, saves = unit("ropewalk.service")["Service"], unit("ropewalk-backup.service")["Service"]
    assert (saves["User"], saves["Environment"]) == (serves["User"], serves["Environment"])
    assert saves["EnvironmentFile"] == serves["EnvironmentFile"].removeprefix("-") == "/etc/ropewalk.env"
    folder = Path(re.findall(r"backup (\S+)", saves["ExecStart"])[0]).parent
    home = serves["Environment"].partition("=")[2]
    assert saves["ReadWritePaths"] == f"{home} -{folder}"
    assert unit("ropewalk-backup.timer")["Timer"]["OnCalendar"]


def test_systemd_has_nothing_to_say_of_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here")
    for name in UNITS:
        text = (ROOT / "deploy" / name).read_text().replace("/opt/ropewalk/bin/ropewalk", "/bin/true")
        (tmp_path / name).write_text(text)
    said = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())], capture_output=True, text=True
    )
    assert (said.returncode, [line for line in said.stderr.splitlines() if str(tmp_path) in line]) == (0, [])


def test_everything_that_is_shipped_is_installed_by_the_documents_for_a_user_that_they_make() -> None:
    told = (ROOT / "docs" / "operating.md").read_text()
    service = told.partition("**As a service**")[2].partition("**Behind https.**")[0]
    for name in (*UNITS, "ropewalk.env"):
        assert re.search(rf"^    install .*deploy/{re.escape(name)}", service, re.M), name
    assert re.search(r"^    useradd --system .* ropewalk$", service, re.M)
    assert "install -m 0600 -o ropewalk -g ropewalk deploy/ropewalk.env /etc/ropewalk.env" in service
    for file in (ROOT / "deploy").iterdir():
        assert f"(../deploy/{file.name})" in told, file.name
    read = set(
        re.findall(r"^#?(ROPEWALK_\w+)='[^']+'$", (ROOT / "deploy" / "ropewalk.env").read_text(), re.M)
    )
    assert read <= set(WRONG)
    assert {"ROPEWALK_HOSTS", "ROPEWALK_SECURE", "ROPEWALK_ORIGINS", "ROPEWALK_DATABASE_URL"} <= read


def test_the_command_that_is_shipped_has_the_settings_of_the_service(tmp_path: Path) -> None:
    settings, program = tmp_path / "ropewalk.env", tmp_path / "program"
    url = "postgresql://ropewalk:pass word@db.internal:5432/ropewalk?sslmode=verify-full&x=$HOME"
    settings.write_text((ROOT / "deploy" / "ropewalk.env").read_text() + f"ROPEWALK_DATABASE_URL='{url}'\n")
    program.write_text('#!/bin/sh\nprintf "%s|" "$ROPEWALK_HOME" "$ROPEWALK_DATABASE_URL" "$@"\n')
    script = (ROOT / "deploy" / "ropewalk").read_text()
    for there, here in (("/etc/ropewalk.env", settings), ("/opt/ropewalk/bin/ropewalk", program)):
        assert there in script
        script = script.replace(there, str(here))
    me = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
    (tmp_path / "ropewalk").write_text(script.replace("ropewalk ]", f"{me} ]"))
    for file in (program, tmp_path / "ropewalk"):
        file.chmod(0o755)
    said = subprocess.run(
        [str(tmp_path / "ropewalk"), "import", "two words.csv"], capture_output=True, text=True
    )
    assert said.stdout == f"/var/lib/ropewalk|{url}|import|two words.csv|", said.stderr


def test_a_backup_of_an_installation_without_a_company_is_refused(tmp_path: Path) -> None:
    """As by cron that doesn't know where the server keeps people and plans."""
    older = tmp_path / "1.backup"
    older.write_text("the good one")
    refused = ropewalk(tmp_path / "home", "backup", str(older))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "There is no company in" in refused.stderr
    assert "ROPEWALK_DATABASE_URL" in refused.stderr
    assert older.read_text() == "the good one"


def steps_of_container() -> list[tuple[str, str]]:
    """The container's file as its instructions and what each is given, lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "deploy" / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_the_container_installs_by_hashes_what_it_runs_and_names_files_that_are_there() -> None:
    steps = steps_of_container()
    installed = [rest for word, rest in steps if word == "RUN" and "pip install" in rest]
    assert len(installed) == 1
    assert "--require-hashes -r requirements.lock" in installed[0]
    assert re.findall(r"pip install (?!.*--require-hashes)[^&]*", installed[0]) == [
        "pip install --no-cache-dir --no-deps ."
    ]
    assert "--no-compile" not in installed[0], "its user can't write there, so it would compile at each start"
    for word, rest in steps:
        if word == "COPY" and not rest.startswith("--from"):
            for name in rest.split()[:-1]:
                assert (ROOT / name).exists(), name


def test_the_container_runs_as_nobody_special_from_a_named_base_and_says_how_it_is() -> None:
    steps = steps_of_container()
    said = dict(steps)
    bases = [rest.split()[0] for word, rest in steps if word == "FROM"]
    assert all(re.fullmatch(r"python:3\.1[1-3]-slim", base) for base in bases), bases
    assert len(set(bases)) == 1
    after = [word for word, _ in steps][
        len(steps) - 1 - [word for word, _ in reversed(steps)].index("USER") :
    ]
    assert not {"RUN", "COPY"} & set(after), "nothing is changed once it is nobody special"
    assert re.search(rf"useradd .*--uid {said['USER']} ", said["RUN"]), (
        "by its number, that a host can tell it from root"
    )
    assert int(said["USER"]) > 0
    assert "ADD" not in said
    home = said["VOLUME"]
    assert f"ROPEWALK_HOME={home}" in said["ENV"]
    assert f"--home-dir {home} " in said["RUN"]
    command = json.loads(said["CMD"])
    assert command[:2] == ["ropewalk", "serve"], "without a shell, so that it is told to stop"
    assert command[command.index("--port") + 1] == said["EXPOSE"]
    assert f":{said['EXPOSE']}/healthz" in said["HEALTHCHECK"]


FAULTS = {  # what stands in the container's file, what is put in its place, and the rule that notices
    "the newest of all": ("python:3.13-slim", "python:latest", "DL3007"),
    "no version": ("python:3.13-slim", "python", "DL3006"),
    "a shell": (
        'CMD ["ropewalk", "serve", "--host", "0.0.0.0", "--port", "8000"]',
        "CMD ropewalk serve",
        "DL3025",
    ),
    "root": ("USER 999", "USER root", "DL3002"),
    "unpacking": ("COPY src src", "ADD src src", "DL3020"),
    "lists left behind": ("USER 999", "RUN apt-get update && apt-get install -y curl\nUSER 999", "DL3009"),
    "a folder of its own": ("WORKDIR /build", "RUN cd /build", "DL3003"),
}


def linted(file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("hadolint")), "--no-color", str(file)],
        capture_output=True,
        text=True,
    )


def test_the_linter_has_nothing_to_say_of_the_container() -> None:
    said = linted(ROOT / "deploy" / "Containerfile")
    assert (said.returncode, said.stdout) == (0, "")


@pytest.mark.parametrize("fault", FAULTS)
def test_the_linter_notices_what_would_spoil_the_container(fault: str, tmp_path: Path) -> None:
    right, wrong, rule = FAULTS[fault]
    text = (ROOT / "deploy" / "Containerfile").read_text()
    assert right in text
    (tmp_path / "Containerfile").write_text(text.replace(right, wrong))
    said = linted(tmp_path / "Containerfile")
    assert said.returncode == 1
    assert f"{rule} " in said.stdout, said.stdout


def test_the_proxy_lets_through_a_little_more_than_is_taken() -> None:
    """Who brings too much reads it in Ropewalk's words; what isn't too much comes through."""
    conf = (ROOT / "deploy" / "nginx.conf").read_text()
    (size,) = re.findall(r"^\s*client_max_body_size (\d+)m;", conf, re.M)
    assert MOST_AT_ONCE < int(size) << 20 < 1.1 * MOST_AT_ONCE


def program(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    more |= {
        "DJANGO_SETTINGS_MODULE": "ropewalk.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "",
    }  # tests alone set this
    return subprocess.run(
        [sys.executable, *words], env=environment(home, **more), capture_output=True, text=True
    )


def test_nothing_is_warned_of_before_it_is_deployed_behind_https(tmp_path: Path) -> None:
    words = ("-m", "django", "check", "--deploy", "--fail-level", "WARNING")
    checked = program(tmp_path / "home", *words, ROPEWALK_SECURE="yes")
    assert (checked.returncode, checked.stderr) == (0, ""), checked.stderr
    without = program(tmp_path / "home", *words)
    assert "security.W012" in without.stderr, "it is asked, and cookies without https are noticed"


ANSWERED = """
import django; django.setup()
from django.test import Client
for proto in ("https", "http"):
    for path in ("/healthz", "/static/tokens.css"):
        print(Client().get(path, HTTP_X_FORWARDED_PROTO=proto).headers.get("Strict-Transport-Security", "-"))
"""


def test_browsers_are_told_to_come_by_https_where_they_did_and_https_is_set(tmp_path: Path) -> None:
    told = program(tmp_path / "home", "-c", ANSWERED, ROPEWALK_SECURE="yes", ROPEWALK_HOSTS="testserver")
    assert told.stdout.split() == ["max-age=31536000"] * 2 + ["-"] * 2, told.stderr
    without = program(tmp_path / "home", "-c", ANSWERED, ROPEWALK_HOSTS="testserver")
    assert without.stdout.split() == ["-"] * 4, without.stderr
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "add_header Strict-Transport-Security" not in proxy, "said once"
    assert "return 301 https://" in proxy


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
