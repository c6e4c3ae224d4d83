"""/metrics: the few numbers worth a graph, in Prometheus' text format."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Count

from config import watch
from escalations.models import Clock
from templates_app.models import Notification


def exposition(at: datetime) -> str:
    return "".join(f"{line}\n" for line in [*_engine(at), *_clocks(at), *_messages()])


def _engine(at: datetime) -> Iterator[str]:
    engine = watch.engine(at)
    yield from _gauge("switchback_engine_up", "1 while the engine is well.", {"": int(engine.is_well)})
    ages = {'{loop="sweep"}': _seconds(engine.sweep_age), '{loop="deliver"}': _seconds(engine.deliver_age)}
    yield from _gauge("switchback_heartbeat_age_seconds", "Since the loop last ran.", ages)
    yield from _gauge(
        "switchback_overdue_seconds", "How late the oldest due clock is.", {"": _seconds(engine.clock_overdue, 0)}
    )
    yield from _gauge(
        "switchback_oldest_message_seconds", "Age of the oldest queued message.", {"": _seconds(engine.mail_waiting, 0)}
    )


def _clocks(at: datetime) -> Iterator[str]:
    waiting = Clock.objects.filter(next_event_at__isnull=False)
    due = waiting.filter(next_event_at__lte=at).count()
    yield from _gauge("switchback_clocks_running", "Clocks with something to come.", {"": waiting.count()})
    yield from _gauge("switchback_clocks_due", "Clocks that the next sweep takes.", {"": due})


def _messages() -> Iterator[str]:
    """Sent and cancelled ones are left out: counting them would read the whole table at every scrape."""
    counts = dict.fromkeys(["queued", "dead"], 0)
    rows = Notification.objects.filter(state__in=counts).order_by().values_list("state").annotate(Count("pk"))
    states = {f'{{state="{state}"}}': count for state, count in (counts | dict(rows)).items()}
    yield from _gauge("switchback_messages", "Messages waiting and undeliverable.", states)


def _gauge(name: str, words: str, values: Mapping[str, float | None]) -> Iterator[str]:
    """`values` by label; None leaves its line out."""
    yield f"# HELP {name} {words}"
    yield f"# TYPE {name} gauge"
    yield from (f"{name}{label} {value}" for label, value in values.items() if value is not None)


def _seconds(age: timedelta | None, without: float | None = None) -> float | None:
    return without if age is None else round(age.total_seconds(), 1)
