"""One person's plan: read, edited, agreed by both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import NotAllowed, Viewer
from ropewalk.individual_plans.agreeing import agree
from ropewalk.individual_plans.drafting import ChangedMeanwhile, PlanNotAccepted, save_draft
from ropewalk.individual_plans.item import Items, PlanItem, PlannedActivity
from ropewalk.lib import clock
from ropewalk.pages.changed_meanwhile.page import Field, both_texts, wants_both
from ropewalk.pages.door import Day, door
from ropewalk.pages.templatetags.goals import amount
from ropewalk.progress.people import PlanPage, plan_page

MOST = Decimal(1000)  # of one activity in one period; more is a slip of the finger


@door("GET", "POST")
def individual_plan(request: HttpRequest, viewer: Viewer, day: Day, person_id: int) -> HttpResponse:
    """The plan; POST saves an edit, which takes back what was agreed to the draft before."""
    page = plan_page(viewer, day.on, person_id)
    troubles: dict[str, str] = {}
    items = page.items
    if request.method == "POST":
        require_pair(page)
        items, troubles = items_from(request, page)
        try:
            troubles = troubles or saved(request, viewer, page, items)
        except ChangedMeanwhile:
            return theirs_beside_mine(request, viewer, page)
        if not troubles:
            messages.success(request, "Saved. Both of you agree anew.")
            return redirect(request.path)
    return shown(request, page, items, troubles)


def shown(request: HttpRequest, page: PlanPage, items: Items, troubles: dict[str, str]) -> HttpResponse:
    """The page, with what was typed where something stands in the way."""
    return render(
        request,
        "individual_plan/individual_plan.html",
        {
            "page": page,
            "items": items,
            "troubles": troubles,
            "rows": [
                (one, item, fields_of(request, one.initiative.key, item, troubles))
                for one in page.lines
                if (item := items.of(one.initiative.key)) is not None
            ],
        },
        status=422 if troubles else 200,
    )


@dataclass(frozen=True)
class ActivityFields:
    """An activity's two fields: what stands in them, typed or kept, and what is wrong with each."""

    name: str  # of both fields, without their ending
    one: PlannedActivity
    amount: str
    amount_trouble: str
    reason_trouble: str


def fields_of(
    request: HttpRequest, key: str, item: PlanItem, troubles: dict[str, str]
) -> list[ActivityFields]:
    """The activities of one initiative as the form shows them."""
    return [
        ActivityFields(
            (name := f"{key}.{at}"),
            one,
            request.POST.get(f"{name}.amount", amount(one.amount)),
            troubles.get(f"{name}.amount", ""),
            troubles.get(f"{name}.reason", ""),
        )
        for at, one in enumerate(item.activities)
    ]


def saved(request: HttpRequest, viewer: Viewer, page: PlanPage, items: Items) -> dict[str, str]:
    """Save an edit; what stands in the way, by field, if anything does. Raises ChangedMeanwhile."""
    if wants_both(request):
        raise ChangedMeanwhile
    try:
        save_draft(
            viewer.company_id,
            page.person_id,
            page.year,
            items,
            edition=edition_of(request),
            by=viewer.actor,
            at=clock.now(),
        )
    except PlanNotAccepted as error:
        names = [f"{key}.{at}.{field}" for key, at, field in error.places]
        return dict(zip(names, error.findings, strict=True))
    return {}


