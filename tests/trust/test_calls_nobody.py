"""An installation at work calls nobody: in a network of loopback alone, the kernel counts no packet without a route."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from tests.conftest import CHROMIUM, FLAGS, listen

ROOT = Path(__file__).parents[2]


def test_a_session_with_pages_writes_and_commands_calls_nobody(generated_home: Path, tmp_path: Path) -> None:
    apart = ["unshare", "-rn"]
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], capture_output=True).returncode:
        pytest.skip("no network of its own can be made here (unshare -rn)")
    done = subprocess.run(
        [*apart, sys.executable, "-m", "tests.trust.alone", str(generated_home), str(tmp_path)],
        cwd=ROOT, env=os.environ | {"DJANGO_SETTINGS_MODULE": "ropewalk.settings"}, capture_output=True, text=True, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert set(found["answers"].values()) == {200}, found["answers"]
    assert found["wrong"] == []
    assert found["writes"] > 5
    assert found["commands"] == [0, 0]
    assert found["counted"] >= 2, "a call outside is counted, so that none means none"
    assert found["calls"] == 0


@pytest.mark.browser
def test_a_page_that_asks_another_host_would_be_noticed_by_every_test_in_a_browser() -> None:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM} (apt-get install chromium)")
    asked: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        listen(browser, asked)
        for page in (browser.new_page(), browser.new_context().new_page()):
            page.set_content(f'<img src="http://picture{len(asked)}.example/x.png"><p>Text</p>')
        browser.close()
    assert asked == {"http://picture0.example/x.png", "http://picture1.example/x.png"}
