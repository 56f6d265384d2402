"""What one rope is judged by: plain days and facts about one initiative and one person.

Knows no table; whoever reads the tables fills it in. What happened after the day asked about may stand in it and is
passed over, except what is given as of that day (share, activity, adherence, moving). Start with ``RopeEvidence``.
"""

from dataclasses import dataclass
from datetime import date

from ropewalk.rules.calendar import MONDAY, Span, Workdays, working_calendar
from ropewalk.rules.exact import Number
from ropewalk.rules.rope import Debtor
from ropewalk.rules.status import Status

MONDAY_TO_FRIDAY: Workdays = working_calendar()
CADENCE_DAYS = 35  # between one-on-ones, so that a first Monday each month keeps it


@dataclass(frozen=True)
class Announcement:
    """One announcement whose version changed something for this person."""

    published_on: date  # its version; for a rope that began later, the rope's first day will do as well
    sent_on: date | None = None  # to this person
    calendar_on: date | None = None  # its day in the rollout calendar
    acknowledged_on: date | None = None  # acknowledged and recognised by this person


@dataclass(frozen=True)
class QuarterlyReview:
    """One quarter of the plan's year, and when its review of this person talked about the initiative."""

    quarter_end: date
    talked_on: date | None = None


@dataclass(frozen=True)
class RopeEvidence:
    """Everything that decides the seven knots of one rope on a day."""

    published_on: date  # the initiative's first publication
    rope_first_day: date
    initiative_start: date
    announcements: tuple[Announcement, ...] = ()
    agreements: tuple[date, ...] = ()  # by person and manager, of share and activities
    agreed_by: Debtor | None = (
        None  # as of the day: rep or manager, where one of them agrees to the plan as it is
    )
    changes: tuple[date, ...] = ()  # days from which an amendment changed this person's share or standard
    plans_calendar_on: date | None = None  # "plans agreed" in the rollout calendar
    has_share: bool = True  # as of the day; a share of 0 is one
    has_activity: bool = True  # as of the day, at least one in the individual plan
    is_cascaded: bool = True  # else no share is asked for
    adherence: Number | None = None  # as of the day
    talks: tuple[date, ...] = ()  # one-on-ones held and tagged with the initiative
    quarterly_reviews: tuple[QuarterlyReview, ...] = ()  # all quarters of the year, also those to come
    moving: Status | None = None  # as of the day
    cadence_days: int = CADENCE_DAYS
    first_weekday: int = MONDAY
    workdays: Workdays = MONDAY_TO_FRIDAY  # the company's
    leader_away: tuple[Span, ...] = ()
    manager_away: tuple[Span, ...] = ()
    rep_away: tuple[Span, ...] = ()
