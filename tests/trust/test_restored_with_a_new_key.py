"""The drill without keys: a backup comes back in a home that makes new ones. All works, and what is shut says so."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.trust.homes import copy, ropewalk
from tests.trust.load import C
from tests.trust.serving import Server
from tests.trust.visiting import Visitor, form_of

SECRET = "She wants to lead a team of her own"
MAIL = {"host": "localhost", "port": "9", "security": "none", "user": "rope", "sender": "rope@example.com"}
MAIL_PAGE = f"{C}/setup/mail/"
ADMINISTRATOR, MANAGER = "ada.winter@northlight.example", "ines.valdor@northlight.example"


def ready(visitor: Visitor) -> tuple[int, str]:
    answer = visitor.get("/readyz")
    return answer.status, next(line for line in answer.body.splitlines() if line.startswith("key "))


def test_restored_without_its_keys_all_works_mail_is_entered_anew_and_notes_say_that_they_are_shut(
    generated_home: Path, tmp_path: Path
) -> None:
    home, restored = copy(generated_home, tmp_path / "home"), tmp_path / "restored"
    file = tmp_path / "one.backup"
    names = {"ROPEWALK_ALLOW_HOSTS": "localhost"}

    server = Server(home, **names)
    server.start()
    try:
        server.wait_until_ready()
        boss, keeper = Visitor(server.port, MANAGER), Visitor(server.port, ADMINISTRATOR)
        for one in (boss, keeper):
            one.sign_in()
        found = re.search(r"/people/(\d+)/talks/", boss.get(f"{C}/team/").body)
        assert found
        talks, plan = f"{C}/people/{found[1]}/talks/", f"{C}/people/{found[1]}/plan/"
        pages = (*(f"{C}/{name}/" for name in ("today", "team", "ropes", "plan", "help")), plan, talks)
        assert boss.post(f"{talks}note/", {"edition": "0", "private": SECRET}).status == 302
        assert keeper.post(MAIL_PAGE, MAIL | {"password": "hunter-two", "seen": ""}).status == 302
        assert SECRET in boss.get(talks).body
        shown = {page: boss.get(page).status for page in pages}
        assert set(shown.values()) == {200}
        assert ropewalk(home, "backup", str(file)).returncode == 0
        taken = file.read_bytes()
    finally:
        server.stop()

    done = ropewalk(restored, "restore", str(file), **names)
    assert done.returncode == 0, done.stderr
    shut = "1 of 1 private note and 1 of 1 mail password can't be opened: another data key sealed them."
    assert shut in done.stderr
    assert (restored / "data_key").read_text() != (home / "data_key").read_text()
    assert ropewalk(restored, "doctor", "--compare", str(file), **names).returncode == 0, "nothing differs"
    told = ropewalk(restored, "doctor", **names)
    assert told.returncode == 1
    assert f"✗ {shut}" in told.stdout

    server = Server(restored, **names)
    server.start()
    try:
        boss, keeper = Visitor(server.port, MANAGER), Visitor(server.port, ADMINISTRATOR)
        server.wait_until_ready(but="key")
        assert ready(boss) == (503, "key not ready")
        for one in (boss, keeper):
            one.sign_in()
        assert {page: boss.get(page).status for page in pages} == shown
        html = boss.get(talks).body
        assert "sealed by another key of this server" in html
        assert SECRET not in html
        assert boss.post(f"{talks}note/", {"edition": "1", "private": "over it"}).status == 409, (
            "kept for its key"
        )
        keeper.post(f"{MAIL_PAGE}test/", {})
        assert "was sealed with another key. Type it anew." in keeper.get(MAIL_PAGE).body
        seen = form_of(keeper.get(MAIL_PAGE).body)["seen"]
        assert keeper.post(MAIL_PAGE, MAIL | {"password": "hunter-two", "seen": seen}).status == 302
        assert ready(boss) == (200, "key ok"), "what was entered anew opens"
        keeper.post(f"{MAIL_PAGE}test/", {})
        assert "another key" not in keeper.get(MAIL_PAGE).body, "now it is only that nobody answers there"
    finally:
        server.stop()
    assert boss.wrong + keeper.wrong == []
    told = ropewalk(restored, "doctor", **names)
    assert "✗ 1 of 1 private note can't be opened" in told.stdout

    both = ",".join((one / "data_key").read_text() for one in (restored, home))
    server = Server(restored, ROPEWALK_DATA_KEYS=both, **names)
    server.start()
    try:
        server.wait_until_ready()
        boss = Visitor(server.port, MANAGER)
        boss.sign_in()
        assert re.search(rf"<textarea[^>]*>\s*{SECRET}", boss.get(talks).body), "its key brings it back"
    finally:
        server.stop()
    assert (
        "Everything that is sealed can be opened"
        in ropewalk(restored, "doctor", ROPEWALK_DATA_KEYS=both, **names).stdout
    )

    assert file.read_bytes() == taken, "no server that came out of it wrote over it"
    whole = tmp_path / "whole"
    whole.mkdir()
    for name in ("secret_key", "data_key"):
        shutil.copy(home / name, whole / name)
    done = ropewalk(whole, "restore", str(file), **names)
    assert (done.returncode, "can't be opened" in done.stderr) == (0, False), done.stderr
    assert "✓ Everything that is sealed can be opened" in ropewalk(whole, "doctor", **names).stdout
