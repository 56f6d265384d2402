"""What was taken and looks wrong: to accept as a rule, to leave as it is, and owners to match by hand."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer, require
from ropewalk.companies.roster import roster_for_system
from ropewalk.facts import matches, suspicions
from ropewalk.facts.queries import OpenSuspicion, open_suspicions_for_system
from ropewalk.facts.uploads import WHO_MAY
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.importing.page import reading
from ropewalk.pages.setup.asking import whole

SHOWN = 200
OTHERS_SHOWN = 6  # of what is mended at the source; the rest is folded


@dataclass(frozen=True)
class Line:
    """One suspicion in words."""

    id: int
    words: str
    suggestion: str
    rows: int
    is_owner: bool


@door("GET", "POST", shows_the_present=True)
def looks_wrong(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The list; POST accepts or leaves what was ticked, or matches owners."""
    reading(viewer)
    if request.method == "POST":
        require(viewer, "administrator", words=WHO_MAY)
        answer(request, viewer)
        return redirect(f"/c/{viewer.handle}/import/suspicions/")
    found = open_suspicions_for_system(viewer.company_id)
    lines = [
        Line(one.id, words_of(one), one.suggestion, one.rows, one.code == "owner_unknown")
        for one in found[:SHOWN]
    ]
    people = sorted(roster_for_system(viewer.company_id).people.values(), key=lambda one: one.name)
    others = [one for one in lines if not one.suggestion and not one.is_owner]
    shown = {
        "proposals": [one for one in lines if one.suggestion],
        "owners": [one for one in lines if one.is_owner and not one.suggestion],
        "others": others[:OTHERS_SHOWN],
        "rest": others[OTHERS_SHOWN:],
        "people": people,
        "more": max(0, len(found) - SHOWN),
        "may_change": viewer.has("administrator"),
    }
    return render(request, "importing/suspicions.html", shown)


def answer(request: HttpRequest, viewer: Viewer) -> None:
    """Do what the form says, and tell what came of it."""
    ticked = [whole(one) for one in request.POST.getlist("suspicion")]
    what = request.POST.get("what", "")
    try:
        if what == "accept" and ticked:
            rows = suspicions.accept(viewer.company_id, ticked, by=viewer.actor, at=clock.now()).rows
            messages.success(
                request,
                f"Accepted. {rows:,} row{'' if rows == 1 else 's'} now read{'s' if rows == 1 else ''} so, and later imports will.",
            )
        elif what == "leave" and ticked:
            count = suspicions.leave(viewer.company_id, ticked, by=viewer.actor, at=clock.now())
            messages.success(request, f"{count} left as {'it is' if count == 1 else 'they are'}.")
        elif what == "match":
            wanted = {
                whole(name.removeprefix("owner.")): whole(str(person))
                for name, person in request.POST.dict().items()
                if name.startswith("owner.") and person
            }
            count = (
                matches.match_all(viewer.company_id, wanted, by=viewer.actor, at=clock.now()) if wanted else 0
            )
            messages.success(
                request,
                f"{count} owner{'' if count == 1 else 's'} matched; their deals count for them now, past ones too.",
            )
        else:
            messages.error(request, "Tick something first.")
    except (suspicions.NotAcceptable, matches.NoSuchPerson) as error:
        messages.error(request, str(error))


def words_of(one: OpenSuspicion) -> str:
    """What looks wrong, without the file's name."""
    many = "1 row" if one.rows == 1 else f"{one.rows:,} rows"
    match one.code:
        case "near_miss":
            return f"{one.field.removeprefix('custom.')} “{one.value}” looks like “{one.suggestion}” ({many})"
        case "owner_unknown":
            return (
                f"Owner “{one.value}” isn’t matched to a person yet ({many})"
                if one.value
                else f"No owner is named ({many})"
            )
        case "account_missing":
            return f"Account “{one.value}” isn’t there yet ({many}). Import the accounts, or mend the id at the source."
        case "closed_before_opened":
            return f"Closed before opened ({many}), so they have no cycle days. Mend one of the two dates at the source."
    return f"Closed in the future ({many}). Mend the date at the source if it isn’t meant."
