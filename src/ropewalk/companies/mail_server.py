"""Where a company's mail goes out, with its password sealed. It keeps and gives the settings; `posts.mail` sends.

The password is written and never shown. Start with `keep` and `server_for_system`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from ropewalk.companies.access import Viewer, require
from ropewalk.companies.models import MailServer
from ropewalk.companies.settling import WHO_MAY, ChangedMeanwhile
from ropewalk.journal.writing import write
from ropewalk.lib.sealing import NotUnsealed, opens, seal, unseal

SECURITIES = ("starttls", "tls", "none")


class MailRefused(Exception):
    """The settings can't be kept so; `troubles` says why by field."""

    def __init__(self, troubles: dict[str, str]) -> None:
        self.troubles = troubles
        super().__init__(" ".join(troubles.values()))


@dataclass(frozen=True)
class MailSettings:
    """A mail server as it is shown: without its password."""

    host: str = ""
    port: int = 587
    security: str = "starttls"
    user: str = ""
    sender: str = ""
    has_password: bool = False
    mark: str = (
        ""  # another word whenever anything of it was changed, the password too; empty where nothing is kept
    )


@dataclass(frozen=True)
class Server:
    """A mail server as it is used."""

    settings: MailSettings
    password: str


def settings_of(viewer: Viewer) -> MailSettings | None:
    """The company's mail server as an administrator may see it; None where none is set."""
    require(viewer, "administrator", words=WHO_MAY)
    row = MailServer.objects.filter(company_id=viewer.company_id).first()
    return None if row is None else _shown(row)


def _shown(row: MailServer) -> MailSettings:
    return MailSettings(
        row.host, row.port, row.security, row.user, row.sender, bool(row.sealed_password), _mark(row)
    )


def _mark(row: MailServer | None) -> str:
    """Sealing gives other bytes each time, so that a password typed anew is noticed without being told."""
    if row is None:
        return ""
    held = (row.host, row.port, row.security, row.user, row.sender, row.sealed_password)
    return hashlib.sha256(repr(held).encode()).hexdigest()[:16]


def _unless_changed(by: Viewer, seen: str) -> MailServer | None:
    row = MailServer.objects.select_for_update().filter(company_id=by.company_id).first()
    if _mark(row) != seen:
        raise ChangedMeanwhile
    return row


def has_mail_for_system(company_id: int) -> bool:
    """Whether the company has set a mail server."""
    return MailServer.objects.filter(company_id=company_id).exists()


def server_for_system(company_id: int, *, keys: Sequence[str]) -> Server | None:
    """The company's mail server with its password; None where none is set. Raises NotUnsealed where the key is another."""
    row = MailServer.objects.filter(company_id=company_id).first()
    if row is None:
        return None
    sealed = row.sealed_password
    return Server(_shown(row), unseal(sealed, context=_context(company_id), keys=keys) if sealed else "")


def opened_for_system(*, keys: Sequence[str]) -> list[bool]:
    """Of each mail password that is kept, whether a key opens it."""
    rows = MailServer.objects.exclude(sealed_password="").values_list("sealed_password", "company_id")
    return [opens(sealed, context=_context(company_id), keys=keys) for sealed, company_id in rows]


def keep(
    wanted: MailSettings, password: str | None, *, seen: str, keys: Sequence[str], by: Viewer, at: datetime
) -> None:
    """Keep the settings; `password` None leaves the one that is there. `seen` is the mark of what was read before.

    Raises NotAllowed, MailRefused and ChangedMeanwhile.
    """
    require(by, "administrator", words=WHO_MAY)
    troubles = _troubles(wanted)
    if troubles:
        raise MailRefused(troubles)
    with transaction.atomic():
        row = _unless_changed(by, seen)
        if row is not None and password is None and row.sealed_password and row.host != wanted.host:
            # else whoever administers could have the old host's password sent to a host of their own
            raise MailRefused(
                {"password": "The server is another one: type its password, or leave the user empty."}
            )
        row = row or MailServer(company_id=by.company_id)
        row.host, row.port, row.security = wanted.host, wanted.port, wanted.security
        row.user, row.sender = wanted.user, wanted.sender
        if password is not None:
            row.sealed_password = (
                seal(password, context=_context(by.company_id), keys=keys) if password else ""
            )
        if not wanted.user:
            row.sealed_password = ""
        row.save()
        write(
            "set mail server", thing=f"mail:{by.company_id}", actor=by.actor, at=at, company_id=by.company_id,
            words=f"{wanted.host}:{wanted.port}, {wanted.security}",
        )  # fmt: skip


def forget(*, seen: str, by: Viewer, at: datetime) -> None:
    """Take the mail server out: invitations then come as links to copy. Raises NotAllowed and ChangedMeanwhile."""
    require(by, "administrator", words=WHO_MAY)
    with transaction.atomic():
        _unless_changed(by, seen)
        MailServer.objects.filter(company_id=by.company_id).delete()
        write(
            "took out mail server",
            thing=f"mail:{by.company_id}",
            actor=by.actor,
            at=at,
            company_id=by.company_id,
        )


def _context(company_id: int) -> str:
    return f"{company_id}|mail|password"


def _troubles(wanted: MailSettings) -> dict[str, str]:
    found: dict[str, str] = {}
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", wanted.host):
        found["host"] = "Say the server's name, such as mail.example.com."
    if not 1 <= wanted.port <= 65535:
        found["port"] = "A port is a number from 1 to 65535; 587 is usual."
    if wanted.security not in SECURITIES:
        found["security"] = "Choose one of the three."
    try:
        validate_email(wanted.sender)
    except ValidationError:
        found["sender"] = "Say the address that mails come from, such as ropewalk@example.com."
    if len(wanted.user) > 254 or "\0" in wanted.user:
        found["user"] = "That is too long for a user's name."
    return found


__all__ = ["ChangedMeanwhile", "MailRefused", "MailSettings", "NotUnsealed", "Server", "forget", "has_mail_for_system", "keep", "opened_for_system", "server_for_system", "settings_of"]  # fmt: skip
