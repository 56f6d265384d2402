"""Inviting people: a link, good once, by which somebody sets a password and gets in.

Only the hash of the link's secret is kept. Accepting joins an account that has the address already.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Exists, OuterRef

from ropewalk.companies.access import NotVisible, Viewer, require
from ropewalk.companies.models import AccessRole, Account, Company, Invitation, Person
from ropewalk.companies.settling import WHO_MAY
from ropewalk.journal.writing import Actor, write

DAYS_GOOD = 14  # days a link may wait
MOST_AT_ONCE = 200  # addresses in one go
ADDRESS = re.compile(r"""[^\s,;<>"]+@[^\s,;<>"]+""")
NAMED = re.compile(r'(?:"?(?P<name>[^"<>@,;\n]*?)"?\s*<\s*)?(?P<address>[^\s,;<>"]+@[^\s,;<>"]+)')


class InvitationRefused(Exception):
    """The invitation can't be made or taken; the words say why and what would do."""


@dataclass(frozen=True)
class Invited:
    """Who was invited, and the secret of the link, shown this once."""

    person_id: int
    name: str
    email: str
    token: str


def invite(
    handle: str, email: str, *, roles: tuple[str, ...], name: str = "", by: Actor, at: datetime
) -> Invited:
    """Give a person roles and a link. A person with the address is taken, else the one of that name, else a new one.

    Raises InvitationRefused.
    """
    email = email.strip().lower()
    company = Company.objects.filter(handle=handle).first()
    if company is None:
        raise InvitationRefused(f"There is no company {handle!r}.")
    try:
        validate_email(email)
    except ValidationError:
        raise InvitationRefused(f"{email!r} is no e-mail address.") from None
    unknown = set(roles) - set(AccessRole.Name.values)
    if unknown or not roles:
        said = ", ".join(sorted(unknown)) or "nothing"
        raise InvitationRefused(f"Role {said} isn't known. Say one of {', '.join(AccessRole.Name.values)}.")
    with transaction.atomic():
        person = person_for(company, email, name)
        if person.left and person.left < at.astimezone(ZoneInfo(company.time_zone)).date():
            raise InvitationRefused(
                f"{person.name} left on {person.left:%-d %B %Y}, and would find nothing here. "
                "Where that is wrong, mend it in the people file first."
            )
        for role in roles:
            AccessRole.objects.get_or_create(person=person, name=role)
        token = secrets.token_urlsafe(24)
        Invitation.objects.create(
            person=person, token_hash=hash_of(token), made_at=at, ends_at=at + timedelta(days=DAYS_GOOD)
        )
        write(
            "invited person",
            thing=f"person:{person.pk}",
            actor=by,
            at=at,
            company_id=company.pk,
            words=f"{person.name} as {', '.join(roles)}",
        )
    return Invited(person.pk, person.name, email, token)


def person_for(company: Company, email: str, name: str) -> Person:
    """The person an address stands for: by address, else by unique name without one, else new."""
    person = Person.objects.filter(company=company, email__iexact=email).first()
    if person:
        return person
    if name:
        namesakes = list(Person.objects.filter(company=company, name=name))
        if len(namesakes) > 1:
            raise InvitationRefused(
                f"There are {len(namesakes)} people named {name}. Give them e-mails in the people file."
            )
        if namesakes:
            if namesakes[0].email:
                raise InvitationRefused(
                    f"{name} has the address {namesakes[0].email} already. Invite that one."
                )
            namesakes[0].email = email
            namesakes[0].save(update_fields=["email"])
            return namesakes[0]
    return Person.objects.create(company=company, name=name or email.split("@")[0], email=email)


