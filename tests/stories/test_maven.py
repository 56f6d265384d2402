"""From a real export to a rope on the ground, each knot tied by doing the thing, in a browser and at the shell.

The export ends in 2017 and holds no activities: the clock is moved, people are invited by command, taps fall on their days.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from ropewalk.cli.main import app
from ropewalk.companies.models import Person
from ropewalk.facts import store

pytestmark = [pytest.mark.browser, pytest.mark.shared, pytest.mark.django_db(transaction=True)]
EXAMPLES = Path(__file__).parents[2] / "examples" / "maven"
PASSWORD = "a-long-enough-secret"


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.HOME, settings.FACTS_FILE = tmp_path, tmp_path / "facts.duckdb"
    store.close()
    yield tmp_path
    store.close()


def run(*words: str, code: int = 0) -> str:
    """What a command prints; it must end with the code."""
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.stdout


def instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=UTC)


def invited(browser: Browser, server: Any, email: str, name: str, role: str) -> Page:
    """Somebody invited by command, who has taken the link and is in."""
    link = run(
        "person", "invite", email, "--company", "maven", "--role", role, "--name", name, "--at", server.url
    ).strip()
    page = browser.new_context().new_page()
    page.goto(link)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Come in").click()
    page.wait_for_url(f"{server.url}/c/maven/**")
    return page


def reach(day: date) -> dict[str, str]:
    """Anna's rope of the close rate, as the command tells it."""
    rows = json.loads(run("ropes", "--company", "maven", "--as-of", day.isoformat(), "--format", "json"))
    return next(
        row for row in rows if row["person"] == "Anna Snelling" and row["initiative"].startswith("Close rate")
    )


def test_a_strategy_comes_down_from_a_real_export_to_one_rep(
    shared: Path, home: Path, live_server: Any, chromium: Browser
) -> None:
    with time_machine.travel(instant(date(2017, 7, 3))) as clock:
        bring_in(shared / "maven", home)
        leader = invited(chromium, live_server, "vera@maven.example", "Vera Park", "leader")
        leader.goto(f"{live_server.url}/c/maven/plan/publication/")
        leader.get_by_label("To publish, type the company’s name").fill("maven")
        leader.get_by_role("button", name="Publish").click()
        expect(leader.get_by_role("heading", name="Tell everybody")).to_be_visible()
        assert reach(date(2017, 7, 3))["first_open_knot"] == "told"

        clock.move_to(instant(date(2017, 7, 5)))
        leader.get_by_label("Your own words above it").fill("Three things this year.")
        leader.get_by_label("To send it, type the company’s name").fill("Maven")
        leader.get_by_role("button", name="Send to 35 people").click()
        expect(leader.get_by_text("was sent to 35 people")).to_be_visible()
        assert reach(date(2017, 7, 5))["first_open_knot"] == "understood"

        clock.move_to(instant(date(2017, 7, 10)))
        rep = invited(chromium, live_server, "anna@maven.example", "Anna Snelling", "rep")
        answer(rep, live_server.url)
        assert reach(date(2017, 7, 10))["first_open_knot"] == "planned"

        clock.move_to(instant(date(2017, 7, 12)))
        agree(chromium, live_server, rep)
        assert reach(date(2017, 7, 12))["first_open_knot"] == "doing"

        clock.move_to(instant(date(2017, 7, 13)))
        tap_twice(rep, live_server.url)
        clock.move_to(instant(date(2017, 7, 19)))
        assert reach(date(2017, 7, 19))["reach"] == 5
        talk(chromium, live_server)
        grounded = reach(date(2017, 7, 19))
        assert grounded["on_ground"] == "yes"
        assert grounded["reach"] == 6
        leader.context.close()  # two weeks have gone, and the session with them
        look_at_the_evidence(signed_in(chromium, live_server, "vera@maven.example"), live_server.url)


