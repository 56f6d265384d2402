"""An administrator who brings one delivery after the other through the browser, across deaths of the server.

Each delivery corrects the one before, so the books at the end are those of the deliveries in their order. Start with `Bringer`.
"""

from __future__ import annotations

import random
import re
import threading
import time
from pathlib import Path

from tests.trust.load import C
from tests.trust.visiting import NoAnswer, Visitor, form_of

from ropewalk.demo.company import MAPPING

HEADER = "Deal ID,Account ID,Owner,Deal,Product,Amount,Opened,Closed,Stage"
REPORT = '<table class="books">'


def delivery(number: int, rows: int) -> dict[str, bytes]:
    """Deals of one delivery: the same ids each time, other amounts, some gone, some new, a few that are refused."""
    chance = random.Random(number)
    lines = [HEADER]
    for place in range(rows):
        key = place + 200 * number
        won = place % 3 != 0
        closed = "" if place % 997 == 5 else f"2026-{place % 9 + 1:02}-{place % 27 + 1:02}"
        lines.append(
            f"L-{key},A-{place % 300:04},{('ana.albrecht', 'ben.barros', 'nobody')[place % 3]}@northlight.example,"
            f"Load {key},Beacon,{chance.randrange(100, 90_000)},2026-01-02,{closed},{'Won' if won else 'Lost'}"
        )
    mapping = MAPPING.read_text()
    return {"deals.csv": "\n".join(lines).encode() + b"\n", "mapping.yaml": mapping.encode()}


class Bringer:
    """Brings deliveries until `stop`, each to its end before the next."""

    def __init__(self, port: int, rows: int) -> None:
        self.who = Visitor(port, "ada.winter@northlight.example")
        self.rows, self.brought, self.finished, self.taken_up_again = rows, 0, 0, 0
        self.ids: list[str] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the delivery in hand, then stop."""
        self._over.set()
        self._thread.join(timeout=300)
        assert not self._thread.is_alive(), f"the import never ended: {self.ids}"

    def _live(self) -> None:
        self._patiently(self.who.sign_in)
        while not self._over.is_set():
            path = self._bring()
            self._order(path)
            self._follow(path)
            self.finished += 1

    def _patiently(self, work):  # type: ignore[no-untyped-def]
        while True:
            try:
                return work()
            except NoAnswer:
                time.sleep(0.2)

    def _bring(self) -> str:
        """The upload's address. Where no answer came, the list of imports says whether it arrived."""
        files = delivery(self.brought, self.rows)
        self.brought += 1
        while True:
            before = self._listed()
            try:
                answer = self.who.bring(f"{C}/import/", files)
            except NoAnswer:
                new = sorted(self._listed() - before, key=int)
                if not new:
                    continue
                path = f"{C}/import/{new[-1]}/"
            else:
                if answer.status != 302:
                    self.who.wrong.append(
                        f"bringing gave {answer.status}: {re.sub('<[^>]+>', ' ', answer.body)[-400:]}"
                    )
                    time.sleep(1)
                    continue
                path = answer.location
            self.ids.append(path)
            return path

    def _listed(self) -> set[str]:
        html = self._patiently(lambda: self.who.get(f"{C}/import/")).body
        return set(re.findall(r"/import/(\d+)/", html))

    def _order(self, path: str) -> None:
        """Say how it is read and order the import, as often as it takes to be answered."""
        while True:
            page = self._patiently(lambda: self.who.get(path))
            if 'value="import"' not in page.body:
                return
            fields = form_of(page.body) | {"what": "import", "source": "demo-crm"} | selected(page.body)
            try:
                answer = self.who.post(path, fields)
            except NoAnswer:
                continue
            if answer.status not in (302, 200):
                self.who.wrong.append(
                    f"ordering gave {answer.status}: {re.sub('<[^>]+>', ' ', answer.body)[:600]}"
                )
                time.sleep(1)

    def _follow(self, path: str) -> None:
        """Wait for the report; where the import was given up after three deaths, order it again."""
        while True:
            page = self._patiently(lambda: self.who.get(path))
            if 'value="again"' in page.body:
                self.taken_up_again += 1
                try:
                    self.who.post(path, {"what": "again"})
                except NoAnswer:
                    continue
                self._order(path)
            elif REPORT in page.body:
                return
            time.sleep(0.3)


def selected(html: str) -> dict[str, str]:
    """What the choices of a page say, unchanged."""
    found = {}
    for name, inner in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]*selected', inner) or re.search(
            r'<option value="([^"]*)"', inner
        )
        found[name] = chosen[1] if chosen else ""
    return found


def files_in(folder: Path, number: int, rows: int) -> list[str]:
    """The same delivery as files, for the shell."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name, content in delivery(number, rows).items():
        (folder / name).write_bytes(content)
        found.append(str(folder / name))
    return found
