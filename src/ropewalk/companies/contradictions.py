"""What a delivered roster can't mean: rows that contradict themselves, each other or what stands.

It changes nothing. Start with `contradictions`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from ropewalk.companies.delivered import Outcome, RosterRow
from ropewalk.companies.models import AccessRole
from ropewalk.companies.standing import Standing
from ropewalk.companies.timelines import Span

LONGEST = 200
LONGEST_OF = {"role": 80, "email": 254}


@dataclass
class _Finding:
    rows: Sequence[RosterRow]
    standing: Standing
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def refuse(self, places: Sequence[int], code: str, name: str, sentence: str) -> None:
        """Refuse rows; the first reason counts."""
        for place in places:
            self.outcomes.setdefault(place, Outcome("refused", code, name, sentence))


def contradictions(rows: Sequence[RosterRow], standing: Standing) -> dict[int, Outcome]:
    """By place, the rows that can't be taken and why."""
    found = _Finding(rows, standing)
    _refuse_contradictions(found)
    _refuse_taken_addresses(found)
    _refuse_circles(found)
    _refuse_ambiguous_managers(found)
    _refuse_circles_of_managers(found)
    return found.outcomes


def _refuse_taken_addresses(found: _Finding) -> None:
    """Refuse an address that stands for somebody else whom the source tells apart by id."""
    keys = {row.key for row in found.rows}
    for place, row in enumerate(found.rows):
        bearer = found.standing.by_email(row.email) if row.email else None
        if bearer is None or bearer.key == row.key:
            continue
        if bearer.key in keys or found.standing.by_key(row.key) is not None:
            found.refuse(
                [place], "email_twice", "email",
                f"{row.email} is already the address of {bearer.name}, and one person signs in with it. Mend one of the two.",
            )  # fmt: skip


def _refuse_contradictions(found: _Finding) -> None:
    groups: dict[str, list[int]] = defaultdict(list)
    addresses: dict[str, set[str]] = defaultdict(set)
    for place, row in enumerate(found.rows):
        groups[row.key].append(place)
        if row.email:
            addresses[row.email.casefold()].add(row.key)
        _refuse_cells(found, place, row)
    for key, places in groups.items():
        group = [found.rows[place] for place in places]
        if len({(row.name, (row.email or "").casefold()) for row in group}) > 1:
            found.refuse(
                places, "id_twice", "name",
                f'"{key}" stands for people of different names or e-mail addresses, so nobody knows who is meant. '
                "Give each person an id of their own.",
            )  # fmt: skip
        distinct = list(dict.fromkeys(group))
        if any(one.span.meets(two.span) for i, one in enumerate(distinct) for two in distinct[:i]):
            found.refuse(
                places, "memberships_overlap", "from",
                f'The rows of "{key}" overlap in time, and on one day a person is in one team. '
                "Let each row end (to) before the next one begins (from).",
            )  # fmt: skip
    for address, keys in addresses.items():
        if len(keys) > 1:
            found.refuse(
                [place for place, row in enumerate(found.rows) if row.key in keys], "email_twice", "email",
                f'{address} is the address of {len(keys)} people ({", ".join(sorted(keys)[:4])}), and one person signs in with '
                "it. Give each an address of their own, or leave it empty.",
            )  # fmt: skip


def _refuse_circles(found: _Finding) -> None:
    """Refuse every row by which a team would come to stand in itself."""
    above = found.standing.names_above()
    delivered: dict[str, set[str]] = defaultdict(set)
    for row in found.rows:
        if row.team and row.team_parent:
            delivered[row.team].add(row.team_parent)
    above |= delivered
    for place, row in enumerate(found.rows):
        if not row.team or not row.team_parent:
            continue
        waiting, seen = [row.team_parent], set()
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting += above.get(one, set())
        if row.team in seen:
            found.refuse(
                [place], "teams_circle", "team_parent",
                f'"{row.team}" can\'t stand in "{row.team_parent}": by way of it, it would stand in itself. '
                "Name the team that is truly above.",
            )  # fmt: skip


def _refuse_cells(found: _Finding, place: int, row: RosterRow) -> None:
    for name in ("key", "name", "email", "manager", "team", "team_parent", "role"):
        said, longest = getattr(row, name) or "", LONGEST_OF.get(name, LONGEST)
        if len(said) > longest:
            found.refuse(
                [place],
                "text_too_long",
                name,
                f"{name} has {len(said)} characters, {longest} is the limit. Shorten it.",
            )
    if row.email and ("@" not in row.email.strip("@") or any(sign.isspace() for sign in row.email)):
        found.refuse(
            [place],
            "email_unreadable",
            "email",
            f'"{row.email}" is no e-mail address. Mend it or leave it empty.',
        )
    unknown = sorted(set(row.access or ()) - set(AccessRole.Name.values))
    if unknown:
        allowed = ", ".join(AccessRole.Name.values)
        found.refuse(
            [place], "access_unknown", "access",
            f'"{unknown[0]}" is no access role; there are {allowed}. Mend the cell or translate it in the mapping.',
        )  # fmt: skip


def _refuse_ambiguous_managers(found: _Finding) -> None:
    """Refuse managers whose name several people bear."""
    names: dict[str, set[str]] = defaultdict(set)
    for row in found.rows:
        names[row.name].add(row.key)
    for person in found.standing.people:
        names[person.name].add(person.key or f"#{person.pk}")
    keys = {row.key for row in found.rows} | {person.key for person in found.standing.people}
    for place, row in enumerate(found.rows):
        said = row.manager
        if said and said not in keys and "@" not in said and len(names[said]) > 1:
            found.refuse(
                [place], "manager_ambiguous", "manager",
                f'{len(names[said])} people are called "{said}", so nobody knows which one manages {row.name}. '
                "Name the manager by id or e-mail address.",
            )  # fmt: skip


def _refuse_circles_of_managers(found: _Finding) -> None:
    """Refuse every row by which somebody would, on some day, report to themselves by way of others."""
    bearers: dict[str, str] = {}
    for row in found.rows:
        for said in (
            row.name,
            (row.email or "").casefold(),
            row.key,
        ):  # an id wins over an address and a name
            if said:
                bearers[said] = row.key
    above: dict[str, list[tuple[str, Span]]] = defaultdict(list)
    for place, row in enumerate(found.rows):
        manager = _bearer(bearers, row.manager)
        if place not in found.outcomes and manager is not None and manager != row.key:
            above[row.key].append((manager, row.span))
    for place, row in enumerate(found.rows):
        manager = _bearer(bearers, row.manager)
        if manager is not None and manager != row.key and _leads_back(above, manager, row.span, row.key):
            found.refuse(
                [place], "managers_circle", "manager",
                f'"{row.name}" can\'t report to "{row.manager}": by way of it, {row.name} would report to themselves. '
                "Name who is truly above, and nobody for whoever is at the top.",
            )  # fmt: skip


def _bearer(bearers: dict[str, str], said: str | None) -> str | None:
    """The key of the row that a manager's id, address or name stands for."""
    return (bearers.get(said) or bearers.get(said.casefold())) if said else None


def _leads_back(above: dict[str, list[tuple[str, Span]]], start: str, span: Span, end: str) -> bool:
    """Whether from a manager one comes to somebody by steps that all hold on one day of the span."""
    waiting, met = [(start, span)], set()
    while waiting:
        one = waiting.pop()
        if one in met:
            continue
        met.add(one)
        for manager, held in above.get(one[0], ()):
            common = held.within(one[1])
            if common is not None and manager == end:
                return True
            if common is not None:
                waiting.append((manager, common))
    return False
