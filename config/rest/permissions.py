"""Who may write what, and how wide a token has to be for it. Everybody who is signed in reads; auditors never write.

The one place where the scope of a token counts: every noun's permissions come from `ReadOnly` (a test looks at all).
Reading asks for the scope `read`; a write for that of its permission. A person in the browser has no scope: their role
alone counts.
"""

from typing import Any, ClassVar

from django.utils.translation import gettext as _gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

from contacts.models import ApiToken, Scope
from contacts.tokens import covers


class ScopeNeeded(PermissionDenied):
    """`members` are further members of the problem document."""

    def __init__(self, scope: str) -> None:
        self.members = {"scope": scope}
        super().__init__(_gettext("This needs a token with the scope “%(scope)s”.") % {"scope": scope})


class ReadOnly(IsAuthenticated):
    """For what nobody writes through the API, and the base of the others. `scope`: what a token needs to write."""

    scope: ClassVar[str] = Scope.READ

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        reads = request.method in SAFE_METHODS
        if not reads and not self.may_write(request.user):
            return False
        must_cover(request, Scope.READ if reads else self.scope)
        return True

    def may_write(self, user: Any) -> bool:
        return True


class Works(ReadOnly):
    """Tickets: everybody but auditors."""

    message = _("Your role reads and does not change anything.")
    scope = Scope.WORK

    def may_write(self, user: Any) -> bool:
        return bool(user.may_work)


class Signs(Works):
    """Versions of the protocol: the verbs say who drafts and who signs; a token has to be as wide as for settings."""

    scope = Scope.CONFIGURE


class Manages(Works):
    """Contacts, absences, customers, templates: managers and administrators."""

    message = _("Only managers and administrators change this.")
    scope = Scope.CONFIGURE

    def may_write(self, user: Any) -> bool:
        return super().may_write(user) and bool(user.may_manage)


class Configures(Works):
    """Severities, calendars, users: administrators."""

    message = _("Only administrators change this.")
    scope = Scope.CONFIGURE

    def may_write(self, user: Any) -> bool:
        return super().may_write(user) and user.may_configure


def must_cover(request: Request, scope: str) -> None:
    """Raises ScopeNeeded if the request came with a token that does not go as far."""
    if isinstance(request.auth, ApiToken) and not covers(request.auth.scope, scope):
        raise ScopeNeeded(scope)
