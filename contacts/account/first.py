"""The first administrator of an empty desk: a link that `manage.py up` prints, as long as there is none."""

from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from contacts.models import User
from contacts.models.people import Role

SALT = "contacts.first"
GOOD_FOR = timedelta(days=1)


def is_wanted() -> bool:
    """Nobody has ever set this desk up: a closed account counts, too."""
    return not User.objects.filter(Q(is_superuser=True) | Q(role=Role.ADMIN)).exists()


def path() -> str:
    return reverse("first-administrator", args=[signing.dumps("first", salt=SALT)])


def is_good(token: str) -> bool:
    try:
        signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return False
    return is_wanted()


def create(*, username: str, email: str, first_name: str, last_name: str, password: str) -> User:
    with transaction.atomic():
        user = User(username=username, email=email, first_name=first_name, last_name=last_name, role=Role.ADMIN)
        user.is_staff = user.is_superuser = True  # the stock administration is theirs, too
        user.set_password(password)
        user.save()
    return user
