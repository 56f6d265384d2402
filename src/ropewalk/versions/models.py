"""One table: versions. A row is written once and never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ropewalk.companies.models import Company, Person


class Version(models.Model):
    """A plan as it was published, with the shares it came to."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="versions")
    year = models.PositiveSmallIntegerField()  # fiscal
    number = models.PositiveSmallIntegerField()  # 1, 2, …
    published_on = models.DateField()
    in_force_from = models.DateField()  # never before published_on
    published_at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.TextField(blank=True)  # of an amendment
    document = models.JSONField()  # see versions.document

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "year", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=Q(in_force_from__gte=F("published_on")), name="version_not_before_publication"
            ),
        ]
