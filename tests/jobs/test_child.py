"""Children that read strange files: limited, silent, gone with their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ropewalk.jobs import child

HERE = "tests.jobs.children"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "PASSED_ON", (*child.PASSED_ON, "PYTHONPATH"))
    monkeypatch.setenv("PYTHONPATH", os.getcwd())


def test_a_child_answers_and_says_how_far_it_is() -> None:
    words: list[dict[str, Any]] = []
    assert child.run(f"{HERE}:double", {"number": 21}, on_word=words.append) == {"number": 42}
    assert words == [{"rows": 1}, {"rows": 2}]


@pytest.mark.parametrize("what", ["eat_memory", "burn"])
def test_a_child_that_takes_too_much_ends_alone(what: str) -> None:
    with pytest.raises(child.ChildFailed) as failed:
        child.run(f"{HERE}:{what}", {}, limits=child.Limits(memory=300 << 20, seconds=1))
    assert failed.value.is_limit


def test_a_mistake_in_a_child_is_told_as_such() -> None:
    with pytest.raises(child.ChildFailed, match="ZeroDivisionError") as failed:
        child.run(f"{HERE}:fail", {})
    assert not failed.value.is_limit


def test_a_child_has_no_sockets_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROPEWALK_SECRET_KEY", "hush")
    found = child.run(f"{HERE}:look_around", {})
    assert found == {"socket": "PermissionError", "secret": None}


def test_whoever_listens_can_end_the_child() -> None:
    def stop(word: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        child.run(f"{HERE}:wait", {}, on_word=stop)
    assert time.monotonic() - begun < 10


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's own wish is of Linux")
def test_a_child_dies_with_its_parent() -> None:
    script = f"from ropewalk.jobs import child; child.PASSED_ON += ('PYTHONPATH',); child.run('{HERE}:wait', {{}}, on_word=lambda word: print(word['pid'], flush=True))"
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    for _ in range(50):
        try:
            if "State:\tZ" in Path(f"/proc/{pid}/status").read_text():
                break
        except FileNotFoundError:
            break
        time.sleep(0.1)
    else:
        pytest.fail("the child outlived its parent")


def test_a_child_whose_work_is_called_off_is_ended_within_two_seconds_though_it_says_nothing() -> None:
    pids: list[int] = []
    called_off: list[float] = []  # once the child is at work: how long it takes to come up isn't the question

    def call_off(word: dict[str, Any]) -> None:
        pids.append(word["pid"])
        called_off.append(time.monotonic())

    with pytest.raises(child.NotWanted):
        child.run(f"{HERE}:wait", {}, on_word=call_off, is_wanted=lambda: not called_off)
    assert time.monotonic() - called_off[0] <= 2
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
