"""The ticket: an issue of a customer that has left the ordinary way."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contacts.models import CustomerContact
from escalations import checklist_facts
from escalations.enums import DONE, OPEN, ClockKind, Confidential, EventKind, RootCause, Status
from escalations.rows_within import RowsWithin
from escalations.spans import Span
from escalations.verbs import Verbs
from templates_app.models import Notification

from .attachment import Attachment
from .care import ActionItem
from .clock import Clock
from .escalation import Escalation
from .event import Event
from .following import Visit, Watch
from .relation import TicketLink
from .team import Responder

FIRST_NUMBER = 1000
NUMBER = re.compile(r"^\s*(?:ESC-)?(\d{4,15})\s*$", re.IGNORECASE)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def by_number(self, number: str) -> "Ticket":
        """The ticket called "ESC-1001" (or "1001"). Raises Ticket.DoesNotExist."""
        return self.get(pk=primary_key_of(number))

    def open_ones(self) -> Self:
        # The condition of the partial indexes word for word: SQLite knows them by nothing else.
        return self.filter(resolved_at=None)

    def with_clocks(self) -> Self:
        """Fetch the clocks and pauses of all rows in two queries."""
        # With the version of the protocol that set each target, but not all that it says.
        clocks = Clock.objects.select_related("calendar", "protocol").defer("protocol__content")
        return self.prefetch_related(Prefetch("clocks", queryset=clocks), "pauses")

    def for_list(self) -> Self:
        """All that a row of a list shows, with no further query a row."""
        return self.select_related(
            "customer", "owner", "team", "severity__calendar", "severity__response_calendar"
        ).with_clocks()

    def for_rows(self) -> Self:
        """What a row of a page shows, and no more: of its clocks those that run or are paused, none of its long texts.

        Three queries for any number of rows.
        """
        clocks = Clock.objects.filter(stopped_at=None).select_related("calendar")
        return (
            self.select_related("customer", "owner", "severity")
            .defer("description", "root_cause", "solution", "prevention", "triage", "cc")
            .prefetch_related(Prefetch("clocks", queryset=clocks), "pauses")
        )

    def for_page(self, user: Any) -> Self:
        """All that the pages of one ticket show of it in small: counts, marks and short lists come with the row."""
        contacts = CustomerContact.objects.filter(customer=models.OuterRef("customer"))
        visits = Visit.objects.filter(ticket=models.OuterRef("pk"), user=user.pk)
        watching = Watch.objects.filter(ticket=models.OuterRef("pk"), user=user.pk)
        newest = Event.objects.filter(ticket=models.OuterRef("pk")).order_by("-at", "-pk")
        holds = Event.objects.filter(ticket=models.OuterRef("pk"), kind=EventKind.HELD)
        rungs = Escalation.objects.filter(ticket=models.OuterRef(models.OuterRef("pk")), ended_at=None)
        told = Notification.objects.filter(escalation_id__in=rungs.values("pk"))
        steps = ActionItem.objects.filter(ticket=models.OuterRef("pk"), done_at=None, dropped_at=None)
        return (
            self.for_list()
            .select_related("taken_by", "merged_into")
            .annotate(
                watching=models.Exists(watching),
                told_here=models.Exists(told.filter(user_id=user.pk)),
                has_held=models.Exists(holds.filter(actor=user.pk)),
                rungs_within=RowsWithin(Escalation.objects.filter(ticket=models.OuterRef("pk")).order_by("at", "pk")),
                files_within=RowsWithin(Attachment.objects.filter(ticket=models.OuterRef("pk"))),
                contacts_within=RowsWithin(contacts.order_by("position", "pk")),
                steps_within=RowsWithin(steps.order_by("due_on", "pk")),
                visited_at=models.Subquery(visits.values("at")[:1]),
                newest_event=Coalesce(models.Subquery(newest.values("pk")[:1]), 0),
                happened_at=models.Subquery(newest.values("at")[:1]),
                team_size=_count(Responder.objects.filter(left_at=None)),
                related_count=_count(TicketLink.objects.all()) + _count(TicketLink.objects.all(), by="other"),
                open_actions=_count(ActionItem.objects.filter(done_at=None, dropped_at=None)),
                **checklist_facts.columns(),
            )
        )

    def breached(self, at: datetime, *, ever: bool = True) -> Self:
        """Those with a clock that is breached, or past due at `at` and about to be found so; `ever=False`: the rest."""
        seen = models.Exists(Clock.objects.filter(ticket=models.OuterRef("pk"), breached_at__isnull=False))
        found = Q(seen) | Q(next_due_at__isnull=False, next_due_at__lt=at)
        return self.filter(found if ever else ~found)


class TicketManager(models.Manager["Ticket"]):
    def open(self, **fields: Any) -> "Ticket":
        """Log an issue and start its clocks: see `escalations.opening.open_ticket`."""
        from escalations.opening import open_ticket

        return open_ticket(**fields)


class Ticket(Verbs, models.Model):
    """An issue with its state; its clocks, events and escalations are rows of their own.

    `level` is the highest numbered rung told so far. `next_due_at` and `next_due_kind` repeat the earliest due time
    among the running clocks, so that lists can be ordered by an index. Who works on it: `owner`; who among the
    executives has it: `taken_by`, and until `held_until` the ladder does not climb. `cc` are further addresses at the
    customer; `triage` is what was answered and suggested when the issue was logged.
    """

    customer = models.ForeignKey(
        "contacts.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="tickets"
    )
    subject = models.CharField(_("subject"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    severity = models.ForeignKey(
        "escalations.Severity", verbose_name=_("severity"), on_delete=models.PROTECT, related_name="tickets"
    )
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.NEW)
    owner = models.ForeignKey(
        "contacts.User",
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tickets",
    )
    team = models.ForeignKey(
        "contacts.Team", verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    reporter_name = models.CharField(_("reporter"), max_length=120, blank=True)
    reporter_email = models.EmailField(_("reporter’s e-mail"), blank=True)
    source = models.CharField(_("source"), max_length=10, default="web")
    tags = models.JSONField(_("tags"), default=list, blank=True)
    cc = models.JSONField(_("copies to"), default=list, blank=True)
    triage = models.JSONField(default=dict, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), default=1)

    reported_at = models.DateTimeField(_("reported at"))
    created_at = models.DateTimeField(_("logged at"))
    created_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    last_message_at = models.DateTimeField(_("customer last heard at"), null=True, blank=True)

    root_cause = models.TextField(_("root cause"), blank=True)
    cause = models.CharField(
        _("kind of cause"), max_length=12, choices=RootCause, blank=True, default="", db_default=""
    )
    solution = models.TextField(_("solution"), blank=True)
    prevention = models.TextField(_("preventive measures"), blank=True)
    confirmed_at = models.DateTimeField(_("confirmed by the customer at"), null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged")

    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    taken_by = models.ForeignKey("contacts.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_by_name = models.CharField(_("taken by"), max_length=160, blank=True)
    held_until = models.DateTimeField(_("ladder held until"), null=True, blank=True)
    climbed_at = models.DateTimeField(_("last climbed at"), null=True, blank=True)
    # Opened by a mail: the severity is a suggestion that nobody has confirmed yet.
    untriaged = models.BooleanField(_("not triaged yet"), default=False, db_default=False)
    # Seen only by those whom TicketAccess names, and why.
    confidential = models.CharField(
        _("confidential"), max_length=13, choices=Confidential, blank=True, default="", db_default=""
    )
    # What another helpdesk calls it, where it was brought over from one.
    external_source = models.CharField(_("brought over from"), max_length=40, blank=True, default="", db_default="")
    external_id = models.CharField(_("number there"), max_length=80, blank=True, default="", db_default="")
    # The version of the protocol that it was logged under, and the newest link of its chain of events.
    protocol = models.ForeignKey(
        "escalations.ProtocolVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    last_seal = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    next_due_at = models.DateTimeField(_("next due at"), null=True, blank=True)
    next_due_kind = models.CharField(_("next due"), max_length=10, choices=ClockKind, blank=True)

    objects = TicketManager.from_queryset(TicketQuerySet)()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(fields=["next_due_at", "id"], name="ticket_open_by_due", condition=Q(resolved_at=None)),
            models.Index(
                fields=["owner", "next_due_at", "id"], name="ticket_open_of_owner", condition=Q(resolved_at=None)
            ),
            models.Index(
                fields=["team", "next_due_at", "id"], name="ticket_open_of_team", condition=Q(resolved_at=None)
            ),
            models.Index(
                fields=["status", "next_due_at", "id"], name="ticket_open_by_status", condition=Q(resolved_at=None)
            ),
            # The list of all escalations in each of its orders, and the tab of those that wait for the customer.
            models.Index(fields=["next_due_at", "id"], name="ticket_by_due"),
            models.Index(fields=["status", "next_due_at", "id"], name="ticket_by_status_due"),
            models.Index(fields=["-level", "-id"], name="ticket_by_level"),
            models.Index(fields=["customer", "-id"], name="ticket_of_customer"),
            models.Index(
                fields=["customer", "severity"], name="ticket_open_of_customer", condition=Q(resolved_at=None)
            ),
            models.Index(fields=["status", "-id"], name="ticket_by_status"),
            models.Index(fields=["severity", "-id"], name="ticket_by_severity"),
            models.Index(fields=["-reported_at", "-id"], name="ticket_by_report"),
            # What the numbers ask for: who owned it, and what happened when.
            models.Index(fields=["owner", "-id"], name="ticket_of_owner"),
            models.Index(fields=["team", "-reported_at"], name="ticket_of_team"),
            models.Index(
                fields=["acknowledged_at"], name="ticket_by_answer", condition=Q(acknowledged_at__isnull=False)
            ),
            models.Index(fields=["resolved_at"], name="ticket_by_resolution", condition=Q(resolved_at__isnull=False)),
            models.Index(fields=["id"], name="ticket_confidential", condition=~Q(confidential="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_source", "external_id"], name="ticket_brought_over_once", condition=~Q(external_id="")
            ),
            models.CheckConstraint(name="ticket_confidential_why", condition=Q(confidential__in=["", *Confidential])),
            models.CheckConstraint(name="ticket_status_known", condition=Q(status__in=Status.values)),
            models.CheckConstraint(name="ticket_level_in_ladder", condition=Q(level__gte=1, level__lte=5)),
            models.CheckConstraint(
                name="ticket_resolved_has_time",
                condition=Q(status__in=DONE, resolved_at__isnull=False) | (Q(status__in=OPEN, resolved_at=None)),
            ),
            models.CheckConstraint(
                name="ticket_closed_has_time",
                condition=Q(status=Status.CLOSED, closed_at__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="ticket_new_is_unanswered",
                condition=Q(status=Status.NEW, acknowledged_at=None)
                | (~Q(status=Status.NEW) & Q(acknowledged_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="ticket_taken_by_somebody",
                condition=Q(taken_at=None, taken_by_name="") | (Q(taken_at__isnull=False) & ~Q(taken_by_name="")),
            ),
            models.CheckConstraint(
                name="ticket_due_has_kind",
                condition=Q(next_due_at=None, next_due_kind="") | (Q(next_due_at__isnull=False) & ~Q(next_due_kind="")),
            ),
            models.CheckConstraint(
                name="ticket_merged_is_closed", condition=Q(merged_into=None) | Q(status=Status.CLOSED)
            ),
            models.CheckConstraint(
                name="ticket_runs_forward",
                condition=(Q(acknowledged_at=None) | Q(acknowledged_at__gte=F("reported_at")))
                & (Q(resolved_at=None) | Q(resolved_at__gte=F("reported_at"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        return f"{reverse('tickets')}{self.number}/"

    @property
    def number(self) -> str:
        return f"ESC-{FIRST_NUMBER + self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def current_clocks(self) -> list[Clock]:
        """The latest clock of each kind: response, update (if one is owed), resolution."""
        latest: dict[str, Clock] = {}
        for clock in self.clocks.all():
            if clock.kind not in latest or clock.cycle > latest[clock.kind].cycle:
                latest[clock.kind] = clock
        for clock in latest.values():
            clock.ticket = self
        return [latest[kind] for kind in ClockKind.values if kind in latest]

    def spans(self) -> list[Span]:
        """The ledger of pauses as `(from, to)` pairs, oldest first."""
        return sorted(((p.from_at, p.to_at) for p in self.pauses.all()), key=lambda span: span[0])


def _count(rows: models.QuerySet[Any], *, by: str = "ticket") -> Coalesce:
    """How many of `rows` belong to the ticket, as a column of the ticket's own query."""
    mine = rows.filter(**{by: models.OuterRef("pk")}).order_by().values(by)
    counted = mine.annotate(n=models.Count("pk")).values("n")
    return Coalesce(models.Subquery(counted), 0, output_field=models.IntegerField())


def primary_key_of(number: str) -> int:
    """The key behind "ESC-1001"; 0, which no row has, for anything else."""
    match = NUMBER.match(number)
    return max(int(match[1]) - FIRST_NUMBER, 0) if match else 0


def earliest_due(clocks: Sequence[Clock]) -> tuple[datetime | None, str]:
    """When the first of these running clocks is due, and which kind it is."""
    due = [(c.due_at, str(c.kind)) for c in clocks if c.due_at and not c.stopped_at]
    return min(due) if due else (None, "")