def edition_of(request: HttpRequest) -> int:
    """The edition that the form was opened with; none that ever was where it says nothing that can be one."""
    written = request.POST.get("edition", "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else -1


def theirs_beside_mine(request: HttpRequest, viewer: Viewer, page: PlanPage) -> HttpResponse:
    """What was typed beside what somebody else saved meanwhile."""
    fields = [Field("stop", "What I will stop doing", page.items.stop, is_long=True)]
    for line in page.lines:
        key, title, item = (
            line.initiative.key,
            line.initiative.title,
            page.items.of(line.initiative.key) or line.item,
        )
        for at, one in enumerate(item.activities):
            fields.append(
                Field(f"{key}.{at}.amount", f"{title}: {one.activity} a {one.per}", amount(one.amount))
            )
            fields.append(Field(f"{key}.{at}.reason", f"{title}: why fewer", one.reason))
        fields.append(
            Field(f"{key}.words", f"{title}: what I will do differently", item.in_my_words, is_long=True)
        )
        fields.append(
            Field(f"{key}.objection", f"{title}: what stands in the way", item.objection, is_long=True)
        )
    return both_texts(
        request, viewer, fields, thing=f"individual plan:{page.state.id}",
        edition=("edition", str(page.state.edition)), what="the plan", address=address_of(viewer, page.person_id),
    )  # fmt: skip


@door("POST")
def agreement(request: HttpRequest, viewer: Viewer, day: Day, person_id: int) -> HttpResponse:
    """Agree to the plan as it stands on the page, each for oneself: what was typed there is saved first, or nothing is done."""
    page = plan_page(viewer, day.today, person_id)
    require_pair(page)
    edition = edition_of(request)
    if "stop" in request.POST:  # it comes with the plan's form
        items, troubles = items_from(request, page)
        if not troubles and items != page.items:
            try:
                troubles = saved(request, viewer, page, items)
            except ChangedMeanwhile:
                return theirs_beside_mine(request, viewer, page)
            if not troubles:
                page = plan_page(viewer, day.today, person_id)
                edition = page.state.edition
        if troubles:
            return shown(request, page, items, troubles)
    try:
        is_agreed = agree(
            viewer.company_id,
            person_id,
            page.year,
            items=page.items,
            shares={one.initiative.key: one.share for one in page.lines},
            counterpart_id=page.counterpart_id,
            edition=edition,
            by=viewer.actor,
            on=day.today,
            at=clock.now(),
        )
    except PlanNotAccepted as error:
        messages.error(request, " ".join(error.findings))
    except ChangedMeanwhile:
        messages.error(request, "The plan changed since you opened it. Read it once more, then agree.")
    else:
        other = page.counterpart if page.is_own else page.name
        messages.success(request, "Agreed." if is_agreed else f"Noted. Now {other} has to agree too.")
    return redirect(address_of(viewer, person_id))


def address_of(viewer: Viewer, person_id: int) -> str:
    """Where somebody's plan stands."""
    return f"/c/{viewer.handle}/people/{person_id}/plan/"


def require_pair(page: PlanPage) -> None:
    """Raise NotAllowed for whoever isn't one of the two."""
    if not page.may_edit:
        other = f" and {page.counterpart}" if page.counterpart else ""
        raise NotAllowed(f"Only {page.name}{other} can change or agree this plan.")


def items_from(request: HttpRequest, page: PlanPage) -> tuple[Items, dict[str, str]]:
    """The edited items out of the form, and what couldn't be read, by field."""
    troubles: dict[str, str] = {}
    found = []
    for line in page.lines:
        key = line.initiative.key
        activities = tuple(
            activity_from(request, f"{key}.{at}", one, troubles)
            for at, one in enumerate(line.item.activities)
        )
        found.append(
            replace(
                line.item,
                activities=activities,
                in_my_words=as_typed(request.POST.get(f"{key}.words", ""), line.item.in_my_words),
                objection=as_typed(request.POST.get(f"{key}.objection", ""), line.item.objection),
            )
        )
    return Items(tuple(found), as_typed(request.POST.get("stop", ""), page.items.stop)), troubles


def as_typed(text: str, held: str) -> str:
    """A text as it was sent; as it is held where only the browser's ends of lines are others."""
    typed = text[:2000].replace("\r\n", "\n")
    return held if typed == held.replace("\r\n", "\n") else typed


def activity_from(
    request: HttpRequest, name: str, one: PlannedActivity, troubles: dict[str, str]
) -> PlannedActivity:
    written = request.POST.get(f"{name}.amount", str(one.amount)).strip()
    try:
        amount = Decimal(written)
        if not amount.is_finite() or not 0 < amount <= MOST or amount.as_tuple().exponent < -2:  # type: ignore[operator]
            raise InvalidOperation
    except InvalidOperation:
        troubles[f"{name}.amount"] = (
            f"{one.activity}: “{written[:20]}” is no amount. Say a number from 1 to {MOST}."
        )
        amount = one.amount
    return replace(one, amount=amount, reason=request.POST.get(f"{name}.reason", "")[:500])
