"""Deciding the seven knots of one rope on one day, from its evidence.

Knows the days by which each knot is due, and what absence does to them. Must not know where the evidence comes from.
The day a knot is due is still in time: it is overdue from the day after. Start with ``rope_on``.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from ropewalk.rules import calendar
from ropewalk.rules.adherence import DOING
from ropewalk.rules.calendar import ONE_DAY, Span, Workdays
from ropewalk.rules.evidence import Announcement, QuarterlyReview, RopeEvidence
from ropewalk.rules.exact import exact
from ropewalk.rules.rope import Debtor, Duty, Knot, KnotName, KnotState, Rope
from ropewalk.rules.status import Status

UNDERSTOOD_DAYS = 7  # after being told
CONFIRM_DAYS = 14  # after an amendment was told
PLANNED_DAYS = 21  # after publication, the rope's first day or a change of share or standard
DOING_WEEKS = 4  # complete ones, that of the agreement included
REVIEW_DAYS = 30  # after the quarter's end
_OTHER = {Debtor.REP: Debtor.MANAGER, Debtor.MANAGER: Debtor.REP}
_LONGEST_MOVE = 731  # days after which an absence without end is followed no further


def rope_on(evidence: RopeEvidence, on: date) -> Rope:
    """The rope on that day: seven knots, each tied, not due yet or overdue.

    Raises ValueError where the rope does not exist yet on that day.
    """
    begins = max(evidence.published_on, evidence.rope_first_day)
    if on < begins:
        raise ValueError(f"on {on} lies before the rope's first day {begins}")
    defined = Knot(KnotName.DEFINED, KnotState.TIED, "publication", tied_on=evidence.published_on)
    return Rope(
        on,
        (
            defined,
            _told(evidence, on),
            _understood(evidence, on),
            _planned(evidence, on),
            _doing(evidence, on),
            _reviewed(evidence, on),
            _moving(evidence),
        ),
    )


def moved_by_absence(due: date, began: date, away: Sequence[Span], workdays: Workdays) -> date:
    """The due day, moved on by the working days missed since the knot began to run, those after it included."""
    if not away:
        return due
    days = calendar.days(began, due)
    missed = sum(1 for day in days if calendar.is_within(day, away) and workdays(day))
    moved = due
    while missed > 0 and (moved - due).days < _LONGEST_MOVE:
        moved += ONE_DAY
        if workdays(moved) and not calendar.is_within(moved, away):
            missed -= 1
    return moved


def _told(evidence: RopeEvidence, on: date) -> Knot:
    begins = max(evidence.published_on, evidence.rope_first_day)
    announced = _announced(evidence, on)
    current = announced[-1] if announced else Announcement(evidence.published_on)
    if current.sent_on is not None and current.sent_on <= on:
        return Knot(KnotName.TOLD, KnotState.TIED, "announcement", tied_on=current.sent_on)
    began = max(current.published_on, begins)
    planned = max(current.calendar_on or began, began)
    due = moved_by_absence(planned, began, evidence.leader_away, evidence.workdays)
    return _untied(KnotName.TOLD, "announcement", on, due, "announce")


def _understood(evidence: RopeEvidence, on: date) -> Knot:
    name, hint = KnotName.UNDERSTOOD, "acknowledgement"
    told = [each for each in _announced(evidence, on) if each.sent_on is not None and each.sent_on <= on]
    tied_on, until = _acknowledged(evidence, told, on)
    if tied_on is not None and until is None:
        return Knot(name, KnotState.TIED, hint, tied_on=tied_on)
    if until is not None:
        duties = (Duty(until, name, "confirm again"),)
        if on <= until:
            return Knot(name, KnotState.TIED, hint, tied_on, due_on=until, confirm_by=until, duties=duties)
        return Knot(name, KnotState.OVERDUE, hint, due_on=until, confirm_by=until, duties=duties)
    if not told:
        return Knot(name, KnotState.NOT_DUE, hint)
    sent = told[-1].sent_on
    assert sent is not None
    due = moved_by_absence(sent + UNDERSTOOD_DAYS * ONE_DAY, sent, evidence.rep_away, evidence.workdays)
    return _untied(name, hint, on, due, "acknowledge")


def _acknowledged(
    evidence: RopeEvidence, told: Sequence[Announcement], on: date
) -> tuple[date | None, date | None]:
    """The acknowledgement that holds on that day, and until when, if it was of an announcement since replaced."""
    if not told:
        return None, None
    *earlier, current = told
    if current.acknowledged_on is not None and current.acknowledged_on <= on:
        return current.acknowledged_on, None
    sent = current.sent_on
    assert sent is not None
    tied_on, until = _acknowledged(evidence, earlier, sent)
    if tied_on is None or (until is not None and until < sent):
        return None, None
    grace = sent + CONFIRM_DAYS * ONE_DAY
    return tied_on, moved_by_absence(grace, sent, evidence.rep_away, evidence.workdays)


def _planned(evidence: RopeEvidence, on: date) -> Knot:
    name, hint = KnotName.PLANNED, "agreement"
    begins = max(evidence.published_on, evidence.rope_first_day)
    epochs = [begins, *sorted(day for day in set(evidence.changes) if begins < day <= on)]
    tied_on, until = _agreed(evidence, epochs, on)
    due = until or _planned_due(evidence, epochs[-1])
    is_whole = evidence.has_activity and (evidence.has_share or not evidence.is_cascaded)
    if tied_on is None or not is_whole or (until is not None and on > until):
        waits_for = _OTHER.get(evidence.agreed_by) if evidence.agreed_by else None
        untied = _untied(name, hint, on, due, "agree" if until is None else "agree again")
        return replace(untied, waits_for=waits_for)
    if until is None:
        return Knot(name, KnotState.TIED, hint, tied_on=tied_on)
    duties = (Duty(until, name, "agree again"),)
    return Knot(name, KnotState.TIED, hint, tied_on, due_on=until, confirm_by=until, duties=duties)


def _agreed(evidence: RopeEvidence, epochs: Sequence[date], on: date) -> tuple[date | None, date | None]:
    """The agreement that holds on that day, and until when, if share or standard have changed since.

    An agreement on the day of a change counts as one to what it changed.
    """
    *earlier, latest = epochs
    agreed = [day for day in evidence.agreements if day <= on and (day >= latest or not earlier)]
    if agreed:
        return max(agreed), None
    if not earlier:
        return None, None
    eve = latest - ONE_DAY
    tied_on, until = _agreed(evidence, earlier, eve)
    if tied_on is None or (until is not None and until < eve):
        return None, None
    return tied_on, _planned_due(evidence, latest)


def _planned_due(evidence: RopeEvidence, began: date) -> date:
    planned = evidence.plans_calendar_on
    due = planned if planned is not None and planned >= began else began + PLANNED_DAYS * ONE_DAY
    return moved_by_absence(due, began, (*evidence.rep_away, *evidence.manager_away), evidence.workdays)


def _doing(evidence: RopeEvidence, on: date) -> Knot:
    name, hint = KnotName.DOING, "activities"
    if evidence.adherence is not None and exact(evidence.adherence, "adherence") >= DOING:
        return Knot(name, KnotState.TIED, hint)
    first = _first_agreement(evidence, on)
    if first is None:
        return Knot(name, KnotState.NOT_DUE, hint)
    began = max(first, evidence.initiative_start)
    weeks = calendar.week_start(began, first_weekday=evidence.first_weekday) + timedelta(weeks=DOING_WEEKS)
    due = moved_by_absence(weeks, began, evidence.rep_away, evidence.workdays)
    if evidence.adherence is None and on > due:  # nothing was due yet, so nothing can be late
        return Knot(name, KnotState.NOT_DUE, hint)
    return _untied(name, hint, on, due, "four weeks")


def _reviewed(evidence: RopeEvidence, on: date) -> Knot:
    name, hint = KnotName.REVIEWED, "talks"
    talks = [day for day in evidence.talks if day <= on]
    began = max(talks) if talks else _first_agreement(evidence, on)
    talk_due = None
    if began is not None:
        after = began + evidence.cadence_days * ONE_DAY
        talk_due = moved_by_absence(after, began, evidence.manager_away, evidence.workdays)
    missed, coming = _reviews(evidence, on)
    review_due = missed or coming
    duties = tuple(
        Duty(due, name, what)
        for due, what in ((talk_due, "one-on-one"), (review_due, "quarterly review"))
        if due is not None
    )
    due_on = min((duty.on for duty in duties), default=None)
    if missed is not None or (talk_due is not None and on > talk_due):
        return Knot(name, KnotState.OVERDUE, hint, due_on=due_on, duties=duties)
    if not talks:
        return Knot(name, KnotState.NOT_DUE, hint, due_on=due_on, duties=duties)
    return Knot(name, KnotState.TIED, hint, tied_on=max(talks), due_on=due_on, duties=duties)


def _reviews(evidence: RopeEvidence, on: date) -> tuple[date | None, date | None]:
    """The due day of the review due last, if it did not talk about this; and that of the next one to hold."""
    begins = max(evidence.published_on, evidence.rope_first_day)
    owed = sorted(
        (
            (_review_due(evidence, review), review)
            for review in evidence.quarterly_reviews
            if review.quarter_end >= begins
        ),
        key=lambda pair: pair[0],
    )
    held = [review.talked_on is not None and review.talked_on <= on for _, review in owed]
    past = [(due, is_held) for (due, _), is_held in zip(owed, held, strict=True) if due < on]
    coming = (due for (due, _), is_held in zip(owed, held, strict=True) if due >= on and not is_held)
    missed = past[-1][0] if past and not past[-1][1] else None
    return missed, next(coming, None)


def _review_due(evidence: RopeEvidence, review: QuarterlyReview) -> date:
    due = review.quarter_end + REVIEW_DAYS * ONE_DAY
    return moved_by_absence(due, review.quarter_end + ONE_DAY, evidence.manager_away, evidence.workdays)


def _moving(evidence: RopeEvidence) -> Knot:
    if evidence.moving in (Status.ON_PACE, Status.REACHED):
        state = KnotState.TIED
    elif evidence.moving in (None, Status.TOO_EARLY, Status.NO_SHARE):
        state = KnotState.NONE
    else:
        state = KnotState.OPEN
    return Knot(KnotName.MOVING, state, "figures")


def _announced(evidence: RopeEvidence, on: date) -> list[Announcement]:
    """The announcements of that day, the current one last."""
    return sorted(
        (each for each in evidence.announcements if each.published_on <= on),
        key=lambda each: each.published_on,
    )


def _first_agreement(evidence: RopeEvidence, on: date) -> date | None:
    return min((day for day in evidence.agreements if day <= on), default=None)


def _untied(name: KnotName, hint: str, on: date, due: date, what: str) -> Knot:
    state = KnotState.OVERDUE if on > due else KnotState.NOT_DUE
    return Knot(name, state, hint, due_on=due, duties=(Duty(due, name, what),))
