"""People at work on a served installation: they read and write, and keep a book of what they were told.

Every write carries a word that nobody else uses, so that afterwards the database itself says how often it is there. Start
with `Crowd`.
"""

from __future__ import annotations

import random
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

from tests.trust.visiting import Answer, NoAnswer, Visitor, form_of

C = "/c/northlight"
READS = {
    "helen.strand": ("/overview/", "/ropes/", "/plan/"),
    "tom.akers": ("/overview/", "/ropes/", "/plan/", "/plan/publication/", "/import/"),
    "ines.valdor": ("/team/", "/ropes/", "/plan/"),
    "ana.albrecht": ("/today/", "/ropes/", "/plan/"),
    "ada.winter": ("/setup/", "/import/", "/setup/people/"),
}


@dataclass(frozen=True)
class Written:
    """One write: by which address, its own word, and whether a success was seen, a refusal, or nothing."""

    address: str
    word: str
    outcome: str  # done, refused, unanswered


@dataclass
class Book:
    """What all of them wrote."""

    lines: list[Written] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, address: str, word: str, outcome: str) -> None:
        with self.lock:
            self.lines.append(Written(address, word, outcome))

    def of(self, address: str, *outcomes: str) -> list[str]:
        return [one.word for one in self.lines if one.address == address and one.outcome in outcomes]


Act = Callable[[Visitor, Book, random.Random], None]


def write(
    who: Visitor,
    book: Book,
    address: str,
    word: str,
    path: str,
    fields: dict[str, str],
    is_done: Callable[[Answer], bool],
) -> bool:
    """Send one form and note what was heard."""
    try:
        answer = who.post(C + path, fields)
    except NoAnswer:
        book.note(address, word, "unanswered")
        raise
    done = is_done(answer)
    book.note(address, word, "done" if done else "refused")
    if not done:
        who.wrong.append(
            f"{path} refused what is right: {answer.status} {answer.location} {answer.body[:80]}"
        )
    return done


def tap(who: Visitor, book: Book, chance: random.Random) -> None:
    word = str(uuid4())
    fields = {"activity": "deal review", "uuid": word}
    if (
        write(who, book, "tap", word, "/taps/", fields, lambda one: f"tapped={word}" in one.location)
        and chance.random() < 0.3
    ):
        write(who, book, "untap", word, f"/taps/{word}/undo/", {}, lambda one: one.status == 302)


def idea(who: Visitor, book: Book, chance: random.Random) -> None:
    word = f"Idea {uuid4().hex}"
    write(who, book, "ideas", word, "/plan/ideas/", {"title": word}, lambda one: one.status == 302)


def talk(who: Visitor, book: Book, chance: random.Random) -> None:
    """A one-on-one with somebody of the team, and a promise made in it."""
    people = sorted(set(re.findall(r"/people/(\d+)/talks/", who.get(f"{C}/team/").body)))
    if not people:
        return
    path, word = f"/people/{chance.choice(people)}/talks/", f"Talk {uuid4().hex}"
    page = who.get(C + path).body
    fields = form_of(page) | {"notes": word, "commitment": word, "held_on": ""}
    keys = re.findall(r'name="([\w-]+)\.words"', page)
    fields |= {f"{key}.words": word for key in keys[:1]} | {"commitment_for": keys[0]}
    write(who, book, "talks", word, path, fields, lambda one: one.status == 302)


def individual_plan(who: Visitor, book: Book, chance: random.Random) -> None:
    path = re.search(r"/people/\d+/plan/", who.get(f"{C}/today/").body)
    assert path is not None
    word = f"Stop {uuid4().hex}"
    fields = form_of(who.get(C + path[0]).body) | {"stop": word}
    write(who, book, "individual_plan", word, path[0], fields, lambda one: one.status == 302)


def invite(who: Visitor, book: Book, chance: random.Random) -> None:
    word = f"{uuid4().hex}@northlight.example"
    fields = {"addresses": word, "role": "rep"}
    write(
        who,
        book,
        "setup_people",
        word,
        "/setup/people/",
        fields,
        lambda one: one.status == 200 and word in one.body,
    )


