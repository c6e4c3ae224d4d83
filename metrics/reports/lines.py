"""One clock as a report tells it: what was promised, what became of it, by how much, and where its time went."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from config.templatetags.times import span
from escalations.durations import Target
from escalations.enums import ClockKind
from escalations.models import Clock, Ticket
from escalations.models.pause import PauseCause
from escalations.spans import used

NOTHING = timedelta()


@dataclass(frozen=True)
class ClockLine:
    """`over`: own time past the due time, below zero what was to spare; None where that cannot be said. `counted`,
    `closed` and `paused` make its whole life. `state`: met, breached, running, paused or stopped (not judged)."""

    clock: Clock
    label: str
    target: str
    state: str
    over: timedelta | None
    counted: timedelta
    closed: timedelta
    paused: timedelta
    segments: list[dict[str, Any]]

    @property
    def verdict(self) -> str:
        over = self.own(abs(self.over)) if self.over is not None else ""
        match self.state:
            case "met":
                return _("Met, %(spare)s to spare") % {"spare": over} if over else _("Met")
            case "breached" if self.clock.stopped_at is None and self.clock.paused_at is None:
                return _("Missed, %(over)s over so far") % {"over": over}
            case "breached":
                return _("Missed by %(over)s") % {"over": over}
            case "running":
                return _("Running, %(left)s left") % {"left": over}
            case "paused":
                return _("Paused")
        return _("Ended without a verdict")

    @property
    def words(self) -> str:
        """Where its time went, in a sentence."""
        parts = [_("%(span)s counted") % {"span": self.own(self.counted)}]
        if self.closed:
            parts.append(_("%(span)s outside working hours") % {"span": span(self.closed)})
        if self.paused:
            parts.append(_("%(span)s paused") % {"span": span(self.paused)})
        return ", ".join(parts)

    @property
    def tells_more(self) -> bool:
        """Its stretches are worth the paper: not those of an update that came in time."""
        return self.clock.kind != ClockKind.UPDATE or self.clock.promised or self.state == "breached"

    def own(self, length: timedelta) -> str:
        """Working time in hours, as a working day has not twenty-four of them."""
        if self.clock.calendar is None or length < timedelta(hours=24):
            return span(length)
        hours, seconds = divmod(int(length.total_seconds()), 3600)
        words = _("%(hours)sh %(minutes)sm") % {"hours": hours, "minutes": seconds // 60}
        return words.removesuffix(" 0m")


def lines_of(ticket: Ticket, at: datetime) -> list[ClockLine]:
    """In the protocol's order, then as they followed each other. The ticket's clocks and pauses are at hand."""
    for pause in ticket.pauses.all():
        if pause.cause == PauseCause.RESOLVED:
            pause.reason = ""  # why it was reopened is the desk's own word
    order = list(ClockKind.values)
    clocks = sorted(ticket.clocks.all(), key=lambda clock: (order.index(clock.kind), clock.cycle, clock.pk))
    return [line_of(clock, at) for clock in clocks]


def line_of(clock: Clock, at: datetime) -> ClockLine:
    names = {"running": _("Running"), "closed": _("Outside working hours"), "paused": _("Paused")}
    lengths = dict.fromkeys(names, NOTHING)
    segments = []
    for part in clock.explain(at):
        took = part["to"] - part["from"]
        if took > NOTHING:
            lengths[part["kind"]] += took
            one_day = timezone.localdate(part["from"]) == timezone.localdate(part["to"])
            segments.append({**part, "label": names[part["kind"]], "took": took, "is_within_a_day": one_day})
    label = str(ClockKind(clock.kind).label)
    state = clock.state(at)
    return ClockLine(
        clock=clock,
        label=f"{label} {clock.cycle}" if clock.kind == ClockKind.UPDATE else label,
        target=_target(clock),
        state=state,
        over=None if state == "stopped" else _over(clock, at),
        counted=lengths["running"],
        closed=lengths["closed"],
        paused=lengths["paused"],
        segments=segments,
    )


def _over(clock: Clock, at: datetime) -> timedelta:
    end = clock.stopped_at or at
    due = clock.due_at
    if due is None:
        return clock.elapsed(at) - clock.budget
    pauses = clock.own_pauses(clock.ticket.spans())
    return used(clock.worktime, due, end, pauses) if end > due else -used(clock.worktime, end, due, pauses)


def _target(clock: Clock) -> str:
    """As it was when it was set: in the protocol's words while these still say so, else in the clock's own time."""
    if clock.promised:
        return _("As promised to the customer")
    severity = clock.ticket.severity
    text = {
        ClockKind.RESPONSE: severity.response_target,
        ClockKind.UPDATE: severity.update_every,
        ClockKind.RESOLUTION: severity.resolution_target,
    }[ClockKind(clock.kind)]
    if text:
        target = Target.parse(text)
        if target.budget(clock.started_at, clock.worktime) == clock.budget:
            return target.label()
    return span(clock.budget) if clock.calendar is None else _hours(clock.budget)


def _hours(budget: timedelta) -> str:
    return _("%(n)s working hours") % {"n": f"{budget.total_seconds() / 3600:.4g}"}
