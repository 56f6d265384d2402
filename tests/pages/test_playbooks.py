"""The first plan by page: playbooks chosen, lines read, wrong inputs said at their fields, files with their lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.pages import seeding
from tests.rights.reading_forms import form_with

from ropewalk.companies.models import Account, FrontLineRole
from ropewalk.facts import store
from ropewalk.plans.models import Initiative, Plan
from ropewalk.versions import plan_file

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 10, tzinfo=UTC)


@pytest.fixture
def kay(settings: Any, tmp_path: Path) -> Iterator[Client]:
    settings.HOME, settings.FACTS_FILE = tmp_path, tmp_path / "facts.duckdb"
    store.close()
    with time_machine.travel(NOW, tick=False):
        made = seeding.found_company(teams={"Neubert": seeding.TEAMS["Neubert"]})
        client = Client()
        client.force_login(
            made.account("Kay Lindqvist"), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        yield client
    store.close()


def chosen(client: Client, *keys: str) -> str:
    return client.get("/c/northlight/plan/playbooks/", {"playbook": list(keys)}).content.decode()


def typed(page: str, **more: str) -> dict[str, Any]:
    return form_with(page, "edition") | more


def test_a_playbook_is_filled_in_by_one_line_and_kept_as_a_draft(kay: Client) -> None:
    page = chosen(kay, "raise-the-close-rate")
    read = kay.post(
        "/c/northlight/plan/form/",
        typed(page, **{"what": "read", "i0.line": "Improve close rate from 40% to 50% by September"}),
    )
    page = read.content.decode()
    assert read.status_code == 200
    assert 'value="40 %"' in page
    assert 'value="2027-09-30"' in page
    assert not Plan.objects.exists(), "reading keeps nothing"
    answer = kay.post("/c/northlight/plan/form/", typed(page, what="save"))
    assert answer.status_code == 302, answer.content.decode()
    goal = Initiative.objects.get().goal
    assert (str(goal.baseline.normalize()), str(goal.target.normalize())) == ("0.4", "0.5")
    assert goal.initiative.milestones.count() == 4
    again = kay.get("/c/northlight/plan/form/").content.decode()
    assert "Raise the close rate" in again
    assert kay.post("/c/northlight/plan/form/", typed(again, what="save")).status_code == 302
    assert Initiative.objects.count() == 1


def test_what_a_line_says_and_nobody_can_read_is_named(kay: Client) -> None:
    page = chosen(kay, "win-new-clients")
    read = kay.post(
        "/c/northlight/plan/form/",
        typed(page, **{"what": "read", "i0.line": "Win 40 new clients by December or soonish"}),
    )
    assert read.status_code == 422
    assert "couldn’t be read" in read.content.decode()
    assert 'value="40"' in read.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("i0.goal.target", "lots", "is no amount"),
        ("i0.goal.due", "soon", "is no day"),
        ("i0.m0.by", "2027-02-30", "is no day"),
        ("i0.kind", "magic", "be"),
        ("year", "2035", "none can be made"),
    ],
)
def test_each_wrong_input_is_said_at_its_field_and_kept(
    kay: Client, field: str, value: str, sentence: str
) -> None:
    page = chosen(kay, "raise-the-close-rate")
    answer = kay.post(
        "/c/northlight/plan/form/", typed(page, **{"what": "save", "i0.line": "", field: value})
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Plan.objects.exists()


def test_a_playbook_is_for_the_role_that_people_here_hold_and_follows_another_one_that_is_typed(
    kay: Client,
) -> None:
    """Where nobody is called a salesperson; what was typed for the row's own role goes to the one that took its place."""
    FrontLineRole.objects.update(name="Außendienst")
    page = unescape(chosen(kay, "raise-the-close-rate"))
    fields = typed(page)
    assert fields["i0.roles"] == ["Außendienst"]
    assert f"People here are: Außendienst ({len(seeding.TEAMS['Neubert'])})" in page
    fields |= {"i0.line": "Improve close rate from 40% to 50% by September", "what": "read"}
    fields = typed(kay.post("/c/northlight/plan/form/", fields).content.decode())
    kay.post("/c/northlight/plan/form/", fields | {"i0.roles": "Aussendienst", "what": "save"})
    plan = unescape(kay.get("/c/northlight/plan/").content.decode())
    assert "can't be shared out: nobody holds the role Aussendienst." in plan
    assert "Let it apply to a role that people hold: Außendienst." in plan
    assert "holds no activity" not in plan
    again = typed(kay.get("/c/northlight/plan/form/").content.decode())
    kay.post("/c/northlight/plan/form/", again | {"i0.roles": "Außendienst", "what": "save"})
    plan = unescape(kay.get("/c/northlight/plan/").content.decode())
    assert "can't be shared out" not in plan
    assert "R06" not in plan


