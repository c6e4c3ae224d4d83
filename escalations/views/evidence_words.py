"""What the evidence of an issue says, for people: words for its codes, moments for its times. The file keeps both."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from escalations.checklist import State
from escalations.enums import ClockKind, EventKind
from escalations.models import ProtocolVersion
from templates_app.models.notification import State as Sent

SEGMENTS = 12  # of one clock; a clock in working hours has one or two a day
CLOCK_STATES = {
    "running": gettext_lazy("Running"),
    "paused": gettext_lazy("Paused"),
    "met": gettext_lazy("Met"),
    "breached": gettext_lazy("Breached"),
    "stopped": gettext_lazy("Stopped with no verdict"),
    "closed": gettext_lazy("Outside working hours"),
}
LINE_STATES = {
    State.DONE: gettext_lazy("done"),
    State.OPEN: gettext_lazy("open"),
    State.RUNNING: gettext_lazy("going on"),
    State.IF_NEEDED: gettext_lazy("if needed"),
    State.WAIVED: gettext_lazy("not needed here"),
    State.NOT_ASKED: gettext_lazy("not asked for"),
}
RUNGS = {"technical": gettext_lazy("Technical"), "product": gettext_lazy("Product")}


def in_words(document: dict[str, Any]) -> dict[str, Any]:
    return document | {
        "made_at": _moment(document["made_at"]),
        "facts": _timed(document["facts"]),
        "protocol": [_version(each) for each in document["protocol"]],
        "clocks": [_clock(each) for each in document["clocks"]],
        "escalations": [
            _timed(row) | {"level": RUNGS.get(row["level"], row["level"])} for row in document["escalations"]
        ],
        "messages": [_timed(each) | {"state": _label(Sent, each["state"])} for each in document["messages"]],
        "checklist": [
            each | {"state": LINE_STATES.get(each["state"], each["state"])} for each in document["checklist"]
        ],
        "events": [_event(each) for each in document["events"]],
    }


def _timed(row: dict[str, Any]) -> dict[str, Any]:
    """With moments in place of their texts."""
    return {name: _moment(value) if name.endswith("_at") or name == "at" else value for name, value in row.items()}


def _moment(written: Any) -> Any:
    return datetime.fromisoformat(written) if isinstance(written, str) else written


def _version(row: dict[str, Any]) -> dict[str, Any]:
    ran = {name: _moment(row[name]) for name in ("runs_from", "runs_until")}
    called = ProtocolVersion(pk=row["id"], number=row["number"], runs_from=ran["runs_from"]).called
    return row | ran | {"called": called}


def _clock(row: dict[str, Any]) -> dict[str, Any]:
    """Pauses are always shown; working hours only while they are few."""
    segments = row["segments"]
    few = segments if len(segments) <= SEGMENTS else [part for part in segments if part["kind"] == "paused"]
    said = [
        part
        | {"from": _moment(part["from"]), "to": _moment(part["to"])}
        | {"kind": CLOCK_STATES.get(part["kind"], part["kind"])}
        for part in few
    ]
    return _timed(row) | {
        "kind": _label(ClockKind, row["kind"]),
        "state": CLOCK_STATES.get(row["state"], row["state"]),
        "segments": said,
        "left_out": len(segments) - len(few),
    }


def _event(row: dict[str, Any]) -> dict[str, Any]:
    sealed = _timed(row["sealed"])
    clock = _label(ClockKind, sealed["clock"]) if sealed["clock"] else ""
    return row | {"sealed": sealed, "label": _label(EventKind, sealed["kind"]), "clock": clock}


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value
