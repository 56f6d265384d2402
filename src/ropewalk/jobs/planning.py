"""Plans by command: check a file, take it in, publish it. An amendment is published and told in one step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from ropewalk.companies.access import NotVisible, Viewer, operator_for, viewer_by_email
from ropewalk.companies.queries import CompanyFacts, company_by_handle_for_system, time_zone_for_system
from ropewalk.jobs import handing
from ropewalk.jobs.kinds import NotDone, Say
from ropewalk.lib import clock
from ropewalk.plans.defining import FourthInitiative, define
from ropewalk.plans.queries import draft_for_system
from ropewalk.plans.shape import Plan
from ropewalk.rollout.announcing import NothingToAnnounce, announce
from ropewalk.rules.finding import Report
from ropewalk.versions import plan_file
from ropewalk.versions.checking import check as check_with_data
from ropewalk.versions.checking import check_alone
from ropewalk.versions.publishing import (
    NotPublishable,
    PublicationRefused,
    Published,
    amend,
)
from ropewalk.versions.publishing import publish as publish_version
from ropewalk.versions.queries import versions_for_system
from ropewalk.versions.years import start_months


def acting(handle: str, email: str | None) -> Viewer:
    """Who gives the command: the operator, or the person of `--as`. Raises NotDone."""
    zone = time_zone_for_system(handle)
    if zone is None:
        raise NotDone(f"There is no company {handle!r}. Make it with: ropewalk company create NAME")
    on = clock.today(zone)
    try:
        return viewer_by_email(handle, email, on=on) if email else operator_for(handle, on=on)
    except NotVisible:
        raise NotDone(f"Nobody of {handle} has the address {email}.") from None


def require_leader(viewer: Viewer) -> None:
    if not viewer.has("leader"):
        raise NotDone("Only a sales leader can change or publish the plan.")


def read_plan(path: Path, *, fiscal_start_month: int = 1, published: Mapping[int, int] | None = None) -> Plan:
    """The plan in a file. Raises NotDone with every finding."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise NotDone(f"{path} can't be read: {error.strerror}.") from None
    try:
        return plan_file.read(text, fiscal_start_month=fiscal_start_month, published=published)
    except plan_file.PlanFileRefused as error:
        lines = [
            f"{path.name}{f', line {one.line}' if one.line else ''}{f' ({one.where})' if one.where else ''}: {one.sentence}"
            for one in error.findings
        ]
        raise NotDone("\n".join(lines)) from None


def report_json(report: Report) -> dict[str, Any]:
    """A report of the checks as JSON."""
    return {
        "findings": [
            {
                "code": one.code,
                "blocking": one.blocking,
                "where": one.where,
                "sentence": one.sentence,
                "mend": one.mend,
            }
            for one in report.findings
        ],
        "not_asked": list(report.not_asked),
        "blocks": report.blocks,
    }


def read_plan_of(company: CompanyFacts, path: Path) -> Plan:
    """The plan that a company's file holds, in the company's years. Raises NotDone with every finding."""
    return read_plan(path, fiscal_start_month=company.fiscal_start_month, published=start_months(company.id))


def check(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """The definition checks of a file, with a company's data where one is named."""
    handle = order.get("company")
    if not handle:
        return report_json(
            check_alone(
                read_plan(handing.seen(order, "path"), fiscal_start_month=order.get("fiscal_start_month", 1))
            )
        )
    company = company_by_handle_or_refuse(handle)
    plan = read_plan_of(company, handing.seen(order, "path"))
    report, _ = check_with_data(company.id, plan, on=clock.today(company.time_zone))
    return report_json(report)


def company_by_handle_or_refuse(handle: str) -> Any:
    try:
        return company_by_handle_for_system(handle)
    except NotVisible:
        raise NotDone(f"There is no company {handle!r}. Make it with: ropewalk company create NAME") from None


def take(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """Take a plan file in: as the draft, or as an amendment where the year's plan is published."""
    viewer = acting(order["company"], order.get("as"))
    require_leader(viewer)
    company = company_by_handle_or_refuse(order["company"])
    plan = read_plan_of(company, handing.seen(order, "path"))
    is_published = bool(versions_for_system(company.id, plan.year))
    try:
        if not is_published:
            if order.get("reason") or order.get("from"):
                raise NotDone(
                    f"The plan for {plan.year} isn't published yet, so this is no amendment. Leave out --reason and --from."
                )
            report, _ = check_with_data(company.id, plan, on=viewer.on)
            define(company.id, plan, by=viewer.actor, at=clock.now())
            return {"year": plan.year, "version": None, **report_json(report)}
        if not order.get("reason") or not order.get("from"):
            raise NotDone(
                f"The plan for {plan.year} is published. To amend it say --reason “why” and --from the day it takes effect."
            )
        with (
            transaction.atomic()
        ):  # one step: nobody is told of what isn't published, nor the other way round
            published = amend(
                company.id,
                plan,
                reason=order["reason"],
                from_day=date.fromisoformat(order["from"]),
                by=viewer.actor,
                on=viewer.on,
                at=clock.now(),
            )
            told = announce(company.id, published.version, by=viewer.actor, on=viewer.on, at=clock.now())
        return {**published_json(published), "told": told}
    except FourthInitiative as error:
        raise NotDone(str(error)) from None
    except NotPublishable as error:
        raise NotDone(blocked_words(error)) from None
    except PublicationRefused as error:
        raise NotDone(str(error)) from None


def publish(order: dict[str, Any], say: Say) -> dict[str, Any]:
    """Publish the year's draft."""
    viewer = acting(order["company"], order.get("as"))
    require_leader(viewer)
    try:
        published = publish_version(
            viewer.company_id, order["year"], by=viewer.actor, on=viewer.on, at=clock.now()
        )
    except NotPublishable as error:
        raise NotDone(blocked_words(error)) from None
    except PublicationRefused as error:
        raise NotDone(str(error)) from None
    return published_json(published)


def blocked_words(error: NotPublishable) -> str:
    lines = [f"{one.code} {one.where}: {one.sentence} {one.mend}" for one in error.report.blocking]
    return "The plan can't be published yet:\n" + "\n".join(lines)


def published_json(published: Published) -> dict[str, Any]:
    return {
        "year": published.version.year,
        "version": published.version.number,
        "from": published.version.in_force_from.isoformat(),
        "is_over": published.version.in_force_from > published.version.document.plan.last_day,
        **report_json(published.report),
    }


def export(handle: str, year: int) -> str:
    """The year's plan as YAML: the draft, which is what was published last. Raises NotDone."""
    company = company_by_handle_or_refuse(handle)
    plan = draft_for_system(company.id, year)
    if plan is None:
        raise NotDone(f"{company.name} has no plan for {year}.")
    return plan_file.written(plan)


def send_announcement(handle: str, words: str, *, email: str | None = None) -> int:
    """Send the latest version's announcement; how many were told. Raises NotDone."""
    viewer = acting(handle, email)
    require_leader(viewer)
    versions = versions_for_system(viewer.company_id)
    if not versions:
        raise NotDone("There is nothing to announce: publish the plan first.")
    try:
        return announce(
            viewer.company_id, versions[-1], words=words, by=viewer.actor, on=viewer.on, at=clock.now()
        )
    except NothingToAnnounce as error:
        raise NotDone(str(error)) from None
