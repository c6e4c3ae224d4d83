"""Coming into force, and what happens when the settings are changed past what was signed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from contacts.desk_changes import record
from contacts.models import User
from contacts.models.changes import Act, Area
from escalations.models import Severity
from escalations.models.version import Office, ProtocolVersion, Stage
from escalations.site_language import in_site_language
from templates_app.plain import shorten

from . import telling
from .applying import apply
from .content import Content, digest, is_same, snapshot
from .diff import changes
from .errors import OutOfDate, WrongStage
from .standing import is_stale, last_signed, lock, locked, running

log = structlog.get_logger(__name__)


@transaction.atomic
def come_into_force(version: ProtocolVersion, at: datetime) -> ProtocolVersion:
    """The settings become what three people signed, and the version before ends, in one transaction. Raises
    ProtocolError for anything that is not signed three times as it stands, is not due, or was overtaken."""
    version = locked(version)
    if version.stage != Stage.SIGNED:
        raise WrongStage(_("Only what has been signed by all three offices comes into force."))
    must_be_signed(version)
    if version.effective_at and version.effective_at > at:
        raise WrongStage(_("It comes into force on its date, and not before."))
    if is_stale(version):
        raise OutOfDate
    apply(version.content, at)
    _end_what_runs(at)
    numbers = ProtocolVersion.objects.aggregate(highest=Max("number"))
    version.number = (numbers["highest"] or 0) + 1
    _run(version, Stage.IN_FORCE, at)
    telling.in_force(version, at)
    telling.overtaken(version, at)
    return version


def must_be_signed(version: ProtocolVersion) -> None:
    """Raises WrongStage unless each office has signed exactly this content, each by another person."""
    given = [row for row in version.signatures.all() if row.signed_at and row.digest == version.digest]
    offices, people = {row.office for row in given}, {row.signer_id for row in given}
    if offices != set(Office.values) or len(people) != len(offices) or digest(version.content) != version.digest:
        raise WrongStage(_("This is not signed by all three offices as it stands."))


def enforce(at: datetime) -> ProtocolVersion | None:
    """Bring into force what is signed and due at `at`; the last one that came. Safe to run anywhere, at once. One
    query when nothing is due. What cannot be applied is logged and holds up nothing else."""
    came = None
    if not _due(at).exists():
        return None
    with transaction.atomic():
        lock()
        for key in list(_due(at).values_list("pk", flat=True)):
            version = _due(at).filter(pk=key).first()  # the one before may have overtaken it
            try:
                came = come_into_force(version, at) if version else came
            except Exception:
                log.exception("protocol: a signed version cannot come into force", version=key)
    return came


def _due(at: datetime) -> QuerySet[ProtocolVersion]:
    due = ProtocolVersion.objects.filter(Q(effective_at=None) | Q(effective_at__lte=at), stage=Stage.SIGNED)
    return due.filter(based_on__runs=True).order_by("effective_at", "pk")


@contextmanager
def changing(by: User | None, at: datetime) -> Iterator[None]:
    """Around a direct change of the settings: one transaction, and the lock first, so that a version that comes into
    force meanwhile and this change wait for each other and do not mix."""
    with transaction.atomic():
        lock()
        before = snapshot()
        yield
        settings_changed(by, at)
        _record(before, by, at)


@in_site_language
def _record(before: Content, by: User | None, at: datetime) -> None:
    """Beside what else administrators changed: who did it, from what, to what."""
    told = [{"what": each.label, "from": each.before, "to": each.after} for each in changes(before, snapshot())]
    if told:
        record(Area.PROTOCOL, Act.CHANGED, "", by=by, at=at, changes=told)


def look(at: datetime) -> ProtocolVersion | None:
    """As `settings_changed`, for changes that nobody told of: asks without a lock, and only takes it if they differ."""
    runs = running()
    if runs is None or is_same(runs.content, snapshot()):
        return None
    return settings_changed(None, at)


@transaction.atomic
def settings_changed(by: User | None, at: datetime, *, begin: bool = False) -> ProtocolVersion | None:
    """The settings were changed directly, if they differ from the version that runs: a provisional version of what
    runs now begins; or, if they are again as they were signed last, that version runs on. None: nothing differs.

    `begin`: a desk that has no version yet gets its first; without it such a desk is left alone.
    """
    if not lock():
        return _provisional(snapshot(), None, by, at) if begin and Severity.objects.exists() else None
    runs, now = running(), snapshot()
    if runs and is_same(runs.content, now):
        return None
    signed = last_signed()
    _end_what_runs(at)
    if signed and is_same(signed.content, now):
        return _run(signed, Stage.IN_FORCE, at)
    version = _provisional(now, runs, by, at)
    telling.overtaken(version, at)
    return version


def _provisional(content: Content, before: ProtocolVersion | None, by: User | None, at: datetime) -> ProtocolVersion:
    version = ProtocolVersion(
        title=_what_changed(before, content),
        content=content,
        digest=digest(content),
        based_on=before,
        created_at=at,
        created_by=by,
        edited_at=at,
    )
    return _run(version, Stage.PROVISIONAL, at)


@in_site_language
def _what_changed(before: ProtocolVersion | None, now: Content) -> str:
    if before is None:
        return _("The settings as they were loaded")
    return shorten("; ".join(change.words for change in changes(before.content, now)), 160)


def _end_what_runs(at: datetime) -> None:
    ProtocolVersion.objects.filter(runs=True).update(runs=None, runs_until=at, stage=Stage.ENDED)


def _run(version: ProtocolVersion, stage: Stage, at: datetime) -> ProtocolVersion:
    version.stage, version.runs, version.runs_until = stage, True, None
    if version.runs_from:  # what has run keeps all else as it was: the database sees to it
        version.save(update_fields=["stage", "runs", "runs_until"])
        return version
    version.runs_from = at
    version.save()
    return version
