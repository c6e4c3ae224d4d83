"""Who may write what. Everybody who is signed in reads; auditors never write."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request


class ReadOnly(IsAuthenticated):
    """For what nobody writes through the API, and the base of the others."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and (
            request.method in SAFE_METHODS or self.may_write(request.user)
        )

    def may_write(self, user: Any) -> bool:
        return True


class Works(ReadOnly):
    """Tickets: everybody but auditors."""

    message = _("Your role reads and does not change anything.")

    def may_write(self, user: Any) -> bool:
        return bool(user.may_work)


class Manages(Works):
    """Contacts, absences, customers: managers and administrators."""

    message = _("Only managers and administrators change this.")

    def may_write(self, user: Any) -> bool:
        return super().may_write(user) and bool(user.may_manage)


class Configures(Works):
    """Severities, calendars, users, templates: administrators."""

    message = _("Only administrators change this.")

    def may_write(self, user: Any) -> bool:
        return super().may_write(user) and user.may_configure
