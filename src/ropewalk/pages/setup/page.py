"""What an administrator sees first: what is still missing, worst first, each with the next step as one button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ropewalk.backups import taking
from ropewalk.companies.access import Viewer
from ropewalk.companies.queries import CompanyFacts
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.saying import said_day
from ropewalk.pages.setup.asking import for_administrators
from ropewalk.progress.checklist import Checklist, checklist

BACKUP_HOURS = 48  # after which a backup is called old
SIGNS = {"done": "✓", "open": "", "attention": "!"}
WORDS = {"done": "done", "open": "to do", "attention": "needs attention"}


State = Literal["done", "open", "attention"]


@dataclass(frozen=True)
class Item:
    """One line: how it stands, what it is, what is to be done about it, and where; no button where it isn't on a page."""

    state: State
    title: str
    words: str
    path: str
    button: str

    @property
    def sign(self) -> str:
        return SIGNS[self.state]

    @property
    def state_words(self) -> str:
        return WORDS[self.state]


@door("GET", shows_the_present=True)
def setup(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The checklist."""
    for_administrators(viewer)
    now = clock.now()
    found = items(checklist(viewer, at=now), viewer, company=request.ropewalk.company, now=now)  # type: ignore[attr-defined]
    urgent = [one for one in found if one.state == "attention"]
    missing = [one for one in found if one.state == "open"]
    done = [one for one in found if one.state == "done"]
    return render(
        request, "setup/setup.html", {"items": [*urgent, *missing, *done], "urgent": len(urgent), "missing": len(missing)}
    )  # fmt: skip


def items(found: Checklist, viewer: Viewer, *, company: CompanyFacts, now: datetime) -> list[Item]:
    """The list in words."""
    return [
        *refused(found),
        *sources(found, company.time_zone, now),
        *owners(found),
        *people(found),
        *house(found),
        *(() if company.is_generated else backup(found, now)),
        *plan(found, viewer),
    ]


def many(count: int, one: str, more: str = "") -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def refused(found: Checklist) -> list[Item]:
    if not found.refused:
        return []
    where = ", ".join(one.source for one in found.sources if one.refused)
    return [
        Item("attention", f"{many(found.refused, 'row was', 'rows were')} refused", f"From {where}. Nothing is lost: each can be mended in the browser or in its file.", "import/", "Look at them")
    ]  # fmt: skip


def sources(found: Checklist, zone: str, now: datetime) -> list[Item]:
    if not found.sources:
        return [
            Item(
                "open",
                "Bring in your data",
                "Deals, accounts, activities and people, as CSV or Excel files out of your CRM.",
                "import/",
                "Import files",
            )
        ]
    home = ZoneInfo(zone)
    return [
        Item("done", f"Data from {one.source}", f"{many(one.files, 'file')}, latest {said_day(one.latest_at.astimezone(home).date(), beside=now.astimezone(home).date())}.", "import/", "Import again")
        for one in found.sources
    ]  # fmt: skip


def owners(found: Checklist) -> list[Item]:
    items = []
    if found.unknown_owners:
        items.append(Item("attention", f"{many(found.unknown_owners, 'owner is', 'owners are')} not matched to a person", f"{'This owner’s' if found.unknown_owners == 1 else 'Their'} deals count for the company and for nobody’s rope.", "import/suspicions/", "Match"))  # fmt: skip
    if found.suspicions:
        items.append(Item("open", f"{many(found.suspicions, 'thing looks', 'things look')} wrong in the data", f"{'It counts as it is' if found.suspicions == 1 else 'They count as they are'} until somebody decides.", "import/suspicions/", "Decide"))  # fmt: skip
    return items


def people(found: Checklist) -> list[Item]:
    items = []
    if found.without_team:
        items.append(Item("attention", f"{many(len(found.without_team), 'salesperson works', 'salespeople work')} in no team", f"{listed(found.without_team)}. Without a team nobody can carry a share.", "import/", "Import people again"))  # fmt: skip
    if found.teams_without_leader:
        items.append(Item("attention", f"{many(len(found.teams_without_leader), 'team has', 'teams have')} no manager", f"{listed(found.teams_without_leader)}. Say it in the people file, in the column for managers. Until then a sponsor of the plan stands in, and reads their plans and figures.", "import/", "Import people again"))  # fmt: skip
    if found.has_leader:
        items.append(
            Item(
                "done",
                "Somebody leads sales",
                "The plan is chosen and published by them.",
                "setup/people/",
                "See who",
            )
        )
    else:
        items.append(
            Item(
                "open",
                "Nobody leads sales yet",
                "Only a sales leader can choose and publish the plan.",
                "setup/people/",
                "Invite one",
            )
        )
    waiting = (
        f" {many(found.invited, 'invitation waits', 'invitations wait')} to be taken."
        if found.invited
        else ""
    )
    if found.people > 1 and found.accounts >= found.people:
        items.append(
            Item(
                "done",
                "Everybody is in",
                f"{many(found.people, 'person', 'people')}.",
                "setup/people/",
                "Invite more",
            )
        )
    else:
        items.append(Item("open", "Invite people", f"{found.accounts:,} of {many(found.people, 'person', 'people')} can sign in.{waiting}", "setup/people/", "Invite"))  # fmt: skip
    return items


def listed(names: tuple[str, ...]) -> str:
    """The first few of many names."""
    shown = ", ".join(names[:4])
    return f"{shown} and {len(names) - 4} more" if len(names) > 4 else shown


def house(found: Checklist) -> list[Item]:
    days = Item("done", "Days off are noted", f"{many(found.holidays, 'day')}.", "setup/holidays/", "Change") if found.holidays else Item("open", "Note the days off", "So that nothing is expected on a holiday.", "setup/holidays/", "Choose a country")  # fmt: skip
    mail = Item("done", "Mail goes out", "Invitations come by mail.", "setup/mail/", "Change or test") if found.has_mail else Item("open", "Set the mail up", "Or leave it: invitations are then links to copy.", "setup/mail/", "Set up mail")  # fmt: skip
    return [days, mail]


def backup(found: Checklist, now: datetime) -> list[Item]:
    """How old the latest backup is, once there is something to lose. It is taken at the shell, so there is no button."""
    latest, order = taking.latest(), "At the shell, every night: ropewalk backup FILE"
    if latest is None:
        state: State = "attention" if found.published else "open"
        return [Item(state, "No backup was ever taken", order, "", "")] if found.sources else []
    taken, age = f"{latest:%-d %B %Y, %H:%M} UTC.", (now - latest).total_seconds() / 3600
    if age > BACKUP_HOURS:
        old = f"The latest backup is {many(int(age // 24), 'day')} old"
        return [Item("attention", old, f"{taken} {order}", "", "")]
    return [Item("done", "A backup is there", taken, "", "")]


def plan(found: Checklist, viewer: Viewer) -> list[Item]:
    leads = viewer.has("leader")
    if found.published:
        return [
            Item(
                "done",
                f"The plan for {found.published[-1]} is published",
                "It is changed by amendments, at the shell: ropewalk plan import FILE --reason … --from DAY.",
                "plan/",
                "Read it",
            )
        ]
    if found.drafts:
        words = "A draft is there." if leads else "A draft is there. A sales leader publishes it."
        return [
            Item(
                "open",
                f"Publish the plan for {found.drafts[0]}",
                words,
                "plan/publication/" if leads else "plan/",
                "Look at it",
            )
        ]
    words = (
        "One to three initiatives, out of a playbook or a file."
        if leads
        else "A sales leader chooses one to three initiatives, out of a playbook or a file."
    )
    return [Item("open", "No plan yet", words, "plan/playbooks/" if leads else "setup/people/", "Choose a playbook" if leads else "Invite a leader")]  # fmt: skip
