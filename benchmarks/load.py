"""The pages of the two thousand under load: 30 requests a second whatever the answers take, a fifth of them writes.

Open loop: a request's time runs from the moment it was meant to be sent, so that a server that stalls is charged for
everybody who waits meanwhile. A run with one wrong answer reports no times. Start with `main`.
"""

from __future__ import annotations

import argparse
import http.client
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.measuring import MAPPING
from benchmarks.serving import Cast, Person, Served

RATE = 30  # requests a second
COUNTED_FOR = 20  # seconds after an import's end in which what it changes is found out
WORKERS = 96  # more than ever wait at once, or the loop wouldn't be open
TITLES = ("Close rate to 75 %", "New medical clients", "Revenue of rope")
KEYS = ("close-rate", "medical", "rope")


@dataclass(frozen=True)
class Ask:
    """One request: what it is called in the figures, who asks, and what."""

    name: str
    who: Person
    path: str
    form: dict[str, str] | list[tuple[str, str]] | None = None  # None: read

    @property
    def is_write(self) -> bool:
        return self.form is not None


@dataclass
class Taken:
    """What a run gave."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    course: dict[int, list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )  # pages, by five seconds
    errors: list[str] = field(default_factory=list)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    late: float = 0.0  # the most that the client itself was behind, in seconds

    def of(self, *, writes: bool) -> list[float]:
        return [
            one for name, held in self.times.items() if name.startswith("write") is writes for one in held
        ]


class Mix:
    """Who asks for what, as a company does of a morning: mostly reps, mostly Today."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.random = cast, random.Random(seed)
        self.editions: dict[int, int] = {}
        self.waiting = [one for one in cast.reps if one.number % 10 == 0]
        self.doing = [one for one in cast.reps if one.number % 5]
        pick = self.random.choice
        rep, manager = lambda: pick(cast.reps), lambda: pick(cast.managers)
        top = lambda: pick(cast.top)  # noqa: E731
        self.reads: list[tuple[int, Callable[[], Ask]]] = [
            (44, lambda: self._get("today", rep(), "today/")),
            (8, lambda: self._get("own ropes", rep(), "ropes/")),
            (7, lambda: self._own("own plan", rep(), "plan/")),
            (4, lambda: self._get("announcement", rep(), "announcement/")),
            (6, lambda: self._figure("figure of a person", rep())),
            (3, lambda: self._own("own reviews", rep(), "reviews/")),
            (2, lambda: self._own("own talks", rep(), "talks/")),
            (10, lambda: self._get("my team", manager(), "team/")),
            (4, lambda: self._get("team's ropes", manager(), "ropes/")),
            (4, lambda: self._below("one-on-one", manager(), "talks/")),
            (2, lambda: self._below("member's plan", manager(), "plan/")),
            (3, lambda: self._get("overview", top(), "overview/")),
            (1, lambda: self._get("rope map of all", top(), "ropes/")),
            (1, lambda: self._get("figure of the company", top(), f"figures/{pick(KEYS)}/company/0/")),
            (1, lambda: self._get("plan", top(), "plan/")),
        ]
        self.writes: list[tuple[int, Callable[[], Ask]]] = [
            (85, self._tap),
            (6, self._talk),
            (5, self._plan_edit),
            (2, self._answer),
            (2, self._team_talk),
        ]

    def next(self) -> Ask:
        among = self.writes if self.random.random() < 0.2 else self.reads
        weights, makers = zip(*among, strict=True)
        make: Callable[[], Ask] = self.random.choices(makers, weights)[0]
        return make()

    def _get(self, name: str, who: Person, path: str) -> Ask:
        return Ask(name, who, path)

    def _own(self, name: str, who: Person, path: str) -> Ask:
        return Ask(name, who, f"people/{who.id}/{path}")

    def _below(self, name: str, who: Person, path: str) -> Ask:
        return Ask(name, who, f"people/{self.random.choice(who.people).id}/{path}")

    def _figure(self, name: str, who: Person) -> Ask:
        return Ask(name, who, f"figures/{self.random.choice(KEYS)}/person/{who.id}/")

    def _tap(self) -> Ask:
        who = self.random.choice(self.doing)
        return Ask("write: tap", who, "taps/", {"activity": "deal review", "uuid": str(uuid4())})

    def _talk(self) -> Ask:
        manager = self.random.choice(self.cast.managers)
        member = self.random.choice(manager.people)
        words = {f"{key}.words": "We looked at the three oldest deals." for key in KEYS}
        return Ask("write: one-on-one", manager, f"people/{member.id}/talks/", words)

    def _plan_edit(self) -> Ask:
        who = self.random.choice(self.doing)
        edition = self.editions.get(who.id, who.edition)
        self.editions[who.id] = edition + 1
        form = {"edition": str(edition), "stop": f"Reports nobody reads, {edition}."}
        return Ask("write: plan edit", who, f"people/{who.id}/plan/", form)

    def _answer(self) -> Ask:
        who = self.random.choice(self.waiting)
        said = [("own_words", "Every morning before the mail, with a list of names.")]
        return Ask("write: answer", who, "announcement/", [("picked", one) for one in TITLES] + said)

    def _team_talk(self) -> Ask:
        who = self.random.choice(self.cast.managers)
        form = {"initiative": self.random.choice(KEYS), "note": "In the Monday round."}
        return Ask("write: team talk", who, f"team/{who.team}/talks/", form)


