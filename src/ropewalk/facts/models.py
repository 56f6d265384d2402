"""What the relational database keeps of facts: whom an owner key stands for, mappings, suspicions, taps.

The facts themselves lie in `store`. Start with `matches`, `suspicions`, `taps` for changing and `queries` for reading.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ropewalk.companies.models import Company, Person
from ropewalk.rules.deal_links import LONGEST

LONGEST_VALUE = 500  # characters of a value that are kept beside a suspicion


class Match(models.Model):
    """A source's owner key stands for a person. Facts keep the key for ever."""

    class How(models.TextChoices):
        EMAIL = "email"
        NAME = "name"
        ID = "id"
        HAND = "hand"

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="matches")
    source = models.CharField(max_length=80)
    key = models.CharField(max_length=LONGEST_VALUE)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="matches")
    how = models.CharField(max_length=10, choices=How.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source", "key"], name="match_once")]


class SourceMapping(models.Model):
    """How a source's files are read: the mapping as it was last used, word for word."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="mappings")
    source = models.CharField(max_length=80)
    text = models.TextField()  # YAML
    used_at = models.DateTimeField()
    told_load = models.BigIntegerField(null=True)  # the latest load of facts that the journal tells of
    undoing = models.JSONField(null=True)  # what is being undone, or was undone last
    deal_link = models.CharField(max_length=LONGEST, default="")  # an address with {id}; empty: none

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "source"], name="mapping_once")]


class Correction(models.Model):
    """A typing error of the source and what it means, as somebody decided. Joins the mapping on every import."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="corrections")
    source = models.CharField(max_length=80)
    object = models.CharField(max_length=20)
    field = models.CharField(max_length=120)  # "product", "custom.office"
    value = models.CharField(max_length=LONGEST_VALUE)
    becomes = models.CharField(max_length=LONGEST_VALUE)
    accepted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "source", "object", "field", "value"], name="correction_once"
            )
        ]


class Suspicion(models.Model):
    """Something accepted that looks wrong. Open until it is accepted as a rule or no longer so."""

    class Code(models.TextChoices):
        OWNER_UNKNOWN = "owner_unknown"
        ACCOUNT_MISSING = "account_missing"
        CLOSED_BEFORE_OPENED = "closed_before_opened"
        CLOSED_IN_FUTURE = "closed_in_future"
        NEAR_MISS = "near_miss"

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="suspicions")
    source = models.CharField(max_length=80)
    object = models.CharField(max_length=20)
    field = models.CharField(max_length=120)
    value = models.CharField(max_length=LONGEST_VALUE, blank=True)
    code = models.CharField(max_length=30, choices=Code.choices)
    suggestion = models.CharField(max_length=LONGEST_VALUE, blank=True)
    rows = models.PositiveIntegerField()  # in the latest load that held it
    first_seen_at = models.DateTimeField()
    latest_seen_at = models.DateTimeField()
    first_load = models.CharField(max_length=40)
    latest_load = models.CharField(max_length=40)
    accepted_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)  # somebody looked, and it is right as it is
    settled_at = models.DateTimeField(null=True, blank=True)  # the owner became a person, the account came

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "source", "object", "field", "code", "value"], name="suspicion_once"
            )
        ]


class RosterLoad(models.Model):
    """The ledger of deliveries of people and teams, kept where people are kept."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="roster_loads")
    source = models.CharField(max_length=80)
    name = models.CharField(max_length=300)
    at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    blank = models.PositiveIntegerField()
    suspicions = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    rows=models.F("new")
                    + models.F("changed")
                    + models.F("unchanged")
                    + models.F("refused")
                    + models.F("blank")
                ),
                name="roster_load_balances",
            )
        ]


class Upload(models.Model):
    """Files that somebody brought in the browser, how they are to be read, and what became of them."""

    class State(models.TextChoices):
        NEW = "new"  # its mapping is being looked at
        ORDERED = "ordered"  # a job has it
        DONE = "done"
        STOPPED = "stopped"  # cancelled, or refused as a whole: nothing was taken

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="uploads")
    made_at = models.DateTimeField()
    person_id = models.BigIntegerField(null=True)  # whoever brought it
    person_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.NEW)
    source = models.CharField(max_length=80)
    files = models.JSONField(default=list)  # [{"name", "bytes"}, …], names as they lie in the upload's folder
    entries = models.JSONField(
        default=list
    )  # how each is read, as in a mapping file, with what was seen of it
    job_id = models.BigIntegerField(null=True)
    began_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)
    trouble = models.TextField(blank=True)  # a sentence, of a stopped one
    mends = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="mended_by")
    undone_at = models.DateTimeField(null=True)


class Tap(models.Model):
    """One activity logged by its doer. The phone makes the uuid, so that a tap sent twice is one."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="taps")
    uuid = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="taps")
    activity = models.CharField(max_length=80)  # key of the activity type
    day = models.DateField()  # the company's day on which it was done
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "uuid"], name="tap_once")]
        indexes = [models.Index(fields=["company", "person", "day"], name="tap_person_day")]
