"""{% load once %} {% once_key %}: the hidden key that makes a form count once, however often it is sent."""

import uuid
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def once_key(context: template.Context) -> SafeString:
    """A new key a form; the same one again while its form is shown with errors."""
    request: Any = context.get("request")
    sent = request.POST.get("once", "")[:64] if request is not None and request.method == "POST" else ""
    return format_html('<input type="hidden" name="once" value="{}">', sent or uuid.uuid4().hex)
