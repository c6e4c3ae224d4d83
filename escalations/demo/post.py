"""What the history has queued was sent at its time: nobody is mailed about the past."""

from datetime import datetime, timedelta

from escalations.delivery import sent
from escalations.write_back import write_back
from templates_app import mail
from templates_app.models import Notification
from templates_app.models.notification import State

from .acts import dice

COLUMNS = ("subject", "text", "html", "state", "sent_at", "next_try_at", "read_at")
READ_AFTER = timedelta(hours=8)  # what is younger still stands unread in the inboxes


def settle(now: datetime, seed: int) -> int:
    """Word every queued message as of its time and mark it sent, a few seconds after it was queued."""
    rng = dice(seed)
    messages = list(Notification.objects.filter(state=State.QUEUED, created_at__lte=now).order_by("pk"))
    for message in messages:
        at = min(message.created_at + timedelta(seconds=rng.randint(1, 4)), now)
        worded = mail.compose([message], at=at)
        message.subject, message.text, message.html = worded.subject[:300], worded.text, worded.html
        message.state, message.sent_at, message.next_try_at = State.SENT, at, None
        message.read_at = at + READ_AFTER if message.user_id and at + READ_AFTER <= now else None
        sent([message], at)
    write_back(messages, COLUMNS)
    return len(messages)
