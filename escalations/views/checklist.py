"""The response checklist beside a ticket: how far it is, the proof of each line, and where the open ones are done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from escalations.access import must_work
from escalations.checklist import SEEN_ONLY, Item, State, checklist_of, progress
from escalations.checklist_facts import Facts
from escalations.forms.care import TickForm
from escalations.models import Escalation
from escalations.verbs.checklist import is_leader
from escalations.views.outcome import Outcome, tried
from escalations.views.proof import proof_of, said
from escalations.views.ticket_frame import TicketFrame

ICONS = {
    State.DONE: "circle-check",
    State.OPEN: "circle",
    State.RUNNING: "circle-dot",
    State.IF_NEEDED: "circle-dashed",
    State.WAIVED: "circle-slash",
}


@dataclass(frozen=True)
class Entry:
    """One line as people see it. `path` leads to where it is done; `sheet` says that this is a form."""

    item: Item
    proof: str
    path: str
    sheet: bool
    may_tick: bool
    may_waive: bool

    @property
    def icon(self) -> str:
        return ICONS[self.item.state]

    @property
    def by_hand(self) -> bool:
        return self.item.mark is not None


@dataclass(frozen=True)
class Card:
    entries: list[Entry]
    not_asked: list[Item]
    done: int
    total: int

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 100

    @property
    def open_keys(self) -> set[str]:
        return {entry.item.key for entry in self.standing_open}

    @property
    def standing_open(self) -> list[Entry]:
        """What stands in the way of closing."""
        return [entry for entry in self.entries if entry.item.blocks_closing]


def card_of(frame: TicketFrame, told: Sequence[Escalation] | None = None) -> Card:
    """`told` are the ticket's escalations where the page has them already."""
    facts = Facts.of(frame.ticket, told)
    items = checklist_of(frame.ticket, facts)
    asked = [item for item in items if item.state != State.NOT_ASKED]
    done, total = progress(items)
    entries = [_entry(item, frame, facts) for item in asked]
    return Card(entries, [item for item in items if item not in asked], done, total)


def _entry(item: Item, frame: TicketFrame, facts: Facts) -> Entry:
    # What is merged goes on elsewhere.
    works = frame.user.may_work and not frame.ticket.merged_into_id
    is_open = item.state in (State.OPEN, State.RUNNING, State.IF_NEEDED)
    path, sheet = _where(item.key, frame) if works and is_open else ("", False)
    return Entry(
        item=item,
        proof=said(item, frame.at) if item.mark else proof_of(item, frame.ticket, facts, frame.at),
        path=path,
        sheet=sheet,
        may_tick=works and is_open and item.key not in SEEN_ONLY,
        may_waive=works and is_open and (not item.is_required or is_leader(frame.user)),
    )


def _where(key: str, frame: TicketFrame) -> tuple[str, bool]:
    """The page on which the line is done, if there is one, and whether it opens as a sheet."""
    ticket = frame.ticket.get_absolute_url()
    verb = {"acknowledge": "acknowledge", "notify-team": "escalate", "escalate": "escalate", "root-cause": "resolve"}
    if key in verb:
        return (f"{ticket}{verb[key]}/", True) if verb[key] in frame.allowed else ("", False)
    if key == "hourly-updates":
        return (f"{ticket}#composer", False) if "send_update" in frame.allowed else ("", False)
    review = reverse("ticket-review", args=[frame.ticket.number])
    pages = {
        "response-team": f"{ticket}team/",
        "customer-call": f"{ticket}team/",
        "post-mortem": review,
        "account-health": f"{review}#check-ins",
    }
    return pages.get(key, ""), False


# --- ticking ---------------------------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tick(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """One line: tick it, or say that it is not needed here. The button on the card posts without a note."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    entry = _entry_of(frame, key)
    form = TickForm(request.POST or None)
    outcome = Outcome()
    if request.method == "POST":
        ticket = frame.ticket
        outcome = tried(form, lambda **given: ticket.tick(line=entry.item.line, by=frame.user, at=frame.at, **given))
        if outcome.is_done:
            messages.success(request, _("Checklist: “%(line)s” kept.") % {"line": entry.item.line.action})
            return redirect(f"{ticket.get_absolute_url()}#checklist")
    context = frame.context(entry=entry, form=form, refusal=outcome.refusal)
    return render(request, "escalations/tick.html", context, status=outcome.status)


@login_required
@require_POST
def untick(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Take back what was said by hand; nothing to take back is as good."""
    must_work(request.user)
    frame = TicketFrame.of(request, number)
    entry = _entry_of(frame, key)
    if entry.by_hand:
        frame.ticket.untick(line=entry.item.line, by=frame.user, at=timezone.now())
        messages.success(request, _("Checklist: “%(line)s” is open again.") % {"line": entry.item.line.action})
    return redirect(f"{frame.ticket.get_absolute_url()}#checklist")


def _entry_of(frame: TicketFrame, key: str) -> Entry:
    for entry in card_of(frame).entries:
        if entry.item.key == key:
            return entry
    raise Http404(_("There is no such line on the checklist of this issue."))
