"""Daily roll-ups: sums that can be made again from the tickets at any time, and what is to be sent when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

COUNTS = (
    *("opened", "opened_done", "reached_2", "reached_3", "reached_4", "reached_5"),
    *("once_resolved", "once_reopened", "relapsed"),
    *("answered", "resolved", "taken"),
    *("response_met", "response_missed", "resolution_met", "resolution_missed"),
    *("update_met", "update_missed", "promise_met", "promise_missed"),
)
# What the lines of a table by owner, customer or kind of cause show.
LINE = (
    *("opened", "answered", "resolved", "response_met", "response_missed", "resolution_met", "resolution_missed"),
    *("answer_elapsed", "answer_worked", "resolve_elapsed", "resolve_worked"),
)
DURATIONS = ("answer_elapsed", "answer_worked", "resolve_elapsed", "resolve_worked", "take_elapsed")

ALL_TEAMS = -1


def _count() -> models.IntegerField:
    return models.IntegerField(default=0, db_default=0)


def _duration() -> models.BigIntegerField:
    return models.BigIntegerField(default=0, db_default=0)


class DayTally(models.Model):
    """One day of a time zone, one severity, one team (0: none): how many, and how long altogether in microseconds.

    The columns are named for `metrics.tally`, which says what each counts.
    """

    zone = models.CharField(max_length=64)
    day = models.DateField()
    severity = models.CharField(max_length=4)
    team = models.BigIntegerField(default=0)

    opened, opened_done = _count(), _count()
    reached_2, reached_3, reached_4, reached_5 = _count(), _count(), _count(), _count()
    once_resolved, once_reopened, relapsed = _count(), _count(), _count()
    answered, resolved, taken = _count(), _count(), _count()
    response_met, response_missed = _count(), _count()
    resolution_met, resolution_missed = _count(), _count()
    update_met, update_missed = _count(), _count()
    promise_met, promise_missed = _count(), _count()
    answer_elapsed, answer_worked = _duration(), _duration()
    resolve_elapsed, resolve_worked = _duration(), _duration()
    take_elapsed = _duration()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "day", "severity", "team"], name="day_tally_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.zone} {self.severity} {self.team}"


class DayLine(models.Model):
    """The same for the tables: one day, severity, team, and `key`: whose (`by` owner: a user, `by` customer) or which
    (`by` cause); "" for nobody's."""

    zone = models.CharField(max_length=64)
    day = models.DateField()
    severity = models.CharField(max_length=4)
    team = models.BigIntegerField(default=0)
    by = models.CharField(max_length=8)
    key = models.CharField(max_length=20)

    opened, answered, resolved = _count(), _count(), _count()
    response_met, response_missed = _count(), _count()
    resolution_met, resolution_missed = _count(), _count()
    answer_elapsed, answer_worked = _duration(), _duration()
    resolve_elapsed, resolve_worked = _duration(), _duration()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["zone", "by", "day", "severity", "team", "key"], name="day_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.zone} {self.severity} {self.team} {self.by} {self.key}"


class DaySpread(models.Model):
    """How something was spread on one day, for a severity and a team (ALL_TEAMS: altogether).

    `name` is one of the durations, and `steps` {"540": 3, …}: how many took so many seconds on the scale of
    `metrics.scale`, of which medians and percentiles are read; or "missed": how many clocks in which hour of the week.
    """

    zone = models.CharField(max_length=64)
    day = models.DateField()
    severity = models.CharField(max_length=4)
    team = models.BigIntegerField()
    name = models.CharField(max_length=16)
    steps = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["zone", "team", "name", "day", "severity"], name="day_spread_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.zone} {self.severity} {self.team} {self.name}"


class Share(models.Model):
    """What one issue has added to the roll-up of a zone: `rows` as `metrics.tally` gave them, by `metrics.shares.KEY`.

    Kept of issues to which something may still happen, so that it can be taken back when it did.
    """

    zone = models.CharField(max_length=64)
    ticket = models.BigIntegerField()
    rows = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["zone", "ticket"], name="share_once")]

    def __str__(self) -> str:
        return f"{self.zone} {self.ticket}"


class Rollup(models.Model):
    """How far the roll-up of a time zone has come: the days in [`since`, `until`) are rolled up, but for what happened
    after the event `seen_event`. Of issues with a newer event, it holds what their `Share` says."""

    zone = models.CharField(max_length=64, unique=True)
    since = models.DateField()
    until = models.DateField()
    seen_event = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.zone


class Rhythm(models.TextChoices):
    DAILY = "daily", _("Every working day")
    WEEKLY = "weekly", _("Every Monday")
    MONTHLY = "monthly", _("On the first of the month")


class ReportSchedule(models.Model):
    """A report that goes by mail to chosen people: the numbers as the dashboard's address `query` says, or the SLA
    report of `customer`, always of the day, week or month that has just ended."""

    name = models.CharField(_("name"), max_length=120)
    customer = models.ForeignKey(
        "contacts.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    query = models.CharField(_("filters"), max_length=500, blank=True)
    rhythm = models.CharField(_("how often"), max_length=8, choices=Rhythm, default=Rhythm.WEEKLY)
    at = models.TimeField(_("at"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    people = models.ManyToManyField("contacts.User", verbose_name=_("goes to"), related_name="+")
    paused = models.BooleanField(_("paused"), default=False)
    created_by = models.ForeignKey("contacts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    last_slot = models.DateTimeField(_("last sent for"), null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("scheduled report")
        verbose_name_plural = _("scheduled reports")
        constraints = [
            models.CheckConstraint(name="report_schedule_rhythm", condition=Q(rhythm__in=Rhythm.values)),
        ]

    def __str__(self) -> str:
        return self.name
