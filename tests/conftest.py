"""What every test shares: a home of its own, the weak hasher, the real data where it is."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

HOME = Path(tempfile.mkdtemp(prefix="ropewalk-test-"))
os.environ["ROPEWALK_HOME"] = str(HOME)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright runs an event loop in the tests' thread


def pytest_configure(config: pytest.Config) -> None:
    """The settings are read before this file is; they get the tests' own home here."""
    from django.conf import settings

    settings.HOME, settings.FACTS_FILE = HOME, HOME / "facts.duckdb"


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
