"""Ending every session of an account but one: what a person does who left a browser signed in, or lost a phone.

No session is looked up or deleted. Each is checked at every request by a word that holds a number of the account
(`Account.get_session_auth_hash`); ending them is counting that number up. Start with `sign_out_everywhere`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from ropewalk.companies.access import NotVisible, Viewer
from ropewalk.companies.models import Account
from ropewalk.journal.writing import write


def account_of(viewer: Viewer) -> Account:
    """The viewer's own account. Raises NotVisible for the operator at the shell, who has none."""
    account = Account.objects.filter(people=viewer.person_id).first() if viewer.person_id else None
    if account is None:
        raise NotVisible("account")
    return account


def sign_out_everywhere(*, by: Viewer, at: datetime) -> Account:
    """End every session of the viewer's account, in all of its companies; the account as it is afterwards.

    Whoever asks for it and wants to stay must renew the session at hand by that account.
    """
    with transaction.atomic():
        account = account_of(by)
        Account.objects.filter(pk=account.pk).update(sign_outs=F("sign_outs") + 1)
        write(
            "signed out elsewhere",
            thing=f"person:{by.person_id}",
            actor=by.actor,
            at=at,
            company_id=by.company_id,
        )
    account.refresh_from_db()
    return account
