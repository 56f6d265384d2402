"""Which addresses this installation may call: public ones, and hosts that its operator has listed.

A name is resolved once and the caller connects to that very address, so that a second look-up can't lead elsewhere.
Start with `address_of`.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection

PROTOCOL = ipaddress.ip_network("192.0.0.0/24")  # special uses; some Pythons call parts of it global
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """The host isn't called; the sentence says by which rule, or that it has no address."""


def address_of(host: str, port: int, *, allowed: Collection[str] = ()) -> str:
    """The one address to connect to. Raises Unreachable."""
    name = host.strip().rstrip(".").lower()
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(f"No address is known for {host}. Look for a typing error.") from None
    addresses = [str(one[4][0]) for one in found]
    if name not in {one.lower() for one in allowed}:
        for one in addresses:
            if not is_public(ipaddress.ip_address(one.partition("%")[0])):
                raise Unreachable(
                    f"{host} is an address inside a network. Whoever runs this installation can allow it: "
                    f"ROPEWALK_ALLOW_HOSTS={name}."
                )
    return addresses[0]


def is_public(address: Address) -> bool:
    """Whether an address lies in the open internet, also when it is wrapped into another one."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is not None and not is_public(inner):
            return False
        if address.is_site_local:
            return False
    elif address in PROTOCOL:
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)
