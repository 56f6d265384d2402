"""What a team hasn't talked about, in as few lines as say it: what fell silent on one day stands together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ropewalk.progress.silence import Silence


@dataclass(frozen=True)
class Silent:
    """One line: a team, and the initiatives last talked about on the same day."""

    team_id: int
    team: str
    titles: tuple[str, ...]
    initiative_key: str  # empty where there are several
    latest_on: date | None  # None: never


def together(silences: Iterable[Silence]) -> list[Silent]:
    """The silences in their order, those of one team and one day as one."""
    found: dict[tuple[int, date | None], list[Silence]] = {}
    for one in silences:
        found.setdefault((one.team_id, one.latest_on), []).append(one)
    return [
        Silent(
            team_id=team_id,
            team=each[0].team,
            titles=tuple(one.title for one in each),
            initiative_key=each[0].initiative_key if len(each) == 1 else "",
            latest_on=latest_on,
        )
        for (team_id, latest_on), each in found.items()
    ]
