"""The definition checks that ask about an initiative beside its goal: milestones, reasons, roles, sponsor, words.

Start with ``initiative_findings``; ``checks`` calls it.
"""

import re
from collections.abc import Iterator
from datetime import date

from ropewalk.rules import calendar
from ropewalk.rules.adherence import Cadence
from ropewalk.rules.calendar import Grain, Period
from ropewalk.rules.exact import exact
from ropewalk.rules.finding import Finding, listed, said_day
from ropewalk.rules.plan_draft import InitiativeDraft, Known, MilestoneDraft, PlanDraft, StandardDraft

FEWEST_MILESTONES = 2
_CADENCES = frozenset(Cadence)


def initiative_findings(plan: PlanDraft, initiative: InitiativeDraft, known: Known) -> Iterator[Finding]:
    """Everything these checks find about one initiative."""
    yield from _has_milestones(plan, initiative)
    yield from _has_reasons(initiative)
    yield from _says_who_does_what(initiative)
    yield from _has_a_sponsor(initiative, known)
    yield from _no_quarter_is_empty(plan, initiative)
    yield from _is_not_loose(initiative)
    yield from _is_seen_in_time(initiative)


def _has_milestones(plan: PlanDraft, initiative: InitiativeDraft) -> Iterator[Finding]:
    """R04: at least two, each within start..due, and measured or delivered by an owner."""
    where, count = f"{initiative.key}/milestones", len(initiative.milestones)
    if count < FEWEST_MILESTONES:
        has = "one milestone" if count else "no milestone"
        yield Finding(
            "R04",
            True,
            where,
            f"“{initiative.title}” has {has}, so it would be noticed too late that it doesn't come off; it takes two.",
            "Add what has to be reached or delivered on the way, with a date each.",
        )
    start, due = initiative.goal.start or plan.first_day, initiative.goal.due or plan.last_day
    for milestone in initiative.milestones:
        lacks = list(_lacks(milestone, start, due))
        if lacks:
            yield Finding(
                "R04",
                True,
                where,
                f"Milestone “{milestone.title}” of “{initiative.title}” {listed(lacks)}.",
                f"Date it between {said_day(start)} and {said_day(due)}, and give it a level to be measured by, or an"
                " owner who delivers it.",
            )


def _lacks(milestone: MilestoneDraft, start: date, due: date) -> Iterator[str]:
    if milestone.by is None:
        yield "has no date"
    elif not start <= milestone.by <= due:
        yield f"is dated {said_day(milestone.by)}, outside {said_day(start)} to {said_day(due)}"
    if milestone.level is None and not milestone.owner.strip():
        yield "is neither measured nor delivered by anybody"


def _has_reasons(initiative: InitiativeDraft) -> Iterator[Finding]:
    """R05: why and impact are written, and say more than the title."""
    title = _bare(initiative.title)
    for name, text, mend in (
        (
            "why it was chosen",
            initiative.why,
            "Write why this and not something else, in a sentence people can repeat.",
        ),
        (
            "what it does for the company",
            initiative.impact,
            "Write what the company has of it when it is reached.",
        ),
    ):
        if not _bare(text):
            wrong = f"“{initiative.title}” does not say {name}; without it people are told what, and not what for."
        elif _bare(text) == title:
            wrong = f"“{initiative.title}” says {name} with its title again, which tells nobody anything."
        else:
            continue
        yield Finding("R05", True, initiative.key, wrong, mend)


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _says_who_does_what(initiative: InitiativeDraft) -> Iterator[Finding]:
    """R06: every front-line role has an expectation, and an activity with amount and cadence."""
    if not [role for role in initiative.roles if role.strip()]:
        yield Finding(
            "R06",
            True,
            f"{initiative.key}/roles",
            f"“{initiative.title}” applies to no role, so it would hang on nobody's rope.",
            "Name the front-line roles that carry it.",
        )
    for role in initiative.roles:
        lacks = []
        if not any(_bare(each.role) == _bare(role) and each.text.strip() for each in initiative.expectations):
            lacks.append("no word on what they do differently")
        standards = [each for each in initiative.standards if _bare(each.role) == _bare(role)]
        if not standards:
            lacks.append("no activity")
        elif not any(_is_whole(each) for each in standards):
            lacks.append(f"no amount and cadence for {listed(each.activity for each in standards)}")
        if lacks:
            yield Finding(
                "R06",
                True,
                f"{initiative.key}/roles",
                f"For the role {role}, “{initiative.title}” holds {listed(lacks)}; a result alone tells nobody what to"
                " do on Monday.",
                f"Write what a {role} does differently, and at least one activity: how many, per day, week or month.",
            )


def _is_whole(standard: StandardDraft) -> bool:
    has_amount = standard.amount is not None and exact(standard.amount) > 0
    return has_amount and standard.per in _CADENCES and bool(standard.activity.strip())


