"""Which of the claimed messages travel together, and which wait: per person at most one mail a minute."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from templates_app.models import Notification
from templates_app.models.notification import WRITTEN, State

GAP = timedelta(minutes=1)
GOOD_TO_KNOW = {"taken", "resolved", "confirmed", "merged", "watching"}
Parcel = list[Notification]  # one mail to one person; the first row leads


@dataclass(frozen=True)
class Sorting:
    """`held` are pairs of a parcel and the instant it may go at."""

    ready: list[Parcel]
    held: list[tuple[Parcel, datetime]]


def sort(rows: list[Notification], last_mail: Mapping[str, datetime], at: datetime) -> Sorting:
    """Keeps the order of `rows`. Urgent messages never wait and take along what waits for the same person."""
    sorting = Sorting([], [])
    served = dict(last_mail)
    for parcel in _parcels(rows):
        lead = parcel[0]
        last = served.get(lead.to_address)
        if last and not _goes_at_once(parcel):
            sorting.held.append((parcel, last + GAP))
            continue
        sorting.ready.append(parcel)
        if lead.kind not in WRITTEN:
            served[lead.to_address] = at
    return sorting


def last_mails(rows: list[Notification], at: datetime) -> dict[str, datetime]:
    """Who got a mail within the last minute, and when."""
    mails = Notification.objects.filter(
        state=State.SENT, sent_at__gt=at - GAP, to_address__in={row.to_address for row in rows}, channel="email"
    )
    latest = mails.exclude(kind__in=WRITTEN).values("to_address").annotate(latest=Max("sent_at"))
    return dict(latest.order_by().values_list("to_address", "latest"))


def _goes_at_once(parcel: Parcel) -> bool:
    """Also one that was being sent when its process died: most likely it has arrived already."""
    lead = parcel[0]
    return lead.urgent or lead.kind in WRITTEN or bool(lead.lease)


def _parcels(rows: list[Notification]) -> list[Parcel]:
    parcels: dict[tuple[object, ...], Parcel] = {}
    for row in rows:
        parcels.setdefault(_key(row), []).append(row)
    return [sorted(parcel, key=reading_order) for parcel in parcels.values()]


def _key(row: Notification) -> tuple[object, ...]:
    """What a person wrote travels alone.

    A message that was on the wire when its process died goes with the same others as then and with nobody else: the
    mail is the same, and so is its Message-ID. One that the server put off is set apart for the same reason.
    """
    if row.kind in WRITTEN:
        return (row.pk,)
    return (row.to_address, row.lease, row.attempts and row.next_try_at)


def reading_order(row: Notification) -> tuple[object, ...]:
    """What asks for something stands before what is only good to know, and so gives the mail its subject. A severity
    that was raised stands before what was held until then: it knows the new targets."""
    return (not row.urgent, row.kind in GOOD_TO_KNOW, row.kind != "severity", row.created_at, row.pk)
