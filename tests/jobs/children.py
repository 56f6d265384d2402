"""What children are asked to do in tests."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from typing import Any

Say = Callable[[dict[str, Any]], None]


def double(order: dict[str, Any], say: Say) -> dict[str, Any]:
    say({"rows": 1})
    say({"rows": 2})
    return {"number": order["number"] * 2}


def eat_memory(order: dict[str, Any], say: Say) -> dict[str, Any]:
    return {"size": len(bytearray(1 << 30))}


def read_without_end(order: dict[str, Any], say: Say) -> dict[str, Any]:
    say({"rows": 1, "of": 9, "refused": 1})
    time.sleep(60)
    return {}


def burn(order: dict[str, Any], say: Say) -> dict[str, Any]:
    while True:
        pass


def fail(order: dict[str, Any], say: Say) -> dict[str, Any]:
    return {"number": 1 // 0}


def look_around(order: dict[str, Any], say: Say) -> dict[str, Any]:
    try:
        socket.socket()
    except Exception as error:
        found = type(error).__name__
    return {"socket": found, "secret": os.environ.get("ROPEWALK_SECRET_KEY")}


def wait(order: dict[str, Any], say: Say) -> dict[str, Any]:
    say({"pid": os.getpid()})
    time.sleep(60)
    return {}
