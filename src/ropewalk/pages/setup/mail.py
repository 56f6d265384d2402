"""Where the company's mail goes out, and a test of it that says in words what came of it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.companies.inviting import email_of
from ropewalk.companies.mail_server import (
    ChangedMeanwhile,
    MailRefused,
    MailSettings,
    NotUnsealed,
    forget,
    keep,
    server_for_system,
    settings_of,
)
from ropewalk.lib import clock
from ropewalk.pages.changed_meanwhile.page import Field, both_texts
from ropewalk.pages.door import Day, door
from ropewalk.pages.setup.asking import for_administrators, whole
from ropewalk.posts.mail import Letter, NotSent, letters

SECURITIES = (
    ("starttls", "STARTTLS (port 587)"),
    ("tls", "TLS from the start (port 465)"),
    ("none", "none: only inside your own network"),
)
LOCKED = "The mail password was sealed with another key. Type it anew."


@door("GET", "POST")
def mail(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The form; POST keeps it, or takes the server out. The password is never shown."""
    for_administrators(viewer)
    kept = settings_of(viewer)
    shown, troubles = kept or MailSettings(), {}
    if request.method == "POST" and request.POST.get("forget") == "yes":
        taken_out(request, viewer)
        return redirect(f"/c/{viewer.handle}/setup/mail/")
    if request.method == "POST":
        typed = request.POST
        shown = MailSettings(
            host=typed.get("host", "").strip(),
            port=whole(typed.get("port", "")),
            security=typed.get("security", ""),
            user=typed.get("user", "").strip(),
            sender=typed.get("sender", "").strip(),
            has_password=bool(kept and kept.has_password),
        )
        password = typed.get("password") or None
        try:
            seen = typed.get("seen", "")
            keep(shown, password, seen=seen, keys=settings.DATA_KEYS, by=viewer, at=clock.now())
        except ChangedMeanwhile:
            return theirs_beside_mine(request, viewer, settings_of(viewer) or MailSettings())
        except MailRefused as error:
            troubles = error.troubles
        else:
            messages.success(request, "Kept. Send a test mail to see whether it works.")
            return redirect(f"/c/{viewer.handle}/setup/mail/")
    words = {
        "shown": shown,
        "is_set": kept is not None,
        "seen": request.POST.get("seen", kept.mark if kept else ""),
        "troubles": troubles,
        "securities": SECURITIES,
        "to": email_of(viewer),
    }
    return render(request, "setup/mail.html", words, status=422 if troubles else 200)


def taken_out(request: HttpRequest, viewer: Viewer) -> None:
    """Take the server out, unless somebody set another one since the page was opened."""
    try:
        forget(seen=request.POST.get("seen", ""), by=viewer, at=clock.now())
    except ChangedMeanwhile:
        messages.error(
            request, "The server was changed since you opened this page, so it is still here. Look once more."
        )
    else:
        messages.success(request, "Taken out. Invitations are links to copy from now on.")


def theirs_beside_mine(request: HttpRequest, viewer: Viewer, now: MailSettings) -> HttpResponse:
    """What was typed beside what somebody else kept meanwhile; a typed password isn't sent back."""
    fields = [
        Field("host", "Server", now.host), Field("port", "Port", str(now.port)), Field("security", "Security", now.security),
        Field("sender", "Mails come from", now.sender), Field("user", "User", now.user),
    ]  # fmt: skip
    return both_texts(
        request, viewer, fields, thing=f"mail:{viewer.company_id}", edition=("seen", now.mark), what="the mail server",
        secrets=frozenset({"password"}),
    )  # fmt: skip


@door("POST")
def test_mail(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """Send one mail to the viewer."""
    for_administrators(viewer)
    to = email_of(viewer)
    text = f"This mail came from Ropewalk at {viewer.handle}. If you read it, mail works.\n"
    try:
        server = server_for_system(viewer.company_id, keys=settings.DATA_KEYS)
        if server is None:
            raise NotSent("No mail server is set yet. Fill in the form first.")
        with letters(server, allowed=settings.ALLOW_HOSTS) as post:
            post.send(Letter(to, "A test from Ropewalk", text))
    except (NotSent, NotUnsealed) as error:
        messages.error(
            request, f"The test mail didn’t go out. {error if isinstance(error, NotSent) else LOCKED}"
        )
    else:
        messages.success(
            request, f"{server.settings.host} took the test mail for {to}. Look into your inbox."
        )
    return redirect(f"/c/{viewer.handle}/setup/mail/")
