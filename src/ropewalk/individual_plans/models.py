"""Individual plans, their agreements, and commitments. An agreement is written once and never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ropewalk.companies.models import Company, Person


class IndividualPlan(models.Model):
    """One person's plan of a fiscal year, as it is being edited."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="individual_plans")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="individual_plans")
    year = models.PositiveSmallIntegerField()  # fiscal
    draft = models.JSONField(default=dict)  # see individual_plans.item
    edition = models.PositiveIntegerField(default=1)  # counts edits, for "changed meanwhile"
    person_agreed_on = models.DateField(null=True)  # to the present draft
    counterpart_agreed_on = models.DateField(null=True)
    counterpart = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "year"], name="individual_plan_once_a_year")]


class Agreement(models.Model):
    """What both agreed to, on the day the second of them did."""

    plan = models.ForeignKey(IndividualPlan, on_delete=models.CASCADE, related_name="agreements")
    agreed_on = models.DateField()
    counterpart = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    document = models.JSONField()  # the items as agreed, shares included


class Commitment(models.Model):
    """ "I will …, by …": made in a talk or alone, tied to an initiative."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="commitments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="commitments")
    initiative_key = models.CharField(max_length=80)
    text = models.CharField(max_length=300)
    made_on = models.DateField()
    due_on = models.DateField()
    kept = models.BooleanField(null=True)  # None: not asked yet
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kept__isnull=True, closed_on__isnull=True)
                | Q(kept__isnull=False, closed_on__isnull=False),
                name="commitment_closed_with_answer",
            ),
        ]
