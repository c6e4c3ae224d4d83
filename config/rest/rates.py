"""How much one may ask for: requests of each token or signed-in person, and refused sign-ins of each address.

Counted in windows of whole minutes (or what the setting says) in the shared cache, one round trip a request, exactly.
While Redis is away each process counts by itself. Named as draft-ietf-httpapi-ratelimit-headers has it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from config.cache import counted
from config.environment import Rate


@dataclass(frozen=True)
class Spent:
    """What is left in this window after one more request."""

    rate: Rate
    count: int
    resets_in: int  # seconds

    @classmethod
    def one(cls, who: str, rate: Rate, at: datetime) -> "Spent":
        window, into = divmod(int(at.timestamp()), rate.seconds)
        count = counted(f"api-rate:{who}:{window}", rate.seconds + 1)
        return cls(rate, count, rate.seconds - into)

    @property
    def left(self) -> int:
        return max(self.rate.requests - self.count, 0)

    @property
    def is_too_much(self) -> bool:
        return self.count > self.rate.requests

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"requests";q={self.rate.requests};w={self.rate.seconds}',
            "RateLimit": f'"requests";r={self.left};t={self.resets_in}',
        }

    def refusal(self) -> Throttled:
        known = Throttled(wait=self.resets_in)
        known.detail = _("Too many requests. Wait %(seconds)d s.") % {"seconds": self.resets_in}
        return known


def spend(request: Request, at: datetime) -> Spent | None:
    """One request of whoever is signed in; None where nothing is counted."""
    if settings.API_RATE is None or not request.user.is_authenticated:
        return None
    who = f"token-{request.auth.pk}" if getattr(request.auth, "pk", None) else f"user-{request.user.pk}"
    return Spent.one(who, settings.API_RATE, at)


def refused_sign_in(request: Any, at: datetime) -> Spent | None:
    """One more 401 for this address. A good token passes whatever others behind the same address do."""
    if settings.API_FAILED_RATE is None:
        return None
    address = get_adapter().get_client_ip(request)
    return Spent.one(f"address-{address}", settings.API_FAILED_RATE, at)
