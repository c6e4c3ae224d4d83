"""What the desk notes about a customer. Internal; each note is its writer's own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contacts.customer_notes import delete_note, edit_note, must_own, write_note
from contacts.forms import refilled, sent
from contacts.models import CustomerNote
from escalations.access import must_work
from escalations.forms.customers import NoteForm
from escalations.views.customers.frame import CustomerFrame

PAGE_SIZE = 25


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, slug: str) -> HttpResponse:
    """All notes, and the form for one more."""
    frame = CustomerFrame.of(request, slug)
    form = NoteForm(sent(request), auto_id="note-%s")
    if request.method == "POST":
        must_work(request.user)
        if form.is_valid() and _written(request, frame, form):
            return redirect(f"{frame.customer.get_absolute_url()}#notes")
    else:
        form = refilled(request, form)
    page = Paginator(frame.customer.notes.select_related("by"), PAGE_SIZE).get_page(request.GET.get("page"))
    context = frame.context("notes", page=page, notes=page.object_list, note_form=form)
    return render(request, "escalations/customers/notes.html", context, status=400 if form.is_bound else 200)


def _written(request: HttpRequest, frame: CustomerFrame, form: NoteForm) -> bool:
    try:
        write_note(customer=frame.customer, text=form.cleaned_data["text"], by=frame.user, at=frame.at)
    except ValidationError as error:
        form.refuse(error)
        return False
    messages.success(request, _("Note kept. Only the desk sees it."))
    return True


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    must_work(request.user)
    frame = CustomerFrame.of(request, slug)
    note = _fetch(frame, key)
    must_own(note, frame.user)
    form = NoteForm(sent(request), initial={"text": note.text}, auto_id="note-%s")
    if request.method != "POST":
        return frame.form(request, refilled(request, form), note=note)
    if form.is_valid():
        try:
            edit_note(note=note, text=form.cleaned_data["text"], by=frame.user)
        except ValidationError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("customer-notes", frame.customer.slug)
    return frame.form(request, form, note=note, status=400)


@login_required
@require_POST
def delete(request: HttpRequest, slug: str, key: int) -> HttpResponse:
    must_work(request.user)
    frame = CustomerFrame.of(request, slug)
    delete_note(note=_fetch(frame, key), by=frame.user)
    messages.success(request, _("Note deleted."))
    return redirect("customer-notes", frame.customer.slug)


def _fetch(frame: CustomerFrame, key: int) -> CustomerNote:
    note = frame.customer.notes.filter(pk=min(key, 2**63 - 1)).first()
    if note is None:
        raise Http404(_("This note is not there any more."))
    return note
