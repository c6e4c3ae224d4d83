"""`manage.py create_token USER`: prints a new API token, and nothing else, on standard output."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from contacts.models import User
from contacts.tokens import issue_token

LONGEST = 3650


class Command(BaseCommand):
    help = "Print a new API token for a user. It is shown this once; only its digest is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="the user's name for signing in")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument("--days", type=int, help="how many days it is valid for (default: until deleted)")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user called {options['user']!r}.")
        if not user.is_active:
            raise CommandError(f"The account of {options['user']!r} is closed.")
        days, at = options["days"], timezone.now()
        if days is not None and not 1 <= days <= LONGEST:
            raise CommandError(f"--days must be from 1 to {LONGEST}.")
        if not 1 <= len(options["name"]) <= 80:
            raise CommandError("--name must have 1 to 80 characters.")
        expires_at = at + timedelta(days=days) if days is not None else None
        _token, plain = issue_token(user, options["name"], at, expires_at)
        self.stdout.write(plain)
