"""All templates: the protocol's three, the desk's own, and those in the archive."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from escalations.views.wordings.frame import known, row_of
from escalations.wording import used_lately


@login_required
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    """Everybody reads them; managers and administrators change them."""
    at = timezone.now()
    used = used_lately(at)
    rows = [row_of(template, used) for template in known()]
    current = [row for row in rows if not row["template"].is_archived]
    groups = [
        (_("The protocol’s"), [row for row in current if row["is_protocol"]]),
        (_("Our own"), [row for row in current if not row["is_protocol"]]),
        (_("In the archive"), [row for row in rows if row["template"].is_archived]),
    ]
    user: Any = request.user
    context = {"groups": [group for group in groups if group[1]], "at": at, "may_manage": user.may_manage}
    return render(request, "escalations/wordings/list.html", context)
