"""Choosing playbooks, and the plan's form. Saving keeps a draft; the next page says what its checks say, and publishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import NotVisible, Viewer, require
from ropewalk.companies.roster import roster_for_system
from ropewalk.lib import clock
from ropewalk.metrics.built_in import definitions
from ropewalk.pages.changed_meanwhile.page import wants_both
from ropewalk.pages.door import Day, door
from ropewalk.pages.playbooks import plan_typed
from ropewalk.pages.playbooks.evidence import evidence_words
from ropewalk.pages.playbooks.meanwhile import both_drafts, edition_seen, mark
from ropewalk.pages.playbooks.plan_typed import Values
from ropewalk.pages.setup.asking import Choice, whole
from ropewalk.plans.defining import DraftChanged, FourthInitiative, define
from ropewalk.plans.playbooks import playbook, playbooks
from ropewalk.plans.queries import draft_of, edition_of, plan_id_for_system, years_of
from ropewalk.plans.shape import KINDS, MANUAL, Plan
from ropewalk.rules import calendar
from ropewalk.rules.calendar import Period
from ropewalk.versions.plan_file import PlanRefused, from_values
from ropewalk.versions.plan_form import form_of
from ropewalk.versions.queries import versions_of

LEADS = "Only a sales leader chooses the plan."


def leading(viewer: Viewer) -> None:
    """Raise NotAllowed for those who may read plans and not make them, NotVisible for who knows of no draft."""
    if viewer.roles <= {"administrator"} and not viewer.is_operator:
        raise NotVisible("plan draft")
    require(viewer, "leader", words=LEADS)


@door("GET")
def choosing(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The playbooks; with up to three chosen, the plan's form filled with them."""
    leading(viewer)
    chosen = [book for key in request.GET.getlist("playbook") if (book := playbook(key))]
    trouble = ""
    if len(chosen) > plan_typed.MOST:
        trouble = f"These are {len(chosen)}. Three is the limit, so that each gets done: choose the three that matter most."
    elif chosen:
        years = open_years(request, viewer, day)
        if years:
            role = usual_role(roster_for_system(viewer.company_id).roles_held(day.today))
            values = {
                "year": str(years[0]),
                "initiatives": [
                    plan_typed.blank(book, period_of(request, years[0]), viewer.name, role) for book in chosen
                ],
            }
            return form(request, viewer, day, values, edition=marked(viewer, years[0]))
        trouble = "This year and the next have a published plan each. It is changed by an amendment, at the shell: ropewalk plan import FILE --reason … --from DAY."
    elif "choose" in request.GET:
        trouble = "Tick one playbook at least."
    shown = {
        "books": [(book, book in chosen) for book in playbooks()],
        "trouble": trouble,
        "drafts": drafts(viewer),
    }
    return render(request, "playbooks/playbooks.html", shown, status=422 if trouble else 200)


def drafts(viewer: Viewer) -> list[int]:
    """The years that have a draft which nobody has published."""
    published = {one.year for one in versions_of(viewer)}
    return [year for year in years_of(viewer) if year not in published]


def start_month(request: HttpRequest) -> int:
    """The month in which the company's fiscal year starts."""
    month: int = request.ropewalk.company.fiscal_start_month  # type: ignore[attr-defined]
    return month


def period_of(request: HttpRequest, year: int) -> Period:
    """The days of a fiscal year."""
    return calendar.fiscal_year(year, start_month=start_month(request))


def open_years(request: HttpRequest, viewer: Viewer, day: Day) -> list[int]:
    """This fiscal year and the next, as far as they aren't published; the next first once less than a quarter is left."""
    this = calendar.fiscal_year_of(day.today, start_month=start_month(request))
    published = {one.year for one in versions_of(viewer)}
    is_nearly_over = calendar.add_months(day.today, 3) > period_of(request, this).end
    years = (this + 1, this) if is_nearly_over else (this, this + 1)
    return [year for year in years if year not in published]


