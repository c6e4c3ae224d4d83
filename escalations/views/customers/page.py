"""One customer: what is open, how it fares, how it was served, who its people are, what the desk knows."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.customers import explained
from escalations.access import tickets_for
from escalations.customer_record import record_of
from escalations.enums import DONE
from escalations.forms.customers import NoteForm
from escalations.views.customers.frame import CustomerFrame
from escalations.views.customers.trend import trend_of
from escalations.views.listing import by_due
from escalations.views.paging import TicketPages
from escalations.views.rows import rows_of

OPEN_SHOWN = 15
NOTES_SHOWN = 5
HEALTH_SHOWN = 40
PAGE_SIZE = 25


@login_required
@require_safe
def customer(request: HttpRequest, slug: str) -> HttpResponse:
    frame = CustomerFrame.of(request, slug)
    known, at = frame.customer, frame.at
    tickets = list(by_due(tickets_for(request.user).filter(customer=known).open_ones()).for_list()[: OPEN_SHOWN + 1])
    records = list(known.health_records.select_related("by")[:HEALTH_SHOWN])
    notes = list(known.notes.select_related("by")[: NOTES_SHOWN + 1])
    contacts = list(known.contacts.all())
    context = frame.context(
        "overview",
        rows=rows_of(tickets[:OPEN_SHOWN], at),
        has_more=len(tickets) > OPEN_SHOWN,
        records=records,
        trend=trend_of(records, at),
        record=record_of(known, at),
        notes=notes[:NOTES_SHOWN],
        has_more_notes=len(notes) > NOTES_SHOWN,
        note_form=NoteForm(auto_id="note-%s"),
        contacts=contacts,
        hears=next((contact for contact in contacts if contact.email), None),
    )
    return render(request, "escalations/customers/page.html", context)


@login_required
@require_safe
def issues(request: HttpRequest, slug: str) -> HttpResponse:
    """What is over, the latest first."""
    frame = CustomerFrame.of(request, slug)
    found = tickets_for(request.user).filter(customer=frame.customer, status__in=DONE).order_by("-pk")
    page = TicketPages(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = frame.context("issues", page=page, rows=rows_of(page.object_list, frame.at))
    return render(request, "escalations/customers/issues.html", context)


@login_required
@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """Who changed what, the latest first."""
    frame = CustomerFrame.of(request, slug)
    page = Paginator(frame.customer.changes.select_related("by"), PAGE_SIZE).get_page(request.GET.get("page"))
    worded = iter(explained(difference for change in page.object_list for difference in change.changes))
    lines = [(change, [next(worded) for _difference in change.changes]) for change in page.object_list]
    return render(request, "escalations/customers/changes.html", frame.context("changes", page=page, lines=lines))
