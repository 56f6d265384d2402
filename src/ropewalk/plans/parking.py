"""The parking lot: ideas for the year, kept with who proposed them. It holds no plan."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ropewalk.companies.access import Viewer
from ropewalk.journal.writing import write
from ropewalk.plans.models import Idea


class IdeaRefused(Exception):
    """The idea can't be parked; the words say why."""


def park(title: str, *, estimate: str = "", by: Viewer, at: datetime) -> None:
    """Park an idea in the name of the viewer. Raises IdeaRefused where it is empty or there already."""
    title = title.strip()
    if not title:
        raise IdeaRefused("An idea needs a few words. What would you do?")
    if len(title) > 200:
        raise IdeaRefused("That is more than 200 letters. Say it in one line.")
    with transaction.atomic():
        _, is_new = Idea.objects.get_or_create(
            company_id=by.company_id,
            title=title,
            defaults={"proposed_by": by.name, "estimate": estimate.strip()[:200]},
        )
        if not is_new:
            raise IdeaRefused(f"“{title}” is parked already.")
        write("parked idea", thing="idea", actor=by.actor, at=at, company_id=by.company_id, words=title)
