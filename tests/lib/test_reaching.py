"""Which addresses may be called: a wrapped inner address is an inner address."""

from __future__ import annotations

import ipaddress

import pytest

from ropewalk.lib.reaching import Unreachable, address_of, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "fec0::1", "::ffff:127.0.0.1",
        "::127.0.0.1", "2002:7f00:1::", "64:ff9b::a9fe:a9fe",
    ],
)  # fmt: skip
def test_inner_addresses_are_told_in_whatever_wrapping(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_may_be_called(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1", "localhost"),
        pytest.param("no.such.host.invalid", marks=pytest.mark.calls_outside),  # asks a name server
    ],
)
def test_a_host_inside_is_refused_unless_the_operator_listed_it(host: str) -> None:
    with pytest.raises(Unreachable):
        address_of(host, 25)


def test_a_listed_host_is_called() -> None:
    assert address_of("localhost", 25, allowed=["LOCALHOST"]) in ("127.0.0.1", "::1")
