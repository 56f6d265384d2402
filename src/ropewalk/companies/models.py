"""Companies, teams and people. Every dated row is inclusive at both ends; an empty end means always.

Start with `queries` for reading and `joining`, `moving`, `founding` for changing. Access is decided in `access`,
which imports these tables; they know nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class AccountManager(BaseUserManager["Account"]):
    """What Django's sign-in needs to find an account."""

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """A sign-in. One account may be a person in several companies."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    sign_outs = models.PositiveIntegerField(default=0)  # how often all other sessions were ended

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]
    objects = AccountManager()

    def get_session_auth_hash(self) -> str:
        """What every session of the account is checked by: one more sign-out everywhere, and the older ones don't hold."""
        return self._numbered(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for one in super().get_session_auth_fallback_hash():
            yield self._numbered(one)

    def _numbered(self, of_password: str) -> str:
        return f"{of_password}.{self.sign_outs}" if self.sign_outs else of_password


class Company(models.Model):
    """A company and its calendar. Its handle stands in every address."""

    handle = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=60)  # IANA name
    currency = models.CharField(max_length=3)  # ISO 4217; what money is converted to
    fiscal_start_month = models.PositiveSmallIntegerField(default=1)  # 1..12
    first_weekday = models.PositiveSmallIntegerField(default=0)  # 0 = Monday
    working_weekdays = models.CharField(max_length=7, default="01234")  # digits, 0 = Monday
    cadence_days = models.PositiveSmallIntegerField(default=35)  # days between one-on-ones
    silence_days = models.PositiveSmallIntegerField(default=35)  # days without a word before it is an alarm
    hours_limit = models.PositiveSmallIntegerField(default=20)  # hours a week that all activities may ask
    ropes_open_to_all = models.BooleanField(default=False)  # reps may see other people's ropes
    executives_see_deals = models.BooleanField(
        default=False
    )  # also the deals behind a figure, not only its sum
    is_generated = models.BooleanField(default=False)  # a demonstration, said on every page

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_start_month__range=(1, 12)), name="company_fiscal_month"
            ),
            models.CheckConstraint(condition=Q(first_weekday__range=(0, 6)), name="company_first_weekday"),
        ]


class Holiday(models.Model):
    """A day on which the company doesn't work."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="holidays")
    day = models.DateField()
    name = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "day"], name="holiday_once")]


class ExchangeRate(models.Model):
    """What one unit of a currency is worth in the company's, from a day on until the next row's day."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="rates")
    currency = models.CharField(max_length=3)
    from_day = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=9)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "currency", "from_day"], name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
        ]


class Team(models.Model):
    """A team, region or department; what it belongs to is dated."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="teams")
    key = models.CharField(max_length=200)  # the source's own; its name where it has none
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="team_key_once")]


class Person(models.Model):
    """Somebody who works for (or advises) the company."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="people")
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )
    key = models.CharField(max_length=200, blank=True)  # the source's own id, empty where entered by hand
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    joined = models.DateField(null=True, blank=True)  # None: before anything we know
    left = models.DateField(null=True, blank=True)  # the last day worked

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "email"], condition=~Q(email=""), name="person_email_once"
            ),
            models.UniqueConstraint(fields=["company", "key"], condition=~Q(key=""), name="person_key_once"),
            models.UniqueConstraint(
                fields=["company", "account"], condition=Q(account__isnull=False), name="person_account_once"
            ),
            models.CheckConstraint(
                condition=Q(joined__isnull=True) | Q(left__isnull=True) | Q(left__gte=F("joined")),
                name="person_joined_before_left",
            ),
        ]


class Dated(models.Model):
    """A relation that holds from a day to a day, both inclusive, None for always."""

    from_day = models.DateField(null=True, blank=True)
    to_day = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class TeamParent(Dated):
    """A team stands in another one. No row: it stands at the top."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="parents")
    parent = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="children")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(team=F("parent")), name="team_not_its_own_parent"),
        ]


class Membership(Dated):
    """A person works in a team; on one day in one team at most."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")


class Leadership(Dated):
    """A person leads a team."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="leaderships")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="leaderships")


class ReportingLine(Dated):
    """A person reports to somebody other than the team's leader."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reporting_lines")
    manager = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reports")


class FrontLineRole(Dated):
    """What somebody does on the front line, in the company's own words ("Salesperson")."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="front_line_roles")
    name = models.CharField(max_length=80)


class AccessRole(models.Model):
    """What somebody may do in Ropewalk, apart from what relations allow."""

    class Name(models.TextChoices):
        EXECUTIVE = "executive"
        LEADER = "leader"
        MANAGER = "manager"
        REP = "rep"
        ADMINISTRATOR = "administrator"
        ADVISOR = "advisor"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="access_roles")
    name = models.CharField(max_length=20, choices=Name.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="access_role_once")]


class Absence(models.Model):
    """Somebody is away, both days included."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    from_day = models.DateField()
    to_day = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(to_day__gte=F("from_day")), name="absence_in_order"),
        ]


class Invitation(models.Model):
    """A link, good once, by which a person sets a password. Only its hash is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class MailServer(models.Model):
    """Where a company's mail goes out. The password lies sealed, by a key that isn't in the database."""

    company = models.OneToOneField(Company, on_delete=models.CASCADE, related_name="mail_server")
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=10)  # starttls, tls or none
    user = models.CharField(max_length=254, blank=True)
    sealed_password = models.TextField(blank=True)
    sender = models.EmailField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(port__range=(1, 65535)), name="mail_port"),
            models.CheckConstraint(
                condition=Q(security__in=["starttls", "tls", "none"]), name="mail_security"
            ),
        ]