def test_a_fourth_playbook_is_refused(kay: Client) -> None:
    keys = ("raise-the-close-rate", "win-new-clients", "launch-a-product", "raise-the-average-deal")
    answer = kay.get("/c/northlight/plan/playbooks/", {"playbook": keys})
    assert answer.status_code == 422
    assert "Three is the limit" in answer.content.decode()
    assert (
        kay.get("/c/northlight/plan/playbooks/", {"playbook": "never-written", "choose": "yes"}).status_code
        == 422
    )


def test_a_plan_file_is_brought_by_page_and_what_is_wrong_is_said_with_its_line(kay: Client) -> None:
    text = plan_file.written(seeding.the_plan())
    answer = kay.post("/c/northlight/plan/file/", {"plan": SimpleUploadedFile("plan.yaml", text.encode())})
    assert answer.status_code == 302
    assert Initiative.objects.count() == 3
    for content, sentence in (
        (b"year: 2027\ninitiatives:\n  - goal: 3\n", "Line 3"),
        (b"\xff\xfe", "UTF-8"),
        (b"a: &x 1\nb: *x\n", "aliases"),
        (b"", "begins with names"),
    ):
        wrong = kay.post("/c/northlight/plan/file/", {"plan": SimpleUploadedFile("plan.yaml", content)})
        assert wrong.status_code == 422, content
        if content:
            assert sentence in wrong.content.decode()
    assert kay.post("/c/northlight/plan/file/", {}).status_code == 422
    assert Initiative.objects.count() == 3


LINES = {
    "raise-the-close-rate": "Improve close rate from 40% to 50% by September",
    "win-new-clients": "Win 40 new clients by December",
}


def begun(client: Client, *keys: str) -> dict[str, Any]:
    """The form with these playbooks, their lines read in, ready to be saved."""
    lines = {f"i{place}.line": LINES[key] for place, key in enumerate(keys)}
    read = client.post("/c/northlight/plan/form/", typed(chosen(client, *keys), what="read", **lines))
    assert read.status_code == 200
    return typed(read.content.decode())


def saved(client: Client, fields: dict[str, Any]) -> tuple[int, str]:
    answer = client.post("/c/northlight/plan/form/", fields | {"what": "save"})
    return answer.status_code, answer.content.decode()


def test_the_second_to_save_the_draft_sees_both_texts_and_overwrites_nothing(kay: Client) -> None:
    assert saved(kay, begun(kay, "raise-the-close-rate", "win-new-clients"))[0] == 302
    form = "/c/northlight/plan/form/"
    mine, theirs = (typed(kay.get(form).content.decode()) for _ in range(2))
    assert saved(kay, theirs | {"i0.why": "Theirs <b>now</b>", "i1.goal.target": "44"})[0] == 302
    status, html = saved(kay, mine | {"i0.why": "Mine", "i0.sponsor": "Ana"})
    assert status == 409
    assert "Kay Lindqvist changed this meanwhile" in unescape(html)
    assert "Theirs &lt;b&gt;now&lt;/b&gt;" in html
    assert "44" in html
    assert html.count('class="card side-by-side"') == 3, "only what differs"
    held = Initiative.objects.get(key="raise-the-close-rate")
    assert (held.why, held.sponsor_as_written) == (
        "Theirs <b>now</b>",
        "kay.lindqvist@northlight.example",
    ), "nothing was overwritten"
    again = typed(html)
    assert again["i0.why"] == ["Mine"]
    status, both = saved(kay, again | {"resolve": "both"})
    assert status == 409
    assert typed(both)["i0.why"][0].replace("\r\n", "\n") == "Theirs <b>now</b>\n\nMine"
    assert saved(kay, typed(both))[0] == 302
    held = Initiative.objects.get(key="raise-the-close-rate")
    assert held.why.replace("\r\n", "\n") == "Theirs <b>now</b>\n\nMine"
    assert held.sponsor_as_written == "Ana"


