"""The draft's tables. A published plan is read from `versions`, never from here.

The limit of three stands here as a slot of 1 to 3, unique within the plan; `defining.FourthInitiative` says it in words.
What is retired gives its slot up, so that another can be taken in trade.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from ropewalk.companies.models import Company, Person

LIMIT = 3  # initiatives a year; there is no setting


class Plan(models.Model):
    """One company's plan for one fiscal year."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="plans")
    year = models.PositiveSmallIntegerField()  # fiscal, named by the year in which it ends
    first_day = models.DateField()
    last_day = models.DateField()
    revenue_goal = models.DecimalField(max_digits=18, decimal_places=2, null=True)  # company's currency
    revenue_before = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    announcement_on = models.DateField(null=True)  # rollout calendar
    team_talks_by = models.DateField(null=True)
    plans_agreed_by = models.DateField(null=True)
    edition = models.PositiveIntegerField(default=1)  # counts changes of the draft

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "year"], name="plan_once_a_year"),
            models.CheckConstraint(condition=Q(last_day__gt=F("first_day")), name="plan_days_in_order"),
        ]


class Initiative(models.Model):
    """One of at most three."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="initiatives")
    slot = models.PositiveSmallIntegerField(null=True)  # None: retired
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    why = models.TextField(blank=True)
    impact = models.TextField(blank=True)
    sponsor = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="sponsored")
    sponsor_as_written = models.CharField(max_length=254, blank=True)
    worth = models.DecimalField(max_digits=18, decimal_places=2, null=True)  # company's currency
    roles = models.JSONField(default=list)  # front-line roles, in the company's words
    teams = models.JSONField(default=list)  # team keys; empty: the whole company
    retired_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(slot__isnull=False, slot__range=(1, LIMIT))
                | Q(slot__isnull=True, retired_on__isnull=False),
                name="three_initiatives_at_most",
            ),
            models.UniqueConstraint(fields=["plan", "slot"], name="initiative_slot_once"),
            models.UniqueConstraint(fields=["plan", "key"], name="initiative_key_once"),
        ]


class Goal(models.Model):
    """What an initiative is measured by."""

    initiative = models.OneToOneField(Initiative, on_delete=models.CASCADE, related_name="goal")
    metric = models.CharField(max_length=80)
    where = models.JSONField(default=list)  # [[field, value], …]
    label = models.CharField(max_length=120, blank=True)
    unit_word = models.CharField(max_length=40, blank=True)
    baseline = models.DecimalField(max_digits=24, decimal_places=10, null=True)
    target = models.DecimalField(max_digits=24, decimal_places=10, null=True)
    start = models.DateField(null=True)
    due = models.DateField(null=True)
    window = models.CharField(max_length=20, blank=True)
    window_days = models.PositiveSmallIntegerField(null=True)
    is_cascaded = models.BooleanField(default=True)
    weighting = models.CharField(max_length=20, blank=True)
    over_assignment = models.JSONField(default=list)  # factors as text
    over_assignment_reason = models.TextField(blank=True)
    unit = models.DecimalField(max_digits=18, decimal_places=6, null=True)
    shares_by_hand = models.JSONField(default=list)  # [[person as written, amount as text], …]


class Milestone(models.Model):
    """Measured (level) or delivered (owner)."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="milestones")
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    by = models.DateField()
    level = models.DecimalField(max_digits=24, decimal_places=10, null=True)
    owner = models.CharField(max_length=254, blank=True)
    delivered_on = models.DateField(null=True)
    evidence = models.TextField(blank=True)


class Expectation(models.Model):
    """What a role does differently."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="expectations")
    place = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=80)
    text = models.TextField()


class ActivityStandard(models.Model):
    """How much of an activity a role does."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="standards")
    place = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=80)
    activity = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    per = models.CharField(max_length=5)  # day, week, month
    counted = models.CharField(max_length=3)  # crm or tap
    where = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="standard_amount_positive"),
            models.CheckConstraint(condition=Q(per__in=["day", "week", "month"]), name="standard_cadence"),
            models.CheckConstraint(condition=Q(counted__in=["crm", "tap"]), name="standard_counted_once"),
        ]


class Idea(models.Model):
    """An entry of the parking lot."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="ideas")
    title = models.CharField(max_length=200)
    proposed_by = models.CharField(max_length=200, blank=True)
    estimate = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "title"], name="idea_once")]


class ManualValue(models.Model):
    """A value of a manual metric, entered by hand: the total or level as of a day."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="manual_values")
    label = models.CharField(max_length=120)
    day = models.DateField()
    value = models.DecimalField(max_digits=24, decimal_places=6)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "label", "day"], name="manual_value_once_a_day")
        ]
