"""A clock as people see it: one state, one text, one sentence. Pure: a clock in, a face out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from config.templatetags.ui import ago, clock_time, countdown, span
from escalations.enums import ClockKind, Verdict
from escalations.models import Clock, Ticket

ICONS = {ClockKind.RESPONSE: "circle-check", ClockKind.UPDATE: "alarm-clock", ClockKind.RESOLUTION: "flag"}


@dataclass(frozen=True)
class Face:
    """`state`: ok, risk, late (these tick), paused, met, missed, none. `text` is empty while it ticks."""

    kind: str
    label: str
    icon: str
    state: str
    text: str
    note: str
    used: int = 0
    due: datetime | None = None
    started: datetime | None = None
    risk: datetime | None = None
    clock: Clock | None = None

    @property
    def ticks(self) -> bool:
        return self.state in ("ok", "risk", "late")

    @property
    def share(self) -> float:
        """Of its time, used: of 1."""
        return self.used / 100


def faces_of(ticket: Ticket, at: datetime) -> list[Face]:
    """The three faces of a ticket, in the protocol's order; a clock that it has not got is a quiet face."""
    clocks = {clock.kind: clock for clock in ticket.current_clocks()}
    return [face_of(clocks[kind], ticket, at) if kind in clocks else _no_clock(kind) for kind in ClockKind.values]


def next_face(ticket: Ticket, at: datetime) -> Face | None:
    """The clock that runs out first; a paused one if none runs. In short: without its sentence and its share."""
    faces = [face_of(clock, ticket, at, short=True) for clock in ticket.current_clocks() if not clock.stopped_at]
    running = [face for face in faces if face.ticks and face.due]
    return min(running, key=lambda face: face.due) if running else (faces[-1] if faces else None)  # type: ignore[arg-type,return-value]


def face_of(clock: Clock, ticket: Ticket, at: datetime, *, short: bool = False) -> Face:
    state = _state(clock, at)
    label = str(ClockKind(clock.kind).label)
    if state == "late":
        label = _("%(clock)s overdue") % {"clock": label}
    used = clock.elapsed(at) / clock.budget if clock.budget and not short else 0
    return Face(
        kind=clock.kind,
        label=label,
        icon=ICONS[ClockKind(clock.kind)],
        state=state,
        text=_standing_text(clock, state, at),
        note="" if short else _note(clock, ticket, at),
        used=max(0, min(100, round(100 * used))),
        due=clock.due_at,
        started=clock.started_at,
        risk=clock.at_risk_at,
        clock=clock,
    )


def _state(clock: Clock, at: datetime) -> str:
    if clock.stopped_at:
        return {Verdict.MET: "met", Verdict.BREACHED: "missed"}.get(Verdict(clock.verdict), "none")
    if clock.paused_at:
        return "paused"
    if clock.due_at is None:
        return "none"
    if at >= clock.due_at:
        return "late"
    return "risk" if clock.at_risk_at and at >= clock.at_risk_at else "ok"


def _standing_text(clock: Clock, state: str, at: datetime) -> str:
    match state:
        case "met":
            return _("Met in %(span)s") % {"span": span(clock.elapsed(at))}
        case "missed":
            return _("Missed")
        case "paused":
            left = clock.budget - clock.elapsed(at)
            return _("%(left)s left") % {"left": countdown(left)} if left > timedelta() else countdown(left)
        case "none":
            return _("Stopped")
    return ""


def _note(clock: Clock, ticket: Ticket, at: datetime) -> str:
    parts = [_target(clock, ticket)]
    if clock.stopped_at and clock.verdict == Verdict.BREACHED:
        parts.append(_("took %(span)s") % {"span": span(clock.elapsed(at))})
    elif clock.paused_at:
        parts.append(_("paused since %(when)s") % {"when": clock_time(clock.paused_at, at)})
    elif clock.due_at and not clock.stopped_at:
        parts.append(_due(clock.due_at, at))
    if clock.kind == ClockKind.UPDATE and ticket.last_message_at:
        parts.append(_("last sent %(ago)s") % {"ago": ago(ticket.last_message_at, at)})
    return ", ".join(part for part in parts if part)


def _target(clock: Clock, ticket: Ticket) -> str:
    if clock.promised:
        return _("Promised to the customer")
    target = clock.target_label()
    if clock.kind == ClockKind.UPDATE:
        return _("Every %(target)s while %(severity)s") % {"target": target, "severity": ticket.severity_id}
    return _("Target %(target)s") % {"target": target} if target else ""


def _due(due: datetime, at: datetime) -> str:
    when = clock_time(due, at)
    return (_("was due %(when)s") if due <= at else _("due %(when)s")) % {"when": when}


def _no_clock(kind: str) -> Face:
    notes = {ClockKind.UPDATE: _("None owed. Promise a next update and it is watched.")}
    return Face(
        kind=kind,
        label=str(ClockKind(kind).label),
        icon=ICONS[ClockKind(kind)],
        state="none",
        text=_("No clock"),
        note=notes.get(ClockKind(kind), ""),
    )


def segments_of(clock: Clock, at: datetime, limit: int = 12) -> list[dict[str, Any]]:
    """The latest stretches of the clock's life, each with how long it took."""
    names = {"running": _("Running"), "closed": _("Outside working hours"), "paused": _("Paused")}
    return [{**part, "label": names[part["kind"]], "took": part["to"] - part["from"]} for part in clock.explain(at)][
        -limit:
    ]
