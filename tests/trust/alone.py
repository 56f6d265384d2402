"""A session with an installation in a network that has nothing but loopback; prints how often somebody was called outside.

`unshare -rn python -m tests.trust.alone GENERATED_HOME FOLDER`. The kernel itself counts: whatever has no route to go is one
more `OutNoRoutes`, whichever library asked.
"""

from __future__ import annotations

import fcntl
import json
import random
import socket
import struct
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.trust.homes import copy, ropewalk
from tests.trust.load import READS, C, Crowd
from tests.trust.serving import Server
from tests.trust.visiting import Visitor

UP, FLAGS = 0x1, (0x8913, 0x8914)  # IFF_UP; SIOCGIFFLAGS, SIOCSIFFLAGS


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        found = fcntl.ioctl(link, FLAGS[0], struct.pack("16sh22x", b"lo", 0))
        (flags,) = struct.unpack_from("h", found, 16)
        fcntl.ioctl(link, FLAGS[1], struct.pack("16sh22x", b"lo", flags | UP))


def without_a_route() -> int:
    """How many packets of this network had nowhere to go, of both versions of the protocol."""
    names, values = (line.split() for line in Path("/proc/net/snmp").read_text().splitlines()[:2])
    old = int(dict(zip(names, values, strict=True))["OutNoRoutes"])
    new = dict(line.split() for line in Path("/proc/net/snmp6").read_text().splitlines())
    return old + int(new["Ip6OutNoRoutes"])


def call_outside() -> None:
    """What must be counted: a name's server and a web server."""
    for kind, place in ((socket.SOCK_DGRAM, ("192.0.2.1", 53)), (socket.SOCK_STREAM, ("192.0.2.1", 443))):
        with socket.socket(socket.AF_INET, kind) as link:
            link.settimeout(1)
            with suppress(OSError):
                link.connect(place)


def main(generated: Path, folder: Path) -> dict[str, object]:
    loopback_up()
    home = copy(generated, folder / "home")
    before = without_a_route()
    server = Server(home)
    server.start()
    answers: dict[str, int] = {}
    try:
        server.wait_until_ready(within=120)
        for name, paths in READS.items():
            who = Visitor(server.port, f"{name}@northlight.example")
            who.sign_in()
            for path in paths:
                answers[path] = who.get(C + path).status
        crowd = Crowd(server.port, seed=1)
        crowd.start()
        time.sleep(5)
        crowd.stop()
        commands = [
            ropewalk(home, "backup", str(folder / "one.backup")),
            ropewalk(home, "ropes", "--company", "northlight"),
        ]
    finally:
        server.stop()
    during = without_a_route() - before
    call_outside()
    return {
        "answers": answers, "wrong": crowd.wrong(), "writes": len(crowd.book.lines),
        "commands": [one.returncode for one in commands], "calls": during, "counted": without_a_route() - before - during,
    }  # fmt: skip


if __name__ == "__main__":
    random.seed(1)
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), Path(sys.argv[2]))))
