"""What a worker that died leaves behind, and what the next one does about it at its start."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ropewalk.companies.access import Viewer
from ropewalk.facts import uploads, workroom
from ropewalk.facts.models import Upload
from ropewalk.facts.workroom import arrivals
from ropewalk.jobs import queue

NOW = datetime(2027, 8, 17, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_a_job_of_the_dead_is_claimed_at_once_and_keeps_its_strikes() -> None:
    put = queue.put("import", {}, at=NOW)
    first = queue.claim(at=NOW)
    assert first is not None
    assert queue.claim(at=NOW) is None, "its lease holds for a minute"
    assert queue.take_back() == 1
    second = queue.claim(at=NOW)
    assert second is not None
    assert (second.id, second.fence) == (put, 2)
    with pytest.raises(queue.LeaseLost):
        queue.finish(first, {}, at=NOW)


def test_a_job_that_is_waiting_or_done_stays_so() -> None:
    done = queue.put("import", {}, at=NOW)
    claim = queue.claim(at=NOW)
    assert claim is not None
    queue.finish(claim, {"rows": 1}, at=NOW)
    queue.put("import", {}, at=NOW)
    assert queue.take_back() == 0
    assert queue.standing(done).result == {"rows": 1}


@pytest.fixture
def administrator(settings: Any, tmp_path: Path) -> Viewer:
    from ropewalk.companies.access import operator_for
    from ropewalk.companies.founding import Calendar, found
    from ropewalk.journal.writing import OPERATOR

    settings.HOME = tmp_path
    handle = found("Acme", calendar=Calendar(), by=OPERATOR, at=NOW)
    return operator_for(handle, on=NOW.date())


def test_files_can_be_brought_where_a_death_left_a_folder_of_the_same_number(administrator: Viewer) -> None:
    number = (Upload.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    for guess in range(number, number + 50):  # whichever number the database gives
        folder = Path(arrivals()).parents[1] / "uploads" / "acme" / str(guess)
        folder.mkdir(parents=True)
        (folder / "deals.csv").write_text("torn")
    made = uploads.bring([SimpleUploadedFile("deals.csv", b"id,amount\n")], by=administrator, at=NOW)
    found = uploads.upload(administrator, made)
    assert found.path("deals.csv").read_bytes() == b"id,amount\n"


def test_files_of_no_upload_any_more_are_let_go_and_others_stay(administrator: Viewer) -> None:
    kept, done = (
        uploads.bring([SimpleUploadedFile("deals.csv", b"id,amount\n")], by=administrator, at=NOW)
        for _ in range(2)
    )
    Upload.objects.filter(pk=done).update(state="done")
    home = uploads.upload(administrator, kept).folder.parent
    (home / "999999").mkdir()
    uploads.tidy_for_system()
    assert [one.name for one in home.iterdir()] == [str(kept)]


def test_the_workroom_of_a_predecessor_with_the_same_process_number_is_swept_at_the_start(
    settings: Any, tmp_path: Path
) -> None:
    settings.HOME = tmp_path
    (tmp_path / "work" / f"{os.getpid()}-left").mkdir(parents=True)
    (tmp_path / "work" / "1-init").mkdir()
    with workroom.workroom():
        pass
    assert (tmp_path / "work" / f"{os.getpid()}-left").exists(), "it may be at work in another thread"
    workroom.sweep_at_start()
    assert [one.name for one in (tmp_path / "work").iterdir()] == ["1-init"], "another process is alive"


def test_what_is_brought_is_kept_in_the_home_while_it_arrives(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    from ropewalk.pages.importing.quota import Arriving

    with Arriving("deals.csv", "text/csv", 0, None) as arriving:
        assert Path(arriving.temporary_file_path()).is_relative_to(tmp_path)
