"""A company's particulars after its founding: name, calendar, holidays, and who may open the deals behind a figure.

The handle stays, because it stands in addresses that people keep. Start with `settle`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from ropewalk.companies.access import NotVisible, Viewer, require
from ropewalk.companies.founding import Calendar, troubles_with
from ropewalk.companies.models import Company, Holiday
from ropewalk.journal.writing import write

WHO_MAY = "Only an administrator of the company changes this."
LONGEST_LISTED = 3_000  # holidays of a company


class NotSettled(Exception):
    """The particulars can't be kept so; `troubles` says why by field."""

    def __init__(self, troubles: dict[str, str]) -> None:
        self.troubles = troubles
        super().__init__(" ".join(troubles.values()))


class ChangedMeanwhile(Exception):
    """Somebody else changed the same thing since it was read; nothing was overwritten."""


@dataclass(frozen=True)
class Particulars:
    """What an administrator may change of a company."""

    name: str
    calendar: Calendar
    ropes_open_to_all: bool = False
    executives_see_deals: bool = False

    @property
    def mark(self) -> str:
        """A word that differs whenever anything of it does."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


def particulars_of(viewer: Viewer) -> Particulars:
    """The viewer's company as it is set up."""
    return _particulars(Company.objects.get(pk=viewer.company_id))


def _particulars(company: Company) -> Particulars:
    calendar = Calendar(
        company.time_zone, company.currency, company.fiscal_start_month, company.first_weekday, company.working_weekdays
    )  # fmt: skip
    return Particulars(company.name, calendar, company.ropes_open_to_all, company.executives_see_deals)


def settle(wanted: Particulars, *, seen: str, by: Viewer, at: datetime) -> None:
    """Keep the particulars. `seen` is the mark of what was read before they were changed.

    Raises NotAllowed, NotSettled with a sentence for each field, and ChangedMeanwhile.
    """
    require(by, "administrator", words=WHO_MAY)
    troubles = troubles_with(wanted.name, wanted.name.strip() and by.handle, wanted.calendar)
    if troubles:
        raise NotSettled(troubles)
    with transaction.atomic():
        company = Company.objects.select_for_update().get(pk=by.company_id)
        before = _particulars(company)
        if before.mark != seen:
            raise ChangedMeanwhile
        if before == wanted:
            return
        for name, value in wanted.calendar.__dict__.items():
            setattr(company, name, value)
        company.name = wanted.name.strip()
        company.ropes_open_to_all = wanted.ropes_open_to_all
        company.executives_see_deals = wanted.executives_see_deals
        company.save()
        write(
            "changed company", thing=f"company:{company.pk}", actor=by.actor, at=at, company_id=company.pk,
            words=_difference(before, wanted),
        )  # fmt: skip


def _difference(before: Particulars, after: Particulars) -> str:
    old, new = _flat(before), _flat(after)
    return "; ".join(f"{name}: {old[name]} → {new[name]}" for name in old if old[name] != new[name])


def _flat(one: Particulars) -> dict[str, object]:
    return {
        "name": one.name,
        **one.calendar.__dict__,
        "ropes open to all": one.ropes_open_to_all,
        "executives see deals": one.executives_see_deals,
    }


def holidays_of(viewer: Viewer) -> list[tuple[int, date, str]]:
    """The company's holidays: id, day, name, by day."""
    rows = Holiday.objects.filter(company_id=viewer.company_id).order_by("day")
    return list(rows.values_list("pk", "day", "name")[:LONGEST_LISTED])


def keep_holidays(days: dict[date, str], *, by: Viewer, at: datetime) -> int:
    """Note days on which the company is closed; how many are new. A day noted before takes the new name."""
    require(by, "administrator", words=WHO_MAY)
    new = 0
    with transaction.atomic():
        for day, name in days.items():
            _, is_new = Holiday.objects.update_or_create(
                company_id=by.company_id, day=day, defaults={"name": name[:80]}
            )
            new += is_new
        _note_holidays(by, at, f"{len(days)} noted")
    return new


def drop_holiday(holiday_id: int, *, by: Viewer, at: datetime) -> str:
    """Take a holiday out, and say which it was. Raises NotVisible."""
    require(by, "administrator", words=WHO_MAY)
    with transaction.atomic():
        row = Holiday.objects.filter(company_id=by.company_id, pk=holiday_id).first()
        if row is None:
            raise NotVisible(f"holiday {holiday_id}")
        words = f"{row.name or 'Holiday'}, {row.day:%-d %B %Y}"
        row.delete()
        _note_holidays(by, at, f"{words} taken out")
    return words


def _note_holidays(by: Viewer, at: datetime, words: str) -> None:
    write("noted holidays", thing=f"company:{by.company_id}", actor=by.actor, at=at, company_id=by.company_id, words=words)  # fmt: skip
