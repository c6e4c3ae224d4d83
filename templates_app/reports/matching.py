"""From reports to facts: which message is meant, and what all that was said about it comes to."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import unquote

import structlog
from django.db import DatabaseError, transaction

from templates_app.models import DeliveryReport, Notification
from templates_app.models.notification import State

from . import FAILED, SHUT, Consequences, Kind

log = structlog.get_logger(__name__)

# So long a report may be quicker than the mark that its message was sent: a lease and a second try, and some more.
WAITS = timedelta(minutes=15)
AT_ONCE = 200
LEFT = (State.SENT, State.BOUNCED, State.DEAD)
NAMED = re.compile(r"<?([^<>@\s]{1,360})@[^<>@\s]+>?")


@dataclass(frozen=True)
class Facts:
    """What all reports about one message come to, in whatever order they came."""

    delivered_at: datetime | None = None
    opened_at: datetime | None = None
    failed: bool = False
    reason: str = ""

    @classmethod
    def of(cls, reports: Iterable[DeliveryReport]) -> Self:
        told = sorted(reports, key=lambda each: (when(each), each.key))
        failure = next((each for each in told if each.kind in FAILED), None)
        opened_at = next((when(each) for each in told if each.kind == Kind.OPENED), None)
        arrived = (each for each in told if each.kind in (Kind.DELIVERED, Kind.OPENED))
        return cls(
            delivered_at=None if failure else next((when(each) for each in arrived), None),
            opened_at=opened_at,
            failed=failure is not None,
            reason=(failure.reason or str(Kind(failure.kind).label)) if failure else "",
        )


def when(report: DeliveryReport) -> datetime:
    """By the other side's clock, unless that is ahead of ours."""
    return min(report.said_at, report.at) if report.said_at else report.at


def settle(report: DeliveryReport, at: datetime, then: Consequences) -> bool:
    """Give the report to its message and let it count. False if there is no such message, or if it is still on its way
    out by what we know: then `catch_up` finds it."""
    with transaction.atomic():
        lead = _lead(report)
        if lead is None or lead.state not in LEFT:
            return False
        report.notification = lead
        report.save(update_fields=["notification"])
        if report.kind in SHUT and not report.address:
            then.shut(lead.to_address, report.reason or str(Kind(report.kind).label), at)
        _count(lead, at, then)
    return True


def catch_up(at: datetime, then: Consequences) -> int:
    """Settle reports that came before their message was marked as sent. Returns how many were settled."""
    early = DeliveryReport.objects.filter(notification=None, at__gt=at - WAITS).order_by("at", "pk")
    return sum(_safely(report, at, then) for group in _groups(early) for report in _known(group))


def _groups(reports: Iterable[DeliveryReport]) -> Iterator[list[DeliveryReport]]:
    rows = list(reports)
    for first in range(0, len(rows), AT_ONCE):
        yield rows[first : first + AT_ONCE]


def _known(reports: list[DeliveryReport]) -> list[DeliveryReport]:
    """Those whose message has left by now. Others may be about mail of somebody else's: two queries for all of them."""
    left = Notification.objects.filter(state__in=LEFT)
    ids = {name for report in reports for name in provider_ids(report.message_id)}
    idems = {idem for report in reports if (idem := idem_of(report.message_id))}
    found = set(left.filter(provider_id__in=ids).values_list("provider_id", flat=True))
    ours = set(left.filter(idem__in=idems).values_list("idem", flat=True))
    return [
        report
        for report in reports
        if found & set(provider_ids(report.message_id)) or idem_of(report.message_id) in ours
    ]


def _safely(report: DeliveryReport, at: datetime, then: Consequences) -> bool:
    """One report that breaks something holds up no other."""
    try:
        return settle(report, at, then)
    except DatabaseError:
        raise
    except Exception:
        log.exception("report cannot be counted", report=report.pk)
        return False


# -- which message ----------------------------------------------------------------------------------------------------


def _lead(report: DeliveryReport) -> Notification | None:
    """The message, locked; of a bundle the one that led it."""
    found = Notification.objects.filter(provider_id__in=provider_ids(report.message_id)).order_by("pk").first()
    if found is None and (idem := idem_of(report.message_id)):
        found = Notification.objects.filter(idem=idem).first()
    if found is None:
        return None
    return Notification.objects.select_for_update().get(pk=found.bundled_into_id or found.pk)


def provider_ids(message_id: str) -> list[str]:
    """Providers put the name in angle brackets now and then."""
    bare = message_id.strip("<> ")
    return [bare, f"<{bare}>"] if bare else []


def idem_of(message_id: str) -> str:
    """The key of the row behind a Message-ID of ours; "" where it is none."""
    match = NAMED.fullmatch(message_id.strip())
    idem = unquote(match[1]) if match else ""
    return idem if len(idem) <= 120 and "\0" not in idem else ""


# -- what it comes to -------------------------------------------------------------------------------------------------


def _count(lead: Notification, at: datetime, then: Consequences) -> None:
    facts = Facts.of(lead.reports.all())
    parcel = [lead, *lead.bundle.select_for_update().order_by("pk")]
    keys = [row.pk for row in parcel]
    rows = Notification.objects.filter(pk__in=keys)
    if facts.delivered_at and facts.delivered_at != lead.delivered_at:
        rows.update(delivered_at=facts.delivered_at)
        then.delivered(parcel, facts.delivered_at)
    if facts.opened_at and facts.opened_at != lead.opened_at:
        rows.update(opened_at=facts.opened_at)
        then.opened(parcel, facts.opened_at)
    if facts.failed and lead.state == State.SENT:
        rows.filter(state=State.SENT).update(state=State.BOUNCED, reason=facts.reason[:300], delivered_at=None)
        for row in parcel:
            _fail(row, facts.reason[:300], at, then)


def _fail(row: Notification, reason: str, at: datetime, then: Consequences) -> None:
    """`row.delivered_at` still says what was believed before."""
    row.state, row.reason, row.failure = State.BOUNCED, reason, "address"
    then.failed(row, at)
