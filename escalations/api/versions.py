"""The living protocol over the wire: the version that runs, all versions, drafting and signing."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.rest.conditional import tag_of
from config.rest.fields import Choice, Line, Moment, Whole
from config.rest.permissions import Signs
from config.rest.serializers import Empty, Strict
from config.rest.views import Listed, Noun, Retrieved
from escalations.models.version import Office, ProtocolVersion, Signature, Stage
from escalations.protocol import versions
from escalations.protocol.standing import lock

MOST_EDITS = 32767


class SignatureShape(serializers.Serializer[Signature]):
    office = serializers.ChoiceField(Office.choices)
    signer = serializers.SerializerMethodField(help_text="The username of whoever is asked; null: nobody yet.")
    signed_at = Moment(allow_null=True)
    name = serializers.CharField()

    @extend_schema_field({"type": ["string", "null"]})
    def get_signer(self, row: Signature) -> str | None:
        return row.signer.username if row.signer else None


class VersionRow(serializers.Serializer[ProtocolVersion]):
    """A version without what it says."""

    id = serializers.IntegerField(source="pk")
    number = serializers.IntegerField(allow_null=True, help_text="Only what came into force signed has one.")
    stage = serializers.ChoiceField(Stage.choices)
    title = serializers.CharField()
    digest = serializers.CharField(help_text="SHA-256 of the content: what is signed.")
    edits = serializers.IntegerField(help_text="How often the draft was saved; saving it again names this.")
    based_on = serializers.IntegerField(source="based_on_id", allow_null=True)
    created_at = Moment()
    edited_at = Moment()
    effective_at = Moment(allow_null=True)
    runs_from = Moment(allow_null=True)
    runs_until = Moment(allow_null=True)
    signatures = SignatureShape(many=True)


class ProtocolVersionShape(VersionRow):
    content = serializers.DictField(help_text="All that this version says; see the guide to the API.")


class DraftBody(Strict):
    title = Line(max_length=160, required=False, allow_blank=True)
    of = Whole(required=False, allow_null=True, help_text="The id of a version to go back to; left out: what runs.")


class Anything(serializers.JSONField):
    """Checked by the protocol itself."""


class ContentBody(Strict):
    content = Anything()
    edits = Whole(max_value=MOST_EDITS, help_text="As it was read.")
    title = Line(max_length=160, required=False, allow_blank=True)
    effective_at = Moment(required=False, allow_null=True, help_text="Null: as soon as all three have signed.")


class SignBody(Strict):
    office = Choice(Office.choices)
    digest = Line(max_length=64, help_text="Of what was looked at.")
    edits = Whole(
        max_value=MOST_EDITS, required=False, help_text="As it was read; with it another date or title is refused, too."
    )
    name = Line(max_length=160, required=False, allow_blank=True)


class Versions(Listed, Retrieved, Noun):
    """Versions of the protocol. Managers and administrators draft; whoever is asked signs."""

    shape = ProtocolVersionShape
    gives = {"list": VersionRow}
    takes = {"create": DraftBody, "content": ContentBody, "sign": SignBody, "withdraw": Empty}
    permission_classes = [Signs]
    http_method_names = ["get", "post", "put", "head"]
    queryset = ProtocolVersion.objects.prefetch_related("signatures__signer")
    lookup_value_regex = "[0-9]{1,9}"
    orders = {"": ("-pk",)}

    def hold_row(self) -> None:
        lock()

    def tag(self, version: ProtocolVersion, data: Any = None) -> str:
        """Without the content, of which `digest` is the sum."""
        return tag_of(VersionRow(version, context=self.get_serializer_context()).data)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.defer("content") if self.action == "list" else rows

    def create(self, request: Request) -> Response:
        """Begin a draft of what runs, or of an older version."""
        given: dict[str, Any] = self.body().validated_data
        of = ProtocolVersion.objects.filter(pk=given["of"]).first() if given.get("of") is not None else None
        if given.get("of") is not None and of is None:
            raise serializers.ValidationError({"of": [_("There is no such version.")]})
        draft = versions.begin_draft(by=request.user, at=self.at, of=of, title=given.get("title", ""))
        response = self._anew(draft, status=201)
        response["Location"] = f"{request.path}{draft.pk}/"
        return response

    @action(detail=True, methods=["put"])
    def content(self, request: Request, pk: str) -> Response:
        """Save a draft. Signatures given so far are taken away."""
        draft, given = self.get_object(), self.body().validated_data
        return self._anew(versions.edit(draft, given.pop("content"), by=request.user, at=self.at, **given))

    @action(detail=True, methods=["post"])
    def sign(self, request: Request, pk: str) -> Response:
        """Sign for the office that one was asked for. The third signature brings it into force, or on its date."""
        draft, given = self.get_object(), self.body().validated_data
        signed = versions.sign(
            draft,
            given["office"],
            by=request.user,
            at=self.at,
            seen=given["digest"],
            edits=given.get("edits"),
            name=given.get("name", ""),
        )
        return self._anew(signed)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Give up a draft, or what is signed and not in force yet."""
        self.body()
        return self._anew(versions.withdraw(self.get_object(), by=request.user, at=self.at))

    def _anew(self, version: ProtocolVersion, status: int = 200) -> Response:
        return self.shown(self.get_queryset().get(pk=version.pk), status=status)


class Running(Noun):
    """The version that the desk runs under."""

    shape = ProtocolVersionShape
    http_method_names = ["get", "head"]
    queryset = ProtocolVersion.objects.prefetch_related("signatures__signer").filter(runs=True)

    def retrieve(self, request: Request) -> Response:
        row = self.get_queryset().first()
        if row is None:
            raise Http404(_("This desk has no version of the protocol yet."))
        return self.shown(row)
