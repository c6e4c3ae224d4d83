"""Where mail goes while no mail server is set: nowhere. The outbox keeps it, and the app shows it at /outbox/."""

import logging
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

log = logging.getLogger(__name__)


class OutboxBackend(BaseEmailBackend):
    """Accepts everything. The rows of the outbox are the copy, so it keeps none of its own.

    Mail that is not from the outbox, such as a link for a new password, must not be readable there by everybody: it is
    dropped, and the log says so.
    """

    kept = "kept in the outbox: no mail server is set"

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if not message.extra_headers.get("Message-ID"):
                log.warning("not sent, no mail server is set: a mail to %d address(es)", len(message.recipients()))
        return len(email_messages)
