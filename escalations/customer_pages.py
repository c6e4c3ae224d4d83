"""The customer's own page of an issue: its signed link, how long it is good for, who may no longer use it.

The link names a row (CustomerPage) and nothing else; whether it still works is asked of the row each time.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.models import CustomerPage, Ticket

SALT = "escalations.customer_page"
AFTER_A_MESSAGE = timedelta(days=90)
AFTER_CLOSING = timedelta(days=30)


class PageProblem(Exception):
    """The link cannot be used: `message` explains it to a customer, `status` is the answer's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.message, self.status = message, status


def token_of(page: "CustomerPage") -> str:
    """Always the same for the same row: a link in an old mail and one in a new mail are one link."""
    return signing.Signer(salt=SALT).sign_object(page.pk)


def path_of(page: "CustomerPage") -> str:
    return reverse("customer-page", args=[token_of(page)])


def path_for(ticket: "Ticket", at: datetime) -> str:
    """The path for a message that leaves now; it is good for 90 days from here. Made with the first message."""
    page = _working(ticket)
    if page is None:
        page = _model().objects.create(ticket=ticket, created_at=at, expires_at=at + AFTER_A_MESSAGE)
    elif page.expires_at < at + AFTER_A_MESSAGE:
        page.expires_at = at + AFTER_A_MESSAGE
        page.save(update_fields=["expires_at"])
    return path_of(page)


def address_of(ticket: "Ticket") -> str:
    """The whole address, for a template that names it; while there is no page yet, where it will be."""
    page = _working(ticket)
    return settings.BASE_URL.rstrip("/") + (path_of(page) if page else "/s/…/")


def read(token: str, at: datetime) -> "CustomerPage":
    """The page behind a token, with its ticket. Raises PageProblem for a link that is not ours, over or withdrawn."""
    try:
        key = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError) as error:
        message = _("This link is not complete or was changed. Open it again from the mail.")
        raise PageProblem(message, 404) from error
    page = _model().objects.select_related("ticket").filter(pk=key).first()
    if page is None:
        raise PageProblem(_("What this link led to no longer exists."), 410)
    if page.revoked_at:
        raise PageProblem(_("This link was withdrawn. Ask the person who looks after you for a new one."), 410)
    if page.expires_at <= at:
        raise PageProblem(_("This link has expired. Ask the person who looks after you for a new one."), 410)
    return page


def current(ticket: "Ticket") -> "CustomerPage | None":
    """The latest page, working or not."""
    return ticket.customer_pages.order_by("-pk").first()


def renew(ticket: "Ticket", at: datetime) -> "CustomerPage":
    """Good for another while: the same link if it was not revoked, else a new one."""
    path_for(ticket, at)
    page = _working(ticket)
    assert page
    return page


def revoke(ticket: "Ticket", *, by: Any, at: datetime) -> int:
    """No link to this issue works any more; how many that were."""
    return ticket.customer_pages.filter(revoked_at=None).update(revoked_at=at, revoked_by=by)


def closed(case: "Case") -> None:
    """The page stays for 30 days after closing."""
    case.ticket.customer_pages.filter(revoked_at=None).update(expires_at=case.at + AFTER_CLOSING)


def opened_again(case: "Case") -> None:
    case.ticket.customer_pages.filter(revoked_at=None).update(expires_at=case.at + AFTER_A_MESSAGE)


def _working(ticket: "Ticket") -> "CustomerPage | None":
    return ticket.customer_pages.filter(revoked_at=None).order_by("-pk").first()


def _model() -> "type[CustomerPage]":
    from escalations.models import CustomerPage

    return CustomerPage
