"""Tickets and what belongs to them, as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.rest.fields import Moment, iso
from contacts.matrix import Matrix
from escalations.enums import Cause, ClockKind, Confidential, EventKind, Status
from escalations.forecast import Forecast, ticket_next
from escalations.models import Clock, Escalation, Event, Ticket, TicketAccess

LEVEL = {"oneOf": [{"type": "integer", "minimum": 1, "maximum": 5}, {"enum": ["technical", "product"]}]}
STATES = ("running", "paused", "met", "breached", "stopped")


def level_of(text: str) -> int | str:
    """Numbered rungs are numbers in JSON."""
    return int(text) if text.isdigit() else text


@extend_schema_field(LEVEL)
class LevelField(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, value: str) -> int | str:
        return level_of(value)


class ReporterShape(serializers.Serializer[Ticket]):
    name = serializers.CharField(source="reporter_name")
    email = serializers.CharField(source="reporter_email")


class NextEventShape(serializers.Serializer[Any]):
    at = Moment()
    what = serializers.CharField(help_text="A clock and what it does: `response breach`, `update reminder`.")
    who = serializers.ListField(child=serializers.CharField(), help_text="Who will be told, if nobody acts.")


class ClockShape(serializers.Serializer[Clock]):
    """One clock. Durations are its own time: working hours, pauses out."""

    kind = serializers.ChoiceField(ClockKind.choices)
    state = serializers.SerializerMethodField(help_text="The verdict so far; `breached` stays once true.")
    started_at = Moment()
    target_seconds = serializers.SerializerMethodField()
    elapsed_seconds = serializers.SerializerMethodField()
    at_risk_at = Moment(allow_null=True)
    due_at = Moment(allow_null=True, help_text="Null while paused.")
    breached_at = serializers.SerializerMethodField()
    stopped_at = Moment(allow_null=True)
    protocol = serializers.SerializerMethodField(
        help_text="The version of the protocol that set its target: its `id`; null from before versions were kept."
    )

    @extend_schema_field({"enum": list(STATES)})
    def get_state(self, clock: Clock) -> str:
        return clock.state(self.context["at"])

    def get_target_seconds(self, clock: Clock) -> int:
        return int(clock.budget.total_seconds())

    def get_elapsed_seconds(self, clock: Clock) -> int:
        return int(clock.elapsed(self.context["at"]).total_seconds())

    @extend_schema_field({"type": ["integer", "null"]})
    def get_protocol(self, clock: Clock) -> int | None:
        return clock.protocol_id

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_breached_at(self, clock: Clock) -> str | None:
        """Breached from the due instant on, also where no sweep has seen it yet."""
        overdue = clock.due_at if clock.is_overdue(self.context["at"]) else None
        return Moment().to_representation(clock.breached_at or overdue)


class TicketShape(serializers.Serializer[Ticket]):
    number = serializers.CharField()
    customer = serializers.CharField(source="customer.slug")
    subject = serializers.CharField()
    description = serializers.CharField()
    severity = serializers.CharField(source="severity_id")
    status = serializers.ChoiceField(Status.choices)
    owner = serializers.SerializerMethodField()
    reporter = ReporterShape(source="*")
    confidential = serializers.SerializerMethodField(help_text="Why only named people see it; null: all do.")
    source = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    level = serializers.IntegerField(min_value=1, max_value=5, help_text="The highest numbered rung told so far.")
    reported_at = Moment()
    acknowledged_at = Moment(allow_null=True)
    resolved_at = Moment(allow_null=True)
    closed_at = Moment(allow_null=True)
    next_event = serializers.SerializerMethodField()
    clocks = ClockShape(many=True, source="current_clocks")

    @extend_schema_field({"type": ["string", "null"]})
    def get_owner(self, ticket: Ticket) -> str | None:
        return ticket.owner.username if ticket.owner else None

    @extend_schema_field({"enum": [*Confidential.values, None]})
    def get_confidential(self, ticket: Ticket) -> str | None:
        return ticket.confidential or None

    @extend_schema_field(NextEventShape(allow_null=True))
    def get_next_event(self, ticket: Ticket) -> dict[str, Any] | None:
        coming = ticket_next(ticket, self.context["at"], self._matrix())
        if coming is None:
            return None
        # Not through NextEventShape: making a serializer for each row cost a fifth of the list's time.
        return {"at": iso(coming.at), "what": words_for(coming), "who": coming.who}

    def _matrix(self) -> Matrix:
        # Once for all rows: `root` is the list serializer where there is one.
        shared: dict[str, Any] = self.root.__dict__
        if "matrix" not in shared:
            shared["matrix"] = Matrix.at(self.context["at"])
        return shared["matrix"]


class TicketLineShape(TicketShape):
    """As exports have it. What comes next is left out: it costs more than all the rest."""

    next_event = None


def as_cells(row: dict[str, Any]) -> dict[str, Any]:
    """A line of an export for a table: four columns of each kind of clock, whether there is one or not."""
    clocks = {clock["kind"]: clock for clock in row["clocks"]}
    cells = {name: value for name, value in row.items() if name not in ("clocks", "tags")}
    cells["tags"] = ", ".join(row["tags"])
    for kind in ClockKind.values:
        clock = clocks.get(kind, {})
        cells[kind] = {name: clock.get(name) for name in ("state", "due_at", "breached_at", "elapsed_seconds")}
    return cells


def words_for(coming: Forecast) -> str:
    return f"{coming.clock} {coming.what}".replace("_", " ")


class EventShape(serializers.Serializer[Event]):
    id = serializers.UUIDField(source="uid")
    kind = serializers.ChoiceField(EventKind.choices)
    at = Moment(help_text="When it was recorded.")
    due_at = Moment(help_text="When it should have happened.")
    clock = serializers.SerializerMethodField()
    actor = serializers.SerializerMethodField(help_text="A username, or the name of whoever has no account.")
    text = serializers.CharField()
    data = serializers.DictField()

    @extend_schema_field({"enum": [*ClockKind.values, None]})
    def get_clock(self, event: Event) -> str | None:
        return str(event.clock.kind) if event.clock else None

    def get_actor(self, event: Event) -> str:
        return event.actor.username if event.actor else event.actor_name


class PersonShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class EscalationShape(serializers.Serializer[Escalation]):
    level = LevelField()
    cause = serializers.ChoiceField(Cause.choices)
    at = Moment()
    contacts = PersonShape(many=True)
    notified_at = Moment(allow_null=True, help_text="When the first message about it was accepted.")
    delivered_at = Moment(
        allow_null=True, help_text="When the mail provider says that it arrived; null where nobody says."
    )
    seen_at = Moment(allow_null=True, help_text="When somebody opened it, or looked at it signed in.")
    taken_at = Moment(allow_null=True)
    taken_by = serializers.SerializerMethodField(help_text="A username, or the name of whoever has no account.")

    @extend_schema_field({"type": ["string", "null"]})
    def get_taken_by(self, escalation: Escalation) -> str | None:
        return escalation.taken_by.username if escalation.taken_by else escalation.taken_by_name or None


class AccessShape(serializers.Serializer[TicketAccess]):
    """Somebody who may see it by name."""

    user = serializers.CharField(source="user.username")
    name = serializers.CharField(source="user.name")
    at = Moment(help_text="Since when.")
    named_by = serializers.SerializerMethodField(help_text="Who let them in; null for who was told by the ladder.")

    @extend_schema_field({"type": ["string", "null"]})
    def get_named_by(self, row: TicketAccess) -> str | None:
        return row.named_by.username if row.named_by else None


class ForecastShape(serializers.Serializer[Forecast]):
    """What happens if nobody acts."""

    at = Moment()
    what = serializers.ChoiceField(["at_risk", "breach", "step", "reminder"])
    clock = serializers.ChoiceField(ClockKind.choices)
    level = serializers.IntegerField(allow_null=True, help_text="The rung that is reached, if it climbs.")
    who = serializers.ListField(child=serializers.CharField())
