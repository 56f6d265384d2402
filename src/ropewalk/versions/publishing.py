"""Publishing version 1, and amending: each makes a new version that nothing changes any more.

A plan that a blocking check stops isn't published. Start with `publish`; `amend` is every later version.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from django.db import IntegrityError, transaction

from ropewalk.cascade.share import Spread
from ropewalk.companies.queries import company_for_system
from ropewalk.companies.roster import Roster, roster_for_system
from ropewalk.journal.writing import Actor, write
from ropewalk.metrics.built_in import definition_of, definitions
from ropewalk.plans import shape
from ropewalk.plans.defining import FourthInitiative, define, person_named
from ropewalk.plans.queries import draft_for_system
from ropewalk.rules.checks import MOST_INITIATIVES
from ropewalk.rules.finding import Report
from ropewalk.versions.checking import check
from ropewalk.versions.document import Document, VersionInForce, to_json
from ropewalk.versions.models import Version
from ropewalk.versions.queries import versions_for_system
from ropewalk.versions.years import written_for_other_days


class NotPublishable(Exception):
    """Blocking checks stop the plan; `report` says which and how to mend them."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(" ".join(f"{one.code}: {one.sentence} {one.mend}" for one in report.blocking))


class PublicationRefused(Exception):
    """The plan can't be published or amended so; the words say why and what would do."""


@dataclass(frozen=True)
class Published:
    """What came of it."""

    version: VersionInForce
    report: Report  # advice that remains


def publish(company_id: int, year: int, *, by: Actor, on: date, at: datetime) -> Published:
    """Publish the year's draft as version 1. Raises NotPublishable and PublicationRefused, with nothing changed."""
    plan = draft_for_system(company_id, year)
    if plan is None:
        raise PublicationRefused(f"There is no plan for {year} yet. Import one or write one first.")
    if versions_for_system(company_id, year):
        raise PublicationRefused(
            f"The plan for {year} is published. Change it by an amendment, with a reason and a day."
        )
    other_days = written_for_other_days(plan, company_for_system(company_id).fiscal_start_month)
    if other_days:
        raise PublicationRefused(other_days)
    return add_version(company_id, plan, (), reason="", from_day=on, by=by, on=on, at=at)


def amend(
    company_id: int, plan: shape.Plan, *, reason: str, from_day: date, by: Actor, on: date, at: datetime
) -> Published:
    """Publish a changed plan as the next version, in force from a day that isn't over.

    Raises NotPublishable, PublicationRefused and plans.defining.FourthInitiative, with nothing changed.
    """
    earlier = versions_for_system(company_id, plan.year)
    if not earlier:
        raise PublicationRefused(
            f"The plan for {plan.year} isn't published yet: there is nothing to amend. Publish it."
        )
    if not reason.strip():
        raise PublicationRefused(
            "An amendment needs its reason: everyone affected will ask why. Write it in a sentence."
        )
    if from_day < on:
        raise PublicationRefused(
            f"An amendment can't take effect on {from_day:%-d %B %Y}, before it is published. Say {on:%-d %B %Y} or later."
        )
    if from_day > plan.last_day:
        raise PublicationRefused(f"The year ends on {plan.last_day:%-d %B %Y}. Say a day before that.")
    latest = earlier[-1]
    if from_day < latest.in_force_from:
        raise PublicationRefused(
            f"Version {latest.number} takes effect on {latest.in_force_from:%-d %B %Y}. Say that day or later."
        )
    lost = [one.title for one in latest.document.plan.initiatives if plan.initiative(one.key) is None]
    if lost:
        raise PublicationRefused(
            f"“{lost[0]}” is no longer in the plan. To give it up, keep it with “retired_on:” a day, so that its history stays."
        )
    before = latest.document.plan
    if with_starts(replace(plan, ideas=before.ideas)) == before:
        raise PublicationRefused(
            f"Nothing differs from version {latest.number}, so nobody would have to be told. Change the file first."
        )
    with transaction.atomic():
        define(company_id, plan, by=by, at=at)
        return add_version(
            company_id, plan, tuple(earlier), reason=reason.strip(), from_day=from_day, by=by, on=on, at=at
        )


