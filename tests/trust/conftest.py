"""A generated company in a home of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.trust.homes import generated


@pytest.fixture(scope="session")
def generated_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy it before you change it."""
    return generated(tmp_path_factory)
