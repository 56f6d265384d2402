"""The first hour, in a browser only: from an empty home to a published plan and the first individual plan agreed by both.

The files are made here, dirty ones too: a row without a date, a word typed wrongly, an owner nobody knows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect

from ropewalk.companies.beginning import way_in
from ropewalk.facts import store
from ropewalk.jobs.runner import take_one

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MORNING = datetime(2027, 1, 4, 9, tzinfo=UTC)
PASSWORD = "a sentence of some length"
REPS = {
    "Ana Alder": "Tom Neubert",
    "Ben Brandt": "Tom Neubert",
    "Finn Frey": "Remy Rouche",
    "Gia Gallo": "Remy Rouche",
}


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.HOME, settings.FACTS_FILE = tmp_path, tmp_path / "facts.duckdb"
    store.close()
    yield tmp_path
    store.close()


def files_in(folder: Path) -> list[Path]:
    """Deals of 2026 and who works where, as a CRM would write them."""
    folder.mkdir()
    chance = random.Random(7)
    deals = ["Opportunity ID,Account,Sales Agent,Product,Close Value,Engage Date,Close Date,Deal Stage"]
    for number in range(240):
        opened = date(2026, 1, 5) + timedelta(chance.randrange(250))
        state = ("Won", "Lost", "Lost", "Won", "Engaging")[number % 5]
        closed = "" if state == "Engaging" else (opened + timedelta(chance.randrange(10, 90))).isoformat()
        agent = list(REPS)[number % 4] if number != 17 else "A. Alder"
        product = "GTX Pro" if number != 23 else "GTXPro"
        deals.append(
            f"D{number},Account {number % 40},{agent},{product},{1000 + number},{opened},{closed},{state}"
        )
    deals.append("D900,Account 1,Ana Alder,GTX Pro,500,2026-03-01,,Won")
    people = ["Sales Agent,Manager,Regional Office", *(f"{rep},{boss},West" for rep, boss in REPS.items())]
    made = {"sales_pipeline.csv": deals, "sales_teams.csv": people}
    for name, lines in made.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [folder / name for name in made]


def invited(admin: Page, browser: Browser, url: str, address: str, role: str) -> Page:
    """Somebody whom the administrator invites by page, and who takes the link."""
    admin.goto(f"{url}/c/acme/setup/people/")
    admin.get_by_label("E-mail addresses").fill(address)
    admin.get_by_label(role, exact=False).first.check()
    admin.get_by_role("button", name="Invite by link").click()
    link = admin.locator(".link-line code").first.inner_text()
    page = browser.new_context().new_page()
    page.goto(link)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url(f"{url}/c/acme/**")
    return page


def test_from_an_empty_home_to_the_first_agreed_plan(
    home: Path, live_server: Any, chromium: Browser, tmp_path: Path
) -> None:
    url = live_server.url
    with time_machine.travel(MORNING) as clock:
        admin = set_up(chromium, url, home)
        bring_data(admin, url, files_in(tmp_path / "export"))
        leader = invited(admin, chromium, url, "Lea Leader <lea@acme.example>", "Sales leader")
        choose_and_publish(leader, url)

        clock.move_to(datetime(2027, 1, 6, 9, tzinfo=UTC))
        leader.get_by_label("Your own words above it").fill("One thing this year.")
        leader.get_by_label("To send it, type the company’s name").fill("Acme")
        leader.get_by_role("button", name="Send to 4 people").click()
        expect(leader.get_by_text("was sent to 4 people")).to_be_visible()

        rep = invited(admin, chromium, url, "Ana Alder <ana@acme.example>", "Salesperson")
        acknowledge(rep, url)
        manager = invited(admin, chromium, url, "Tom Neubert <tom@acme.example>", "Manager")
        agree(rep, manager)
        admin.goto(f"{url}/c/acme/setup/")
        expect(admin.get_by_text("The plan for 2027 is published")).to_be_visible()


def set_up(browser: Browser, url: str, home: Path) -> Page:
    page = browser.new_context(timezone_id="Europe/Zurich").new_page()
    page.goto(f"{url}/setup/{way_in(home)}/")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Zurich")
    page.get_by_label("Your name").fill("Uma Admin")
    page.get_by_label("E-mail").fill("uma@acme.example")
    page.get_by_label("Password").fill("short")
    page.get_by_label("Name", exact=True).fill("Acme")
    page.get_by_label("Currency").fill("USD")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("too short")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Uma Admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("Bring in your data")).to_be_visible()
    page.goto(f"{url}/c/acme/setup/holidays/")
    page.get_by_label("Public holidays of").select_option("CH")
    page.get_by_role("button", name="Show them").click()
    page.get_by_role("button", name="Note these days").click()
    expect(page.get_by_text("noted", exact=False).first).to_be_visible()
    return page


def bring_data(page: Page, url: str, files: list[Path]) -> None:
    page.goto(f"{url}/c/acme/import/")
    page.get_by_label("Files").set_input_files([str(one) for one in files])
    page.get_by_role("button", name="Read these files").click()
    expect(page.get_by_role("heading", name="sales_pipeline.csv")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    while take_one():
        pass
    expect(page.get_by_role("heading", name="Imported; 1 row waits to be mended")).to_be_visible(
        timeout=20_000
    )
    page.get_by_role("link", name="Look at them and mend").click()
    expect(page.get_by_text("Close Date is empty", exact=False)).to_be_visible()
    page.get_by_label("Line 242, Close Date").fill("2026-04-01")
    page.get_by_role("button", name="Bring them back").click()
    page.wait_for_load_state()
    while take_one():
        pass
    expect(page.get_by_role("heading", name="Imported", exact=True)).to_be_visible(timeout=20_000)
    page.goto(f"{url}/c/acme/import/suspicions/")
    page.get_by_label("looks like “GTX Pro”", exact=False).check()
    page.get_by_role("button", name="Accept the ticked").click()
    expect(page.get_by_text("Accepted.", exact=False)).to_be_visible()


def choose_and_publish(page: Page, url: str) -> None:
    page.goto(f"{url}/c/acme/plan/playbooks/")
    page.get_by_label("Raise the close rate", exact=False).check()
    page.get_by_role("button", name="Fill them in").click()
    page.get_by_label("The goal in one line").fill("Improve close rate to 55% by December")
    page.get_by_role("button", name="Read the lines in").click()
    expect(page.get_by_label("To", exact=True)).to_have_value("55 %")
    expect(page.get_by_text("From 1 January 2026 to 31 December 2026 it was", exact=False)).to_be_visible()
    assert page.get_by_label("From", exact=True).input_value().endswith("%")
    assert page.get_by_label("Milestone 1: level").input_value().endswith("%")
    page.get_by_role("button", name="Keep the draft and check it").click()
    expect(page.get_by_role("heading", name="Publish the plan for 2027")).to_be_visible()
    page.get_by_label("To publish, type the company’s name").fill("acme")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Tell everybody")).to_be_visible()


def acknowledge(page: Page, url: str) -> None:
    page.goto(f"{url}/c/acme/announcement/")
    page.get_by_label("Raise the close rate").check()
    page.get_by_label("What will you do differently?").fill("I ask a colleague before each offer.")
    page.get_by_role("button", name="That’s it").click()
    expect(page.get_by_role("heading", name="My plan for 2027")).to_be_visible()


def agree(rep: Page, manager: Page) -> None:
    address = rep.url
    rep.get_by_role("button", name="I agree to this plan").click()
    expect(rep.get_by_text("You have agreed. It waits for Tom Neubert.")).to_be_visible()
    manager.goto(address)
    manager.get_by_role("button", name="I agree to this plan").click()
    expect(manager.get_by_text("Agreed on 6 January 2027")).to_be_visible()
