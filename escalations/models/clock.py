"""A clock of a ticket, and the plan of what it will do next.

A clock's facts are when it started, its budget of own time, and what has already fired. Everything else (when it is
at risk, when it is due, what comes next) is recomputed from these and the ledger of pauses, never adjusted.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from escalations.durations import Target
from escalations.enums import TOP, ClockKind, Verdict
from escalations.spans import Span, advance, used
from escalations.worktime import WorkCalendar

from .calendar import worktime_of

AT_RISK, BREACH, STEP, REMINDER = "at_risk", "breach", "step", "reminder"


class Clock(models.Model):
    """One clock: response, update or resolution.

    All durations are the clock's own time: hours of its `calendar` (null is 24x7), pauses out. `floor_at` is when the
    clock came to be watched (a backdated issue, a changed severity): nothing it does is dated before. `next_event_at`
    is null when nothing is to come: paused, stopped, or at the top of the ladder with no reminder owed.
    """

    ticket = models.ForeignKey("escalations.Ticket", on_delete=models.PROTECT, related_name="clocks")
    kind = models.CharField(_("clock"), max_length=10, choices=ClockKind)
    cycle = models.PositiveSmallIntegerField(default=1)
    calendar = models.ForeignKey(
        "escalations.Calendar", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    started_at = models.DateTimeField()
    budget = models.DurationField()
    warn_after = models.DurationField()
    step = models.DurationField()
    every = models.DurationField(null=True, blank=True)
    promised = models.BooleanField(default=False)
    floor_at = models.DateTimeField(null=True, blank=True)
    retargeted = models.BooleanField(default=False)

    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    at_risk_at = models.DateTimeField(_("at risk at"), null=True, blank=True)
    paused_at = models.DateTimeField(_("paused at"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    breached_at = models.DateTimeField(_("breached at"), null=True, blank=True)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict, blank=True)
    # Own time used up when it stopped, so that numbers in working time are sums; null while it runs.
    took = models.DurationField(null=True, blank=True)
    # The version of the protocol that set its target; null: from before versions were kept.
    protocol = models.ForeignKey(
        "escalations.ProtocolVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    warned_at = models.DateTimeField(null=True, blank=True)
    fired_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    climbs = models.PositiveSmallIntegerField(default=0)
    next_event_at = models.DateTimeField(null=True, blank=True)
    next_event = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ["ticket", "pk"]
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        indexes = [
            # What the sweep looks at: its size is that of the clocks that still have something to do.
            models.Index(fields=["next_event_at"], name="clock_next", condition=Q(next_event_at__isnull=False)),
            models.Index(fields=["ticket"], name="clock_breached", condition=Q(breached_at__isnull=False)),
            # Verdicts by when they fell.
            models.Index(fields=["breached_at", "kind"], name="clock_missed", condition=Q(breached_at__isnull=False)),
            models.Index(
                fields=["stopped_at", "kind"], name="clock_met", condition=Q(verdict=Verdict.MET, breached_at=None)
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "kind", "cycle"], name="clock_once"),
            models.UniqueConstraint(
                fields=["ticket", "kind"], condition=Q(stopped_at=None), name="clock_one_running_per_kind"
            ),
            models.CheckConstraint(name="clock_budget_positive", condition=Q(budget__gt=timedelta())),
            models.CheckConstraint(name="clock_step_positive", condition=Q(step__gt=timedelta())),
            models.CheckConstraint(name="clock_every_positive", condition=Q(every=None) | Q(every__gt=timedelta())),
            models.CheckConstraint(
                name="clock_warns_before_due", condition=Q(warn_after__gt=timedelta(), warn_after__lte=F("budget"))
            ),
            models.CheckConstraint(name="clock_kind_known", condition=Q(kind__in=ClockKind.values)),
            models.CheckConstraint(
                name="clock_stopped_has_verdict",
                condition=Q(stopped_at=None, verdict="") | (Q(stopped_at__isnull=False) & ~Q(verdict="")),
            ),
            models.CheckConstraint(
                name="clock_breached_verdict_has_time",
                condition=~Q(verdict=Verdict.BREACHED) | Q(breached_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clock_silent_when_stopped",
                condition=Q(next_event_at=None) | Q(stopped_at=None, paused_at=None),
            ),
            models.CheckConstraint(name="clock_paused_has_no_due", condition=Q(paused_at=None) | Q(due_at=None)),
            models.CheckConstraint(
                name="clock_stops_after_start", condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at"))
            ),
            models.CheckConstraint(
                name="clock_next_has_name",
                condition=Q(next_event_at=None, next_event="") | (Q(next_event_at__isnull=False) & ~Q(next_event="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}/{self.cycle}"

    @property
    def worktime(self) -> WorkCalendar:
        return worktime_of(self.calendar)

    @property
    def pausable(self) -> bool:
        """Waiting for the customer does not excuse a first response."""
        return self.kind != ClockKind.RESPONSE

    def state(self, at: datetime) -> str:
        """The verdict so far: a breach stays true, and is true from the due instant on, swept or not."""
        if self.breached_at or self.is_overdue(at):
            return "breached"
        if self.stopped_at:
            return str(self.verdict)
        return "paused" if self.paused_at else "running"

    def is_overdue(self, at: datetime) -> bool:
        return bool(not self.stopped_at and self.due_at and at > self.due_at)

    def elapsed(self, at: datetime) -> timedelta:
        """Own time used up until `at`, or until the clock stopped."""
        return used(self.worktime, self.started_at, self.stopped_at or at, self.own_pauses(self.ticket.spans()))

    def own_pauses(self, pauses: Sequence[Span]) -> Sequence[Span]:
        return pauses if self.pausable else ()

    # -- the plan ------------------------------------------------------------------------------------------------

    def replan(self, pauses: Sequence[Span], *, level: int, climbed_at: datetime | None, held: datetime | None) -> None:
        """Recompute due and at-risk times and what comes next. `level`, `climbed_at`, `held` are the ticket's."""
        pauses = self.own_pauses(pauses)
        self.paused_at = next((begins for begins, ends in pauses if ends is None), None)
        if self.paused_at and self.stopped_at is None:
            self.due_at = self.at_risk_at = None
        elif self.stopped_at is None:
            self.due_at = self._instant(self.budget, pauses)
            self.at_risk_at = self._instant(self.warn_after, pauses)
        self.next_event_at, self.next_event = self.next(pauses, level=level, climbed_at=climbed_at, held=held)

    def next(
        self, pauses: Sequence[Span], *, level: int, climbed_at: datetime | None, held: datetime | None
    ) -> tuple[datetime | None, str]:
        """The next thing this clock will do and its true due time, or (None, "")."""
        if self.stopped_at or self.paused_at or self.due_at is None:
            return None, ""
        coming = list(self._coming(self.own_pauses(pauses), level, climbed_at, held))
        return min(coming) if coming else (None, "")

    def next_climb(self, held: datetime | None) -> tuple[datetime, str] | None:
        """When this clock next carries the ticket up: at its breach (not before a hold ends), or at its next step."""
        if self.fired_at is None and self.due_at:
            return (max(self.due_at, held) if held else self.due_at), BREACH
        return (self.next_event_at, STEP) if self.next_event == STEP and self.next_event_at else None

    def _instant(self, amount: timedelta, pauses: Sequence[Span]) -> datetime | None:
        at = advance(self.worktime, self.started_at, amount, pauses)
        # A target that was changed afterwards is never due before the change.
        return max(at, self.floor_at) if at and self.retargeted and self.floor_at else at

    def _coming(
        self, pauses: Sequence[Span], level: int, climbed_at: datetime | None, held: datetime | None
    ) -> Iterator[tuple[datetime, str]]:
        assert self.due_at  # `next` looked
        if self.fired_at is None:
            if self.warned_at is None and self.at_risk_at and not self._born_breached():
                yield self.at_risk_at, AT_RISK
            yield self.due_at, BREACH
            return
        if level < TOP:
            climb = self._next_climb(self.fired_at, pauses, climbed_at, held)
            if climb:
                yield climb, STEP
        if self.every:
            yield self._next_reminder(self.every, pauses), REMINDER

    def _next_climb(
        self, fired_at: datetime, pauses: Sequence[Span], climbed_at: datetime | None, held: datetime | None
    ) -> datetime | None:
        """One step after the ladder last climbed, or when the hold of whoever took it ends."""
        last = max(fired_at, climbed_at) if climbed_at else fired_at
        return held if held and held > last else advance(self.worktime, last, self.step, pauses)

    def _born_breached(self) -> bool:
        return bool(self.floor_at and self.due_at and self.due_at <= self.floor_at)

    def _next_reminder(self, every: timedelta, pauses: Sequence[Span]) -> datetime:
        """The first slot of the grid (due, due + every, …) after the latest that was used."""
        assert self.due_at
        return self._slot(self._slots_until(self.reminded_at or self.due_at, every, pauses) + 1, every, pauses)

    def latest_reminder(self, at: datetime, pauses: Sequence[Span]) -> tuple[datetime, int]:
        """The latest slot that `at` has reached, and how many unused ones lie before it (they are not sent)."""
        assert self.every
        assert self.due_at
        pauses = self.own_pauses(pauses)
        slots = self._slots_until(at, self.every, pauses)
        before = self._slots_until(self.reminded_at or self.due_at, self.every, pauses)
        return self._slot(slots, self.every, pauses), slots - before - 1

    def _slots_until(self, at: datetime, every: timedelta, pauses: Sequence[Span]) -> int:
        assert self.due_at
        return used(self.worktime, self.due_at, at, pauses) // every

    def _slot(self, number: int, every: timedelta, pauses: Sequence[Span]) -> datetime:
        assert self.due_at
        at = advance(self.worktime, self.due_at, every * number, pauses)
        assert at  # a paused clock has no due time and does not come here
        return at

    # -- verdicts ------------------------------------------------------------------------------------------------

    def stop(self, at: datetime, *, judged: bool = True) -> None:
        """Stop for good or until reopened. Met if `at` is not after the due time; `judged=False` gives no verdict
        unless the clock is already breached."""
        if self.is_overdue(at) and self.breached_at is None:
            self.breached_at = self.due_at
        if self.breached_at:
            self.verdict = Verdict.BREACHED
        else:
            self.verdict = Verdict.MET if judged else Verdict.NONE
        self.stopped_at = at
        self.paused_at = None
        self.next_event_at, self.next_event = None, ""

    def keep_time(self, pauses: Sequence[Span]) -> None:
        """Remember how much own time it took, once it is stopped; `pauses` are the ticket's."""
        assert self.stopped_at
        self.took = used(self.worktime, self.started_at, self.stopped_at, self.own_pauses(pauses))

    def resume_after_stop(self) -> None:
        """Run on after a reopening; what was used stays used, a breach stays."""
        self.stopped_at, self.verdict, self.took = None, "", None

    def retarget(
        self, *, budget: timedelta, warn_after: timedelta, step: timedelta, calendar: Any, at: datetime
    ) -> None:
        """A new target counted from the same start; its due time is not before `at`. What fired before stays fired,
        under the old cycle."""
        self.budget, self.warn_after, self.step, self.calendar = budget, warn_after, step, calendar
        self.cycle += 1
        self.retargeted, self.floor_at = True, at
        self.warned_at = self.fired_at = self.reminded_at = None
        self.climbs = 0

    def explain(self, at: datetime) -> list[dict[str, Any]]:
        """The clock's life in segments: {"from", "to", "kind": running | closed | paused, "why", "who"}."""
        end = self.stopped_at or at
        pauses = [p for p in self.ticket.pauses.all() if self.pausable and p.from_at < end]
        segments: list[dict[str, Any]] = []
        cursor = self.started_at
        for pause in sorted(pauses, key=lambda p: p.from_at):
            if pause.to_at and pause.to_at <= self.started_at:
                continue
            segments += self._open_and_closed(cursor, max(pause.from_at, cursor))
            until = min(pause.to_at or end, end)
            segments.append(
                {
                    "from": max(pause.from_at, self.started_at),
                    "to": until,
                    "kind": "paused",
                    "why": pause.reason or pause.get_cause_display(),
                    "who": pause.by.name if pause.by else "",
                }
            )
            cursor = until
        return segments + self._open_and_closed(cursor, end)

    def _open_and_closed(self, start: datetime, end: datetime) -> list[dict[str, Any]]:
        segments: list[dict[str, Any]] = []
        cursor = start
        for opens, closes in self.worktime.open_intervals(start, end) if end > start else ():
            if opens > cursor:
                segments.append({"from": cursor, "to": opens, "kind": "closed", "why": "", "who": ""})
            segments.append({"from": opens, "to": closes, "kind": "running", "why": "", "who": ""})
            cursor = closes
        if cursor < end:
            segments.append({"from": cursor.astimezone(UTC), "to": end, "kind": "closed", "why": "", "who": ""})
        return segments

    def target_label(self) -> str:
        """The target in words: "15 min", "5 business days"; empty for a promise."""
        if self.promised:
            return ""
        severity = self.ticket.severity
        target = {
            ClockKind.RESPONSE: severity.response_target,
            ClockKind.UPDATE: severity.update_every,
            ClockKind.RESOLUTION: severity.resolution_target,
        }[ClockKind(self.kind)]
        return Target.parse(target).label() if target else ""
