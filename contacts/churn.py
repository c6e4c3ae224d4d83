"""A customer leaves, or comes back."""

from datetime import UTC, date, datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from contacts.customers import change_customer
from contacts.models import Customer, User
from contacts.models.history import ChangeKind

OLDEST = timedelta(days=20 * 366)
LONGEST_REASON = 300  # characters


class NotNow(Exception):
    """The customer has left already, or has not left at all. The text says it to a person."""


def churn(*, customer: Customer, on: date, reason: str, by: User | None, at: datetime) -> None:
    """The customer has left on that day, for that reason. No issue can be logged for it from now on.

    Raises ValidationError for a day to come or twenty years back or for no reason, NotNow if it has left already.
    """
    if customer.churned_at:
        raise NotNow(_("%(name)s has left already.") % {"name": customer.name})
    problems = {}
    if problem := wrong_day(on, at):
        problems["on"] = problem
    if not reason.strip():
        problems["reason"] = _("Say why they left; it is what we learn from.")
    elif len(reason.strip()) > LONGEST_REASON:
        problems["reason"] = _("There is room for %(n)s characters.") % {"n": LONGEST_REASON}
    if problems:
        raise ValidationError(problems)
    values = {"churned_at": moment_of(on, at), "churn_reason": reason.strip()}
    change_customer(customer=customer, values=values, by=by, at=at, kind=ChangeKind.CHURNED)


def win_back(*, customer: Customer, by: User | None, at: datetime) -> None:
    """The customer is one again; that it had left stays in the log. Raises NotNow if it has not left."""
    if not customer.churned_at:
        raise NotNow(_("%(name)s has not left.") % {"name": customer.name})
    values = {"churned_at": None, "churn_reason": ""}
    change_customer(customer=customer, values=values, by=by, at=at, kind=ChangeKind.WON_BACK)


def wrong_day(on: date, at: datetime) -> str:
    """What is wrong with the day on which somebody left; empty if nothing is. Days are the reader's own."""
    today = localdate(at)
    if on > today:
        return _("This day is still to come. Give the day on which they left.")
    return _("This is more than twenty years ago. Check the year.") if on < today - OLDEST else ""


def moment_of(on: date, at: datetime) -> datetime:
    """Noon UTC is on that very day for nearly everybody; never later than `at`."""
    return min(datetime.combine(on, time(12), UTC), at)