def bring_in(data: Path, home: Path) -> None:
    run("company", "create", "Maven", "--fiscal-start", "7")
    files = [str(data / name) for name in ("accounts.csv", "sales_teams.csv", "sales_pipeline.csv")]
    report = home / "report.json"
    order = [
        "import",
        *files,
        "--company",
        "maven",
        "--mapping",
        str(EXAMPLES / "mapping.yaml"),
        "--report",
        str(report),
    ]
    run(*order)
    said = json.loads(report.read_text())
    for one in said["files"]:
        assert one["rows"] == sum(one[state] for state in ("new", "changed", "unchanged", "refused", "blank"))
    near = [str(one["id"]) for one in said["suspicions"] if one["suggestion"]]
    assert len(near) == 3
    run("mapping", "accept", *near, "--company", "maven")
    run(*order)
    again = json.loads(report.read_text())
    assert {(one["new"], one["changed"]) for one in again["files"]} == {(0, 0)}
    run("plan", "import", str(EXAMPLES / "plan.yaml"), "--company", "maven")


def answer(page: Page, url: str) -> None:
    """Not there yet at first, then this year's three and own words."""
    page.goto(f"{url}/c/maven/announcement/")
    expect(page.get_by_text("Three things this year.")).to_be_visible()
    page.get_by_label("A partner programme in Asia").check()
    page.get_by_label("What will you do differently?").fill("I ask a colleague before each offer.")
    page.get_by_role("button", name="That’s it").click()
    expect(page.get_by_text("Not there yet.")).to_be_visible()
    page.get_by_label("A partner programme in Asia").uncheck()
    for title in ("Close rate from 66 % to 70 %", "GTX Pro to $4.6M", "30 accounts buy their first GTK 500"):
        page.get_by_label(title).check()
    page.get_by_role("button", name="That’s it").click()
    expect(page.get_by_role("heading", name="My plan for 2018")).to_be_visible()


def agree(browser: Browser, server: Any, rep: Page) -> None:
    """The rep writes her words and agrees; then her manager does."""
    rep.get_by_label("What I will do differently").first.fill("A colleague looks at each offer first.")
    rep.get_by_role("button", name="Save changes").click()
    rep.get_by_role("button", name="I agree to this plan").click()
    expect(rep.get_by_text("You have agreed. It waits for Dustin Brinkmann.")).to_be_visible()
    manager = invited(browser, server, "dustin@maven.example", "Dustin Brinkmann", "manager")
    manager.goto(f"{server.url}/c/maven/people/{anna()}/plan/")
    expect(manager.get_by_text("It waits for you.")).to_be_visible()
    manager.get_by_role("button", name="I agree to this plan").click()
    expect(manager.get_by_text("Agreed on 12 July 2017")).to_be_visible()
    manager.context.close()


def anna() -> int:
    return Person.objects.get(name="Anna Snelling").pk


def tap_twice(rep: Page, url: str) -> None:
    for _ in range(2):
        rep.goto(f"{url}/c/maven/today/")
        rep.get_by_role("button", name="Log a deal review").click()
        expect(rep.get_by_role("button", name="Undo").first).to_be_visible()


def talk(browser: Browser, server: Any) -> None:
    """The manager comes back by the password set before, and records a talk with a commitment."""
    page = signed_in(browser, server, "dustin@maven.example")
    page.goto(f"{server.url}/c/maven/people/{anna()}/talks/")
    page.get_by_label("Close rate from 66 % to 70 %").fill(
        "Two offers held back after the review; both better now."
    )
    page.get_by_label("Anna Snelling will …").fill("Bring the next three offers to Dustin")
    page.get_by_label("by", exact=True).fill("2017-07-28")
    page.get_by_role("button", name="Record the talk").click()
    expect(page.get_by_text("Bring the next three offers to Dustin").first).to_be_visible()


def signed_in(browser: Browser, server: Any, email: str) -> Page:
    """Somebody who comes back by the password set before."""
    page = browser.new_context().new_page()
    page.goto(f"{server.url}/sign-in/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}/c/maven/**")
    return page


def look_at_the_evidence(leader: Page, url: str) -> None:
    """The leader opens the rope, and the deals behind Anna's figure."""
    leader.goto(f"{url}/c/maven/ropes/close-rate/{anna()}/")
    for name in ("Told", "Understood", "Planned", "Doing", "Reviewed"):
        expect(leader.get_by_text(name, exact=True).first).to_be_visible()
    leader.goto(f"{url}/c/maven/figures/close-rate/person/{anna()}/")
    expect(leader.get_by_role("table").first).to_be_visible()
