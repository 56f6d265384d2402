"""What is printed, on A4 and on Letter: a sheet or two, with the figures on it, and states told apart in grey.

And what a manager reads before a talk, in ninety seconds.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser
from tests.pages.screens import KAY, Shown, Worlds
from tests.pages.walking import Walker

INKED, APART = 200, 0.15  # darker than this is ink; the part of two signs' ink that must lie elsewhere
ALONE = """(at) => {
  let held = document.getElementById("alone");
  if (!held) {
    held = document.createElement("div");
    held.id = "alone";
    held.innerHTML = [...document.querySelectorAll(".working-legend .status svg")].map((one) => one.outerHTML).join("");
    document.body.replaceChildren(held);
    for (const one of held.children) Object.assign(one.style, { inlineSize: "30mm", blockSize: "30mm", position: "absolute" });
  }
  [...held.children].forEach((one, place) => { one.style.display = place === at ? "block" : "none"; });
}"""

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


PAPERS = {"A4": (595, 842), "Letter": (612, 792)}  # in points


def printed(walker: Walker, shown: Shown, file: Path, paper: str = "A4") -> tuple[int, str]:
    """The pages and the words of what the browser prints."""
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext (apt-get install poppler-utils)")
    with walker.at(shown) as page:
        page.pdf(path=file, format=paper, prefer_css_page_size=True)
    told = subprocess.run(["pdfinfo", file], capture_output=True, text=True, check=True).stdout
    pages = int(next(line.split()[1] for line in told.splitlines() if line.startswith("Pages:")))
    size = next(line.split()[2:5:2] for line in told.splitlines() if line.startswith("Page size:"))
    assert all(abs(float(one) - wanted) < 2 for one, wanted in zip(size, PAPERS[paper], strict=True))
    words = subprocess.run(
        ["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True
    ).stdout
    return pages, " ".join(words.split())


@pytest.mark.parametrize("paper", PAPERS)
def test_an_individual_plan_is_one_sheet_with_targets_amounts_and_who_agreed(
    one_team: Worlds, live_server: Any, chromium: Browser, tmp_path: Path, paper: str
) -> None:
    walker = Walker(chromium, live_server.url, one_team)
    pages, words = printed(walker, Shown("Ana Alder", "people/{ana}/plan/"), tmp_path / "plan.pdf", paper)
    assert pages == 1
    for said in (
        "Northlight",
        "17 August 2027",
        "Tom Neubert",
        "My target",
        "deal review",
        "24 medical clients",
        "31 December 2027",
    ):
        assert said in words
    for unsaid in ("Save changes", "Sign out", "Skip to the content", "Keeps itself"):
        assert unsaid not in words


@pytest.mark.parametrize("paper", PAPERS)
def test_the_preparation_of_a_talk_is_one_sheet_in_the_order_it_is_read_and_ninety_seconds_long(
    one_team: Worlds, live_server: Any, chromium: Browser, tmp_path: Path, paper: str
) -> None:
    walker = Walker(chromium, live_server.url, one_team)
    for name in ("Ana Alder", "Ben Brandt", "Emil Ehrat"):
        person = one_team.companies["northlight"].people[name]
        pages, words = printed(
            walker, Shown("Tom Neubert", f"people/{person}/talks/"), tmp_path / "talk.pdf", paper
        )
        assert pages == 1
        heads = [
            words.find(one)
            for one in (
                "Promised",
                "What changed",
                "Where a rope is open",
                "Done of what",
                "Deals that stand",
            )
        ]
        there = [one for one in heads if one >= 0]
        assert there == sorted(there)
        assert len(there) >= 3
        assert len(words.split()) <= 250
        assert "Record a talk" not in words


@pytest.mark.parametrize("paper", PAPERS)
def test_quarterly_reviews_are_two_sheets_at_most_with_what_was_decided(
    one_team: Worlds, live_server: Any, chromium: Browser, tmp_path: Path, paper: str
) -> None:
    walker = Walker(chromium, live_server.url, one_team)
    for name in ("Ana Alder", "Ben Brandt"):
        person = one_team.companies["northlight"].people[name]
        shown = Shown("Tom Neubert", f"people/{person}/reviews/")
        pages, words = printed(walker, shown, tmp_path / "review.pdf", paper)
        assert pages <= 2
        for said in ("Northlight", name, "17 August 2027", "24 medical clients"):
            assert said in words
        assert "Record the review" not in words


def test_states_are_told_apart_on_grey_paper(
    one_team: Worlds, live_server: Any, chromium: Browser, tmp_path: Path
) -> None:
    """Each by its shape: printed in grey, no two of them cover the same part of their square."""
    if not shutil.which("pdftoppm"):
        pytest.skip("no pdftoppm (apt-get install poppler-utils)")
    marks: dict[str, Image.Image] = {}
    with Walker(chromium, live_server.url, one_team).at(Shown(KAY, "ropes/")) as page:
        words = page.locator(".working-legend .status").all_inner_texts()
        for at, word in enumerate(words):
            page.evaluate(ALONE, at)
            page.pdf(path=tmp_path / "sign.pdf", width="40mm", height="40mm", print_background=False)
            made = ["pdftoppm", "-gray", "-r", "150", "-png", "-singlefile", "sign.pdf", "sign"]
            subprocess.run(made, cwd=tmp_path, check=True)
            with Image.open(tmp_path / "sign.png") as shot:
                marks[word.strip()] = shot.convert("L").point(lambda light: 255 * (light < INKED))
    assert {"on pace", "behind", "off pace", "reached", "too early"} <= set(marks)
    for word, mark in marks.items():
        assert mark.getbbox(), f"{word} is blank on paper"
        for other, beside in marks.items():
            both = ImageChops.lighter(mark, beside).histogram()[255]
            differing = ImageChops.difference(mark, beside).histogram()[255]
            assert word == other or differing / both > APART, f"{word} and {other} look alike"
