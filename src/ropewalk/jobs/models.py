"""One table: what is to be done, who does it now, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """One piece of work. Claimed by one conditional update; a worker that lost its lease can't finish it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=40)
    order = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)  # counts claims; a stale worker holds an old number
    done_parts = models.PositiveBigIntegerField(default=0)
    all_parts = models.PositiveBigIntegerField(default=0)
    words = models.CharField(max_length=300, blank=True)  # what it is at
    result = models.JSONField(null=True)
    trouble = models.TextField(blank=True)  # a sentence, of a failed one
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "made_at"], name="job_state_made")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(result__isnull=False), name="job_done_with_result"
            )
        ]
