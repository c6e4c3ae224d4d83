"""Who may change what of people and the matrix. Everybody who is signed in reads."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from contacts.models.people import Role


def must_manage(user: Any) -> None:
    """Refuse everybody but managers and administrators."""
    if not user.may_manage:
        raise PermissionDenied(_("Only managers and administrators do this."))


def must_work(user: Any) -> None:
    """Refuse people who only read."""
    if not user.may_work:
        raise PermissionDenied(_("You can read here, but not change anything."))


def must_configure(user: Any) -> None:
    """Refuse everybody but administrators."""
    if not user.may_configure:
        raise PermissionDenied(_("Only administrators do this."))


def must_see_changes(user: Any) -> None:
    """Administrators, and auditors, who read what administrators did."""
    if not (user.may_configure or user.role == Role.AUDITOR):
        raise PermissionDenied(_("Only administrators and auditors read this."))
