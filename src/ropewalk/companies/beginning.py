"""The very first person of an empty installation, who founds its first company.

Whoever can read the home may use it, so the way in is a secret in a file there: `serve` prints it as a link, good once.
Start with `way_in` and `begin`.
"""

from __future__ import annotations

import hmac
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from ropewalk.companies.founding import Calendar, found, handle_of, hire, troubles_with
from ropewalk.companies.models import Account, Company, Person
from ropewalk.journal.writing import Actor

FILE = "setup_link"


class NotBegun(Exception):
    """The installation can't be set up so; `troubles` says why by field."""

    def __init__(self, troubles: dict[str, str]) -> None:
        self.troubles = troubles
        super().__init__(" ".join(troubles.values()))


class NoWayIn(Exception):
    """The link is used, or never was; in the same words."""


@dataclass(frozen=True)
class First:
    """The first person, and what that person does besides setting up."""

    name: str
    email: str
    password: str
    leads: bool = False


def is_empty_for_system() -> bool:
    """Whether nobody and no company is here yet."""
    return not Account.objects.exists() and not Company.objects.exists()


def way_in(home: Path) -> str | None:
    """The secret of the set-up link, made where there is none; None where the installation is no longer empty."""
    path = home / FILE
    if not is_empty_for_system():
        path.unlink(missing_ok=True)
        return None
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    secret = secrets.token_urlsafe(24)
    with os.fdopen(handle, "w") as file:
        file.write(secret)
    return secret


def look(home: Path, secret: str) -> None:
    """Raise NoWayIn unless this is the link's secret and nobody has used it."""
    try:
        kept = (home / FILE).read_text().strip()
    except OSError:
        kept = ""
    if not kept or not hmac.compare_digest(kept.encode(), secret.encode()) or not is_empty_for_system():
        raise NoWayIn


def begin(
    home: Path, secret: str, company: str, *, calendar: Calendar, first: First, at: datetime
) -> tuple[str, Account]:
    """Found the first company with its administrator: its handle and the account. All or nothing, once.

    Raises NoWayIn, and NotBegun with a sentence for each field.
    """
    look(home, secret)
    troubles = troubles_with(company, handle_of(company), calendar) | _troubles_of(first)
    if troubles:
        raise NotBegun(troubles)
    by = Actor(first.name.strip())
    with transaction.atomic():
        look(home, secret)
        handle = found(company, calendar=calendar, by=by, at=at)
        company_id = Company.objects.get(handle=handle).pk
        roles = ("administrator", "leader") if first.leads else ("administrator",)
        person_id = hire(
            company_id, first.name.strip(), email=first.email.strip().lower(), roles=roles, by=by, at=at
        )
        account = Account(email=first.email.strip().lower())
        account.set_password(first.password)
        account.save()
        Person.objects.filter(pk=person_id).update(account=account)
        try:
            (home / FILE).unlink()  # of two at once, one finds it gone, and all of its own is taken back
        except FileNotFoundError:
            raise NoWayIn from None
    return handle, account


def _troubles_of(first: First) -> dict[str, str]:
    found: dict[str, str] = {}
    if not first.name.strip() or "\0" in first.name or len(first.name) > 200:
        found["person"] = "Say your name: colleagues will read it in the invitations."
    email = first.email.strip()
    try:
        validate_email(email)
    except ValidationError:
        found["email"] = (
            f"{email!r} is no e-mail address. You sign in with it."
            if email
            else "Say your e-mail: you sign in with it."
        )
    try:
        validate_password(first.password, user=Account(email=email))
    except ValidationError as error:
        found["password"] = " ".join(error.messages)
    return found
