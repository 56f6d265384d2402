"""What every test shares: a home of its own, the weak hasher, the real data where it is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import settings as Hypothesis
from playwright.sync_api import Browser, sync_playwright

IS_FIRST = "TESTS_OF_ROPEWALK" not in os.environ  # not a worker, and not a run within a run
if IS_FIRST:
    os.environ["TESTS_OF_ROPEWALK"] = tempfile.mkdtemp(prefix="ropewalk-test-")
HOMES = Path(os.environ["TESTS_OF_ROPEWALK"])  # of all processes of this run; gone at its end
HOME = Path(tempfile.mkdtemp(dir=HOMES))
os.environ["ROPEWALK_HOME"] = str(HOME)
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",  # it asks for names of its maker's
]  # fmt: skip
HERE = {"127.0.0.1", "localhost"}
OVER_A_NET = ("http:", "https:", "ws:", "wss:")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop in the tests' thread


def pytest_configure(config: pytest.Config) -> None:
    """The settings are read before this file is; they get the tests' own home here."""
    from django.conf import settings

    from ropewalk.settings import database

    settings.HOME, settings.FACTS_FILE = HOME, HOME / "facts.duckdb"
    url = os.environ.get("ROPEWALK_TEST_DATABASE_URL", "")  # set by `python -m tests.on_postgresql`
    if url:
        from django.db import connections

        settings.DATABASES["default"] = database(url)
        connections.settings = connections.configure_settings(settings.DATABASES)
        del connections["default"]  # made when the models were read, for the file
    settings.FACTS_URL = os.environ.get("ROPEWALK_TEST_FACTS_URL", "")
    settings.FACTS_SCHEMA = ""  # one for each home


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a server the thread of an import that pages ordered sees nothing of a transaction that its test has open."""
    if os.environ.get("ROPEWALK_TEST_DATABASE_URL"):
        for one in items:
            if "uma" in getattr(one, "fixturenames", ()):
                one.add_marker(pytest.mark.django_db(transaction=True), append=False)


Hypothesis.register_profile("ropewalk", deadline=None)  # a busy machine is no failure
Hypothesis.load_profile("ropewalk")


def pytest_unconfigure() -> None:
    """Nothing that this process made stays behind; the first takes what a worker left that was killed."""
    shutil.rmtree(HOMES if IS_FIRST else HOME, ignore_errors=True)


@pytest.fixture
def shared() -> Path:
    """The folder of real data, or a skip that says where it was looked for."""
    folder = Path(os.environ.get("ROPEWALK_SHARED") or Path(__file__).parents[2] / "shared")
    if not (folder / "data" / "maven").is_dir():
        pytest.skip(f"no real data at {folder}/data (set ROPEWALK_SHARED)")
    return folder / "data"


@pytest.fixture(autouse=True)
def quick_settings(settings: pytest.FixtureRequest) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, or a skip that says so; a page that asks anybody but this machine is red."""
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM} (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        asked: set[str] = set()
        listen(browser, asked)
        yield browser
        browser.close()
    assert {one for one in asked if urlsplit(one).hostname not in HERE} == set()


def listen(browser: Browser, asked: set[str]) -> None:
    """Gather what every page of the browser asks for over a net."""
    for name in ("new_context", "new_page"):

        def made(*words: Any, of: Any = getattr(browser, name), **more: Any) -> Any:
            found = of(*words, **more)
            context = getattr(found, "context", found)
            context.on("request", lambda one: asked.add(one.url) if one.url.startswith(OVER_A_NET) else None)
            return found

        setattr(browser, name, made)
