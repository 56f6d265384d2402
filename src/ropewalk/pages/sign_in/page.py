"""Signing in with e-mail and password, out again, and taking an invitation.

Attempts are limited by allauth; the words are the same for a known and an unknown address. One-click sign-in as one of the
cast exists in demo mode only.
"""

from __future__ import annotations

from allauth.account.views import LoginView
from django import forms
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from ropewalk.companies.inviting import InvitationRefused, accept, waiting
from ropewalk.companies.queries import demo_account_for_system, demo_cast_for_system
from ropewalk.lib import clock

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class SignIn(LoginView):
    """The sign-in page; in demo mode it offers the cast."""

    template_name = "sign_in/sign_in.html"

    def get_context_data(self, **names: object) -> dict[str, object]:
        found: dict[str, object] = super().get_context_data(**names)
        found["cast"] = demo_cast_for_system() if settings.DEMO_MODE else []
        return found


sign_in = SignIn.as_view()


def sign_in_as(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the cast of a generated company; an address that doesn't exist outside demo mode."""
    if not settings.DEMO_MODE:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    account = demo_account_for_system(request.POST.get("email", ""))
    if account is None:
        raise Http404
    login(request, account, backend=BACKEND)
    return redirect("/")


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    logout(request)
    return redirect("/sign-in/")


class PasswordForm(forms.Form):
    """A password, as the invited person sets it (or proves it, having an account already)."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), max_length=200, strip=False
    )


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Take an invitation: set a password and come in."""
    if request.method not in ("GET", "POST"):
        return HttpResponseNotAllowed(["GET", "POST"])
    try:
        held = waiting(token, at=clock.now())
    except InvitationRefused as error:
        response = render(request, "sign_in/invitation_over.html", {"words": str(error)}, status=404)
        add_never_cache_headers(response)
        return response
    form = PasswordForm(request.POST or None)
    trouble = ""
    if request.method == "POST" and not form.is_valid():
        trouble = "Choose a password of 12 to 200 letters."
    elif request.method == "POST":
        try:
            account = accept(token, password=form.cleaned_data["password"], at=clock.now())
        except InvitationRefused as error:
            trouble = str(error)
        else:
            login(request, account, backend=BACKEND)
            return redirect(f"/c/{held.handle}/")
    response = render(
        request,
        "sign_in/invitation.html",
        {"held": held, "form": form, "trouble": trouble},
        status=422 if trouble else 200,
    )
    add_never_cache_headers(response)
    return response