def holiday(who: Visitor, book: Book, chance: random.Random) -> None:
    day = date(2030, 1, 1) + timedelta(days=len(book.of("setup_holidays", "done", "refused", "unanswered")))
    word = f"Day {uuid4().hex}"
    fields = {"typed_day": day.isoformat(), "typed_name": word}
    write(who, book, "setup_holidays", word, "/setup/holidays/", fields, lambda one: one.status == 302)


PEOPLE: tuple[tuple[str, Act], ...] = (
    ("ana.albrecht", tap),
    ("ben.barros", tap),
    ("ben.barros", individual_plan),
    ("ines.valdor", talk),
    ("piet.larsen", idea),
    ("ada.winter", invite),
    ("ada.winter", holiday),
)
WRITES = {
    "tap",
    "untap",
    "ideas",
    "talks",
    "individual_plan",
    "setup_people",
    "setup_holidays",
    "imports",
    "one_import",
}
NOT_UNDER_LOAD = {  # addresses that write and have no part in the load, each with the reason
    "promise": "one update of one row, as the undoing of a tap",
    "team_talk": "the same writer and transaction as a talk",
    "reminders": "at most one a day to anybody",
    "plan_form": "one document, replaced whole in one transaction; races in tests/plans/test_racing.py",
    "plan_from_file": "the writer of the form, after a question where a draft is there",
    "publication": "once a year, in one transaction",
    "send_announcement": "once a version",
    "acknowledgement": "once a person",
    "agreement": "once for each of two people",
    "reviews": "once a quarter",
    "suspicions": "goes through the job that the import goes through",
    "undo_import": "goes through the job that the import goes through",
    "refused_rows": "brings files as the import does",
    "setup_company": "one row, overwritten each time",
    "setup_holiday": "takes away one row",
    "setup_mail": "one row, kept only where nobody changed it meanwhile",
    "setup_test_mail": "changes nothing",
    "setup_invitation": "one update of one row",
    "account": "one number, counted up in one statement",
    "topics": "one row each, as an idea",
    "private_note": "one row, overwritten each time",
}


