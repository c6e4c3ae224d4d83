"""Which version runs, and the one lock that all verbs of the protocol take."""

from datetime import datetime

from django.db.models import F, Q

from escalations.models.version import ProtocolVersion, Stage


def running(at: datetime | None = None) -> ProtocolVersion | None:
    """The version that runs now, or that ran at `at`; None on a desk that has none yet."""
    if at is None:
        return ProtocolVersion.objects.filter(runs=True).first()
    ran = ProtocolVersion.objects.filter(Q(runs_until=None) | Q(runs_until__gt=at), runs_from__lte=at)
    return ran.order_by("-runs_from", "-pk").first()


def last_signed() -> ProtocolVersion | None:
    """The newest version that has come into force: in force still, or departed from, or what a desk fell back to."""
    return ProtocolVersion.objects.filter(number__isnull=False).order_by(F("number").desc()).first()


def is_stale(draft: ProtocolVersion) -> bool:
    """Something else runs by now than what the draft was begun from."""
    return not ProtocolVersion.objects.filter(pk=draft.based_on_id or 0, runs=True).exists()


def lock() -> bool:
    """Within a transaction: from here to its end nobody else changes versions, or settings that belong to them. False
    if there is no version at all. The first row stands for all of them: it is never removed, and locked so weakly
    that tickets and clocks may refer to it meanwhile."""
    first = ProtocolVersion.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)
    return bool(first[:1])


def locked(version: ProtocolVersion) -> ProtocolVersion:
    """The version as it is now, under the lock."""
    lock()
    return ProtocolVersion.objects.get(pk=version.pk)


def still_open(version: ProtocolVersion) -> bool:
    return version.stage in (Stage.DRAFT, Stage.SIGNED)
