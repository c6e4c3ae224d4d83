"""The verbs on versions of the protocol (sections 1 and 10): draft, edit, ask, sign, withdraw, bring up to date.

A draft is made by managers and administrators. Each of the three offices is signed by whoever is asked to, an active
executive, manager or administrator, one person for one office. A change of the draft takes its signatures away. Once
all three have signed it is never changed: it comes into force on its date (none: at once), or is withdrawn.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.models import User
from contacts.models.people import Role
from escalations.models.version import Office, ProtocolVersion, Signature, Stage
from templates_app.plain import is_blank, one_line, shorten

from . import telling
from .checking import checked
from .content import RECORDED, Content, digest, is_same, snapshot
from .errors import BadContent, LostUpdate, NotWhatYouSaw, NotYours, OutOfDate, WrongStage
from .force import changing, come_into_force, enforce, settings_changed
from .merging import merge
from .standing import is_stale, last_signed, lock, locked, running, still_open

__all__ = [
    "ask", "begin_draft", "bring_up_to_date", "changing", "come_into_force", "edit", "enforce", "is_stale",
    "last_signed", "may_sign", "running", "settings_changed", "sign", "withdraw",
]  # fmt: skip

KEEP: Final = object()  # for what an edit leaves as it is
LONGEST_TITLE = 160
FARTHEST = timedelta(days=10 * 365)


def may_sign(user: User) -> bool:
    """Who can be asked to sign."""
    return user.may_manage or (user.is_active and user.role == Role.EXECUTIVE)


@transaction.atomic
def begin_draft(*, by: User, at: datetime, of: ProtocolVersion | None = None, title: str = "") -> ProtocolVersion:
    """A draft of what runs now, or a copy of the version `of`: going back is a new version with the old content."""
    _must_manage(by)
    now = snapshot()
    if not lock():
        settings_changed(by, at, begin=True)
    runs = running()
    if runs is None:
        raise WrongStage(_("This desk has no protocol yet. Run “manage.py load_protocol” first."))
    content = (of.content if of else runs.content) | {name: now[name] for name in RECORDED}
    draft = ProtocolVersion.objects.create(
        title=_title(title),
        content=content,
        digest=digest(content),
        based_on=runs,
        copy_of=of,
        created_at=at,
        created_by=by,
        edited_at=at,
    )
    Signature.objects.bulk_create(Signature(version=draft, office=office) for office in Office)
    return draft


@transaction.atomic
def edit(
    draft: ProtocolVersion,
    content: Any,
    *,
    by: User,
    at: datetime,
    edits: int,
    title: Any = KEEP,
    effective_at: Any = KEEP,
) -> ProtocolVersion:
    """Save the draft as `content` says; `edits` is the draft's own as it was opened. Whatever changes (also the title
    and the date), signatures given so far are taken away, and those who gave them are told. Raises BadContent with
    all that is wrong, LostUpdate if somebody saved it since."""
    _must_manage(by)
    draft = _draft(draft)
    if edits != draft.edits:
        raise LostUpdate(
            _("Somebody else saved this draft after you opened it. Look at what it says now, and save yours again.")
        )
    new_title = draft.title if title is KEEP else _title(title)
    effective = draft.effective_at if effective_at is KEEP else effective_at
    errors: dict[str, Any] = {}
    if (
        effective_at is not KEEP
        and effective_at is not None
        and effective_at < at
        and effective_at != draft.effective_at
    ):
        errors["effective_at"] = _("This lies in the past. Leave it empty to begin as soon as all three have signed.")
    elif effective is not None and effective - at > FARTHEST:  # the calendar's last day is none in every time zone
        errors["effective_at"] = _("This lies too far ahead.")
    content = _checked(content, errors)
    if is_same(content, draft.content):
        content = draft.content  # the record alone does not make it another draft
    if (content, new_title, effective) == (draft.content, draft.title, draft.effective_at):
        return draft
    draft.content, draft.title, draft.effective_at = content, new_title, effective
    return _saved(draft, by, at)


@transaction.atomic
def ask(draft: ProtocolVersion, office: str, signer: User, *, by: User, at: datetime) -> Signature:
    """Ask `signer` to sign for `office`; they are told. Another one may be asked until somebody has signed."""
    _must_manage(by)
    draft = _draft(draft)
    if not may_sign(signer):
        raise NotYours(
            _("%(name)s cannot sign. Ask an executive, a manager or an administrator.") % {"name": signer.name}
        )
    row = _block(draft, office)
    if row.signed_at:
        raise WrongStage(_("%(name)s has signed for this office already.") % {"name": row.name})
    if draft.signatures.filter(signer=signer).exclude(pk=row.pk).exists():
        raise NotYours(
            _("%(name)s is asked for another office. Each office is signed by another person: ask somebody else.")
            % {"name": signer.name}
        )
    if row.signer_id != signer.pk:
        row.signer, row.asked_at = signer, at
        row.save()
        telling.asked(draft, row, by, at)
    return row


@transaction.atomic
def sign(
    draft: ProtocolVersion,
    office: str,
    *,
    by: User,
    at: datetime,
    seen: str,
    edits: int | None = None,
    name: str = "",
) -> ProtocolVersion:
    """Sign for the office that `by` was asked for. `seen` is the digest of what they looked at, and `edits` the saving,
    which tells another date or title. With the third signature the version is signed, and in force at once unless its
    date lies ahead."""
    draft = _draft(draft)
    row = _block(draft, office)
    if row.signed_at:
        raise WrongStage(_("%(name)s has signed for this office already.") % {"name": row.name})
    if row.signer_id != by.pk or not may_sign(by):
        raise NotYours(_("Only the person who was asked signs for this office. A manager can ask somebody else."))
    if draft.signatures.filter(signer=by, signed_at__isnull=False).exists():
        raise NotYours(_("You have signed for another office already: each is signed by another person."))
    if seen != draft.digest or edits not in (None, draft.edits) or draft.digest != digest(draft.content):
        raise NotWhatYouSaw(_("This draft was changed after you opened it. Look at what it says now, then sign."))
    if is_stale(draft):
        raise OutOfDate
    row.signed_at, row.digest = at, draft.digest
    row.name = by.name[:160] if is_blank(name) else shorten(one_line(name), 160)
    row.save()
    if draft.signatures.filter(signed_at=None).exists():
        return draft
    draft.stage = Stage.SIGNED
    draft.save()
    if draft.effective_at is None or draft.effective_at <= at:
        return come_into_force(draft, at)
    telling.all_signed(draft, at)
    return draft


@transaction.atomic
def withdraw(version: ProtocolVersion, *, by: User, at: datetime) -> ProtocolVersion:
    """Give up a draft, or what was signed and is not in force yet. It stays to be read, and who did it."""
    _must_manage(by)
    version = locked(version)
    if not still_open(version):
        raise WrongStage(
            _("Only what is not in force yet can be withdrawn. To go back, begin a draft of an old version.")
        )
    version.stage, version.withdrawn_at, version.withdrawn_by = Stage.WITHDRAWN, at, by
    version.save()
    telling.withdrawn(version, by, at)
    return version


@transaction.atomic
def bring_up_to_date(draft: ProtocolVersion, *, by: User, at: datetime) -> list[str]:
    """Base the draft on what runs now: what it changed stays, all else becomes what runs. Signatures are taken away;
    what was signed is a draft again. Returns the paths that both changed, where the draft's own words stand."""
    _must_manage(by)
    draft = locked(draft)
    if not still_open(draft):
        raise WrongStage(_("Only what is not in force yet can be brought up to date."))
    runs = running()
    if runs is None or runs.pk == draft.based_on_id:
        return []
    base = draft.based_on.content if draft.based_on else runs.content
    merged, both = merge(base, draft.content, runs.content)
    draft.stage, draft.based_on = Stage.DRAFT, runs
    draft.content = _checked(merged, {})
    _saved(draft, by, at)
    return both


