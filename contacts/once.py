"""Done once, however often it is sent: the key of a request, kept for a day in the transaction of its effect.

The API's `Idempotency-Key` and the pages' forms both come here. What has many effects, each in a transaction of its
own, begins and finishes its key in transactions beside them.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction

from contacts.models import IdempotencyKey

KEPT_FOR = timedelta(days=1)
RUNNING = 0  # in place of a status
RUNS_FOR = timedelta(minutes=1)  # then whoever began it has died
PURGED_AT_ONCE = 100
View = TypeVar("View", bound=Callable[..., Any])


def not_one_transaction(view: View) -> View:
    """Mark a view that does what its form asks for in many transactions, each of which holds its locks shortly."""
    view.not_one_transaction = True  # type: ignore[attr-defined]
    return view


def claim(user_id: int, key: str, *, wait: bool) -> bool:
    """Hold the key until the transaction ends. False, at once, if another request holds it and `wait` is not wanted.

    On SQLite the write lock already makes the second request wait.
    """
    if connection.vendor != "postgresql":
        return True
    name = int.from_bytes(hashlib.sha256(f"{user_id} {key}".encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [name])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [name])
        return bool(cursor.fetchone()[0])


def find(user_id: int, key: str, at: datetime) -> IdempotencyKey | None:
    """What the key did within the last day. One that is older is forgotten here and now."""
    known = IdempotencyKey.objects.filter(user_id=user_id, key=key).first()
    if known and known.created_at <= at - KEPT_FOR:
        known.delete()
        return None
    return known


def keep(user_id: int, key: str, at: datetime, **answer: Any) -> None:
    """Write down what was answered: `request`, `digest`, `status`, `location`, `answer`."""
    IdempotencyKey.objects.create(user_id=user_id, key=key, created_at=at, **answer)


def begin(user_id: int, key: str, at: datetime, *, request: str, digest: str) -> bool:
    """Say that this is being done. False if another request does it, or did; `find` tells which."""
    IdempotencyKey.objects.filter(user_id=user_id, key=key, status=RUNNING, created_at__lte=at - RUNS_FOR).delete()
    try:
        with transaction.atomic():
            keep(user_id, key, at, request=request, digest=digest, status=RUNNING)
    except IntegrityError:
        return False
    return True


def finish(user_id: int, key: str, **answer: Any) -> None:
    """What was begun is done; with nothing to answer it may be sent again."""
    begun = IdempotencyKey.objects.filter(user_id=user_id, key=key, status=RUNNING)
    if answer:
        begun.update(**answer)
    else:
        begun.delete()


def purge(at: datetime) -> None:
    """Forget some that are older than a day."""
    old = IdempotencyKey.objects.filter(created_at__lte=at - KEPT_FOR).order_by("created_at")
    if keys := list(old.values_list("pk", flat=True)[:PURGED_AT_ONCE]):
        IdempotencyKey.objects.filter(pk__in=keys).delete()
