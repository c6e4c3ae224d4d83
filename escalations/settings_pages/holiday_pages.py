"""Taking a country's holidays over into a calendar: chosen, looked at, added."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from contacts.access import must_configure
from contacts.models import User
from escalations.models import Calendar
from escalations.protocol.content import Content
from escalations.protocol.errors import BadContent
from escalations.settings_pages import holiday_sets
from escalations.settings_pages.saving import save

YEARS = [(1, gettext_lazy("This year")), (2, gettext_lazy("This year and the next")), (5, gettext_lazy("Five years"))]


class SetForm(forms.Form):
    country = forms.ChoiceField(label=gettext_lazy("Country"))
    region = forms.ChoiceField(label=gettext_lazy("Region"), required=False)
    years = forms.TypedChoiceField(label=gettext_lazy("How far ahead?"), coerce=int, choices=YEARS, initial=2)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        known, region = self.fields["country"], self.fields["region"]
        assert isinstance(known, forms.ChoiceField)
        assert isinstance(region, forms.ChoiceField)
        known.choices = [("", _("Choose one")), *holiday_sets.countries()]
        country = str((data or {}).get("country", ""))
        parts = holiday_sets.regions(country) if country in holiday_sets.CODES else []
        # Another country was chosen: a region of the one before says nothing.
        if data and data.get("region") and data["region"] not in {code for code, _name in parts}:
            self.data = data.copy()
            self.data["region"] = ""  # type: ignore[index]
        region.choices = [("", _("The whole country")), *parts]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: HttpRequest, slug: str) -> HttpResponse:
    must_configure(request.user)
    row, at = get_object_or_404(Calendar, slug=slug), timezone.now()
    given = request.POST if request.method == "POST" else request.GET
    form = SetForm(given if "country" in given else None)
    found, known = [], set(row.holidays)
    if form.is_bound and form.is_valid():
        chosen, first = form.cleaned_data, at.astimezone(row.worktime().zone).year
        found = [
            {"day": day, "text": day.isoformat(), "name": name, "known": day.isoformat() in known}
            for day, name in holiday_sets.days(chosen["country"], chosen["region"], first, chosen["years"])
        ]
    if request.method == "POST" and found:
        wanted = {each["text"] for each in found} & set(request.POST.getlist("day")) - known

        def change(content: Content) -> Content:
            mine = content["calendars"][slug]
            more = mine | {"holidays": sorted({*mine["holidays"], *wanted})}
            return content | {"calendars": content["calendars"] | {slug: more}}

        try:
            if wanted:
                save(change, by=User.objects.get(username=request.user.get_username()), at=at)
        except BadContent as bad:
            form.add_error(None, bad.message)
        else:
            n = len(wanted)
            messages.success(request, ngettext("%(n)s holiday added.", "%(n)s holidays added.", n) % {"n": n})
            return redirect("desk-calendar", slug)
    context = {"form": form, "calendar": row, "found": found, "news": [each for each in found if not each["known"]]}
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "escalations/setup/holidays.html", context, status=status)
