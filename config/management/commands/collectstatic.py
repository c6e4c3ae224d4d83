"""Django's collectstatic, which joins the common style sheets first."""

from typing import Any

from django.contrib.staticfiles.management.commands import collectstatic

from config import stylesheets


class Command(collectstatic.Command):
    def handle(self, **options: Any) -> str | None:
        stylesheets.join()
        return super().handle(**options)
