"""A mail server on loopback, for tests that read what was sent."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest


@dataclass
class Postbox:
    """A mail server on loopback that keeps what it takes."""

    port: int
    taken: list[str] = field(default_factory=list)


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    settings.ALLOW_HOSTS = ["localhost"]
    with letters_taken() as box:
        yield box


@contextmanager
def letters_taken() -> Iterator[Postbox]:
    """The server, as long as it is wanted."""
    box = Postbox(0)

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 box\r\n")
            for line in self.rfile:
                word = line.split()[0].upper() if line.split() else b""
                if word == b"DATA":
                    self.wfile.write(b"354 go\r\n")
                    said = b""
                    while (part := self.rfile.readline()) != b".\r\n":
                        said += part
                    box.taken.append(said.decode())
                elif word == b"RCPT" and b"nobody@" in line:
                    self.wfile.write(b"550 no such box\r\n")
                    continue
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield box
        server.shutdown()
