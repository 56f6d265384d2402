"""Inviting people: a link, good once, by which somebody sets a password and gets in.

Only the hash of the link's secret is kept. Accepting joins an account that has the address already.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from ropewalk.companies.models import AccessRole, Account, Company, Invitation, Person
from ropewalk.journal.writing import Actor, write

DAYS_GOOD = 14  # days a link may wait


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
    if invitation is None or invitation.used_at or invitation.ends_at < at:
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
