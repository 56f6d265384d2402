"""Who works at the generated company: a leader, an executive, six managers, thirty reps, with joiners, leavers, movers."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from ropewalk.rules import calendar

DOMAIN = "northlight.example"
MANAGERS = (
    ("Ines Valdor", "North"),
    ("Karl Brenner", "North"),
    ("Mina Osei", "North"),
    ("Piet Larsen", "South"),
    ("Rosa Tellini", "South"),
    ("Samir Haddad", "South"),
)
FIRST = (
    "Ana", "Ben", "Cem", "Dora", "Emil", "Finn", "Gia", "Hugo", "Iris", "Jon", "Kai", "Lena", "Max", "Nora", "Omar",
    "Pia", "Quin", "Rosa", "Sam", "Tara", "Uli", "Vera", "Will", "Xenia", "Yara", "Zoe", "Aldo", "Bea", "Carl", "Dina",
    "Edda", "Falk",
)  # fmt: skip
LAST = (
    "Albrecht", "Barros", "Cetin", "Dumont", "Eriksen", "Falk", "Grosso", "Hansen", "Ito", "Jansen", "Keller", "Lind",
    "Moreau", "Nowak", "Okafor", "Pires", "Quist", "Renner", "Silva", "Thoma", "Ulrich", "Varga", "Weiss", "Xanthou",
    "Yilmaz", "Zeller", "Adler", "Bianchi", "Costa", "Dahl", "Ek", "Foss",
)  # fmt: skip
EXECUTIVE, LEADER, ADMINISTRATOR, ADVISOR = "Helen Strand", "Tom Akers", "Ada Winter", "Anna Keller"


@dataclass(frozen=True)
class Spell:
    """Somebody works in a team from a day to a day; None is open."""

    manager: str
    from_day: date | None
    to_day: date | None


@dataclass(frozen=True)
class Rep:
    """One salesperson and how they take to the plan, 0 (not at all) to 1."""

    name: str
    spells: tuple[Spell, ...]
    zeal: float  # does what was agreed
    skill: float  # added to the close rate
    traits: frozenset[str] = field(default_factory=frozenset)

    @property
    def email(self) -> str:
        return email_of(self.name)

    @property
    def joined(self) -> date | None:
        return self.spells[0].from_day

    @property
    def left(self) -> date | None:
        return self.spells[-1].to_day

    def is_there(self, day: date) -> bool:
        return (self.joined is None or self.joined <= day) and (self.left is None or day <= self.left)


def email_of(name: str) -> str:
    """An address at the company's own domain, which doesn't exist."""
    return f"{name.lower().replace(' ', '.')}@{DOMAIN}"


def reps(start: date, today: date) -> list[Rep]:
    """Thirty-two reps in six teams: two join, two leave, two move during the year that begins on `start`."""
    found = []
    for at, (first, last) in enumerate(zip(FIRST, LAST, strict=True)):
        manager = MANAGERS[at % 30 // 5][0]
        spells: tuple[Spell, ...] = (Spell(manager, None, None),)
        traits = set()
        if at == 30:
            spells = (Spell(MANAGERS[0][0], calendar.add_months(start, 3), None),)
        elif at == 31:
            spells = (Spell(MANAGERS[4][0], today - timedelta(days=4), None),)
        elif at in (9, 23):
            spells = (Spell(manager, None, calendar.month_end(calendar.add_months(start, at % 3 + 3))),)
        elif at in (2, 17):
            day = calendar.add_months(start, 4)
            other = MANAGERS[(at // 5 + 2) % 6][0]
            spells = (Spell(manager, None, day - timedelta(days=1)), Spell(other, day, None))
        if at in (1, 24):
            traits.add("never answered")
        if at in (5, 8):
            traits.add("plan not agreed")
        zeal = {3: 0.3, 12: 0.35, 20: 0.4, 26: 0.25}.get(at, 0.75 + (at * 7 % 5) * 0.06)
        found.append(Rep(f"{first} {last}", spells, zeal, ((at * 13) % 9 - 4) * 0.018, frozenset(traits)))
    return found


def write_people(path: Path, people: list[Rep]) -> None:
    """The people as a file, one row a spell."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Name", "E-mail", "Manager", "Team", "Region", "From", "To"])
        for rep in people:
            for spell in rep.spells:
                region = dict(MANAGERS)[spell.manager]
                writer.writerow(
                    [
                        rep.name,
                        rep.email,
                        spell.manager,
                        spell.manager.split()[1],
                        region,
                        spell.from_day or "",
                        spell.to_day or "",
                    ]
                )
