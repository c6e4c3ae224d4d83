"""The settings that hold for the whole desk."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from contacts import branding
from contacts.access import must_configure
from contacts.desk_changes import differences, record
from contacts.forms import refilled, sent
from contacts.models import SiteSettings, User
from contacts.models.changes import Act, Area
from contacts.models.people import Role

LABELS = {
    "brand": gettext_lazy("Name of the desk"),
    "mfa_roles": gettext_lazy("A second factor is required of"),
}
HELP = {
    "brand": gettext_lazy("In the corner of every page, in the names of pages, and under every mail."),
    "mfa_roles": gettext_lazy(
        "Whoever has none yet is led to set one up with the next click, and gets to no other page before. Sign-in by "
        "your own provider and tokens are left alone."
    ),
}


class DeskForm(forms.ModelForm):
    mfa_roles = forms.MultipleChoiceField(choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = SiteSettings
        fields = list(LABELS)

    def __init__(self, data: Any = None, *, instance: SiteSettings) -> None:
        super().__init__(data, instance=instance)
        for name, field in self.fields.items():
            field.label, field.help_text = LABELS[name], HELP[name]
        self.fields["brand"].widget.attrs["placeholder"] = branding.PRODUCT

    def clean_brand(self) -> str:
        return " ".join(self.cleaned_data["brand"].split())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    must_configure(request.user)
    before = facts(SiteSettings.current())
    form = DeskForm(sent(request), instance=SiteSettings.current())
    if request.method == "POST" and form.is_valid():
        changed = differences(before, facts(form.instance), LABELS)
        if changed:
            by = User.objects.get(username=request.user.get_username())
            with transaction.atomic():
                form.save()
                record(Area.DESK, Act.CHANGED, "", by=by, at=timezone.now(), changes=changed)
            branding.forget()
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
        return redirect("desk-settings")
    context = {"form": refilled(request, form)}
    return render(request, "contacts/setup/desk.html", context, status=400 if form.errors else 200)


def facts(row: SiteSettings) -> dict[str, Any]:
    roles = [str(Role(role).label) for role in row.mfa_roles if role in Role.values]
    return {name: getattr(row, name) for name in LABELS} | {"mfa_roles": roles}
