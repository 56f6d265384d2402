"""Two people, one plan: the second to save sees both texts, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from tests.pages.seeding import Seeded
from tests.pages.test_screens import NOW, Reader, northlight, seventeenth_of_august  # noqa: F401
from tests.rights.reading_forms import form_with

from ropewalk.companies.founding import close_on
from ropewalk.companies.models import Company
from ropewalk.individual_plans.models import IndividualPlan
from ropewalk.journal.writing import Actor

pytestmark = pytest.mark.django_db


def form_of(html: str, within: str = "") -> dict[str, str]:
    """What a form without a changed field would send."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and "csrf" not in name[1]:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', html, re.S):
        found[name] = unescape(text)
    return found


@pytest.fixture
def two(northlight: Seeded) -> tuple[Reader, Reader, str]:  # noqa: F811
    ana = northlight.people["Ana Alder"]
    return Reader(northlight, "Ana Alder"), Reader(northlight, "Tom Neubert"), f"people/{ana}/plan/"


def send(who: Reader, path: str, fields: dict[str, str]) -> tuple[int, str]:
    response = who.client.post(f"/c/northlight/{path}", fields)
    return response.status_code, response.content.decode()


def test_the_second_to_save_sees_both_texts_and_who_and_keeps_what_was_typed(
    two: tuple[Reader, Reader, str],
) -> None:
    ana, tom, path = two
    mine, theirs = form_of(ana.html(path)), form_of(tom.html(path))
    assert send(tom, path, theirs | {"medical.words": "Tom’s <b>words</b>", "stop": "Tom stops"})[0] == 302
    status, html = send(ana, path, mine | {"medical.words": "Ana’s words", "stop": "Ana stops"})
    assert status == 409
    assert "Tom Neubert changed this meanwhile" in unescape(html)
    assert "Tom’s <b>words</b>" in unescape(html)
    assert "<b>words</b>" not in html
    again = form_of(html)
    assert (again["medical.words"], again["stop"]) == ("Ana’s words", "Ana stops")
    plan = IndividualPlan.objects.get(person_id=two[0].made.people["Ana Alder"])
    assert plan.draft["stop"] == "Tom stops", "nothing was overwritten"
    assert send(ana, path, again)[0] == 302
    plan.refresh_from_db()
    assert plan.draft["stop"] == "Ana stops"


def test_both_texts_can_be_put_together_and_then_kept(two: tuple[Reader, Reader, str]) -> None:
    ana, tom, path = two
    mine, theirs = form_of(ana.html(path)), form_of(tom.html(path))
    send(tom, path, theirs | {"stop": "No more lists"})
    _, html = send(ana, path, mine | {"stop": "No more slides"})
    status, html = send(ana, path, form_of(html) | {"resolve": "both"})
    assert status == 409
    together = form_of(html)
    assert together["stop"].replace("\r\n", "\n") == "No more lists\n\nNo more slides"
    assert send(ana, path, together)[0] == 302
    assert "No more lists" in IndividualPlan.objects.get(person_id=ana.made.people["Ana Alder"]).draft["stop"]


def test_what_only_the_other_changed_is_shown_and_not_taken_back_unseen(
    two: tuple[Reader, Reader, str],
) -> None:
    ana, tom, path = two
    mine, theirs = form_of(ana.html(path)), form_of(tom.html(path))
    send(tom, path, theirs | {"medical.objection": "The list is too short"})
    _, html = send(ana, path, mine | {"stop": "Ana stops"})
    assert "The list is too short" in html


@pytest.mark.parametrize("edition", ["", "0", "-1", "99999999999", "one", "١"])
def test_an_edition_that_never_was_overwrites_nothing(two: tuple[Reader, Reader, str], edition: str) -> None:
    ana, _, path = two
    before = IndividualPlan.objects.get(person_id=ana.made.people["Ana Alder"]).draft
    status, _ = send(ana, path, form_of(ana.html(path)) | {"edition": edition, "stop": "x"})
    assert status == 409
    assert IndividualPlan.objects.get(person_id=ana.made.people["Ana Alder"]).draft == before


def test_after_an_edit_of_words_alone_both_can_agree_to_what_it_says_now(
    two: tuple[Reader, Reader, str],
) -> None:
    ana, _, path = two
    assert send(ana, path, form_of(ana.html(path)) | {"stop": "Reports nobody asked for"})[0] == 302
    html = ana.html(path)
    assert "agree it anew" in html
    assert "I agree to this plan" in html


