"""The severities: targets, cadence, warnings, steps, who is told, and in which hours their clocks count."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from contacts.access import must_configure
from contacts.forms import refilled, sent
from contacts.models import User
from escalations.models import Severity
from escalations.protocol.content import Content
from escalations.protocol.errors import BadContent, LostUpdate
from escalations.settings_pages.forms import SeverityForm
from escalations.settings_pages.saving import save, standing


@login_required
@require_safe
def severities(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    rows = Severity.objects.select_related("calendar", "response_calendar").order_by("code")
    return render(request, "escalations/setup/severities.html", {"rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def severity(request: HttpRequest, code: str) -> HttpResponse:
    must_configure(request.user)

    def narrow(content: Content) -> Content:
        if code not in content["severities"]:
            raise Http404(_("There is no such severity."))
        return {"severities": {code: content["severities"][code]}, "calendars": content["calendars"], "rungs": []}

    form, status, lost = SeverityForm(sent(request), draft=standing(narrow)), 200, ""
    if request.method == "POST":
        status = 400
        if form.is_valid():
            by, made = User.objects.get(username=request.user.get_username()), form.typed()
            try:
                save(
                    lambda content: content | {"severities": content["severities"] | {code: made}},
                    by=by,
                    at=timezone.now(),
                    opened=form.opened,
                )
            except BadContent as bad:
                form.refuse_content(bad)
            except LostUpdate as error:
                form, status, lost = form.caught_up(standing(narrow)), 409, error.message  # type: ignore[assignment]
            else:
                messages.success(request, _("Saved. It holds for issues that are logged, or graded anew, from now on."))
                return redirect("desk-severities")
    context = {"form": refilled(request, form), "code": code, "name": form.groups[0].heading, "lost": lost}
    return render(request, "escalations/setup/severity.html", context, status=status)
