"""Conditional requests (RFC 9110): a copy that is still right is not sent again (304), and what somebody else changed
meanwhile is not overwritten (412)."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from config.problems import Stale

TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
ZIPPED = "-gzip"  # the same, compressed, is another representation and has a strong tag of its own: `config.zipped`


def tag_of(facts: Any) -> str:
    """A strong tag of what a noun shows, or of the facts that it is made from."""
    text = json.dumps(facts, sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def names(header: str, tag: str, *, weakly: bool) -> bool:
    """Whether a list of tags, or "*", names this one. Weak tags count only where a copy is to be saved."""
    if header.strip() == "*":
        return True
    given = TAG.findall(header)
    return tag.strip('"') in {name.removesuffix(ZIPPED) for weak, name in given if weakly or not weak}


def not_modified(tag: str) -> Response:
    return Response(status=304, headers={"ETag": tag})


@dataclass(frozen=True)
class Unchanged:
    """Stands in for a view's method when the request carries `If-Match`: the row is locked, compared and changed in one
    transaction, so that of two who have read the same only one comes through."""

    method: Callable[..., Response]
    view: Any
    wanted: str

    @classmethod
    def around(cls, method: Callable[..., Response], view: Any, request: Request) -> Callable[..., Response]:
        wanted = request.headers.get("If-Match")
        if wanted is None or request.method in SAFE_METHODS or not view.detail:
            return method
        return cls(method, view, wanted)

    def __call__(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with transaction.atomic():
            self.view.hold_row()
            if not names(self.wanted, self.view.tag(self.view.bare()), weakly=False):
                raise Stale(_("This was changed since you read it. Read it again, then try again."))
            return self.method(request, *args, **kwargs)
