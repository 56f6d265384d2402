"""A session with an installation in a network that has nothing but loopback; prints how often somebody was called outside.

`unshare -rn python -m tests.trust.alone GENERATED_HOME FOLDER`.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

from tests.trust.homes import copy, ropewalk
from tests.trust.load import READS, C, Crowd
from tests.trust.loopback import call_outside, loopback_up, without_a_route
from tests.trust.serving import Server
from tests.trust.visiting import Visitor


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
