"""A real `ropewalk serve` in a process group of its own, that can be killed at any moment and started again."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import IO

from tests.trust.homes import COMMAND, environment


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


class Server:
    """The server of one home on one port; everything it says stands in `log`."""

    def __init__(self, home: Path, *, host: str = "", **more: str) -> None:
        self.home, self.port, self.more = home, free_port(), more
        self.begins = COMMAND
        self.listens = ["--host", host] if host else []
        self.log = home.with_name(f"{home.name}.log")
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None

    def start(self) -> None:
        self._said = self.log.open("ab")
        self._process = subprocess.Popen(
            [*self.begins, "serve", "--port", str(self.port), *self.listens],
            env=environment(self.home, **self.more), stdout=self._said, stderr=self._said, start_new_session=True,
        )  # fmt: skip

    def wait_until_ready(self, *, within: float = 120, over: str = "127.0.0.1", but: str = "") -> float:
        """Seconds until `/readyz` says so, of all `but` one thing; AssertionError with what the server said where it doesn't."""
        begun = time.monotonic()
        answer = "no answer"
        while time.monotonic() - begun < within:
            assert self._process is not None
            assert self._process.poll() is None, f"the server ended: {self.said()[-2000:]}"
            try:
                link = http.client.HTTPConnection(over, self.port, timeout=5)
                link.request("GET", "/readyz")
                response = link.getresponse()
                answer = f"{response.status} {response.read().decode()}"
                link.close()
                wrong = [line for line in answer.splitlines() if line.endswith("not ready")]
                if response.status == 200 or (but and wrong == [f"{but} not ready"]):
                    return time.monotonic() - begun
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise AssertionError(f"not ready in {within} s: {answer}\n{self.said()[-2000:]}")

    def kill(self) -> None:
        """SIGKILL to the whole group at once, as a machine that fails."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As Ctrl-C does."""
        self._end(signal.SIGINT)

    def _end(self, word: signal.Signals) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, word)
            self._process.wait(timeout=30)
        except ProcessLookupError:
            pass
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=30)
        self._process = None
        if self._said is not None:
            self._said.close()

    def said(self) -> str:
        """Everything that was written to the log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""
