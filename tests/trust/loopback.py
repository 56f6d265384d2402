"""A network that has nothing but loopback, in which the kernel counts who calls outside.

Whatever has no route to go is one more `OutNoRoutes`, whichever library asked. Start with `apart`.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
from contextlib import suppress
from pathlib import Path

UP, FLAGS = 0x1, (0x8913, 0x8914)  # IFF_UP; SIOCGIFFLAGS, SIOCSIFFLAGS
ADD_ROUTE, ROUTE_IS_UP = 0x890B, 0x1  # SIOCADDRT, RTF_UP
ASKED_BY_CHROMIUM = "2001:4860:4860::8888"


def apart() -> list[str]:
    """The words before a command that give it such a network, as the same user, who may bring its loopback up."""
    return ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-cn", "--keep-caps"]


def loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        found = fcntl.ioctl(link, FLAGS[0], struct.pack("16sh22x", b"lo", 0))
        (flags,) = struct.unpack_from("h", found, 16)
        fcntl.ioctl(link, FLAGS[1], struct.pack("16sh22x", b"lo", flags | UP))


def let_chromium_ask() -> None:
    """A way over loopback to the one address of which Chromium asks the kernel whether there is any, and sends nothing.

    It does so at each start, and no setting stops it (`HostResolverManager::IsIPv6Reachable`).
    """
    (number,) = (number for number, name in socket.if_nameindex() if name == "lo")
    nowhere, whole = bytes(16), 128
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as link:
        fcntl.ioctl(
            link,
            ADD_ROUTE,  # an in6_rtmsg: where to, from where, over whom; kind, lengths, metric, more, flags, interface
            struct.pack(
                "@16s16s16sIHHILIi", socket.inet_pton(socket.AF_INET6, ASKED_BY_CHROMIUM), nowhere, nowhere,
                0, whole, 0, 1, 0, ROUTE_IS_UP, number,
            ),
        )  # fmt: skip


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
