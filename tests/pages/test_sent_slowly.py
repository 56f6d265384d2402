"""What a form does while the server takes its time, and when it doesn't answer: the button says so, and what was typed is there."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from playwright.sync_api import Browser, Page, expect
from tests.pages import seeding
from tests.pages.seeding import Seeded
from tests.pages.test_screens_in_browser import opened

from ropewalk.pages.one_on_one import page as talks
from ropewalk.pages.setup import company
from ropewalk.reviews.models import OneOnOne, PrivateNote

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WATCHED = """() => {
  const told = [], button = document.querySelector("main form button");
  button.name = "pressed"; button.value = "yes";
  let sent = 0;
  const note = (what) => { told.push([what, performance.now() - sent]); sessionStorage.setItem("told", JSON.stringify(told)); };
  new MutationObserver(() => note(`${button.getAttribute("aria-busy")} ${button.getAttribute("aria-disabled")} ${document.getElementById("busy-words")?.textContent}`))
    .observe(button, { attributes: true, attributeFilter: ["aria-busy"] });
  addEventListener("submit", () => {
    if (sent) return;
    sent = performance.now();
    for (const later of [100, 900, 950]) setTimeout(() => button.click(), later);
    setTimeout(() => dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" })), 1200);
  }, true);
}"""  # what is seen while the server is asked can't be asked of the browser then, so the page notes it down
SAID = "She wants the clinical lead in the pilot call."


@pytest.fixture
def northlight(settings: Any, tmp_path: Path) -> Iterator[Seeded]:
    with seeding.of_today(settings, tmp_path, teams=("Neubert",), tick=True) as made:
        yield made


def away(*words: Any, **more: Any) -> None:
    raise OperationalError("the database is away")


def test_a_button_says_after_half_a_second_that_it_is_busy_is_sent_once_with_its_name_and_given_back_by_esc(
    northlight: Seeded, live_server: Any, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(chromium, live_server, northlight, "Uma Admin", "setup/company/")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if one.method == "POST" else None)
    settle = company.settle

    def slowly(*words: Any, **more: Any) -> None:
        time.sleep(2.5)
        settle(*words, **more)

    monkeypatch.setattr(company, "settle", slowly)
    page.get_by_label("Name", exact=True).fill("Northlight AG")
    page.evaluate(WATCHED)
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    assert len(sent) == 1, "pressed four times"
    assert "pressed=yes" in sent[0]
    (busy, after), (rested, _) = page.evaluate("() => JSON.parse(sessionStorage.getItem('told'))")[:2]
    assert busy == "true true Working on it"
    assert after >= 490, "nothing below half a second"
    assert rested.startswith("null")
    expect(page.get_by_role("button", name="Keep")).not_to_have_attribute("aria-busy", "true")


def answered_503(
    page: Page, monkeypatch: pytest.MonkeyPatch, where: Any, what: str, send: Callable[[], None]
) -> None:
    """Send while the database is away for one time, and read that it was."""
    with monkeypatch.context() as once:
        once.setattr(where, what, away)
        send()
        expect(page.get_by_role("heading", name="One moment")).to_be_visible()


def test_what_was_typed_is_offered_back_after_a_503_and_goes_once_it_is_kept(
    northlight: Seeded, live_server: Any, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"people/{northlight.people['Ana Alder']}/talks/"
    page = opened(chromium, live_server, northlight, "Tom Neubert", path)
    before = OneOnOne.objects.count()
    page.get_by_label("Other notes").fill(SAID)
    answered_503(
        page, monkeypatch, talks, "record_talk", page.get_by_role("button", name="Record the talk").click
    )
    page.goto(f"{live_server.url}/c/northlight/team/")
    page.goto(f"{live_server.url}/c/northlight/{path}")
    expect(page.get_by_label("Other notes")).to_have_value("")
    expect(page.get_by_text("What you typed is still here")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Other notes")).to_have_value(SAID)
    expect(page.get_by_label("Other notes")).to_be_focused()
    page.get_by_role("button", name="Record the talk").click()
    expect(page.get_by_text("Recorded.")).to_be_visible()
    assert OneOnOne.objects.count() == before + 1
    assert kept_in(page) == []
    page.reload()
    expect(page.get_by_text("What you typed is still here")).to_have_count(0)


def test_a_private_note_stays_in_its_tab_and_is_forgotten_with_it_and_at_the_sign_out(
    northlight: Seeded, live_server: Any, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"people/{northlight.people['Ana Alder']}/talks/"
    page = opened(chromium, live_server, northlight, "Tom Neubert", path)

    def send() -> None:
        page.locator(".private > summary").click()
        page.get_by_label("About these talks").fill(SAID)
        page.get_by_role("button", name="Keep it").click()

    answered_503(page, monkeypatch, talks, "keep_note", send)
    assert not PrivateNote.objects.exists()
    assert SAID not in page.evaluate("() => JSON.stringify({...localStorage})")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/c/northlight/{path}")
    assert kept_in(other) == [], "another tab knows nothing of it"
    other.close()
    page.goto(f"{live_server.url}/c/northlight/{path}")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("About these talks")).to_have_value(SAID)
    assert len(kept_in(page)) == 1
    page.get_by_text("Tom Neubert", exact=True).first.click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert kept_in(page) == []


def test_thrown_away_it_is_gone_and_nobody_else_is_offered_it(
    northlight: Seeded, live_server: Any, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"people/{northlight.people['Ana Alder']}/plan/"
    page = opened(chromium, live_server, northlight, "Ana Alder", path)
    page.get_by_label("What I will stop doing").fill(SAID)
    with monkeypatch.context() as once:
        once.setattr("ropewalk.pages.individual_plan.page.save_draft", away)
        page.get_by_role("button", name="Save changes").click()
        expect(page.get_by_role("heading", name="One moment")).to_be_visible()
    cookies = page.context.cookies()
    with as_somebody_else(page, northlight, live_server.url):
        page.goto(f"{live_server.url}/c/northlight/{path}")
        expect(page.get_by_role("button", name="Save changes")).to_be_visible()
        expect(page.get_by_text("What you typed is still here")).to_have_count(0)
    page.context.add_cookies(cookies)
    page.goto(f"{live_server.url}/c/northlight/{path}")
    page.get_by_role("button", name="Throw it away").click()
    page.reload()
    expect(page.get_by_text("What you typed is still here")).to_have_count(0)
    assert kept_in(page) == []


@contextmanager
def as_somebody_else(page: Page, made: Seeded, url: str) -> Iterator[None]:
    """The same tab, with the manager signed in."""
    client = seeding.signed_in(made, "Tom Neubert")
    page.context.add_cookies([{"name": "ropewalk", "value": client.cookies["ropewalk"].value, "url": url}])
    yield


def test_what_is_refused_or_was_changed_meanwhile_is_an_answer(
    northlight: Seeded, live_server: Any, chromium: Browser
) -> None:
    path = f"people/{northlight.people['Ana Alder']}/plan/"
    page = opened(chromium, live_server, northlight, "Ana Alder", path)
    page.locator('main input[name="edition"]').first.evaluate("node => { node.value = '0' }")
    page.get_by_label("What I will stop doing").fill(SAID)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("button", name="Keep mine")).to_be_visible()
    assert kept_in(page) == []


def kept_in(page: Page) -> list[str]:
    """What the tab keeps of what was typed."""
    found: list[str] = page.evaluate(
        "() => Object.keys(sessionStorage).filter((key) => key.startsWith('ropewalk.typed:'))"
    )
    return found
