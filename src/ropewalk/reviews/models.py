"""Talks and what they touched. A part exists only where something was written on the initiative."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ropewalk.companies.models import Company, Person


class OneOnOne(models.Model):
    """A talk of two, held on a day."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="one_on_ones")
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="one_on_ones"
    )  # whose talk it is
    manager = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="one_on_ones_held")
    held_on = models.DateField()
    recorded_at = models.DateTimeField()
    notes = models.TextField(blank=True)  # shared by the two


class TalkPart(models.Model):
    """What was said of one initiative."""

    talk = models.ForeignKey(OneOnOne, on_delete=models.CASCADE, related_name="parts")
    initiative_key = models.CharField(max_length=80)
    words = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["talk", "initiative_key"], name="talk_part_once"),
            models.CheckConstraint(condition=~Q(words=""), name="talk_part_has_words"),
        ]


class Topic(models.Model):
    """Something one of the two wants to talk about next time; open until it was, or until it is taken back."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="topics")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="topics")  # whose talk it is
    raised_by = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=300)
    raised_on = models.DateField()
    talk = models.ForeignKey(OneOnOne, null=True, on_delete=models.CASCADE, related_name="topics")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="topic_has_words")]


class PrivateNote(models.Model):
    """What its author keeps about the talks with a person; sealed, and opened for the author only."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="private_notes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")  # whose talks it is about
    author = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    sealed = models.TextField()
    edition = models.PositiveIntegerField()  # counts the saves
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "author"], name="private_note_once_for_each_author"),
        ]


class QuarterlyReview(models.Model):
    """A person's review of one quarter, held on a day."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="quarterly_reviews")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="quarterly_reviews")
    manager = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    quarter_end = models.DateField()
    held_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "quarter_end"], name="review_once_a_quarter"),
            models.CheckConstraint(
                condition=Q(held_on__gt=models.F("quarter_end")), name="review_after_the_quarter"
            ),
        ]


class ReviewPart(models.Model):
    """What was said and decided of one initiative."""

    review = models.ForeignKey(QuarterlyReview, on_delete=models.CASCADE, related_name="parts")
    initiative_key = models.CharField(max_length=80)
    words = models.TextField()
    decision = models.CharField(max_length=10)  # keep, change or stop

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "initiative_key"], name="review_part_once"),
            models.CheckConstraint(condition=~Q(words=""), name="review_part_has_words"),
            models.CheckConstraint(
                condition=Q(decision__in=["keep", "change", "stop"]), name="review_part_decision"
            ),
        ]


class FrozenFigure(models.Model):
    """A figure as it was known when the review was held; never changed."""

    review = models.ForeignKey(QuarterlyReview, on_delete=models.CASCADE, related_name="figures")
    initiative_key = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    value = models.CharField(max_length=60)  # as shown
    expected = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20, blank=True)
    as_of = models.DateField()