@door("GET", "POST")
def plan_form(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The draft in the form; POST reads the typed lines into it, or keeps it."""
    leading(viewer)
    waiting = drafts(viewer)
    edition = (
        marked(viewer, waiting[0]) if waiting else ""
    )  # before the draft: never newer than what is shown
    before = draft_of(viewer, waiting[0]) if waiting else None
    old = plan_values(before) if before else {"initiatives": []}
    if request.method == "GET":
        if before is None:
            return redirect(f"/c/{viewer.handle}/plan/playbooks/")
        return form(request, viewer, day, old, edition=edition)
    values = plan_typed.values_typed(request.POST, {one["key"]: one for one in old["initiatives"]})
    if before and values["year"] == old["year"]:  # what the form doesn't show stays
        values = {name: old[name] for name in ("revenue_before", "rollout") if name in old} | values
    year = whole(values["year"])
    if year not in open_years(request, viewer, day) and not (before and year == before.year):
        return form(
            request,
            viewer,
            day,
            values,
            troubles={"year": "This year has a published plan, or none can be made for it."},
        )
    period = period_of(request, year)
    if request.POST.get("what") == "read":
        return form(request, viewer, day, *lines_read(request, viewer, day, values, period))
    try:
        plan = from_values(plan_typed.without_empty(values), fiscal_start_month=start_month(request))
        keep(request, viewer, plan)
    except DraftChanged:
        return changed(request, viewer, year)
    except PlanRefused as error:
        return form(request, viewer, day, values, troubles=at_fields(error.troubles))
    except FourthInitiative as error:
        return form(request, viewer, day, values, troubles={"year": str(error)})
    messages.success(request, "The draft is kept. Below is what its checks say.")
    return redirect(f"/c/{viewer.handle}/plan/publication/")


def marked(viewer: Viewer, year: int) -> str:
    """The mark of the year's draft as it is now."""
    return mark(year, edition_of(viewer, year))


def keep(request: HttpRequest, viewer: Viewer, plan: Plan) -> None:
    """Keep the draft, if nobody changed it since the form was opened. Raises DraftChanged."""
    if wants_both(request):
        raise DraftChanged
    seen = edition_seen(request.POST, plan.year)
    define(viewer.company_id, plan, by=viewer.actor, at=clock.now(), seen=seen)


def changed(request: HttpRequest, viewer: Viewer, year: int) -> HttpResponse:
    """What was typed beside what somebody else saved meanwhile."""
    edition, plan_id = edition_of(viewer, year), plan_id_for_system(viewer.company_id, year)
    theirs = draft_of(viewer, year)
    if theirs is None or plan_id is None:
        raise NotVisible("plan draft")
    return both_drafts(request, viewer, plan_values(theirs), year, plan_id=plan_id, edition=edition)


def plan_values(plan: Plan) -> Values:
    """A plan's values as its file would say them."""
    values: Values = form_of(plan)
    found: Values = plan_typed.as_typed(values)
    return found | {"year": str(plan.year)}


def lines_read(
    request: HttpRequest, viewer: Viewer, day: Day, values: Values, period: Period
) -> tuple[Values, dict[str, str]]:
    """The values with each typed line read, baselines out of the data and milestones between; and what couldn't be read."""
    troubles: dict[str, str] = {}
    made = []
    for place, one in enumerate(values["initiatives"]):
        one, unread = plan_typed.with_line_read(one, request.POST.get(f"i{place}.line", ""), period)
        if unread:
            troubles[f"i{place}.line"] = f"“{unread}” couldn’t be read. Fill it in below."
        one = plan_typed.with_baseline(
            one, plan_typed.baseline_proposed(viewer.company_id, one, period, day.today)
        )
        made.append(plan_typed.with_milestones(one, one["sponsor"], on=day.today))
    return {**values, "initiatives": made}, troubles


def at_fields(troubles: dict[str, str]) -> dict[str, str]:
    """Troubles by place in the plan as troubles by field of the form."""
    found: dict[str, str] = {}
    for place, sentence in troubles.items():
        parts = place.split(".")
        if parts[0] != "initiatives" or len(parts) < 3:
            found.setdefault(place, sentence)
            continue
        rest = ".".join(parts[2:])
        if parts[2] == "milestones":
            rest = f"m{parts[3]}.{parts[4]}" if len(parts) > 4 else f"m{parts[3]}.title"
        elif parts[2] in ("expectations", "activities"):
            rest = parts[2]
        elif rest.startswith("goal.where"):
            rest = "where"
        found.setdefault(f"i{parts[1]}.{rest}", sentence)
    return found


@dataclass(frozen=True)
class Row:
    """A row of milestones or activities in the form, with what is wrong with it."""

    number: int
    said: Values
    trouble: str


def form(
    request: HttpRequest,
    viewer: Viewer,
    day: Day,
    values: Values,
    troubles: dict[str, str] | None = None,
    *,
    edition: str | None = None,
) -> HttpResponse:
    """The form, with what was typed; `edition` marks the draft it shows, and what was sent is kept where it isn't given."""
    troubles = troubles or {}
    years = open_years(request, viewer, day)
    year = whole(str(values["year"]))
    roster = roster_for_system(viewer.company_id)
    people = sorted(roster.people.values(), key=lambda one: one.name)
    shown = {
        "values": values,
        "edition": request.POST.get("edition", "") if edition is None else edition,
        "troubles": troubles,
        "years": [
            Choice(str(one), str(one), one == year) for one in sorted({*years, *([year] if year > 0 else [])})
        ],
        "initiatives": [
            initiative_shown(request, viewer, day, place, one, troubles, year)
            for place, one in enumerate(values["initiatives"])
        ],
        "people": people,
        "roles_held": list(roster.roles_held(day.today).items()),
    }
    return render(request, "playbooks/form.html", shown, status=422 if troubles else 200)


def usual_role(held: dict[str, int]) -> str:
    """The role that a ready-made initiative is for: salespeople, or where nobody is called so the role that most people hold."""
    return plan_typed.ROLE if plan_typed.ROLE in held or not held else next(iter(held))


def initiative_shown(
    request: HttpRequest, viewer: Viewer, day: Day, place: int, one: Values, troubles: dict[str, str], year: int
) -> dict[str, Any]:  # fmt: skip
    """One initiative of the form."""
    goal, prefix = one["goal"], f"i{place}."
    book = playbook(one.get("key", ""))
    found = (
        plan_typed.baseline_proposed(viewer.company_id, one, period_of(request, year), day.today)
        if 1971 <= year <= 2198
        else None
    )
    metrics = [(name, each.label) for name, each in definitions().items()] + [(MANUAL, "entered by hand")]
    rows = [{"role": role, **each} for role, ones in one.get("activities", {}).items() for each in ones]
    steps = [*one.get("milestones", []), *[{} for _ in range(plan_typed.MILESTONE_ROWS)]][
        : plan_typed.MILESTONE_ROWS
    ]
    roles = one.get("roles") or [plan_typed.ROLE]
    mine = {name.removeprefix(prefix): said for name, said in troubles.items() if name.startswith(prefix)}
    return {
        "prefix": prefix,
        "one": one,
        "goal": goal,
        "line": request.POST.get(f"{prefix}line", ""),
        "example": book.line if book else "",
        "scope_hint": f"Write the value, such as {book.scope} = medical."
        if book and book.scope
        else "Leave empty for everything.",
        "where": plan_typed.where_said(goal.get("where") or {}),
        "kinds": [Choice(kind, kind, kind == one.get("kind")) for kind in KINDS],
        "metrics": [Choice(name, words, name == goal["metric"]) for name, words in metrics],
        "is_manual": goal["metric"] == MANUAL,
        "evidence": evidence_words(found, request.ropewalk.company.currency) if found else "",  # type: ignore[attr-defined]
        "roles": ", ".join(roles),
        "expectations": [
            (number, role, one.get("expectations", {}).get(role, "")) for number, role in enumerate(roles)
        ],
        "steps": [
            Row(
                number,
                step,
                next((said for name, said in mine.items() if name.startswith(f"m{number}.")), ""),
            )
            for number, step in enumerate(steps)
        ],
        "activities": [
            Row(number, row, "")
            for number, row in enumerate(
                [*rows, *[{} for _ in range(plan_typed.ACTIVITY_ROWS)]][: plan_typed.ACTIVITY_ROWS]
            )
        ],
        "cadences": ("week", "month", "day"),
        "troubles": {name.replace(".", "_"): said for name, said in mine.items()},
    }
