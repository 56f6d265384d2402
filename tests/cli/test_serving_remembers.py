from __future__ import annotations

import os
from typing import Any

import granian
import pytest

from ropewalk.cli import serving


def test_the_serving_process_remembers_worlds_although_the_settings_were_read_before_it_was_forked(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The worker is a fork of the command's process, whose settings say what they said when they were read."""
    settings.REMEMBERS_WORLDS = False
    monkeypatch.setenv("ROPEWALK_SERVES", "no")  # taken back after the test, whatever is set meanwhile
    said: list[object] = []

    class Server:
        def __init__(self, *_: object, **__: object) -> None:
            pass

        def serve(self) -> None:
            reading, writing = os.pipe()
            if os.fork() == 0:
                os.write(writing, str(settings.REMEMBERS_WORLDS).encode())
                os._exit(0)
            os.wait()
            said.append(os.read(reading, 10).decode())

    monkeypatch.setattr(granian, "Granian", Server)
    serving.run("127.0.0.1", 0)
    monkeypatch.setenv("ROPEWALK_SERVES", "no")  # taken back after the test, whatever is set meanwhile
    assert said == ["True"]