def hash_of(token: str) -> str:
    """SHA-256 of a link's secret, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Waiting:
    """An invitation that can still be taken."""

    name: str
    email: str
    company: str
    handle: str
    has_account: bool


def waiting(token: str, *, at: datetime) -> Waiting:
    """Whom a link invites where. Raises InvitationRefused where it is used, over or was never made."""
    person = invitation_of(token, at=at).person
    return Waiting(
        person.name,
        person.email,
        person.company.name,
        person.company.handle,
        Account.objects.filter(email__iexact=person.email).exists(),
    )


def invitation_of(token: str, *, at: datetime) -> Invitation:
    invitation = (
        Invitation.objects.select_related("person__company").filter(token_hash=hash_of(token)).first()
    )
    if invitation is None or invitation.used_at or invitation.revoked_at or invitation.ends_at < at:
        raise InvitationRefused("This link has been used or is over. Ask for a new invitation.")
    return invitation


def accept(token: str, *, password: str, at: datetime) -> Account:
    """Set the password and join person and account. An account that has one keeps it, and must prove it.

    Raises InvitationRefused, with nothing changed.
    """
    with transaction.atomic():
        invitation = invitation_of(token, at=at)
        person = invitation.person
        account = Account.objects.filter(email__iexact=person.email).first()
        if account is None:
            try:
                validate_password(password, user=Account(email=person.email))
            except ValidationError as error:
                raise InvitationRefused(" ".join(error.messages)) from None
            account = Account(email=person.email.lower())
            account.set_password(password)
            account.save()
        elif not account.check_password(password):
            raise InvitationRefused("You have an account already. Type the password of that one.")
        invitation.used_at = at
        invitation.save(update_fields=["used_at"])
        person.account = account
        person.save(update_fields=["account"])
        write(
            "accepted invitation",
            thing=f"person:{person.pk}",
            actor=Actor(person.name, person.pk),
            at=at,
            company_id=person.company_id,
        )
    return account


def addresses_in(text: str) -> list[tuple[str, str]]:
    """Name (or "") and address of everybody in a pasted text: one a line, or after commas, or "Name <address>"."""
    found: dict[str, str] = {}
    for one in NAMED.finditer(text):
        found.setdefault(one["address"].strip(".").lower(), (one["name"] or "").strip())
    return [(name, address) for address, name in found.items()]


def invite_all(text: str, *, roles: tuple[str, ...], by: Viewer, at: datetime) -> list[Invited]:
    """Invite everybody whose address stands in a pasted text; all of them or, raising InvitationRefused, nobody."""
    require(by, "administrator", words=WHO_MAY)
    people = addresses_in(text)
    unread = [line.strip() for line in text.splitlines() if line.strip() and not ADDRESS.search(line)]
    if unread:
        raise InvitationRefused(
            f"“{unread[0][:60]}” holds no e-mail address. Mend the line or take it out; nobody was invited."
        )
    if not people:
        raise InvitationRefused("Paste one e-mail address or more.")
    if len(people) > MOST_AT_ONCE:
        raise InvitationRefused(
            f"These are {len(people)} addresses; {MOST_AT_ONCE} at once is the limit. Paste fewer."
        )
    with transaction.atomic():
        return [
            invite(by.handle, address, roles=roles, name=name, by=by.actor, at=at) for name, address in people
        ]


@dataclass(frozen=True)
class OpenInvitation:
    """An invitation that nobody has taken yet; `is_over` where its days have gone."""

    id: int
    name: str
    email: str
    roles: tuple[str, ...]
    ends_at: datetime
    is_over: bool


def open_invitations(viewer: Viewer, *, at: datetime) -> list[OpenInvitation]:
    """The latest open invitation of everybody who hasn't come in yet."""
    require(viewer, "administrator", words=WHO_MAY)
    rows = (
        Invitation.objects.filter(
            person__company_id=viewer.company_id, person__account=None, used_at=None, revoked_at=None
        )
        .select_related("person")
        .prefetch_related("person__access_roles")
        .order_by("person__name", "pk")
    )
    latest = {row.person_id: row for row in rows}
    return [
        OpenInvitation(
            row.pk, row.person.name, row.person.email, tuple(role.name for role in row.person.access_roles.all()),
            row.ends_at, row.ends_at < at,
        )
        for row in latest.values()
    ]  # fmt: skip


@dataclass(frozen=True)
class NotInvited:
    """Somebody who came with a people file and has no way in yet."""

    name: str
    email: str
    roles: tuple[str, ...]


def not_invited(viewer: Viewer) -> list[NotInvited]:
    """Who is there or will be, has an address, and was neither let in nor invited; by name."""
    require(viewer, "administrator", words=WHO_MAY)
    invited = Invitation.objects.filter(person=OuterRef("pk"), used_at=None, revoked_at=None)
    rows = (
        Person.objects.filter(~Exists(invited), company_id=viewer.company_id, account=None)
        .exclude(email="")
        .exclude(left__lt=viewer.on)
        .prefetch_related("access_roles")
        .order_by("name", "pk")
    )
    return [
        NotInvited(one.name, one.email, tuple(sorted(role.name for role in one.access_roles.all())))
        for one in rows
    ]


def revoke(invitation_id: int, *, by: Viewer, at: datetime) -> str:
    """Take an invitation back, with every other open one of the person, and say whose it was. Raises NotVisible."""
    with transaction.atomic():
        row = _open_one(invitation_id, by)
        _end_open(row.person, at)
        write("revoked invitation", thing=f"person:{row.person_id}", actor=by.actor, at=at, company_id=by.company_id, words=row.person.name)  # fmt: skip
    return row.person.name


def renew(invitation_id: int, *, by: Viewer, at: datetime) -> Invited:
    """A new link in place of an open one, which is good no more. Raises NotVisible."""
    with transaction.atomic():
        row = _open_one(invitation_id, by)
        _end_open(row.person, at)
        token = secrets.token_urlsafe(24)
        Invitation.objects.create(
            person=row.person, token_hash=hash_of(token), made_at=at, ends_at=at + timedelta(days=DAYS_GOOD)
        )
        write("renewed invitation", thing=f"person:{row.person_id}", actor=by.actor, at=at, company_id=by.company_id, words=row.person.name)  # fmt: skip
    return Invited(row.person.pk, row.person.name, row.person.email, token)


def _open_one(invitation_id: int, by: Viewer) -> Invitation:
    require(by, "administrator", words=WHO_MAY)
    row = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk=invitation_id, person__company_id=by.company_id, used_at=None, revoked_at=None)
        .first()
    )
    if row is None:
        raise NotVisible(f"invitation {invitation_id}")
    return row


def _end_open(person: Person, at: datetime) -> None:
    Invitation.objects.filter(person=person, used_at=None, revoked_at=None).update(revoked_at=at)


def email_of(viewer: Viewer) -> str:
    """The viewer's own address."""
    return (
        Person.objects.filter(company_id=viewer.company_id, pk=viewer.person_id or 0)
        .values_list("email", flat=True)
        .first()
        or ""
    )
