"""Clocks that jump: jobs are done once, in their order, whatever the clock of the machine does meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from tests.importer import Importer, importer

from ropewalk.companies.models import Company
from ropewalk.jobs import kinds, queue, runner
from ropewalk.jobs.kinds import Say
from ropewalk.jobs.models import Job
from ropewalk.metrics.measuring import measure_for_system
from ropewalk.metrics.questions import Question

__all__ = ["importer"]
pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
done: list[int] = []


def note(order: dict[str, int], say: Say) -> dict[str, int]:
    """A job that remembers that it was done."""
    done.append(order["number"])
    return order


@pytest.fixture(autouse=True)
def _noting(monkeypatch: pytest.MonkeyPatch) -> None:
    done.clear()
    monkeypatch.setitem(kinds.KINDS, "note", f"{__name__}:note")
    monkeypatch.setattr(kinds, "import_module", lambda name: __import__("sys").modules[name])


def put(number: int, at: datetime) -> int:
    return queue.put("note", {"number": number}, at=at)


def take_all(at: datetime) -> None:
    with time_machine.travel(at, tick=False):
        while runner.take_one():
            pass


def test_a_clock_set_back_two_hours_holds_no_job_up_and_does_none_twice() -> None:
    first = put(1, NOON)
    back = NOON - timedelta(hours=2)
    put(2, back)
    take_all(back)
    assert sorted(done) == [1, 2]
    assert queue.oldest_waiting(at=back) is None
    put(3, NOON)
    assert queue.oldest_waiting(at=back) == timedelta(0), "nobody has waited less than not at all"
    take_all(back)
    take_all(NOON)
    assert sorted(done) == [1, 2, 3]
    assert queue.standing(first).state == Job.State.DONE


def test_a_job_in_hand_when_the_clock_was_set_back_is_taken_up_after_a_restart() -> None:
    put(1, NOON)
    assert queue.claim(at=NOON) is not None
    back = NOON - timedelta(hours=2)
    assert queue.claim(at=back) is None, "its worker may be at it still"
    queue.take_back()  # what a server does that begins
    take_all(back)
    assert done == [1]


def test_a_clock_set_forward_three_days_ends_a_lease_and_whoever_held_it_can_not_finish() -> None:
    put(1, NOON)
    held = queue.claim(at=NOON)
    assert held is not None
    take_all(NOON + timedelta(days=3))
    assert done == [1]
    for late in (lambda: queue.finish(held, {}, at=NOON), lambda: queue.tell(held, 1, 2, "", at=NOON)):
        with pytest.raises(queue.LeaseLost):
            late()


def test_a_worker_asleep_for_a_week_does_each_job_once_in_the_order_in_which_they_came() -> None:
    for number in range(7):
        put(number, NOON + timedelta(days=number))
    assert queue.oldest_waiting(at=NOON + timedelta(days=7)) == timedelta(days=7)
    take_all(NOON + timedelta(days=7))
    assert done == list(range(7))
    take_all(NOON + timedelta(days=8))
    assert done == list(range(7))


def test_figures_that_were_counted_keep_their_day_when_the_company_changes_its_zone(
    importer: Importer,
) -> None:
    """23:30 in Berlin on 31 March is April in Tokyo; what was brought before the move stays in March."""
    mapping = "source: crm\nfiles:\n  - {name: a.csv, object: activities, columns: {id: id, owner: owner, type: type, occurred_at: at}}\n"
    text = "id,owner,type,at\n1,ann,call,2026-03-31T21:30:00Z\n2,ann,call,2026-03-31T22:30:00Z\n"
    importer.run(mapping, importer.file("a.csv", text))

    def months() -> dict[date, int]:
        question = Question("calls", "company", date(2026, 3, 1), date(2026, 4, 30), grain="month")
        return {
            row.period_start: int(row.numerator)
            for row in measure_for_system(importer.company.pk, question).rows
        }

    before = months()
    assert before == {date(2026, 3, 1): 1, date(2026, 4, 1): 1}
    Company.objects.update(time_zone="Asia/Tokyo")
    assert months() == before
    importer.run(mapping, importer.file("a.csv", text + "3,ann,call,2026-03-31T14:30:00Z\n"))
    assert months()[date(2026, 3, 1)] + months()[date(2026, 4, 1)] == 3, "each counts on one day"
