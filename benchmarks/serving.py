"""A home served by `ropewalk serve` in a process of its own, with everybody signed in. Start with `serve`."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.home import enter


@dataclass
class Person:
    """Somebody signed in."""

    id: int
    name: str
    cookie: str
    token: str  # of the forms
    number: int = 0
    edition: int = 1  # of the own plan
    team: int = 0  # led
    people: list[Person] = field(default_factory=list)  # of the own team


@dataclass(frozen=True)
class Cast:
    """Everybody, by what they do."""

    reps: list[Person]
    managers: list[Person]
    top: list[Person]  # leader and executive


@dataclass
class Served:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    cast: Cast
    took: float  # seconds until it was ready

    def processes(self) -> list[int]:
        """The server's own processes, the one that looks after the other first."""
        found = [self.process.pid]
        for one in Path("/proc").iterdir():
            if one.name.isdigit():
                try:
                    parent = int((one / "stat").read_text().rpartition(")")[2].split()[1])
                    command = (one / "cmdline").read_bytes()
                except OSError:
                    continue
                if parent == self.process.pid and b"ropewalk.jobs.child" not in command:
                    found.append(int(one.name))
        return found

    def peak(self) -> int:
        """The most memory in bytes that the serving process ever had in hand."""
        return max(_status(one, "VmHWM") for one in self.processes())


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) * 1024
    return 0


@contextmanager
def serve(home: Path, port: int) -> Iterator[Served]:
    """The home served at a port of this machine until the block ends."""
    enter(home)
    cast = signed_in()
    program = Path(sys.executable).parent / "ropewalk"
    environment = os.environ | {"ROPEWALK_HOME": str(home)}
    began = time.monotonic()
    process = subprocess.Popen(
        [program, "serve", "--port", str(port)],
        env=environment,
        start_new_session=True,  # as a service has one: the machine shares by sessions first
    )
    try:
        while not _is_ready(port):
            if process.poll() is not None or time.monotonic() - began > 120:
                raise RuntimeError(f"the server didn't come up: {process.poll()}")
            time.sleep(0.1)
        yield Served(process, port, cast, time.monotonic() - began)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def _is_ready(port: int) -> bool:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        link.request("GET", "/readyz")
        return link.getresponse().status == 200
    except OSError:
        return False
    finally:
        link.close()


def signed_in() -> Cast:
    """Everybody of the company with a session, made without asking for two thousand passwords."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.db import connection
    from django.utils import timezone

    from ropewalk.companies.models import Leadership, Membership
    from ropewalk.companies.models import Person as Row
    from ropewalk.individual_plans.models import IndividualPlan

    store, expires = SessionStore(), timezone.now() + timezone.timedelta(days=2)
    sessions, found = [], {}
    for row in Row.objects.filter(company__handle="bench").exclude(account=None).select_related("account"):
        key, token = secrets.token_hex(16), secrets.token_hex(16)
        data = {
            SESSION_KEY: str(row.account.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: row.account.get_session_auth_hash(),
        }
        sessions.append(Session(session_key=key, session_data=store.encode(data), expire_date=expires))
        cookie = f"{settings.SESSION_COOKIE_NAME}={key}; {settings.CSRF_COOKIE_NAME}={token}"
        last = row.name.split()[-1]
        found[row.pk] = Person(row.pk, row.name, cookie, token, int(last) if last.isdigit() else 0)
    Session.objects.bulk_create(sessions, batch_size=500)
    for person, edition in IndividualPlan.objects.values_list("person_id", "edition"):
        found[person].edition = edition
    members: dict[int, list[Person]] = {}
    for team, person in Membership.objects.values_list("team_id", "person_id"):
        members.setdefault(team, []).append(found[person])
    for team, person in Leadership.objects.values_list("team_id", "person_id"):
        found[person].team, found[person].people = team, members[team]
    connection.close()
    everybody = list(found.values())
    return Cast(
        [one for one in everybody if one.name.startswith("Rep ")],
        [one for one in everybody if one.name.startswith("Manager ")],
        [one for one in everybody if one.name in ("Lea Leader", "Eva Executive")],
    )