def add_version(
    company_id: int,
    plan: shape.Plan,
    earlier: tuple[VersionInForce, ...],
    *,
    reason: str,
    from_day: date,
    by: Actor,
    on: date,
    at: datetime,
) -> Published:
    active = plan.active(from_day)
    if len(active) > MOST_INITIATIVES:
        raise PublicationRefused(str(FourthInitiative(plan.year, tuple(one.title for one in active))))
    plan = with_starts(plan)
    report, knowledge = check(company_id, plan, on=from_day)
    if report.blocks:
        raise NotPublishable(report)
    roster = roster_for_system(company_id)
    document = Document(
        plan=plan,
        spreads=knowledge.spreads | kept_spreads(plan, earlier),
        sponsors={
            one.key: found
            for one in plan.initiatives
            if (found := person_named(roster, one.sponsor)) is not None
        },
        definitions={
            one.goal.metric: definition_of(one.goal.metric).as_data()
            for one in plan.initiatives
            if one.goal.metric in definitions()
        },
    )
    if earlier:
        document = with_changes(document, earlier[-1].document, roster, on=from_day)
    try:
        with transaction.atomic():
            row = Version.objects.create(
                company_id=company_id,
                year=plan.year,
                number=len(earlier) + 1,
                published_on=on,
                in_force_from=from_day,
                published_at=at,
                by_id=by.person_id,
                reason=reason,
                document=to_json(document),
            )
            write(
                "published plan" if not earlier else "amended plan",
                thing=f"version:{row.pk}",
                actor=by,
                at=at,
                company_id=company_id,
                words=f"{plan.year}, version {row.number}. {reason}".strip(),
            )
    except IntegrityError:
        raise PublicationRefused(
            "Somebody published this plan a moment ago. Look at it, then decide."
        ) from None
    version = VersionInForce(row.pk, plan.year, row.number, on, from_day, reason, by.person_id, document)
    return Published(version, report)


def with_starts(plan: shape.Plan) -> shape.Plan:
    """The plan with every goal's start written out: the year's first day where none was said."""
    return replace(
        plan,
        initiatives=tuple(
            replace(one, goal=replace(one.goal, start=one.goal.start or plan.first_day))
            for one in plan.initiatives
        ),
    )


def kept_spreads(plan: shape.Plan, earlier: tuple[VersionInForce, ...]) -> dict[str, Spread]:
    """The shares that an amendment leaves as they are: those of goals it doesn't touch.

    Nobody's share may change because somebody else's initiative was amended.
    """
    if not earlier:
        return {}
    before = earlier[-1].document
    found = {}
    for one in plan.initiatives:
        old, spread = before.plan.initiative(one.key), before.spreads.get(one.key)
        if old is None or spread is None:
            continue
        if (old.goal, old.roles, old.teams) == (one.goal, one.roles, one.teams):
            found[one.key] = spread
    return found


def with_changes(document: Document, before: Document, roster: Roster, *, on: date) -> Document:
    """The document with whom it changed something for, against the version before."""
    changed: dict[str, list[int]] = {}
    reshared: dict[str, list[int]] = {}
    for one in document.plan.initiatives:
        old = before.plan.initiative(one.key)
        is_other = old is None or asdict(without_delivery(old)) != asdict(without_delivery(one))
        spread, old_spread = document.spreads.get(one.key), before.spreads.get(one.key)
        anew = [
            person_id
            for person_id in roster.people
            if old is not None
            and (
                amount_of(spread, person_id) != amount_of(old_spread, person_id)
                or standards_for(one, roster, person_id, on) != standards_for(old, roster, person_id, on)
            )
        ]
        changed[one.key] = list(roster.people) if is_other else anew
        reshared[one.key] = anew
    return replace(document, changed=changed, reshared=reshared)


def without_delivery(one: shape.Initiative) -> shape.Initiative:
    """The initiative without what is only noted on it: a delivered milestone changes nobody's rope."""
    return replace(
        one, milestones=tuple(replace(each, delivered_on=None, evidence="") for each in one.milestones)
    )


def amount_of(spread: Spread | None, person_id: int) -> object:
    share = spread.people.get(person_id) if spread else None
    return share.amount if share else None


def standards_for(
    one: shape.Initiative, roster: Roster, person_id: int, on: date
) -> tuple[shape.Standard, ...]:
    role = roster.front_line_role(person_id, on)
    return tuple(each for each in one.standards if each.role == role)