def _saved(draft: ProtocolVersion, by: User, at: datetime) -> ProtocolVersion:
    draft.digest = digest(draft.content)
    draft.edits += 1
    draft.edited_at = at
    draft.save()
    given = list(draft.signatures.filter(signed_at__isnull=False).select_related("signer"))
    draft.signatures.filter(signed_at__isnull=False).update(signed_at=None, name="", digest="")
    telling.sign_again(draft, given, by, at)
    return draft


def _checked(content: Any, errors: dict[str, Any]) -> Content:
    """The content as it can be kept, with the record as it stands now. Raises BadContent, `errors` among it."""
    try:
        clean = checked(content)
    except BadContent as bad:
        raise BadContent({**errors, **bad.errors}) from None
    if errors:
        raise BadContent(errors)
    now = snapshot()
    return clean | {name: now[name] for name in RECORDED}


def _draft(version: ProtocolVersion) -> ProtocolVersion:
    version = locked(version)
    if version.stage == Stage.DRAFT:
        return version
    if version.stage == Stage.SIGNED:
        raise WrongStage(_("This is signed, and what is signed is not changed. Withdraw it and begin another draft."))
    raise WrongStage(_("This is no draft any more. Begin a new one."))


def _block(draft: ProtocolVersion, office: str) -> Signature:
    if office not in Office.values:
        raise WrongStage(_("There is no such office."))
    row, _added = draft.signatures.get_or_create(office=office)
    return row


def _title(title: Any) -> str:
    return shorten(one_line(title), LONGEST_TITLE)


def _must_manage(by: User) -> None:
    if not by.may_manage:
        raise NotYours(_("Only managers and administrators change the protocol."))
