"""A channel whose server cannot be reached rests: 30 s, doubling to 5 minutes. That costs no message a try.

Of Slack and webhooks each host rests alone, as "slack:hooks.slack.com"; the row "slack" is where claims take turns."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from templates_app.models import ChannelBreaker

FIRST = timedelta(seconds=30)
LONGEST = timedelta(minutes=5)


def rests(channel: str, at: datetime) -> bool:
    return ChannelBreaker.objects.filter(channel=channel, open_until__gt=at).exists()


def resting(prefix: str, at: datetime) -> dict[str, str]:
    """What rests among the channels whose names begin so, and why."""
    rows = ChannelBreaker.objects.filter(channel__startswith=prefix, open_until__gt=at)
    return dict(rows.values_list("channel", "reason"))


def lock(channel: str) -> ChannelBreaker:
    """The channel's row, locked until the transaction ends: whoever claims messages takes turns here."""
    rows = ChannelBreaker.objects.select_for_update().filter(channel=channel)
    if not rows.exists():
        ChannelBreaker.objects.bulk_create([ChannelBreaker(channel=channel)], ignore_conflicts=True)
    return rows.get()


def trip(channel: str, at: datetime, reason: str) -> None:
    with transaction.atomic():
        row = lock(channel)
        if row.open_until and row.open_until > at:
            return  # another process met the same outage; counting it twice would double the rest
        row.open_until = at + min(FIRST * 2 ** min(row.failures, 10), LONGEST)
        row.failures += 1
        row.reason = reason[:300]
        row.save()


def reset(channels: Collection[str]) -> None:
    """Their servers have accepted a message."""
    ChannelBreaker.objects.filter(channel__in=channels, failures__gt=0).update(failures=0, open_until=None, reason="")
