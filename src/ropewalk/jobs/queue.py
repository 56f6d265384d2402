"""The table queue: put in, claim with a lease and a fence, finish together with the result.

A job that was interrupted is claimed again when its lease is over, three times at most. Start with `put`, `claim`, `finish`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from ropewalk.jobs.models import Job

LEASE = timedelta(seconds=60)
STRIKES = 3  # claims after which a job is given up
FROM_A_PAGE = "upload"  # the kind that pages order; commands wait for all others


@dataclass(frozen=True)
class Claim:
    """A job in somebody's hands."""

    id: int
    kind: str
    order: dict[str, Any]
    fence: int
    made_at: datetime


@dataclass(frozen=True)
class Standing:
    """How a job stands."""

    state: str
    done_parts: int
    all_parts: int
    words: str
    result: Any
    trouble: str


class LeaseLost(Exception):
    """Somebody else took the job over; what was done of it here must not count."""


def put(kind: str, order: dict[str, Any], *, at: datetime) -> int:
    """Put a job in and give its id."""
    return Job.objects.create(kind=kind, order=order, made_at=at).pk


def claim(*, at: datetime) -> Claim | None:
    """Take the oldest job that waits or whose worker has gone; None where there is none."""
    free = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, leased_until__lt=at)
    for job in Job.objects.filter(free).order_by("made_at", "pk")[:5]:
        if job.fence >= STRIKES:
            fail(
                Claim(job.pk, job.kind, job.order, job.fence, job.made_at),
                "It was interrupted three times.",
                at=at,
            )
            continue
        taken = Job.objects.filter(free, pk=job.pk, fence=job.fence).update(
            state=Job.State.RUNNING, leased_until=at + LEASE, fence=F("fence") + 1
        )
        if taken:
            return Claim(job.pk, job.kind, job.order, job.fence + 1, job.made_at)
    return None


def take_back() -> int:
    """Let the jobs of a worker that is known to be gone wait for the next one; how many there were. Each keeps its strikes."""
    return Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.WAITING, leased_until=None)


def forget_from_shells() -> int:
    """Take out every open job that a command waits for: in a restored installation nobody does. How many there were.

    The backup itself is among them where a server took it, and would be taken up again, over the file it was restored from.
    What pages ordered goes on.
    """
    waited_for = Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))
    gone, _ = waited_for.exclude(kind=FROM_A_PAGE).delete()
    return gone


def tell(claim: Claim, done: int, whole: int, words: str, *, at: datetime) -> None:
    """Say how far a job is and keep the lease. Raises LeaseLost."""
    kept = Job.objects.filter(pk=claim.id, fence=claim.fence, state=Job.State.RUNNING).update(
        done_parts=done, all_parts=whole, words=words[:300], leased_until=at + LEASE
    )
    if not kept:
        raise LeaseLost


def finish(claim: Claim, result: Any, *, at: datetime) -> None:
    """Note a job's result. Raises LeaseLost."""
    with transaction.atomic():
        kept = Job.objects.filter(pk=claim.id, fence=claim.fence, state=Job.State.RUNNING).update(
            state=Job.State.DONE, result=result, ended_at=at, leased_until=None
        )
        if not kept:
            raise LeaseLost


def fail(claim: Claim, trouble: str, *, at: datetime) -> None:
    """Note that a job could not be done, in a sentence."""
    Job.objects.filter(pk=claim.id, fence=claim.fence).update(
        state=Job.State.FAILED, trouble=trouble, ended_at=at, leased_until=None
    )


def standing(job_id: int) -> Standing:
    """How a job stands now."""
    job = Job.objects.get(pk=job_id)
    return Standing(job.state, job.done_parts, job.all_parts, job.words, job.result, job.trouble)


def oldest_waiting(*, at: datetime) -> timedelta | None:
    """How long the oldest job has been waiting; None where none waits."""
    made = Job.objects.filter(state=Job.State.WAITING).order_by("made_at").values_list("made_at", flat=True)
    first = made.first()
    return None if first is None else max(at - first, timedelta(0))


def open_orders() -> list[tuple[str, dict[str, Any]]]:
    """Kind and order of every job that waits or is being done."""
    waited_for = Job.objects.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))
    return list(waited_for.values_list("kind", "order"))


def failed_since(since: datetime) -> list[tuple[str, str]]:
    """Kind and trouble of the jobs that failed since then, the latest first, ten at most."""
    failed = Job.objects.filter(state=Job.State.FAILED, ended_at__gte=since).order_by("-ended_at")
    return list(failed.values_list("kind", "trouble")[:10])


def is_wanted(job_id: int) -> bool:
    """Whether a job is still to be done, by whomever."""
    return Job.objects.filter(pk=job_id, state__in=(Job.State.WAITING, Job.State.RUNNING)).exists()


def withdraw(job_id: int) -> bool:
    """Take a job out that nobody has begun; False where somebody has."""
    gone, _ = Job.objects.filter(pk=job_id, state=Job.State.WAITING, fence=0).delete()
    return bool(gone)


def stop(job_id: int, trouble: str, *, unless: str, at: datetime) -> bool:
    """Call a job off, unless it is at `unless` by its own words or over; whether it was. Its worker finds its lease lost."""
    open_states = (Job.State.WAITING, Job.State.RUNNING)
    stopped = (
        Job.objects.filter(pk=job_id, state__in=open_states)
        .exclude(words=unless)
        .update(state=Job.State.FAILED, trouble=trouble, ended_at=at, leased_until=None, fence=F("fence") + 1)
    )
    return bool(stopped)