class Crowd:
    """Everybody at once, until `stop`. They come back by themselves after the server was away."""

    def __init__(self, port: int, seed: int) -> None:
        self.port, self.book, self.visitors = port, Book(), []
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        for place, (name, act) in enumerate(PEOPLE):
            self._send(name, lambda who, chance, act=act: act(who, self.book, chance), seed + place)  # type: ignore[misc]
        for place, (name, paths) in enumerate(READS.items()):
            self._send(
                name, lambda who, chance, paths=paths: read(who, chance.choice(paths)), seed + 100 + place
            )  # type: ignore[misc]

    def _send(self, name: str, work: Callable[[Visitor, random.Random], object], seed: int) -> None:
        who = Visitor(self.port, f"{name}@northlight.example")
        self.visitors: list[Visitor]
        self.visitors.append(who)
        self._threads.append(
            threading.Thread(target=self._live, args=(who, work, random.Random(seed)), daemon=True)
        )

    def _live(
        self, who: Visitor, work: Callable[[Visitor, random.Random], object], chance: random.Random
    ) -> None:
        is_in = False
        while not self._over.is_set():
            try:
                if not is_in:
                    who.sign_in()
                    is_in = True
                work(who, chance)
            except NoAnswer:
                time.sleep(0.1)
            except Exception as error:  # a thread that dies in silence proves nothing
                who.wrong.append(f"{who.email}: {type(error).__name__}: {error}")
                time.sleep(0.5)
            time.sleep(chance.uniform(0.02, 0.2))

    def start(self) -> None:
        for one in self._threads:
            one.start()

    def stop(self) -> None:
        self._over.set()
        for one in self._threads:
            one.join(timeout=60)

    def wrong(self) -> list[str]:
        return [words for who in self.visitors for words in who.wrong]

    def answers(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for who in self.visitors:
            for status, count in who.answers.items():
                found[status] = found.get(status, 0) + count
        return dict(sorted(found.items()))


def read(who: Visitor, path: str) -> None:
    answer = who.get(C + path)
    if answer.status != 200:
        who.wrong.append(f"GET {path} gave {answer.status}")


TRACES = {  # how often a write of each address is there, by its word: rows of the thing, and of the journal beside it
    "tap": (
        "SELECT count(*) FROM facts_tap WHERE uuid = replace(:word, '-', '')",
        "SELECT count(*) FROM journal_line JOIN facts_tap ON thing = 'tap:' || facts_tap.id WHERE action = 'tapped activity' AND uuid = replace(:word, '-', '')",
    ),
    "untap": (
        "SELECT count(*) FROM facts_tap WHERE uuid = replace(:word, '-', '') AND undone_at IS NOT NULL",
        "SELECT count(*) FROM journal_line JOIN facts_tap ON thing = 'tap:' || facts_tap.id WHERE action = 'undid tap' AND uuid = replace(:word, '-', '')",
    ),
    "ideas": (
        "SELECT count(*) FROM plans_idea WHERE title = :word",
        "SELECT count(*) FROM journal_line WHERE action = 'parked idea' AND words = :word",
    ),
    "talks": (
        "SELECT count(*) FROM reviews_oneonone WHERE notes = :word",
        "SELECT count(*) FROM reviews_talkpart WHERE words = :word",
        "SELECT count(*) FROM individual_plans_commitment WHERE text = :word",
        "SELECT count(*) FROM journal_line JOIN reviews_oneonone o ON thing = 'one-on-one:' || o.id WHERE o.notes = :word",
    ),
    "setup_people": (
        "SELECT count(*) FROM companies_person WHERE email = :word",
        "SELECT count(*) FROM companies_invitation i JOIN companies_person p ON i.person_id = p.id WHERE p.email = :word",
        "SELECT count(*) FROM journal_line JOIN companies_person p ON thing = 'person:' || p.id WHERE action = 'invited person' AND p.email = :word",
    ),
    "setup_holidays": (
        "SELECT count(*) FROM companies_holiday WHERE name = :word",
    ),
}  # fmt: skip


def lost_or_doubled(home: Path, book: Book) -> Iterator[str]:
    """Whatever isn't there exactly once though it was promised, or more than once, or though it was refused."""
    with closing(sqlite3.connect(home / "ropewalk.sqlite3")) as database:
        for one in book.lines:
            for question in TRACES.get(one.address, ()):
                (count,) = database.execute(question, {"word": one.word}).fetchone()
                allowed = {"done": (1,), "refused": (0,), "unanswered": (0, 1)}[one.outcome]
                if count not in allowed:
                    yield f"{one.outcome} {one.address} {one.word} is there {count} times: {question}"
            yield from () if one.outcome != "unanswered" else torn(database, one)
        yield from plan_edits(database, book)


def torn(database: sqlite3.Connection, one: Written) -> Iterator[str]:
    """An unanswered write is whole or not there at all, its journal line included."""
    counts = {
        database.execute(question, {"word": one.word}).fetchone()[0]
        for question in TRACES.get(one.address, ())
    }
    if len(counts) > 1:
        yield f"{one.address} {one.word} is half there"


def plan_edits(database: sqlite3.Connection, book: Book) -> Iterator[str]:
    """The text in the plan is that of the latest edit that was answered, or of one after it."""
    words = [one for one in book.lines if one.address == "individual_plan"]
    done = [place for place, one in enumerate(words) if one.outcome == "done"]
    if not done:
        return
    possible = [words[done[-1]].word] + [
        one.word for one in words[done[-1] + 1 :] if one.outcome == "unanswered"
    ]
    found = [
        text
        for (text,) in database.execute(
            "SELECT draft FROM individual_plans_individualplan WHERE draft LIKE '%Stop %'"
        )
    ]
    if not any(word in text for word in possible for text in found):
        yield f"the plan doesn't say {possible[0]}"


def integrity(home: Path) -> str:
    """What SQLite says of its own file: ok."""
    with closing(sqlite3.connect(home / "ropewalk.sqlite3")) as database:
        (word,) = database.execute("PRAGMA integrity_check").fetchone()
        broken = database.execute("PRAGMA foreign_key_check").fetchall()
    return str(word) if not broken else f"{word}, {len(broken)} keys that lead nowhere"
