"""The life of an issue for its post-mortem: the moments that matter, and a drawing of its clocks over them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalations.enums import ClockKind, EventKind
from escalations.models import Clock, Event
from escalations.views.story import story_of

# What a reader of the post-mortem wants to know; notes, edits and reminders stay in the history.
CHOSEN = (
    EventKind.OPENED,
    EventKind.ACKNOWLEDGED,
    EventKind.SEVERITY,
    EventKind.WAITING,
    EventKind.RESUMED,
    EventKind.UPDATE_SENT,
    EventKind.BREACH,
    EventKind.ESCALATED,
    EventKind.TAKEN,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.CLOSED,
)
WIDTH, LEFT, LANE, TOP = 720, 96, 22, 8
MOST = 400


@dataclass(frozen=True)
class Moment:
    """`by_hand` moments carry what is needed to take them out again."""

    at: datetime
    who: str
    what: str
    text: str
    icon: str
    by_hand: bool = False
    raw_at: str = ""


def moments_of(events: Iterable[Event], added: Sequence[dict[str, str]]) -> list[Moment]:
    """Oldest first. Breaches stand where the clock ran out, everything else where it was done."""
    told = [  # oldest first, also among those of one moment
        Moment(
            at=item.event.due_at if item.event.kind == EventKind.BREACH else item.event.at,
            who="" if item.by_engine else item.event.actor_name,
            what=item.what,
            text=item.text if item.event.kind != EventKind.OPENED else "",
            icon=item.icon,
        )
        for item in reversed(story_of(events))
    ]
    hand = [
        Moment(datetime.fromisoformat(m["at"]), "", m["text"], "", "pen-line", by_hand=True, raw_at=m["at"])
        for m in added
    ]
    return sorted([*told, *hand], key=lambda moment: moment.at)


def chosen_events(ticket: Any) -> list[Event]:
    """Newest first, as the story wants them."""
    return list(ticket.events.filter(kind__in=CHOSEN).select_related("clock")[:MOST])


# --- the drawing -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Bar:
    """One stretch of a clock; `state` is run or late."""

    x: float
    width: float
    y: int
    state: str
    title: str


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    left: int
    lanes: list[tuple[int, str]]
    bars: list[Bar]
    dots: list[tuple[float, str, bool]]  # x, title, by hand
    begins: datetime
    ends: datetime


def drawing_of(ticket: Any, moments: Sequence[Moment], at: datetime) -> Drawing | None:
    """A lane a clock, from the first moment to the end of the issue; nothing for an issue of no length."""
    begins = min([ticket.reported_at, *(m.at for m in moments if m.by_hand)])
    ends = max([ticket.resolved_at or at, *(m.at for m in moments if m.by_hand)])
    if ends <= begins:
        return None
    scale = (WIDTH - LEFT - 12) / (ends - begins).total_seconds()

    def x(moment: datetime) -> float:
        inside = min(max(moment, begins), ends)
        return round(LEFT + (inside - begins).total_seconds() * scale, 1)

    kinds = [kind for kind in ClockKind.values if any(clock.kind == kind for clock in ticket.clocks.all())]
    lanes = [(TOP + 24 + LANE * n, str(ClockKind(kind).label)) for n, kind in enumerate(kinds)]
    bars = [bar for clock in ticket.clocks.all() for bar in _bars(clock, lanes[kinds.index(clock.kind)][0], x, ends)]
    dots = [(x(m.at), m.what, m.by_hand) for m in moments if begins <= m.at <= ends]
    return Drawing(WIDTH, TOP + 24 + LANE * len(lanes) + 4, LEFT, lanes, bars, dots, begins, ends)


def _bars(clock: Clock, y: int, x: Any, ends: datetime) -> list[Bar]:
    start, stop = x(clock.started_at), x(clock.stopped_at or ends)
    label = str(ClockKind(clock.kind).label)
    if not clock.breached_at:
        return [Bar(start, max(stop - start, 1.5), y, "run", label)]
    late = x(clock.breached_at)
    return [
        Bar(start, max(late - start, 1), y, "run", label),
        Bar(late, max(stop - late, 1.5), y, "late", label),
    ]
