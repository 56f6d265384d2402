"""One's own account: who one is here, and the button that ends one's sessions everywhere else."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ropewalk.companies.access import Viewer
from ropewalk.companies.signing_out import account_of, sign_out_everywhere
from ropewalk.lib import clock
from ropewalk.pages.door import Day, door

WORDS = {
    "rep": "salesperson", "manager": "manager", "leader": "sales leader", "executive": "executive",
    "administrator": "administrator", "advisor": "advisor",
}  # fmt: skip


@door("GET", "POST")
def account(request: HttpRequest, viewer: Viewer, day: Day) -> HttpResponse:
    """The page; POST signs out everywhere else, and this browser stays."""
    if request.method == "POST":
        update_session_auth_hash(request, sign_out_everywhere(by=viewer, at=clock.now()))
        messages.success(
            request, "Done. Every other browser and phone is signed out; this one stays signed in."
        )
        return redirect(f"/c/{viewer.handle}/account/")
    roles = [words for role, words in WORDS.items() if role in viewer.roles]
    return render(request, "account/account.html", {"email": account_of(viewer).email, "roles": roles})
