"""Every column that can name somebody at a customer. A new one belongs here."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet


@dataclass(frozen=True)
class Place:
    """`of` leads from a row to its ticket: a foreign key, or "about", which holds its number; empty: to none."""

    label: str
    texts: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    of: str = ""

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.texts, *self.data)

    def naming(self, word: str) -> QuerySet[Any]:
        """Rows in which the word stands somewhere. Reads the whole table."""
        said = Q()
        for column in self.columns:
            said |= Q(**{f"{column}__icontains": word})
        return self.model._default_manager.filter(said)


ENDS = ("root_cause", "solution", "prevention")
REVIEW = ("summary", "impact", "causes", "went_well", "lessons")

TICKET = Place(
    "escalations.Ticket",
    ("subject", "description", "reporter_name", "reporter_email", "taken_by_name", *ENDS),
    ("tags", "cc", "triage"),
    "pk",
)
EVENT = Place("escalations.Event", ("actor_name", "text"), ("data",), "ticket")
NOTIFICATION = Place(
    "templates_app.Notification",
    ("to_name", "to_address", "subject", "text", "html", "reason"),
    ("context", "tried"),
    "about",
)
MAIL = Place(
    "templates_app.InboundMail",
    ("from_name", "from_address", "to_address", "subject", "text", "reason", "message_id", "decided_by"),
    of="about",
)
# What belongs to a ticket and is written over where it stands.
AROUND = (
    Place("escalations.Responder", ("name", "email"), of="ticket"),
    Place("escalations.CustomerCall", ("title", "place", "agenda"), ("attendees",), "ticket"),
    Place("escalations.Escalation", ("reason", "taken_by_name"), ("contacts",), "ticket"),
    Place("escalations.Pause", ("reason",), of="ticket"),
    Place("escalations.Review", REVIEW, ("added",), "ticket"),
    Place("escalations.ActionItem", ("text",), of="ticket"),
    Place("escalations.CheckIn", ("note",), of="ticket"),
    Place("escalations.ChecklistMark", ("note",), of="ticket"),
    Place("escalations.Attachment", ("name",), of="ticket"),
)
# What belongs to no ticket, or to a customer.
ELSEWHERE = (
    Place("contacts.CustomerChange", data=("changes",)),
    Place("contacts.CustomerNote", ("text",)),
    Place("contacts.HealthRecord", ("note",)),
    Place("contacts.IdempotencyKey", ("location",), ("answer",)),
    Place("templates_app.DeliveryReport", ("address", "reason", "message_id")),
    Place("templates_app.WebhookDelivery", data=("body",)),
    Place("escalations.ImportBatch", data=("rows", "problems")),
)
OF_CUSTOMER = ("contacts.CustomerChange", "contacts.CustomerNote", "contacts.HealthRecord")
