"""Every field that a door reads out of a request, by hand, and what it is. What is an id is tried with foreign ones.

`FIELDS` must say exactly what the source reads (`reading_forms.reads`), and every form must send only what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

WORDS, DAY, NUMBER, CHOICE, SECRET, FILE = "words", "a day", "a number", "one of a list", "a secret", "a file"
EDITION, KEY, NEW, ADDRESS = "what was seen", "a key of the own plan", "an id made by the page", "an address"
TOPIC, PERSON, SUSPICION, TAP, TEAM = (
    "id: topic",
    "id: rep",
    "id: suspicion",
    "id: uuid",
    "id: team",
)

FIELDS: dict[str, dict[str, str]] = {
    "changed_meanwhile/page.py": {"*": WORDS, "resolve": CHOICE},
    "door.py": {"next": ADDRESS, "on": DAY},
    "figure/page.py": {"part": NUMBER},
    "importing/mapping_form.py": {"*": CHOICE, "*col.*": CHOICE, "*encoding": CHOICE, "*header_row": NUMBER, "*link": WORDS, "*object": CHOICE, "*own": CHOICE, "*word.*": CHOICE},
    "importing/page.py": {"files": FILE, "seen": EDITION, "source": WORDS, "what": CHOICE},
    "importing/reporting.py": {"r*.*": WORDS, "r*.out": CHOICE},
    "importing/suspicions.py": {"owner.*": PERSON, "suspicion": SUSPICION, "what": CHOICE},
    "individual_plan/page.py": {
        "*.amount": NUMBER, "*.objection": WORDS, "*.reason": WORDS, "*.words": WORDS, "edition": EDITION, "stop": WORDS,
    },
    "one_on_one/page.py": {
        "*.words": WORDS, "commitment": WORDS, "commitment_by": DAY, "commitment_for": KEY, "edition": EDITION,
        "held_on": DAY, "notes": WORDS, "private": WORDS, "take_back": TOPIC, "topic": TOPIC, "words": WORDS,
    },
    "plan/announcement.py": {"named": WORDS, "own_words": WORDS, "picked": CHOICE, "words": WORDS},
    "plan/page.py": {"estimate": WORDS, "title": WORDS, "version": NUMBER},
    "plan/publication.py": {"named": WORDS},
    "playbooks/brought.py": {"plan": FILE, "replace": EDITION, "text": WORDS},
    "playbooks/meanwhile.py": {
        "***.*": WORDS, "*goal.label": WORDS, "*roles": WORDS, "*title": WORDS, "edition": EDITION, "i*.key": KEY,
    },
    "playbooks/page.py": {
        "*line": WORDS, "choose": CHOICE, "edition": EDITION, "i*.line": WORDS, "playbook": CHOICE, "what": CHOICE,
    },
    "playbooks/plan_typed.py": {"*": WORDS, "**": WORDS, "i*.title": WORDS, "revenue_goal": NUMBER, "year": NUMBER},
    "review/page.py": {"*.decision": CHOICE, "*.words": WORDS, "held_on": DAY},
    "rope_map/narrowing.py": {"find": WORDS, "initiative": KEY},
    "rope_map/page.py": {"*": "what those who call it name", "team": TEAM, "person": PERSON},
    "rope_map/reminders.py": {"person": PERSON},
    "setup/asking.py": {
        "currency": CHOICE, "first_weekday": CHOICE, "fiscal_start_month": CHOICE, "time_zone": CHOICE,
        "working_weekdays": CHOICE,
    },
    "setup/company.py": {"deals": CHOICE, "name": WORDS, "ropes": CHOICE, "seen": EDITION},
    "setup/first.py": {"email": WORDS, "leads": CHOICE, "name": WORDS, "password": SECRET, "person": WORDS},
    "setup/holidays.py": {"country": CHOICE, "day": WORDS, "region": CHOICE, "typed_day": DAY, "typed_name": WORDS},
    "setup/mail.py": {
        "forget": CHOICE, "host": WORDS, "password": SECRET, "port": NUMBER, "security": CHOICE,
        "seen": EDITION, "sender": WORDS, "user": WORDS,
    },
    "setup/people.py": {"addresses": WORDS, "ready": CHOICE, "role": CHOICE, "what": CHOICE},
    "sign_in/page.py": {"email": WORDS},
    "team/page.py": {"held_on": DAY, "initiative": KEY, "note": WORDS},
    "today/page.py": {"activity": CHOICE, "kept": CHOICE, "tapped": TAP, "undone": CHOICE, "uuid": NEW},
}  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One field with an id, as somebody sends it who may use the form. `{id}` stands for what is tried there."""

    module: str
    field: str  # as it stands in FIELDS
    method: str
    path: str
    sort: str  # of thing, by its name in the world
    actors: str
    body: dict[str, str] = field(default_factory=dict)
    beside: str = ""  # those of the actors for whom a thing of the other team is foreign, too
    missing: str = "999999"


TALKS = "/c/{c}/people/{rep}/talks/"
ATTACKS = (
    Attack("one_on_one/page.py", "topic", "POST", TALKS, "topic", "mk", {"medical.words": "So we said", "topic": "{id}"}, "mk"),
    Attack("one_on_one/page.py", "take_back", "POST", TALKS + "topics/", "topic", "sm", {"take_back": "{id}"}, "sm"),
    Attack("importing/suspicions.py", "suspicion", "POST", "/c/{c}/import/suspicions/", "suspicion", "a", {"what": "accept", "suspicion": "{id}"}),
    Attack("importing/suspicions.py", "suspicion", "POST", "/c/{c}/import/suspicions/", "suspicion", "a", {"what": "leave", "suspicion": "{id}"}),
    Attack("importing/suspicions.py", "owner.*", "POST", "/c/{c}/import/suspicions/", "owner", "a", {"what": "match", "owner.{id}": "{rep}"}),
    Attack("importing/suspicions.py", "owner.*", "POST", "/c/{c}/import/suspicions/", "rep", "a", {"what": "match", "owner.{owner}": "{id}"}),
    Attack("rope_map/page.py", "person", "GET", "/c/{c}/ropes/?person={id}", "rep", "stmnkle", beside="stm"),
    Attack("rope_map/page.py", "team", "GET", "/c/{c}/ropes/?team={id}", "team", "stmnklev", beside="stm"),
    Attack("rope_map/reminders.py", "person", "POST", "/c/{c}/ropes/reminders/", "late", "mkl", {"person": "{id}"}, "m"),
    Attack(
        "today/page.py", "tapped", "GET", "/c/{c}/today/?tapped={id}", "uuid", "stm", beside="stm",
        missing="00000000-0000-0000-0000-0000000000ff",
    ),
)  # fmt: skip