def _has_a_sponsor(initiative: InitiativeDraft, known: Known) -> Iterator[Finding]:
    """R07: a sponsor who is an active member of the company."""
    sponsor = initiative.sponsor.strip()
    if not sponsor:
        wrong = f"“{initiative.title}” has no sponsor, so nobody answers for it when it gets hard."
    elif known.active_members is not None and sponsor not in known.active_members:
        wrong = f"{sponsor}, the sponsor of “{initiative.title}”, is no active member of the company."
    else:
        return
    mend = "Name somebody in the lead who works here today."
    yield Finding("R07", True, f"{initiative.key}/sponsor", wrong, mend)


def _no_quarter_is_empty(plan: PlanDraft, initiative: InitiativeDraft) -> Iterator[Finding]:
    """R09: no quarter between start and due goes without a milestone."""
    start, due = initiative.goal.start or plan.first_day, initiative.goal.due
    if due is None or due < start:
        return
    quarters = calendar.periods(start, due, grain=Grain.QUARTER, start_month=plan.first_day.month)
    days = [milestone.by for milestone in initiative.milestones if milestone.by is not None]
    empty = [_quarter_said(quarter) for quarter in quarters if not any(day in quarter for day in days)]
    if empty and days:
        yield Finding(
            "R09",
            False,
            f"{initiative.key}/milestones",
            f"“{initiative.title}” has no milestone in {listed(empty)}: for that long nobody would see it slip.",
            "Put a milestone into each quarter between start and due.",
        )


def _quarter_said(quarter: Period) -> str:
    """A quarter by its name, with its months where they aren't those of the calendar's quarter of that number."""
    number = int(quarter.name.rpartition("Q")[2])
    if (quarter.end.month - 1) // 3 + 1 == number and str(quarter.end.year) == quarter.name[:4]:
        return quarter.name
    return f"{quarter.name} ({quarter.start:%B} to {quarter.end:%B %Y})"


_LOOSE = re.compile(
    r"\b(?:improv\w*|more|better|best|increas\w*|grow(?:s|ing|th)?|focus\w*(?:\s+on)?|enhanc\w*|boost\w*|strengthen\w*"
    r"|optimi[sz]\w*|maximi[sz]\w*|minimi[sz]\w*|accelerat\w*|expand\w*|expansion|rais(?:e|es|ing)|reduc\w*|decreas\w*"
    r"|lower|less|fewer|faster|stronger|greater|higher|bigger|larger|smarter|harder|deeper|scal(?:e|es|ing|able)"
    r"|diversif\w*|develop\w*|driv(?:e|es|ing)|push\w*|support\w*|becom\w*|excel\w*|world[\s-]class|leading"
    r"|leverag\w*|streamlin\w*|moderni[sz]\w*|professionali[sz]\w*|intensif\w*|deepen\w*|foster\w*|cultivat\w*"
    r"|transform\w*|build\w*|establish\w*|update\w*|work\s+(?:really\s+|very\s+)?(?:hard|on|with)|step\s+up|ramp\s+up"
    r"|double\s+down|some|several|many|significant\w*|as\s+much\s+as|try\w*|striv\w*)\b",
    re.IGNORECASE,
)
_NUMBER_SAID = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred|thousand|million|dozen|half|at\s+least\s+one|doubl\w+|tripl\w+|twice)\b",
    re.IGNORECASE,
)


def loose_words(text: str) -> tuple[str, ...]:
    """The words that make a goal loose, in order; none where the text holds a number to hold on to."""
    return () if _NUMBER_SAID.search(text) else tuple(match[0] for match in _LOOSE.finditer(text))


def _is_not_loose(initiative: InitiativeDraft) -> Iterator[Finding]:
    """R10: title or goal text is loose, and holds no number."""
    for name, text in (("title", initiative.title), ("goal", initiative.goal.text)):
        words = loose_words(text)
        if words:
            said = listed(f"“{word.lower()}”" for word in dict.fromkeys(words))
            yield Finding(
                "R10",
                False,
                initiative.key,
                f"The {name} “{text}” says {said} and holds no number: everybody may agree to it and mean something else.",
                "Say from what to what by when, as in “close rate from 40 % to 50 % by September”.",
            )


def _is_seen_in_time(initiative: InitiativeDraft) -> Iterator[Finding]:
    """R15: before the due date nothing of it shows in the CRM's data."""
    goal = initiative.goal
    is_counted = any(_is_whole(each) and each.counted == "crm" for each in initiative.standards)
    is_manual = goal.metric is not None and goal.metric.kind == "manual"
    is_measured = not is_manual and any(
        each.level is not None and each.by is not None and (goal.due is None or each.by < goal.due)
        for each in initiative.milestones
    )
    if not is_counted and not is_measured:
        when = f"before {said_day(goal.due)}" if goal.due else "before it is due"
        yield Finding(
            "R15",
            False,
            initiative.key,
            f"Nothing measures “{initiative.title}” {when}: no activity and no milestone of it shows in the CRM data.",
            "Count an activity out of the CRM, or give a milestone a level that the metric has to reach.",
        )
