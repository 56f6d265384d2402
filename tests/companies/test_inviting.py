"""A link, good once and for a while, by which somebody gets in."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.plans.small import ANA, Small, at, day, email, found_small

from ropewalk.companies.access import viewer_for
from ropewalk.companies.inviting import DAYS_GOOD, InvitationRefused, Invited, accept, invite, waiting
from ropewalk.companies.models import AccessRole, Account, Invitation, Person
from ropewalk.journal.models import Line
from ropewalk.journal.writing import OPERATOR

SENT, GOOD = at(day(1, 4)), "a-rope-that-reaches"


def invited(
    small: Small, address: str = email(ANA), *roles: str, name: str = "", on: datetime = SENT
) -> Invited:
    return invite(small.handle, address, roles=roles or ("rep",), name=name, by=OPERATOR, at=on)


def roles_of(person_id: int) -> set[str]:
    return set(AccessRole.objects.filter(person_id=person_id).values_list("name", flat=True))


def test_somebody_with_the_address_is_taken_and_gets_the_roles_on_top(small: Small) -> None:
    made = invited(small, f" {email(ANA).upper()} ", "manager", "leader")
    assert (made.person_id, made.name, made.email) == (small.ids[ANA], ANA, email(ANA))
    assert roles_of(made.person_id) == {"rep", "manager", "leader"}
    assert Person.objects.count() == 6


def test_somebody_of_that_name_without_an_address_gets_it(small: Small) -> None:
    Person.objects.filter(name=ANA).update(email="")
    made = invited(small, "ana@home.example", name=ANA)
    assert made.person_id == small.ids[ANA]
    assert Person.objects.get(name=ANA).email == "ana@home.example"


def test_whoever_is_not_there_yet_is_made(small: Small) -> None:
    made = invited(small, "zoe.zeller@acme.example", "executive")
    assert made.name == "zoe.zeller"
    assert roles_of(made.person_id) == {"executive"}


@pytest.mark.parametrize(
    ("address", "roles", "name", "words"),
    [
        ("no address", ("rep",), "", "'no address' is no e-mail address."),
        (
            email(ANA),
            ("rep", "king"),
            "",
            "Role king isn't known. Say one of executive, leader, manager, rep",
        ),
        ("ana@home.example", ("rep",), ANA, f"{ANA} has the address {email(ANA)} already. Invite that one."),
        ("twin@acme.example", ("rep",), "Twin", "There are 2 people named Twin. Give them e-mails"),
    ],
)
def test_an_invitation_is_refused_with_the_way_out(
    small: Small, address: str, roles: tuple[str, ...], name: str, words: str
) -> None:
    for _ in range(2):
        Person.objects.create(company_id=small.id, name="Twin")
    with pytest.raises(InvitationRefused) as refused:
        invited(small, address, *roles, name=name)
    assert str(refused.value).startswith(words)
    assert not Invitation.objects.exists()


def test_no_role_is_no_invitation_and_no_company_neither(small: Small) -> None:
    with pytest.raises(InvitationRefused, match="Role nothing isn't known"):
        invite(small.handle, email(ANA), roles=(), by=OPERATOR, at=SENT)
    with pytest.raises(InvitationRefused, match="There is no company 'nobody'"):
        invite("nobody", email(ANA), roles=("rep",), by=OPERATOR, at=SENT)


def test_only_a_hash_of_the_secret_is_kept(small: Small) -> None:
    made = invited(small)
    assert len(made.token) >= 32
    held = Invitation.objects.get()
    assert made.token not in held.token_hash
    assert not Line.objects.filter(words__contains=made.token).exists()
    assert invited(small).token != made.token


def test_a_link_says_whom_it_invites_where(small: Small) -> None:
    found = waiting(invited(small).token, at=SENT)
    assert (found.name, found.email, found.company, found.handle) == (ANA, email(ANA), "Acme", "acme")
    assert not found.has_account


def test_a_link_is_good_once(small: Small) -> None:
    made = invited(small)
    account = accept(made.token, password=GOOD, at=SENT)
    assert Person.objects.get(name=ANA).account == account
    assert account.check_password(GOOD)
    assert Line.objects.filter(action="accepted invitation", person_id=small.ids[ANA]).count() == 1
    for take in (lambda: accept(made.token, password=GOOD, at=SENT), lambda: waiting(made.token, at=SENT)):
        with pytest.raises(InvitationRefused, match="This link has been used or is over"):
            take()
    assert viewer_for(account.pk, small.handle, on=day(1, 4)).person_id == small.ids[ANA]


def test_a_link_waits_for_two_weeks_and_no_longer(small: Small) -> None:
    made = invited(small)
    end = SENT + timedelta(days=DAYS_GOOD)
    assert waiting(made.token, at=end).name == ANA
    with pytest.raises(InvitationRefused):
        accept(made.token, password=GOOD, at=end + timedelta(seconds=1))
    with pytest.raises(InvitationRefused):
        waiting("guessed", at=SENT)
    assert not Account.objects.exists()


@pytest.mark.parametrize("password", ["short", "password12345", ""])
def test_a_weak_password_is_refused_and_the_link_stays_good(small: Small, password: str) -> None:
    made = invited(small)
    with pytest.raises(InvitationRefused):
        accept(made.token, password=password, at=SENT)
    assert not Account.objects.exists()
    accept(made.token, password=GOOD, at=SENT)


def test_whoever_has_an_account_proves_it_and_joins_the_second_company_with_it(small: Small) -> None:
    account = accept(invited(small).token, password=GOOD, at=SENT)
    other = found_small("Other")
    made = invited(other)
    assert waiting(made.token, at=SENT).has_account
    with pytest.raises(InvitationRefused, match="You have an account already"):
        accept(made.token, password="another-password", at=SENT)
    assert accept(made.token, password=GOOD, at=SENT) == account
    assert Account.objects.count() == 1
    for company in (small, other):
        assert viewer_for(account.pk, company.handle, on=day(1, 5)).person_id == company.ids[ANA]
