"""The people of the demo have looked at their issues: news on their queue is what happened since."""

from datetime import datetime, timedelta

from escalations.models import Ticket, Visit

LOOKED = timedelta(minutes=90)  # ago


def look(now: datetime) -> None:
    """Every owner looked at every open issue an hour and a half ago, as far as it was there."""
    mine = Ticket.objects.open_ones().filter(owner__isnull=False, created_at__lt=now - LOOKED)
    Visit.objects.bulk_create(
        (Visit(ticket_id=key, user_id=owner, at=now - LOOKED) for key, owner in mine.values_list("pk", "owner")),
        batch_size=500,
    )
