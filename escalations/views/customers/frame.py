"""What all pages of one customer share: the customer, its tabs, and the page of a small form about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from contacts.customers import amount
from contacts.forms import CardForm
from contacts.models import Customer
from escalations.access import customer_or_404
from escalations.views.customers.listing import days_left

# (name, label, name of the url)
TABS = [
    ("overview", _("Overview"), "customer"),
    ("issues", _("Past issues"), "customer-issues"),
    ("notes", _("Notes"), "customer-notes"),
    ("changes", _("Changes"), "customer-changes"),
]


@dataclass
class CustomerFrame:
    """A customer as one person sees it at one moment. Raises Http404 through `of` for one that is not there."""

    customer: Customer
    user: Any
    at: datetime

    @classmethod
    def of(cls, request: HttpRequest, slug: str) -> "CustomerFrame":
        return cls(customer_or_404(request.user, slug), request.user, timezone.now())

    def context(self, tab: str = "", **more: Any) -> dict[str, Any]:
        """For a template that extends `escalations/customers/base.html`."""
        left = days_left(self.customer, localdate(self.at))
        return {
            "customer": self.customer,
            "at": self.at,
            "may_work": self.user.may_work,
            "amount": amount(self.customer),
            "left": left,
            "past": -(left or 0),
            "tabs": [
                {"label": label, "path": reverse(url, args=[self.customer.slug]), "current": name == tab}
                for name, label, url in TABS
            ],
            **more,
        }

    def form(self, request: HttpRequest, form: CardForm, *, status: int = 200, **more: Any) -> HttpResponse:
        """A page with one small form, which may open as a sheet."""
        context = self.context(form=form, heading=more.pop("heading", form.heading), **more)
        return render(request, "escalations/customers/form.html", context, status=status)