def run(served: Served, *, seconds: float, rate: float = RATE, seed: int = 1, quietly: float = 0) -> Taken:
    """Ask for so many seconds and give what became of it; the first `quietly` seconds aren't counted."""
    mix, taken = Mix(served.cast, seed), Taken()
    waiting: queue.SimpleQueue[tuple[float, Ask] | None] = queue.SimpleQueue()
    lock = threading.Lock()
    began = time.monotonic() + 0.2
    workers = [
        threading.Thread(target=_work, args=(served, waiting, taken, lock, began, quietly), daemon=True)
        for _ in range(WORKERS)
    ]
    for one in workers:
        one.start()
    for number in range(int(rate * seconds)):
        meant = began + number / rate
        time.sleep(max(0.0, meant - time.monotonic()))
        taken.late = max(taken.late, time.monotonic() - meant)
        waiting.put((meant, mix.next()))
    for _ in workers:
        waiting.put(None)
    for one in workers:
        one.join(120)
    return taken


def _work(
    served: Served,
    waiting: queue.SimpleQueue[tuple[float, Ask] | None],
    taken: Taken,
    lock: threading.Lock,
    began: float,
    quietly: float,
) -> None:
    link = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
    while (one := waiting.get()) is not None:
        meant, ask = one
        try:
            status, body = _send(link, ask)
            trouble = _trouble(ask, status, body)
        except (OSError, http.client.HTTPException) as error:
            link.close()
            status, trouble = 0, f"{type(error).__name__}: {error}"
        took = time.monotonic() - meant
        with lock:
            taken.answers[ask.name, status] += 1
            if trouble:
                taken.errors.append(f"{ask.name} {ask.path}: {trouble}")
            elif meant >= began + quietly:
                taken.times[ask.name].append(took)
                if not ask.is_write:
                    taken.course[int((meant - began) // 5)].append(took)
    link.close()


def _send(link: http.client.HTTPConnection, ask: Ask) -> tuple[int, bytes]:
    head = {"Cookie": ask.who.cookie}
    path = f"/c/bench/{ask.path}"
    if ask.form is None:
        link.request("GET", path, headers=head)
    else:
        pairs = list(ask.form.items()) if isinstance(ask.form, dict) else ask.form
        body = urlencode([*pairs, ("csrfmiddlewaretoken", ask.who.token)])
        link.request(
            "POST", path, body=body, headers=head | {"Content-Type": "application/x-www-form-urlencoded"}
        )
    response = link.getresponse()
    return response.status, response.read()


def _trouble(ask: Ask, status: int, body: bytes) -> str:
    """What is wrong with an answer; empty where nothing is."""
    wanted = {302} if ask.is_write else {200}
    if status not in wanted:
        return f"answered {status}"
    if not ask.is_write and not re.search(rb"</html>\s*$", body):
        return "came without its end"
    return ""


def part(times: list[float], share: float) -> float:
    """The time that this share of the requests didn't exceed, in seconds."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def told(taken: Taken) -> str:
    """A run in lines."""
    lines = [f"errors {len(taken.errors)}  client late {taken.late * 1000:.0f} ms", *taken.errors[:8]]
    for name in sorted(taken.times) if not taken.errors else ():
        held = taken.times[name]
        lines.append(
            f"{name:24} {len(held):6}  p50 {part(held, 0.5) * 1000:7.0f}  p95 {part(held, 0.95) * 1000:7.0f}  max {max(held) * 1000:7.0f} ms"
        )
    for words, writes in (("PAGES", False), ("WRITES", True)) if not taken.errors else ():
        held = taken.of(writes=writes)
        lines.append(
            f"{words:24} {len(held):6}  p50 {part(held, 0.5) * 1000:7.0f}  p95 {part(held, 0.95) * 1000:7.0f}  max {max(held, default=0) * 1000:7.0f} ms"
        )
    course = [f"{part(taken.course[one], 0.95) * 1000:.0f}" for one in sorted(taken.course)]
    lines.append(f"pages' p95 by five seconds: {' '.join(course)} ms")
    return "\n".join(lines)


class Delivery:
    """New activities brought to the running server by command, from the moment that this is made."""

    def __init__(self, home: Path, rows: int, seed: int) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ropewalk-load-"))
        mapping, file = self.folder / "mapping.yaml", self.folder / "activities.csv"
        mapping.write_text(MAPPING)
        chance, first = random.Random(seed), date(2026, 11, 1).toordinal()
        with file.open("w") as out:
            out.write("id,owner,type,occurred_at,account,outcome\n")
            for number in range(rows):
                day = date.fromordinal(first + chance.randrange(24))
                rep, hour = chance.randrange(2_000), 8 + number % 10
                out.write(
                    f"L{seed}-{number},rep{rep:05},call,{day}T{hour:02}:00:00,acc{number % 9000},done\n"
                )
        self.rows, self.began, self.ended = rows, time.monotonic(), 0.0
        program = Path(sys.executable).parent / "ropewalk"
        self.process = subprocess.Popen(
            [program, "import", str(file), "--company", "bench", "--mapping", str(mapping)],
            env=os.environ | {"ROPEWALK_HOME": str(home)}, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        self.process.wait()
        self.ended = time.monotonic()

    def told(self) -> str:
        """Whether it came to its end, and after how long; waits for it."""
        overlapped = self.ended == 0.0
        try:
            code = self.process.wait(600)
        finally:
            shutil.rmtree(self.folder)
        took = (self.ended or time.monotonic()) - self.began
        return f"import of {self.rows:,} rows: exit {code} after {took:.0f} s{', beyond the run' if overlapped else ''}"


def main() -> None:
    from benchmarks.serving import serve

    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--port", type=int, default=8201)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=RATE)
    parser.add_argument(
        "--rest", type=float, default=30, help="seconds before the first request, for warming up"
    )
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--importing", type=int, default=0, help="rows of activities imported meanwhile")
    given = parser.parse_args()
    with serve(given.home, given.port) as served:
        print(f"ready after {served.took:.1f} s", flush=True)
        time.sleep(given.rest)
        delivery = Delivery(given.home, given.importing, given.seed) if given.importing else None
        taken = run(served, seconds=given.seconds, rate=given.rate, seed=given.seed, quietly=0)
        print(told(taken))
        if delivery is not None:
            print(delivery.told())
            until = delivery.ended - delivery.began + COUNTED_FOR
            held = [one for place, times in taken.course.items() if place * 5 < until for one in times]
            print(f"pages of the first {until:.0f} s alone: p95 {part(held, 0.95) * 1000:.0f} ms")
        print(f"peak memory {served.peak() / 2**20:.0f} MB")


if __name__ == "__main__":
    main()
