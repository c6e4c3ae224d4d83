"""Mail that came in: what the history has filed, and one that waits for somebody to decide."""

from datetime import datetime, timedelta

from escalations.enums import EventKind
from escalations.inbound import filing
from escalations.models import Event, Ticket
from templates_app.inbound.store import receive
from templates_app.models import InboundMail

WAITED = timedelta(minutes=35)
STRANGER = b"""\
From: Jonas Ferber <jonas.ferber@ferber-partner.example>
To: desk@desk.example
Subject: Stock levels of Larkfield, for our audit
Message-ID: <demo-waits@ferber-partner.example>
Content-Type: text/plain; charset=utf-8

Hello,

we audit the stock of Larkfield Retail for the year's end, and Ms Whitfield named you to us. The export of last night
has 14 stores without a single article. Is that known, and until when can we expect a whole one?

Kind regards
Jonas Ferber
"""


def arrive(now: datetime) -> None:
    for ticket in Ticket.objects.filter(untriaged=True).order_by("pk"):
        _filed(ticket, ticket.subject, ticket.description, ticket.reported_at)
    for event in Event.objects.filter(kind=EventKind.CUSTOMER, data__what="reply").select_related("ticket"):
        _filed(event.ticket, event.data["mail"]["subject"], event.text, event.at)
    mail, _is_new = receive(STRANGER, at=now - WAITED)
    filing.file(mail.pk, now - WAITED)


def _filed(ticket: Ticket, subject: str, text: str, at: datetime) -> None:
    InboundMail.objects.create(
        message_id=f"demo-{ticket.number.lower()}-{at:%H%M%S}@{ticket.customer.slug}.example",
        from_name=ticket.reporter_name,
        from_address=ticket.reporter_email,
        to_address="desk@desk.example",
        subject=subject,
        text=text,
        state=InboundMail.State.FILED,
        about=ticket.number,
        at=at,
    )
