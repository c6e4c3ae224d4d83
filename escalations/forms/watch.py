"""Following an issue: the eye in its head."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from .verb import VerbForm


class WatchForm(VerbForm):
    verb, title, icon, place = "watch", _("Watch"), "eye", ""
    fragment = "escalations/_eye.html"
    done = _("You watch it now: what matters comes by mail.")

    @classmethod
    def is_offered(cls, ticket: Any, user: Any) -> bool:
        return not getattr(ticket, "watching", False)


class UnwatchForm(VerbForm):
    verb, title, icon, place = "unwatch", _("Stop watching"), "eye-off", ""
    fragment = "escalations/_eye.html"
    done = _("You do not watch it any more.")

    @classmethod
    def is_offered(cls, ticket: Any, user: Any) -> bool:
        return bool(getattr(ticket, "watching", False))
