"""Noting that the plan was talked about with a team: the evidence that a team talk took place."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from ropewalk.journal.writing import Actor, write
from ropewalk.rollout.models import Touch


class TouchRefused(Exception):
    """The talk can't be noted so; the words say why."""


def hold_team_talk(
    company_id: int,
    team_id: int,
    initiatives: list[str],
    *,
    held_on: date,
    note: str = "",
    by: Actor,
    on: date,
    at: datetime,
) -> int:
    """Note a team talk and give its id. Raises TouchRefused."""
    if held_on > on:
        raise TouchRefused(f"{held_on:%-d %B %Y} is still to come. Note the talk once it was held.")
    if not initiatives:
        raise TouchRefused("Say which initiatives the team talked about.")
    with transaction.atomic():
        touch = Touch.objects.create(
            company_id=company_id,
            kind="team talk",
            team_id=team_id,
            initiatives=initiatives,
            held_on=held_on,
            by_id=by.person_id,
            note=note.strip(),
        )
        write("held team talk", thing=f"touch:{touch.pk}", actor=by, at=at, company_id=company_id)
    return touch.pk
