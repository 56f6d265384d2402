"""Asking the definition checks of a plan: the same ones on a page, on publishing and on a file.

Start with `check` (with a company's data) and `check_alone` (without).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ropewalk.metrics.built_in import definition_of, definitions
from ropewalk.plans import shape
from ropewalk.rules import checks
from ropewalk.rules.finding import Finding, Report
from ropewalk.rules.plan_draft import (
    NOTHING_KNOWN,
    ExpectationDraft,
    GoalDraft,
    InitiativeDraft,
    MetricDraft,
    MilestoneDraft,
    PlanDraft,
    StandardDraft,
)
from ropewalk.versions.knowing import Knowledge, known_of


def check_alone(plan: shape.Plan) -> Report:
    """What can be said of a plan without a company's data; the report names what couldn't be asked."""
    return with_unknown_metrics(plan, checks.check(draft_of(plan), NOTHING_KNOWN))


def check(company_id: int, plan: shape.Plan, *, on: date) -> tuple[Report, Knowledge]:
    """What can be said of a plan with the company's data, and what that was."""
    knowledge = known_of(company_id, plan, on=on)
    report = with_unknown_metrics(plan, checks.check(draft_of(plan), knowledge.known))
    return with_strangers(with_troubles(report, plan, knowledge), knowledge), knowledge


def with_troubles(report: Report, plan: shape.Plan, knowledge: Knowledge) -> Report:
    """The report with, in R08, why a goal can't be shared out."""
    findings = [
        in_trouble(one, initiative, knowledge)
        if one.code == "R08"
        and one.initiative in knowledge.troubles
        and (initiative := plan.initiative(one.initiative))
        else one
        for one in report.findings
    ]
    return Report(tuple(findings), report.not_asked)


def in_trouble(finding: Finding, initiative: shape.Initiative, knowledge: Knowledge) -> Finding:
    """The finding, saying what stands in the way of sharing the goal out."""
    if initiative.key not in knowledge.nobody:
        why = knowledge.troubles[initiative.key]
        return replace(finding, sentence=f"“{initiative.title}” can't be shared out: {why}.")
    roles = " or ".join(initiative.roles)
    where = " in its teams" if initiative.teams else ""
    mend = (
        f"Let it apply to a role that people hold: {', '.join(knowledge.roles)}."
        if knowledge.roles
        else "Import people with what they do, or give them a role."
    )
    return replace(
        finding,
        sentence=f"“{initiative.title}” can't be shared out: nobody{where} holds the role {roles}.",
        mend=mend,
    )


def with_strangers(report: Report, knowledge: Knowledge) -> Report:
    """The report with a finding for every name in the plan that would be passed over in silence."""
    found = [
        Finding(
            "R08",
            True,
            f"{key}/{part}",
            f"“{name}” {SAID_OF[part]}.",
            WAYS_OUT[part],
        )
        for key, part, name in knowledge.strangers
    ]
    return Report(tuple(found) + report.findings, report.not_asked)


SAID_OF = {
    "activities": "narrows an activity by a field that activities don't have",
    "shares": "has a share set by hand, and carries nothing of this goal",
    "teams": "is named as a team of it, and no team is called so",
    "where": "narrows the goal, and the facts it is counted from have no such field",
}
WAYS_OUT = {
    "activities": "Take a field of activities or of their accounts, such as vertical.",
    "shares": "Write it as the people file does, or take it out.",
    "teams": "Write it as the people file does, or take it out.",
    "where": "Write a field that `ropewalk measure --where` takes, import the field first, or take it out.",
}


def roles_left_out(plan: shape.Plan) -> list[Finding]:
    """A finding for every role that an initiative speaks to and doesn't apply to: it would be passed over in silence."""
    return [
        Finding(
            "R06",
            True,
            f"{one.key}/roles",
            f"“{one.title}” says what {role} does, and applies to {', '.join(one.roles) or 'nobody'} only.",
            f"Add {role} to its roles, or take out what stands for it.",
        )
        for one in plan.initiatives
        for role in sorted(
            ({each.role for each in one.expectations} | {each.role for each in one.standards})
            - set(one.roles)
        )
        if one.retired_on is None
    ]


def with_unknown_metrics(plan: shape.Plan, report: Report) -> Report:
    """The report with a finding for every metric that the catalogue doesn't know, and every role left out."""
    found = roles_left_out(plan) + [
        Finding(
            "R02",
            True,
            f"{one.key}/goal",
            f"“{one.title}” is measured by {one.goal.metric!r}, which no metric is called.",
            f"Take one of {', '.join(definitions())}, or “manual” with a label.",
        )
        for one in plan.initiatives
        if one.goal.metric and one.goal.metric not in definitions() and one.goal.metric != shape.MANUAL
    ]
    keys = {one.initiative for one in found if one.code == "R02"}
    others = [one for one in report.findings if not (one.code == "R02" and one.initiative in keys)]
    return Report(tuple(found + others), report.not_asked)


def draft_of(plan: shape.Plan) -> PlanDraft:
    """The plan as the checks see it; retired initiatives are left out."""
    return PlanDraft(
        year=plan.year,
        first_day=plan.first_day,
        last_day=plan.last_day,
        revenue_goal=plan.revenue_goal,
        initiatives=tuple(initiative_of(one) for one in plan.initiatives if one.retired_on is None),
    )


def initiative_of(one: shape.Initiative) -> InitiativeDraft:
    goal = one.goal
    return InitiativeDraft(
        key=one.key,
        title=one.title,
        why=one.why,
        impact=one.impact,
        sponsor=one.sponsor,
        roles=one.roles,
        goal=GoalDraft(
            metric=metric_of(goal),
            baseline=goal.baseline,
            target=goal.target,
            start=goal.start,
            due=goal.due,
            scope=goal.where,
            is_cascaded=goal.is_cascaded,
            over_assignment_reason=goal.over_assignment_reason,
        ),
        milestones=tuple(
            MilestoneDraft(each.title, each.by, each.level, each.owner) for each in one.milestones
        ),
        expectations=tuple(ExpectationDraft(each.role, each.text) for each in one.expectations),
        standards=tuple(
            StandardDraft(each.role, each.activity, each.amount, each.per, each.counted)
            for each in one.standards
        ),
    )


def metric_of(goal: shape.Goal) -> MetricDraft | None:
    """The goal's metric as the checks see it; None where the catalogue doesn't know it."""
    if goal.metric == shape.MANUAL:
        return MetricDraft(
            name=goal.label or shape.MANUAL,
            label=goal.label,
            kind="manual",
            better="lower"
            if goal.target is not None and goal.baseline is not None and goal.target < goal.baseline
            else "higher",
            is_additive=False,
            has_interval=False,
        )
    if goal.metric not in definitions():
        return None
    definition = definition_of(goal.metric)
    return MetricDraft(
        name=definition.name,
        label=definition.label,
        kind=str(definition.kind),
        better=str(definition.better),
        unit=str(definition.unit),
        tag=str(definition.tag),
        companion=definition.companion,
        has_interval=definition.counts_decided,
    )
