"""Which of the claimed messages travel together, and which wait: per person and channel at most one a minute.

What presses (a P1 that asks for something) waits only for another that pressed: the first goes at once, and a thousand
within a minute come in one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from templates_app.models import Notification
from templates_app.models.notification import ALONE, State

GAP = timedelta(minutes=1)
GOOD_TO_KNOW = {"taken", "held", "resolved", "confirmed", "merged", "watching"}
Parcel = list[Notification]  # one mail to one person; the first row leads


@dataclass(frozen=True)
class Last:
    """When somebody last got something, and when last something that pressed."""

    sent: datetime | None = None
    pressed: datetime | None = None


@dataclass(frozen=True)
class Sorting:
    """`held` are pairs of a parcel and the instant it may go at."""

    ready: list[Parcel]
    held: list[tuple[Parcel, datetime]]


def sort(rows: list[Notification], last: Mapping[str, Last], at: datetime) -> Sorting:
    """Keeps the order of `rows`. What goes takes along what waits for the same person."""
    sorting = Sorting([], [])
    served = dict(last)
    for parcel in _parcels(rows):
        lead = parcel[0]
        before = served.get(lead.to_address, Last())
        if until := _held_until(parcel, before):
            sorting.held.append((parcel, until))
            continue
        sorting.ready.append(parcel)
        if lead.kind not in ALONE:
            served[lead.to_address] = Last(at, at if presses(lead) else before.pressed)
    return sorting


def last_sent(channel: str, rows: list[Notification], at: datetime) -> dict[str, Last]:
    """Who got something on this channel within the last minute."""
    sent = Notification.objects.filter(
        state__in=(State.SENT, State.BOUNCED), sent_at__gt=at - GAP, to_address__in={row.to_address for row in rows},
        channel=channel,
    )  # fmt: skip
    pressing = Q(urgent=True) & ~Q(kind__in=GOOD_TO_KNOW)
    latest = sent.exclude(kind__in=ALONE).values("to_address").order_by()
    found = latest.annotate(last=Max("sent_at"), pressed=Max("sent_at", filter=pressing))
    return {to: Last(last, pressed) for to, last, pressed in found.values_list("to_address", "last", "pressed")}


def presses(row: Notification) -> bool:
    return row.urgent and row.kind not in GOOD_TO_KNOW


def _held_until(parcel: Parcel, last: Last) -> datetime | None:
    """None: it goes. Also what was being sent when its process died: most likely it has arrived already."""
    lead = parcel[0]
    if lead.kind in ALONE or lead.lease:
        return None
    before = last.pressed if presses(lead) else last.sent
    return before + GAP if before else None


def _parcels(rows: list[Notification]) -> list[Parcel]:
    parcels: dict[tuple[object, ...], Parcel] = {}
    for row in rows:
        parcels.setdefault(_key(row), []).append(row)
    return [sorted(parcel, key=reading_order) for parcel in parcels.values()]


def _key(row: Notification) -> tuple[object, ...]:
    """What a person wrote travels alone, and an overview does.

    A message that was on the wire when its process died goes with the same others as then and with nobody else: the
    mail is the same, and so is its Message-ID. What the server put off stays together for the same reason, and apart
    from what else was.
    """
    if row.kind in ALONE:
        return (row.pk,)
    return (row.to_address, row.lease, row.attempts and (row.bundled_into_id or row.pk))


def reading_order(row: Notification) -> tuple[object, ...]:
    """What asks for something stands before what is only good to know, and so gives the mail its subject. A severity
    that was raised stands before what was held until then: it knows the new targets."""
    return (not presses(row), row.kind in GOOD_TO_KNOW, row.kind != "severity", row.created_at, row.pk)
