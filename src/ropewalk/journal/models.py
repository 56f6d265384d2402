"""The journal's one table. Ids and words, no foreign keys: history outlives what it tells of."""

from __future__ import annotations

from django.db import models


class Line(models.Model):
    """One thing that somebody did."""

    at = models.DateTimeField()  # instant, UTC
    company_id = models.BigIntegerField(null=True)  # None: about the installation itself
    person_id = models.BigIntegerField(null=True)  # None: the operator at the shell, or a job
    actor = models.CharField(max_length=200)  # the name as it was then
    action = models.CharField(max_length=60)  # a verb and a noun: "published plan"
    thing = models.CharField(max_length=80)  # "plan:12"
    words = models.TextField(blank=True)  # one sentence; never the text of a note

    class Meta:
        indexes = [
            models.Index(fields=["company_id", "at"], name="journal_company_at"),
            models.Index(fields=["company_id", "thing"], name="journal_company_thing"),
            models.Index(fields=["company_id", "id"], name="journal_company_latest"),
        ]
