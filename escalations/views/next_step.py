"""The one thing to do next on a ticket, as the protocol sees it (Escalation Protocol, section 4)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from config.templatetags.ui import clock_time
from escalations.enums import ClockKind, Status
from escalations.models import Ticket
from escalations.views.faces import Face


@dataclass(frozen=True)
class NextStep:
    """`verb` is posted as it is when it needs no words; else the button leads to `target`."""

    title: str
    text: str
    verb: str = ""
    label: str = ""
    target: str = ""  # "composer", or the verb whose form is opened
    icon: str = "list-checks"
    path: str = ""  # a page that the button leads to


def next_step(ticket: Ticket, faces: list[Face], at: datetime, open_lines: Collection[str] = ()) -> NextStep | None:
    """`open_lines`: what the checklist still asks for before closing."""
    if ticket.untriaged and ticket.is_open:
        suggested = _("A mail opened it. %(code)s is what its words suggest: confirm it, or choose another one.")
        assumed = _("A mail opened it, and its words suggest nothing. %(code)s is assumed until you choose.")
        return NextStep(
            _("Not triaged yet: how grave is it?"),
            (suggested if ticket.triage.get("suggested") else assumed) % {"code": ticket.severity_id},
            target="change_severity",
            label=_("Confirm the severity"),
            icon="signal",
        )
    face = {face.kind: face for face in faces}
    update, customer = face[ClockKind.UPDATE], ticket.customer.name
    match ticket.status:
        case Status.NEW:
            return NextStep(
                _("Next: acknowledge to %(customer)s") % {"customer": customer},
                _("Give the number %(number)s, when to expect an answer, and whom to talk to: the message says it.")
                % {"number": ticket.number},
                target="acknowledge",
                label=_("Acknowledge"),
            )
        case Status.WAITING:
            return NextStep(
                _("Next: resume when %(customer)s answers") % {"customer": customer},
                _("The resolution and update clocks are paused until then."),
                verb="resume",
                label=_("Resume"),
                icon="pause",
            )
        case Status.RESOLVED if "post-mortem" in open_lines:
            return NextStep(
                _("Next: hold the post-mortem"),
                _("What happened, what it cost, why, and what changes. The checklist asks for it before closing."),
                path=reverse("ticket-review", args=[ticket.number]),
                label=_("Write it"),
                icon="file-text",
            )
        case Status.RESOLVED:
            return NextStep(
                _("Next: close once %(customer)s confirms") % {"customer": customer},
                _("Ask whether everything works again. If not, reopen: the clocks go on where they stood."),
                **({"target": "close"} if open_lines else {"verb": "close"}),
                label=_("Close"),
                icon="check-check",
            )
        case Status.CLOSED:
            return None
    if update.state in ("late", "risk"):
        since = clock_time(ticket.last_message_at or ticket.reported_at, at)
        return NextStep(
            _("Next: tell %(customer)s what changed since %(when)s") % {"customer": customer, "when": since},
            _("What was done, what happens next, and when you will write again."),
            label=_("Write update"),
            target="composer",
        )
    if ticket.owner_id is None:
        return NextStep(
            _("Next: give it an owner"),
            _("Nobody is named on level 1. Reminders go to whoever stands there."),
            label=_("Assign"),
            target="assign",
        )
    due = face[ClockKind.RESOLUTION].due
    late = due is not None and due <= at
    return NextStep(
        (_("Next: solve it, due since %(when)s") if late else _("Next: solve it by %(when)s"))
        % {"when": clock_time(due, at)}
        if due
        else _("Next: solve it"),
        _("Find the root cause, fix it, check with %(customer)s. Keep them informed on the way.")
        % {"customer": customer},
        label=_("Resolve"),
        target="resolve",
    )
