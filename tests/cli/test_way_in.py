"""The links that commands print open: each is asked of a served home, under the name that stands in it."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.trust.homes import ropewalk
from tests.trust.serving import Server

from ropewalk.cli.address import address_of, is_answered

ROOT = Path(__file__).parents[2]
DEFAULT = ["localhost", "127.0.0.1", "[::1]"]
EXAMPLE = ["ropewalk.example.com", "127.0.0.1"]
SAID = [  # where it listens, names, origins, https; what people open
    ("127.0.0.1", DEFAULT, [], False, "http://127.0.0.1:8000"),
    ("0.0.0.0", DEFAULT, [], False, "http://localhost:8000"),
    ("::", DEFAULT, [], False, "http://localhost:8000"),
    ("0.0.0.0", ["127.0.0.1"], [], False, "http://127.0.0.1:8000"),
    ("::1", DEFAULT, [], False, "http://[::1]:8000"),
    ("192.0.2.7", DEFAULT, [], False, "http://192.0.2.7:8000"),
    ("0.0.0.0", EXAMPLE, [], False, "http://ropewalk.example.com:8000"),
    ("0.0.0.0", ["*", ".example.com"], [], False, "http://example.com:8000"),
    ("127.0.0.1", EXAMPLE, [], False, "http://ropewalk.example.com"),
    ("127.0.0.1", ["127.0.0.1", "ropewalk.example.com"], [], True, "https://ropewalk.example.com"),
    ("0.0.0.0", EXAMPLE, ["https://*.example.com", "https://ropes.example.com/"], True, "https://ropes.example.com"),
]  # fmt: skip


@pytest.mark.parametrize(("host", "names", "origins", "secure", "opened"), SAID)
def test_an_address_is_the_one_that_people_reach(
    settings: Any, host: str, names: list[str], origins: list[str], secure: bool, opened: str
) -> None:
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS, settings.SECURE = names, origins, secure
    assert address_of(host, 8000) == opened
    assert is_answered(opened) is (host != "192.0.2.7" and not origins)


@contextmanager
def served(home: Path, host: str, **more: str) -> Iterator[Server]:
    server = Server(home, host=host, ROPEWALK_DEMO="no", **more)
    server.start()
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


def asked(server: Server, address: str, *, over: str = "127.0.0.1", **headers: str) -> int:
    """The status of an address, asked at the server itself with the name that the address has, as a proxy passes it on."""
    parts = urlsplit(address)
    link = http.client.HTTPConnection(over, server.port, timeout=10)
    link.request("GET", parts.path, headers={"Host": parts.netloc} | headers)
    status = link.getresponse().status
    link.close()
    return status


def way_in(server: Server) -> str:
    found = re.search(r"good once:\n  (\S+)\n", server.said())
    assert found, server.said()
    return found.group(1)


@pytest.mark.parametrize(
    ("host", "over"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "::1")]
)
def test_the_link_of_the_first_set_up_opens_wherever_it_listens(tmp_path: Path, host: str, over: str) -> None:
    if host == "::1" and "0" * 31 + "1" not in Path("/proc/net/if_inet6").read_text():
        pytest.skip("no loopback of version 6 here")
    server = Server(tmp_path / "home", host=host, ROPEWALK_DEMO="no")
    server.start()
    try:
        server.wait_until_ready(over=over)
        link = way_in(server)
        assert asked(server, link, over=over) == 200, link
        assert urlsplit(link).port == server.port
        assert f"Ropewalk is at {link.partition('/setup/')[0]} (" in server.said()
    finally:
        server.stop()


def test_as_a_container_behind_a_proxy_the_link_opens_and_it_finds_itself_well(tmp_path: Path) -> None:
    """Set as docs/operating.md says, listening as the container does, asked by the container's own check."""
    said = dict(
        re.findall(
            r"^    (ROPEWALK_(?:HOSTS|SECURE|ORIGINS))='(\S+)'$",
            (ROOT / "docs" / "operating.md").read_text(),
            re.M,
        )
    )
    assert len(said) == 3
    check = re.search(
        r"^HEALTHCHECK .*?CMD (\[.*?\])$", (ROOT / "deploy" / "Containerfile").read_text(), re.M | re.S
    )
    assert check
    with served(tmp_path / "home", "0.0.0.0", **said) as server:
        link = way_in(server)
        assert link.startswith("https://ropewalk.example.com/setup/")
        assert asked(server, link, **{"X-Forwarded-Proto": "https"}) == 200
        words = [sys.executable, *json.loads(check.group(1))[1:]]
        words[-1] = words[-1].replace(":8000/", f":{server.port}/")
        subprocess.run(words, check=True, timeout=30)
        assert asked(server, f"http://127.0.0.1:{server.port}/readyz") == 200
        assert asked(server, link.replace("ropewalk.example.com", "elsewhere.example")) == 400


def test_what_nobody_could_open_is_said_with_what_to_set(tmp_path: Path, capsys: Any, settings: Any) -> None:
    from ropewalk.cli.serving import tell_where

    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = DEFAULT, []
    tell_where("192.0.2.7", 8000)
    assert "set ROPEWALK_HOSTS=192.0.2.7 and start it again" in capsys.readouterr().err
    tell_where("127.0.0.1", 8000)
    assert "ROPEWALK_HOSTS" not in capsys.readouterr().err


def test_an_invitation_begins_with_the_address_that_people_reach(tmp_path: Path) -> None:
    home, names = tmp_path / "home", {"ROPEWALK_HOSTS": "ropewalk.example.com", "ROPEWALK_SECURE": "yes"}
    assert ropewalk(home, "company", "create", "Acme", **names).returncode == 0
    invite = ("person", "invite", "vp@acme.example", "--company", "acme", "--role", "leader")
    assert ropewalk(home, *invite, **names).stdout.startswith("https://ropewalk.example.com/invitation/")
