"""Announcements, who received them, and touches. A receipt is the evidence of Told and of Understood."""

from __future__ import annotations

from django.db import models

from ropewalk.companies.models import Company, Person, Team
from ropewalk.versions.models import Version


class Announcement(models.Model):
    """One version, told to those it concerns."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="announcements")
    version = models.OneToOneField(Version, on_delete=models.CASCADE, related_name="announcement")
    sent_on = models.DateField()
    sent_at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField(blank=True)  # the leader's own, above what the plan says


class Receipt(models.Model):
    """One person was sent one announcement; the answer is noted here too.

    Whoever comes to carry more of it later gets another receipt for that part, so that no past day changes.
    """

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="receipts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="receipts")
    initiatives = models.JSONField()  # keys that the version changed for this person
    sent_on = models.DateField()
    acknowledged_on = models.DateField(null=True)  # all of this year's recognised, own words written
    acknowledged_at = models.DateTimeField(null=True)
    own_words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["announcement", "person", "sent_on"], name="receipt_once_a_day")
        ]


class Touch(models.Model):
    """The plan was talked about with a team."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="touches")
    kind = models.CharField(max_length=20)  # "team talk"
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="touches")
    initiatives = models.JSONField()  # keys
    held_on = models.DateField()
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.TextField(blank=True)


class Reminder(models.Model):
    """Somebody was reminded of overdue steps; at most once a day."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="reminders")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reminders")
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField(max_length=200)  # as it was then
    sent_on = models.DateField()
    sent_at = models.DateTimeField()
    steps = models.PositiveIntegerField()  # overdue then

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "sent_on"], name="reminder_once_a_day")]