def test_two_who_begin_a_draft_at_once_each_learn_of_the_other(kay: Client) -> None:
    mine, theirs = begun(kay, "raise-the-close-rate"), begun(kay, "win-new-clients")
    assert saved(kay, theirs)[0] == 302
    status, html = saved(kay, mine)
    assert status == 409
    assert "Win new clients" in unescape(html)
    assert [one.key for one in Initiative.objects.all()] == ["win-new-clients"]
    assert saved(kay, typed(html))[0] == 302, "whoever has seen it may replace it"
    assert [one.key for one in Initiative.objects.all()] == ["raise-the-close-rate"]


@pytest.mark.parametrize(
    "edition", ["", "2027", "2027.0", "2027.-1", "2027.99999999999", "2028.1", "one", "2027.١"]
)
def test_an_edition_that_never_was_overwrites_no_draft(kay: Client, edition: str) -> None:
    assert saved(kay, begun(kay, "raise-the-close-rate"))[0] == 302
    fields = typed(kay.get("/c/northlight/plan/form/").content.decode())
    assert saved(kay, fields | {"edition": edition, "i0.why": "x"})[0] == 409
    assert Initiative.objects.get().why != "x"


def test_reading_a_line_in_doesnt_hide_that_the_draft_was_changed(kay: Client) -> None:
    assert saved(kay, begun(kay, "raise-the-close-rate"))[0] == 302
    form = "/c/northlight/plan/form/"
    mine, theirs = (typed(kay.get(form).content.decode()) for _ in range(2))
    assert saved(kay, theirs | {"i0.why": "Theirs"})[0] == 302
    read = kay.post(form, mine | {"what": "read", "i0.line": ""}).content.decode()
    assert saved(kay, typed(read) | {"i0.why": "Mine"})[0] == 409
    assert Initiative.objects.get().why == "Theirs"


def test_what_the_form_shows_or_not_of_a_plan_file_is_still_there_after_saving_it(kay: Client) -> None:
    text = plan_file.written(seeding.the_plan())
    kay.post("/c/northlight/plan/file/", {"plan": SimpleUploadedFile("plan.yaml", text.encode())})
    names = ("revenue_goal", "revenue_before", "announcement_on", "team_talks_by", "plans_agreed_by")
    before = Plan.objects.values_list(*names).get()
    assert before[0] is not None
    assert before[2] is not None
    page = kay.get("/c/northlight/plan/form/").content.decode()
    assert f'name="revenue_goal" type="text" value="{before[0]:.0f}"' in page
    status, html = saved(kay, typed(page))
    assert status == 302, html
    assert Plan.objects.values_list(*names).get() == before


@pytest.mark.parametrize(
    ("month", "day", "year"), [(1, 4, 2027), (9, 30, 2027), (10, 2, 2028), (12, 31, 2028)]
)
def test_once_less_than_a_quarter_is_left_the_next_year_is_planned(
    kay: Client, month: int, day: int, year: int
) -> None:
    with time_machine.travel(datetime(2027, month, day, 12, tzinfo=UTC), tick=False):
        kay.force_login(
            Account.objects.get(email=seeding.email("Kay Lindqvist")),
            backend="allauth.account.auth_backends.AuthenticationBackend",
        )
        assert f"The plan for {year}" in chosen(kay, "raise-the-close-rate")
