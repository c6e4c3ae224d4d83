"""What runs now, what was signed last, and what is on its way: one query for all of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, F, JSONField, Q, Subquery, When
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from escalations.models import ProtocolVersion
from escalations.models.version import RUNNING, Office, Stage

LATEST = ProtocolVersion.objects.exclude(number=None).order_by("-number").values("pk")[:1]
COMING = (Stage.DRAFT, Stage.SIGNED)
FACTS = ("pk", "number", "stage", "title", "digest", "runs", "runs_from", "effective_at", "edited_at", "said")
SIGNED = {
    "office": F("signatures__office"),
    "signer": F("signatures__signer_id"),
    "name": F("signatures__name"),
    "signed_at": F("signatures__signed_at"),
    "signed": F("signatures__digest"),
}


@dataclass
class Block:
    """A signature block of the document: an office, and who signed when, or nobody yet."""

    office: str
    signer: int | None = None
    name: str = ""
    signed_at: datetime | None = None
    asked: str = ""  # whom we ask

    @property
    def label(self) -> str:
        return str(Office(self.office).label)


@dataclass
class Known:
    """A version without its whole content. `content` is there for the one that was signed last."""

    pk: int
    number: int | None
    stage: str
    title: str
    runs: bool
    runs_from: datetime | None
    effective_at: datetime | None
    edited_at: datetime
    digest: str
    content: dict[str, Any] | None
    blocks: dict[str, Block] = field(default_factory=lambda: {office: Block(office) for office in Office.values})

    @property
    def name(self) -> str:
        return version_name(self)

    def asks(self, user: Any) -> bool:
        """Whether this person has yet to sign."""
        return any(block.signer == user.pk and not block.signed_at for block in self.blocks.values())


@dataclass
class Now:
    versions: list[Known]

    @classmethod
    def look(cls) -> "Now":
        """The running version, the one signed last, drafts, and what waits for its day. One query."""
        wanted = Q(stage__in=(*RUNNING, *COMING)) | Q(pk=Subquery(LATEST))
        rows = (
            ProtocolVersion.objects.filter(wanted)
            .annotate(said=Case(When(pk=Subquery(LATEST), then=F("content")), default=None, output_field=JSONField()))
            .order_by("-pk")
            .values(*FACTS, **SIGNED)
        )
        known: dict[int, Known] = {}
        for row in rows:
            version = known.setdefault(row["pk"], _known(row))
            # A signature under other words than these is none.
            if row["office"]:
                holds = row["signed_at"] and row["signed"] == row["digest"]
                name, signed_at = (row["name"], row["signed_at"]) if holds else ("", None)
                version.blocks[row["office"]] = Block(row["office"], row["signer"], name, signed_at)
        return cls(list(known.values()))

    @cached_property
    def running(self) -> Known | None:
        return next((each for each in self.versions if each.runs), None)

    @cached_property
    def signed_last(self) -> Known | None:
        return next((each for each in self.versions if each.content is not None), None)

    @property
    def coming(self) -> list[Known]:
        return [each for each in self.versions if each.stage == Stage.SIGNED]

    @property
    def drafts(self) -> list[Known]:
        return [each for each in self.versions if each.stage == Stage.DRAFT]

    def asked_of(self, user: Any) -> list[Known]:
        return [draft for draft in self.drafts if draft.asks(user)]


def _known(row: dict[str, Any]) -> Known:
    facts = {name: row[name] for name in FACTS if name not in ("runs", "said")}
    return Known(**facts, runs=bool(row["runs"]), content=row["said"])


def version_name(version: Any) -> str:
    """ "Version 3", "Draft 7", "Provisional": what people call it."""
    if version.number:
        return _("Version %(n)s") % {"n": version.number}
    if version.stage == Stage.PROVISIONAL or version.runs_from:
        return _("Provisional %(n)s") % {"n": version.pk}
    return _("Draft %(n)s") % {"n": version.pk}
