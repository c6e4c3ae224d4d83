"""What the people of the demo do all day: they have looked at their issues, they keep lists, they follow an issue."""

from datetime import datetime, timedelta

from contacts.models import User
from escalations import saved_views
from escalations.models import Ticket, Visit, Watch

LOOKED = timedelta(minutes=90)  # ago; what happened since is news on their queue
# (whose, name, page, filters, shared)
KEPT = [
    ("morgan", "Open P1", "/tickets/", "severity=P1&status=open", True),
    ("morgan", "With the executives", "/tickets/", "level=3&status=open", True),
    ("casey", "Mine, missed before", "/", "tab=mine&breached=on", False),
]


def live(now: datetime) -> None:
    _look(now)
    for username, name, path, query, shared in KEPT:
        if owner := User.objects.filter(username=username).first():
            saved_views.save(owner=owner, name=name, path=path, query=query, shared=shared, at=now)
    _watch(now)


def _look(now: datetime) -> None:
    """Every owner looked at every open issue of theirs, as far as it was there."""
    mine = Ticket.objects.open_ones().filter(owner__isnull=False, created_at__lt=now - LOOKED)
    Visit.objects.bulk_create(
        (Visit(ticket_id=key, user_id=owner, at=now - LOOKED) for key, owner in mine.values_list("pk", "owner")),
        batch_size=500,
    )


def _watch(now: datetime) -> None:
    """Casey follows two grave ones of her colleagues."""
    casey = User.objects.filter(username="casey").first()
    others = Ticket.objects.open_ones().exclude(owner=casey).order_by("severity", "pk")
    if casey:
        Watch.objects.bulk_create(
            (Watch(ticket=ticket, user=casey, since=now) for ticket in others[:2]), ignore_conflicts=True
        )
