"""A template on a real issue, as the customer would read it. Nothing is sent and nothing is kept."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from escalations.access import must_manage, tickets_for
from escalations.customer_words import proposed
from escalations.drafts import Draft, draft_of
from escalations.forms.templates import EMPTY, TemplateForm
from escalations.models import ActionItem, Ticket
from escalations.models.ticket import primary_key_of
from escalations.rows_within import RowsWithin
from escalations.views.wordings.frame import known
from escalations.wording import verb_of
from templates_app import plain
from templates_app.editor.wording import Wording, wording_of
from templates_app.languages import Worded

RECENT = 8


@login_required
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The editor once more with the message in it; with the header `Fragment`, a script's, the message alone."""
    from escalations.views.wordings.edit import editor  # the page that it is shown on

    must_manage(request.user)
    template = known().filter(slug=request.POST.get("slug", "")[:60]).first()
    was = wording_of(template) if template else EMPTY
    form = TemplateForm(request.POST, was=was, seen=0)
    if request.headers.get("Fragment"):
        return render(request, "escalations/wordings/_sample.html", {"sample": sample(request, form, template)})
    form.errors.clear()  # nothing is wrong yet with what is only half written
    return editor(request, form, template)


def sample(request: HttpRequest, form: TemplateForm, template: Any) -> dict[str, Any]:
    """`tickets` to choose from, the one `chosen`, and the `draft` in the language of the open pane."""
    user, at = request.user, timezone.now()
    wording = form.wording()
    tickets = recent(user, wording["severities"])
    number = (request.POST if request.method == "POST" else request.GET).get("ticket", "")
    chosen = _whole(user, primary_key_of(number[:30])) or _whole(user, tickets[0].pk if tickets else 0)
    if chosen and chosen.pk not in [ticket.pk for ticket in tickets]:
        tickets = [chosen, *tickets]
    language = form.typed("language")
    worded, is_missing = in_pane(wording, language)
    draft: Draft | None = None
    if chosen and (worded.subject or worded.body):
        verb = verb_of(template.slug if template else "")
        draft = draft_of(worded, chosen, verb, by=user, at=at, written=proposed(chosen, worded.language))
    return {"tickets": tickets, "chosen": chosen, "draft": draft, "is_missing": is_missing}


def in_pane(wording: Wording, language: str) -> tuple[Worded, bool]:
    """The words of one language, or the site's while there are none; and whether that is so."""
    own = wording["translations"].get(language, {}) if language != settings.LANGUAGE_CODE else wording
    has = bool(own.get("body", "").strip())
    texts, code = (own, language or settings.LANGUAGE_CODE) if has else (wording, settings.LANGUAGE_CODE)
    worded = Worded(code, plain.one_line(texts["subject"]), plain.lines(texts["body"]), wording["fields"])
    return worded, bool(language) and not has and language != settings.LANGUAGE_CODE


def recent(user: Any, severities: list[str]) -> list[Ticket]:
    """The newest issues that it fits: the reader's own, or anybody's for somebody who owns none."""
    tickets = tickets_for(user).select_related("customer").only("subject", "severity", "customer__name").order_by("-pk")
    if severities:
        tickets = tickets.filter(severity__in=severities[:20])
    return list(tickets.filter(owner=user.pk)[:RECENT]) or list(tickets[:RECENT])


def _whole(user: Any, key: int) -> Ticket | None:
    steps = ActionItem.objects.filter(ticket=OuterRef("pk"), done_at=None, dropped_at=None).order_by("due_on", "pk")
    whole = tickets_for(user).for_list().select_related("created_by").annotate(steps_within=RowsWithin(steps))
    return whole.filter(pk=key).first() if key else None
