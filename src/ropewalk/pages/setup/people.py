"""Bringing people in: one or many addresses pasted, and the invitations that are still open."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.companies.inviting import (
    DAYS_GOOD,
    MOST_AT_ONCE,
    InvitationRefused,
    Invited,
    NotInvited,
    invite_all,
    not_invited,
    open_invitations,
    renew,
    revoke,
)
from ropewalk.companies.mail_server import NotUnsealed, has_mail_for_system, server_for_system
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door
from ropewalk.pages.setup.asking import Choice, for_administrators
from ropewalk.pages.setup.mail import LOCKED
from ropewalk.posts.mail import Letter, NotSent, letters

ROLES = (
    ("rep", "Salesperson", "sees Today and their own plan"),
    ("manager", "Manager", "sees their team, holds the talks"),
    ("leader", "Sales leader", "chooses and publishes the plan"),
    ("executive", "Executive", "sees ropes and sums"),
    ("administrator", "Administrator", "sets up, imports, invites; reads nobody’s figures"),
)


@dataclass(frozen=True)
class Sent:
    """An invitation just made: its link, shown this once, and what became of its mail."""

    name: str
    email: str
    link: str
    is_mailed: bool
    trouble: str


@dataclass(frozen=True)
class Ready:
    """People of the same roles who could be invited, as the form would take them."""

    roles: tuple[str, ...]
    people: tuple[NotInvited, ...]

    @property
    def key(self) -> str:
        return ".".join(self.roles) or "none"

    @property
    def words(self) -> str:
        """What they are, as the form's choices say it."""
        return " and ".join(words.lower() for role, words, _ in ROLES if role in self.roles) or "no role yet"

    @property
    def addresses(self) -> str:
        """As many as are taken at once, one a line; a name only where it can be told from its address."""
        return "\n".join(
            one.email if set(one.name) & set('",;<>@') else f"{one.name} <{one.email}>"
            for one in self.people[:MOST_AT_ONCE]
        )


def groups_of(people: list[NotInvited]) -> list[Ready]:
    """Those who could be invited, by their roles; most first."""
    groups: dict[tuple[str, ...], list[NotInvited]] = {}
    for one in people:
        groups.setdefault(one.roles, []).append(one)
    found = [Ready(roles, tuple(many)) for roles, many in groups.items()]
    return sorted(found, key=lambda one: (-len(one.people), one.roles))


@door("GET", "POST")
def people(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """Open invitations and the form; POST invites and shows the links, once."""
    for_administrators(viewer)
    roles = tuple(role for role in request.POST.getlist("role"))
    ready = groups_of(not_invited(viewer))
    asked = next((one for one in ready if one.key == request.GET.get("ready")), None)
    sent: list[Sent] = []
    trouble = ""
    if request.method == "POST":
        try:
            invited = invite_all(request.POST.get("addresses", ""), roles=roles, by=viewer, at=clock.now())
        except InvitationRefused as error:
            trouble = str(error) if roles else "Say what they will do here: tick one role or more."
        else:
            sent = send(request, viewer, invited)
            ready = groups_of(not_invited(viewer))
    if asked is not None and request.method == "GET":
        roles = asked.roles
    shown = {
        "sent": sent,
        "trouble": trouble,
        "ready": ready,
        "typed": "" if sent else request.POST.get("addresses", asked.addresses if asked else ""),
        "roles": [(Choice(role, words, role in roles), more) for role, words, more in ROLES],
        "open": open_invitations(viewer, at=clock.now()),
        "has_mail": has_mail_for_system(viewer.company_id),
        "days": DAYS_GOOD,
    }
    return render(request, "setup/people.html", shown, status=422 if trouble else 200)


@door("POST")
def invitation(request: HttpRequest, viewer: Viewer, day: Day, invitation_id: int) -> HttpResponse:
    """Renew an open invitation, or take it back."""
    for_administrators(viewer)
    if request.POST.get("what") == "renew":
        sent = send(request, viewer, [renew(invitation_id, by=viewer, at=clock.now())])
        shown = {
            "sent": sent, "roles": [(Choice(role, words, False), more) for role, words, more in ROLES], "days": DAYS_GOOD,
            "ready": groups_of(not_invited(viewer)), "open": open_invitations(viewer, at=clock.now()), "has_mail": has_mail_for_system(viewer.company_id),
        }  # fmt: skip
        return render(request, "setup/people.html", shown)
    messages.success(
        request, f"The invitation of {revoke(invitation_id, by=viewer, at=clock.now())} is taken back."
    )
    return redirect(f"/c/{viewer.handle}/setup/people/")


def send(request: HttpRequest, viewer: Viewer, invited: list[Invited]) -> list[Sent]:
    """Mail the links where the company has a server; each comes back with its link in any case."""
    company = request.ropewalk.company.name  # type: ignore[attr-defined]
    links = {one.token: request.build_absolute_uri(f"/invitation/{one.token}/") for one in invited}
    troubles: dict[str, str] = {}
    mailed: set[str] = set()
    try:
        server = server_for_system(viewer.company_id, keys=settings.DATA_KEYS)
        if server is not None:
            with letters(server, allowed=settings.ALLOW_HOSTS) as post:
                for one in invited:
                    try:
                        post.send(
                            Letter(
                                one.email,
                                f"{company} invites you to Ropewalk",
                                letter(viewer.name, company, one.name, links[one.token]),
                            )
                        )
                        mailed.add(one.token)
                    except NotSent as error:
                        troubles[one.token] = str(error)
    except NotSent as error:
        troubles = {one.token: str(error) for one in invited}
    except NotUnsealed:
        troubles = {one.token: LOCKED for one in invited}
    return [
        Sent(one.name, one.email, links[one.token], one.token in mailed, troubles.get(one.token, ""))
        for one in invited
    ]


def letter(inviter: str, company: str, name: str, link: str) -> str:
    """The words of an invitation."""
    return (
        f"Hello {name},\n\n{inviter} invites you to Ropewalk, where {company} brings its sales strategy down to each week.\n"
        f"Choose a password here; the link is good once and for {DAYS_GOOD} days:\n\n{link}\n\n"
        "If you don't know what this is about, leave it: without you nothing happens.\n"
    )
