"""A backup that is taken once more because its doer died is noted once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pytest
import time_machine
from tests.importer import NOW, Importer

from ropewalk.jobs import queue, runner
from ropewalk.journal.models import Line

pytestmark = pytest.mark.django_db(transaction=True)


class Death(BaseException):
    pass


def test_a_backup_whose_doer_died_when_it_was_written_is_noted_once(
    importer: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = {"file": str(tmp_path / "a.backup"), "recipient": None}

    def dies(*_: Any, **__: Any) -> NoReturn:
        raise Death

    with time_machine.travel(NOW, tick=False) as clock:
        queue.put("backup", order, at=NOW)
        with monkeypatch.context() as patched:
            patched.setattr(queue, "finish", dies)
            with pytest.raises(Death):
                runner.take_one()
        assert (tmp_path / "a.backup").exists()
        clock.shift(90)
        assert queue.take_back() == 1
        assert runner.take_one()
        assert Line.objects.filter(action="took backup").count() == 1
        clock.shift(90)
        queue.put("backup", order, at=NOW)
        queue.put("backup", order | {"file": str(tmp_path / "b.backup")}, at=NOW)
        assert runner.take_one()
        assert runner.take_one()
    noted = Line.objects.filter(action="took backup").order_by("pk").values_list("words", flat=True)
    assert list(noted) == ["a.backup", "a.backup", "b.backup"]
