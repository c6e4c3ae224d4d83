"""Tokens: everybody's own, and those of service accounts for administrators. What a token is, is shown once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from contacts.access import must_configure
from contacts.forms import CardForm, sent
from contacts.models import ApiToken, Scope, User
from contacts.tokens import SCOPES, covers, live_tokens, make_token, revoke_token, widest

USUAL_DAYS = 90
ENDED_SHOWN = 20
MEANS = {
    Scope.READ: gettext_lazy("Read: everything that this account may see, and change nothing"),
    Scope.WORK: gettext_lazy("Work: log issues and carry them on, besides reading"),
    Scope.CONFIGURE: gettext_lazy(
        "Configure: severities, people, contacts, templates, webhooks, the protocol, besides"
    ),
}
LASTS = [
    (30, gettext_lazy("30 days")),
    (USUAL_DAYS, gettext_lazy("90 days")),
    (365, gettext_lazy("A year")),
    (0, gettext_lazy("Until it is revoked")),
]


class TokenForm(CardForm):
    """For one account, whose role limits the scopes to choose from."""

    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=80,
        help_text=gettext_lazy("As “nightly export”: what you would look for when you clear up."),
    )
    scope = forms.ChoiceField(label=gettext_lazy("What may it do?"), initial=Scope.READ, widget=forms.RadioSelect)
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long is it valid?"), coerce=int, choices=LASTS, initial=USUAL_DAYS
    )

    def __init__(self, data: Any = None, *, owner: User, at: datetime) -> None:
        super().__init__(data)
        self.owner, self.at = owner, at
        scopes = self.fields["scope"]
        assert isinstance(scopes, forms.ChoiceField)
        scopes.choices = [(scope, MEANS[Scope(scope)]) for scope in SCOPES if covers(widest(owner), scope)]

    def clean_name(self) -> str:
        """Two of one name could not be told apart; nor does a form that is sent twice make two."""
        name: str = self.cleaned_data["name"]
        if live_tokens(self.at).filter(user=self.owner, name__iexact=name).exists():
            words = _("There is a token of this name. If nobody has it any more, revoke it, then make another.")
            raise ValidationError(words)
        return name

    @property
    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return self.at + timedelta(days=days) if days else None


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    return _page(request, User.objects.get(username=request.user.get_username()), {})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def of_service(request: HttpRequest, username: str) -> HttpResponse:
    must_configure(request.user)
    service = get_object_or_404(User.objects.select_related("team"), username=username, is_service=True)
    return _page(request, service, {"service": service})


def _page(request: HttpRequest, owner: User, context: Mapping[str, Any]) -> HttpResponse:
    at, by = timezone.now(), User.objects.get(username=request.user.get_username())
    form = TokenForm(sent(request), owner=owner, at=at)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            token, plain = make_token(
                owner, name=given["name"], scope=given["scope"], expires_at=form.expires_at, by=by, at=at
            )
        except ValidationError as error:
            form.refuse(error)
        else:
            return render(request, "contacts/setup/token_made.html", {"token": token, "plain": plain, **context})
    rows = ApiToken.objects.filter(user=owner).select_related("created_by")
    live = live_tokens(at).filter(user=owner)
    found = {
        "form": form,
        "owner": owner,
        "at": at,
        "live": list(live.select_related("created_by").order_by("-created_at")),
        "ended": list(rows.exclude(pk__in=live.values("pk")).order_by("-created_at")[:ENDED_SHOWN]),
    }
    return render(request, "contacts/setup/tokens.html", {**found, **context}, status=400 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own; administrators, anybody's."""
    token = get_object_or_404(ApiToken.objects.select_related("user"), pk=min(pk, 2**63 - 1))
    user = User.objects.get(username=request.user.get_username())
    if token.user_id != user.pk and not user.may_configure:
        raise PermissionDenied(_("This is somebody else’s token."))
    back = _home_of(token, user)
    if request.method == "POST":
        revoke_token(token, by=user, at=timezone.now())
        messages.success(request, _("“%(name)s” is revoked: it opens nothing any more.") % {"name": token.name})
        return redirect(*back)
    return render(request, "contacts/setup/token_revoke.html", {"token": token, "back": back, "at": timezone.now()})


def _home_of(token: ApiToken, user: User) -> tuple[str, ...]:
    if token.user_id == user.pk:
        return ("tokens",)
    return ("service" if token.user.is_service else "person", token.user.username)