@pytest.mark.parametrize(
    ("zone", "clock"),
    [("Pacific/Auckland", "22:00"), ("America/Los_Angeles", "03:00"), ("Asia/Kathmandu", "15:45")],
)
def test_when_it_was_changed_is_said_by_the_company_s_clock(
    two: tuple[Reader, Reader, str], zone: str, clock: str
) -> None:
    """It is 10:00 in Greenwich on 17 August 2027."""
    ana, tom, path = two
    Company.objects.filter(pk=ana.made.company_id).update(time_zone=zone)
    mine, theirs = form_of(ana.html(path)), form_of(tom.html(path))
    send(tom, path, theirs | {"stop": "Tom stops"})
    _, html = send(ana, path, mine | {"stop": "Ana stops"})
    assert f'<p class="lead">{clock}. Nothing of the plan was overwritten' in html


def test_every_setting_of_the_company_is_compared_and_who_changed_its_holidays_isnt_blamed(
    northlight: Seeded,  # noqa: F811
) -> None:
    uma, path = Reader(northlight, "Uma Admin"), "setup/company/"
    before = form_with(uma.html(path), "seen")
    theirs = before | {
        "fiscal_start_month": "4", "first_weekday": "6", "working_weekdays": ["0", "1"], "deals": "executives", "ropes": "all",
    }  # fmt: skip
    assert uma.client.post(f"/c/northlight/{path}", theirs).status_code == 302
    close_on(northlight.company_id, {date(2027, 8, 1): "Day"}, by=Actor("Somebody Else"), at=NOW)
    refused = uma.client.post(f"/c/northlight/{path}", before | {"name": "Northlight AG"})
    html = unescape(refused.content.decode())
    assert refused.status_code == 409
    assert "Uma Admin changed this meanwhile" in html
    for words in (">April<", ">Sunday<", ">Monday, Tuesday<", ">the same, and executives<", ">everybody in the company<"):  # fmt: skip
        assert f'class="their-text"{words}' in html
    again = form_with(html, "seen")
    assert again["working_weekdays"] == ["0", "1", "2", "3", "4"], "mine, as it was opened"
    assert (
        uma.client.post(f"/c/northlight/{path}", again | {"working_weekdays": ["0", "1"]}).status_code == 302
    )
    company = Company.objects.get(pk=northlight.company_id)
    assert (company.name, company.working_weekdays, company.fiscal_start_month) == ("Northlight AG", "01", 1)


def test_what_was_typed_wrong_first_still_overwrites_nothing_unseen(northlight: Seeded) -> None:  # noqa: F811
    uma, path = Reader(northlight, "Uma Admin"), "setup/company/"
    before = form_with(uma.html(path), "seen")
    assert uma.client.post(f"/c/northlight/{path}", before | {"ropes": "all"}).status_code == 302
    wrong = uma.client.post(f"/c/northlight/{path}", before | {"currency": "francs"})
    assert wrong.status_code == 422
    mended = form_with(wrong.content.decode(), "seen") | {"currency": "CHF"}
    assert uma.client.post(f"/c/northlight/{path}", mended).status_code == 409


def test_of_two_private_notes_one_keeps_mine_theirs_or_both(northlight: Seeded) -> None:  # noqa: F811
    tom, path = Reader(northlight, "Tom Neubert"), f"people/{northlight.people['Ana Alder']}/talks/"
    opened = form_with(tom.html(path), "private")
    assert (
        tom.client.post(f"/c/northlight/{path}note/", opened | {"private": "That window"}).status_code == 302
    )
    refused = tom.client.post(f"/c/northlight/{path}note/", opened | {"private": "This window"})
    html = refused.content.decode()
    assert refused.status_code == 409
    assert ">Keep what stands above</button>" in html
    assert f'href="/c/northlight/{path}">Take what is kept</a>' in html
    again = form_with(html, "private")
    assert again["private"] == ["This window"]
    both = tom.client.post(f"/c/northlight/{path}note/", again | {"resolve": "both"})
    assert both.status_code == 409
    together = form_with(both.content.decode(), "private")
    assert together["private"] == ["That window\n\nThis window"]
    assert tom.client.post(f"/c/northlight/{path}note/", together).status_code == 302
    assert form_with(tom.html(path), "private")["private"] == ["That window\n\nThis window"]
