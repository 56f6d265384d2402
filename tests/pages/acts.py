"""What is done on a page to bring it into a state, as a person would: fill, send, bring a file, lose the net. Start with `sent`."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

Act = Callable[[Page], None]
PLAN_FILE = """year: 2027
initiatives:
  - title: 60 new medical clients
    why: Clinics stay twice as long as anybody else, and we lose the ones we never visit again.
    impact: Sixty reference customers carry half of next year.
    sponsor: Kay Lindqvist
    goal: {metric: new_clients, where: {vertical: medical}, baseline: 0, target: 60, start: 2027-01-01, due: 2027-12-31}
"""


def sent(button: str, fields: dict[str, str] | None = None, *, within: str = "main") -> Act:
    """Fill fields by name, and send the form of a button past the browser's own checks, as without script."""

    def act(page: Page) -> None:
        for name, value in (fields or {}).items():
            page.locator(f'{within} [name="{name}"]').first.fill(value)
        found = page.locator(within).get_by_role("button", name=button).first
        found.evaluate("node => { node.form.noValidate = true }")
        found.click()
        page.wait_for_load_state()

    return act


def tapped_something_else(page: Page) -> None:
    """Log an activity that isn't in one's plan."""
    page.locator('input[name="activity"]').first.evaluate("node => { node.value = 'a walk' }")
    page.get_by_role("button", name="Log ").first.click()
    page.get_by_text("isn’t counted by taps").wait_for()


def saved_too_late(page: Page) -> None:
    """Save a plan that somebody else has saved since it was opened."""
    page.locator('main input[name="edition"]').first.evaluate("node => { node.value = '0' }")
    sent(
        "Save changes", {"stop": "Long lists that nobody reads", "medical.words": "I call the clinics first"}
    )(page)


def saved_draft_too_late(page: Page) -> None:
    """Save the plan’s form after somebody else has saved it."""
    year = page.locator("main select[name=year]").first.input_value()
    page.locator('main input[name="edition"]').first.evaluate(
        "(node, seen) => { node.value = seen }", f"{year}.0"
    )
    sent("Keep the draft", {"i0.why": "Clinics stay for years", "i0.goal.target": "0.52"})(page)


def brought_another_plan(page: Page) -> None:
    """Bring a plan file where a draft is already."""
    brought(page, PLAN_FILE)


def brought_no_plan(page: Page) -> None:
    """Bring a plan file in which two things are wrong."""
    brought(page, PLAN_FILE.replace("sponsor", "sponser").replace("2027-12-31", "31 December"))


def brought(page: Page, text: str) -> None:
    page.locator("input[name=plan]").set_input_files(
        {"name": "plan.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    )
    sent("Bring it in as a draft")(page)


def tapped_without_net(page: Page) -> None:
    """Log an activity while the net is gone; it stays on the device."""
    page.evaluate(
        """() => navigator.serviceWorker.controller
        || new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done))"""
    )
    page.context.set_offline(True)
    page.get_by_role("button", name="Log ").first.click()
    page.get_by_text("Kept on this device").wait_for()


def noted_nothing(page: Page) -> None:
    page.get_by_text("Note a team talk").click()
    sent("Note it")(page)


def gave_an_empty_file(page: Page) -> None:
    """Bring a file without a row; the page of how files are read says so."""
    given(page, "deals.csv", b"\r\n")


def gave_a_mapping_alone(page: Page) -> None:
    """Bring the mapping of a file, and not the file."""
    given(page, "mapping.yaml", b"source: hubspot\nfiles: everything\n")


def given(page: Page, name: str, content: bytes) -> None:
    page.locator("input[name=files]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    sent("Read these files")(page)


def passed_over_everything(page: Page) -> None:
    """Import where the only file is passed over."""
    page.locator("main select[name$='.object']").first.select_option("")
    sent("Import")(page)


def left_every_row_out(page: Page) -> None:
    """Bring refused rows back, and leave each of them out."""
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    sent("Bring them back")(page)


def began_with_half(page: Page) -> None:
    """Begin with no address of mail, a short password and a company that is no name."""
    fields = {
        "person": "Uma Admin",
        "email": "uma at acme",
        "password": "short",
        "name": "!",
        "currency": "francs",
    }
    sent("Begin", fields)(page)


def opened_a_rope(page: Page) -> None:
    """Open a rope beside the map; on a phone it is a page of its own."""
    page.locator("figure.map a[aria-label*='overdue since']:visible, .by-debtor a:visible").first.click()
    page.get_by_role("heading", name="The seven steps").wait_for(state="attached")
