"""Files that a command hands to a server live as long as the job that reads them, and no longer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.importer import NOW, Importer

from ropewalk.jobs import handing, queue, runner
from ropewalk.jobs.kinds import NotDone

pytestmark = pytest.mark.django_db(transaction=True)


def rooms(importer: Importer) -> list[Path]:
    return list((importer.home / "work").glob("handed-*"))


@pytest.fixture
def plan(tmp_path: Path) -> dict[str, Any]:
    file = tmp_path / "plan.yaml"
    file.write_text("year: 2027\n")
    return {"path": str(file), "company": "acme"}


def test_what_is_handed_over_is_its_own_and_gone_afterwards(importer: Importer, plan: dict[str, Any]) -> None:
    with handing.over("plan check", plan) as handed:
        there = handing.seen(handed, "path")
        assert (there.name, there.read_text()) == ("plan.yaml", "year: 2027\n")
        assert there.stat().st_mode & 0o777 == 0o600
        assert [room.stat().st_mode & 0o777 for room in rooms(importer)] == [0o700]
        handing.sweep()
        assert there.exists(), "its orderer waits for it"
    assert rooms(importer) == []


def test_a_job_that_goes_on_without_its_orderer_keeps_its_files_to_the_end(
    importer: Importer, plan: dict[str, Any]
) -> None:
    with handing.over("plan check", plan) as handed:
        job = queue.put("plan check", handed, at=NOW)
    Path(plan["path"]).unlink()
    handing.sweep()
    assert len(rooms(importer)) == 1
    assert runner.take_one()
    assert queue.standing(job).state == "done"
    assert rooms(importer) == []


def test_a_backup_that_nobody_waits_for_is_not_kept(importer: Importer, tmp_path: Path) -> None:
    order = {"file": str(tmp_path / "a.backup"), "recipient": None}
    with handing.over("backup", order) as handed:
        job = queue.put("backup", handed, at=NOW)
    handing.sweep()
    assert rooms(importer) == []
    assert runner.take_one()
    assert queue.standing(job).trouble.startswith("Nobody waits for this backup any more.")
    assert not (tmp_path / "a.backup").exists()


def test_what_a_command_leaves_that_is_killed_is_swept_away(importer: Importer, plan: dict[str, Any]) -> None:
    code = (
        "import os, signal, sys, django; django.setup()\n"
        "from ropewalk.jobs import handing\n"
        "room = handing.over('plan check', {'path': sys.argv[1]})\n"
        "room.__enter__()\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    more = {"ROPEWALK_HOME": str(importer.home), "DJANGO_SETTINGS_MODULE": "ropewalk.settings"}
    subprocess.run([sys.executable, "-c", code, plan["path"]], env=os.environ | more)
    assert len(rooms(importer)) == 1
    handing.sweep()
    assert rooms(importer) == []


def test_a_disk_that_is_full_is_told_and_nothing_is_left(
    importer: Importer, plan: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(handing.shutil, "copyfile", full)  # type: ignore[attr-defined]
    with pytest.raises(NotDone, match="No space left on device"), handing.over("plan check", plan):
        pass
    assert rooms(importer) == []


def test_a_group_that_shares_the_home_shares_what_is_handed_over(
    importer: Importer, plan: dict[str, Any]
) -> None:
    importer.home.chmod(0o2770)
    with handing.over("plan check", plan) as handed:
        there = handing.seen(handed, "path")
        assert there.stat().st_mode & 0o777 == 0o660
        assert there.parent.stat().st_mode & 0o777 == 0o770
