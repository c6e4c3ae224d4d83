"""Issues from another helpdesk by a program: sent and checked, then brought over in the background. As on the page,
managers and administrators alone, also for reading: rows hold personal data."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from config.problems import Conflict
from config.rest.fields import Choice, Flag, Line, Moment, Text
from config.rest.permissions import Manages
from config.rest.query import Many
from config.rest.serializers import Strict
from config.rest.views import Listed, Noun, PageQuery, Retrieved
from contacts.models.people import validate_time_zone
from contacts.spreadsheets.reading import Unreadable, column_name
from escalations import access
from escalations.enums import Status
from escalations.importing import run
from escalations.importing.fields import FIELDS, NEEDED
from escalations.models import ImportBatch, Severity, Ticket

MOST_ROWS, LONGEST_CSV, MOST_WORDS = 2_000, 2_000_000, 200
State = ImportBatch.State
CELL = {"type": ["string", "number", "boolean", "array", "null"], "items": {}}


EXAMPLE = {
    "id": "4711",
    "subject": "Nobody can sign in",
    "customer": "acme",
    "severity": "urgent",
    "status": "solved",
    "reported_at": "2026-03-02T09:30:00Z",
    "resolved_at": "2026-03-02T11:00:00Z",
}


@extend_schema_field({"type": "object", "additionalProperties": CELL, "minProperties": 1, "maxProperties": 100,
                      "example": EXAMPLE})  # fmt: skip
class Row(serializers.Field[Any, Any, Any, Any]):
    """{column: cell}. `comments` may be a list of {"at", "author", "text"}."""

    default_error_messages = {
        "invalid": gettext_lazy("Write a row as an object of at most 100 cells."),
        "cell": gettext_lazy("“{name}” is no text, number or list."),
    }

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping) or not 0 < len(data) <= 100:
            self.fail("invalid")
        if wrong := next((name for name, cell in data.items() if isinstance(cell, Mapping)), None):
            self.fail("cell", name=wrong[:40])
        return {column_name(name)[:80]: cell for name, cell in data.items()}

    def to_representation(self, value: Any) -> Any:
        return value


class Words(serializers.DictField):
    """{what a row says: what it stands for}."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        if isinstance(data, Mapping) and len(data) > MOST_WORDS:
            raise serializers.ValidationError(_("At most %(n)s.") % {"n": MOST_WORDS})
        return super().to_internal_value(data)


class OptionsBody(Strict):
    """What stands for what. Left out: what can be guessed from the usual names."""

    columns = Words(child=Choice(FIELDS), required=False, help_text="{column: field}; columns that are not named stay.")
    severities = Words(child=Line(max_length=4), required=False, help_text="{word: code}, such as {“urgent”: “P1”}.")
    statuses = Words(child=Choice(Status.choices), required=False, help_text="{word: status}.")
    zone = Line(max_length=64, required=False, allow_blank=True, help_text="Of times that name none: Europe/Berlin.")
    make_customers = Flag(required=False, help_text="Add customers that are not known here.")

    def validate_zone(self, zone: str) -> str:
        if zone:
            validate_time_zone(zone)
        return zone

    def validate_columns(self, columns: dict[str, str]) -> dict[str, str]:
        return {column_name(column): field for column, field in columns.items()}

    def validate_severities(self, words: dict[str, str]) -> dict[str, str]:
        known = set(Severity.objects.values_list("code", flat=True))
        wrong = {word: code for word, code in words.items() if code not in known}
        if wrong:
            says = _("There is none called “%(code)s”.")
            raise serializers.ValidationError({word: [says % {"code": code}] for word, code in wrong.items()})
        return words


class ImportBody(OptionsBody):
    source = serializers.RegexField(
        "^[a-z0-9][a-z0-9_.-]{0,39}$", max_length=40, help_text="The other helpdesk; with the number there, the key."
    )
    name = Line(max_length=120, required=False, allow_blank=True, help_text="For people who look at it here.")
    rows = serializers.ListField(
        child=Row(), required=False, min_length=1, max_length=MOST_ROWS, help_text="Or `csv`, one of the two."
    )
    csv = Text(max_length=LONGEST_CSV, required=False, help_text="A table with its first row, as on the page.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("rows" in attrs) == ("csv" in attrs):
            raise serializers.ValidationError({"rows": [_("Send either `rows` or `csv`.")]})
        return attrs


OPTIONS: dict[str, Any] = {"columns": {}, "severities": {}, "statuses": {}, "zone": "", "make_customers": False}


class OptionsShape(serializers.Serializer[Any]):
    """As it was given, and guessed; what nobody could guess stands for "" and has to be said."""

    columns = serializers.DictField(child=serializers.CharField())
    severities = serializers.DictField(child=serializers.CharField())
    statuses = serializers.DictField(child=serializers.CharField())
    zone = serializers.CharField()
    make_customers = serializers.BooleanField()


class ImportShape(serializers.Serializer[ImportBatch]):
    id = serializers.IntegerField()
    source = serializers.CharField()
    name = serializers.CharField()
    state = serializers.ChoiceField(State.choices)
    total = serializers.IntegerField(help_text="Rows.")
    done = serializers.IntegerField(help_text="Rows that it is past.")
    added = serializers.IntegerField(help_text="Issues that came, or after the check would come.")
    known = serializers.IntegerField(help_text="Issues that were here already, and are left as they are.")
    wrong = serializers.SerializerMethodField(help_text="Rows with a problem, which are left out: see `problems/`.")
    options = serializers.SerializerMethodField()
    created_by = serializers.CharField(source="created_by.username")
    created_at = Moment()
    moved_at = Moment()
    finished_at = Moment(allow_null=True)

    def get_wrong(self, batch: ImportBatch) -> int:
        return len({each["row"] for each in batch.problems})

    @extend_schema_field(OptionsShape)
    def get_options(self, batch: ImportBatch) -> dict[str, Any]:
        return {name: batch.options.get(name, empty) for name, empty in OPTIONS.items()}


class RowProblemShape(serializers.Serializer[Any]):
    row = serializers.IntegerField(help_text="As a spreadsheet counts: the names of the columns are row 1.")
    field = serializers.CharField()
    what = serializers.CharField()


class BroughtShape(serializers.Serializer[Ticket]):
    external_id = serializers.CharField(help_text="The number there.")
    ticket = serializers.CharField(source="number", help_text="The number here.")


class ImportQuery(PageQuery):
    state = Many(child=Choice(State.choices), required=False)
    source = Line(required=False, max_length=40)


class ManagesAndReads(Manages):
    def has_permission(self, request: Request, view: Any) -> bool:
        return super().has_permission(request, view) and self.may_write(request.user)


class Imports(Listed, Retrieved, Noun):
    """Issues that come over from another helpdesk, with their history. Clocks are what they would have been here, and
    nobody is told of the past. An issue is known by `source` and its number there: sent again, it does not come twice.
    """

    shape = ImportShape
    takes = {"create": ImportBody, "partial_update": OptionsBody}
    gives = {"problems": RowProblemShape, "tickets": BroughtShape}
    asks = {"list": ImportQuery}
    listed = {"list", "problems", "tickets"}
    orders = {"": ("-pk",)}
    permission_classes = [ManagesAndReads]
    queryset = ImportBatch.objects.select_related("created_by")
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> QuerySet[ImportBatch]:
        rows = super().get_queryset()
        if self.action != "list":
            return rows
        columns = {"state": "state__in", "source": "source"}
        asked = {column: self.query[name] for name, column in columns.items() if name in self.query}
        return rows.defer("rows").filter(**asked)

    def create(self, request: Request) -> Response:
        """Send rows, and have them checked. Nothing is brought over before `start/`."""
        given = self.body().validated_data
        said: dict[str, Any] = {"source": given["source"], "name": given.get("name", ""), "at": self.at}
        said["by"] = request.user
        with transaction.atomic():
            if "csv" in given:
                try:
                    batch = run.read_file(given["csv"].encode(), **said)
                except Unreadable as error:
                    raise serializers.ValidationError({"csv": [str(error)]}) from None
            else:
                batch = run.keep(list(enumerate(given["rows"], 2)), **said)
            self._check(batch, given)
        return self.shown(batch, status=201, Location=f"{request.path}{batch.pk}/")

    def partial_update(self, request: Request, **kwargs: str) -> Response:
        """Say what stands for what, and have it checked again."""
        given = self.body(partial=True).validated_data
        with transaction.atomic():
            self.hold_row()
            batch = self.get_object()
            if batch.state not in (State.CHECKING, State.CHECKED, State.FAILED):
                raise Conflict(_("It is under way or done; send the rows again."))
            self._check(batch, given)
        return self.shown(batch)

    @action(detail=True, methods=["post"])
    def start(self, request: Request, **kwargs: str) -> Response:
        """Bring over what is sound, in the background; read it again to see how far it is. Also again, if it failed."""
        batch = self.get_object()
        if not run.start(batch, at=self.at):
            raise Conflict(_("It is under way or done; send the rows again."))
        return self.shown(self.get_object())

    @action(detail=True)
    def problems(self, request: Request, **kwargs: str) -> Response:
        """What is wrong, by row and field: the first thousand."""
        return self.page_of_all(self.get_object().problems)

    @action(detail=True)
    def tickets(self, request: Request, **kwargs: str) -> Response:
        """Which number here has which number there: all that came from this helpdesk, by this import or another."""
        return self.page(access.tickets_for(request.user).filter(external_source=self.get_object().source))

    def page_order(self) -> tuple[str, ...]:
        return ("pk",) if self.action == "tickets" else super().page_order()

    def _check(self, batch: ImportBatch, given: dict[str, Any]) -> None:
        """As the form on the page maps: what is given joins what was guessed."""
        columns = {**batch.options["columns"]}
        for column, field in given.get("columns", {}).items():
            columns = {name: taken for name, taken in columns.items() if taken != field} | {column: field}
        if missing := [field for field in NEEDED if field not in columns.values()]:
            words = _("No column stands for: %(names)s.") % {"names": ", ".join(missing)}
            raise serializers.ValidationError({"columns": [words]})
        batch.options["columns"] = columns
        for name in ("severities", "statuses"):
            batch.options[name] = batch.options.get(name, {}) | given.get(name, {})
        batch.options |= {name: given[name] for name in ("zone", "make_customers") if name in given}
        guessed = run.said_values(batch)
        batch.options |= {name: guessed[name] | batch.options[name] for name in guessed}
        run.check(batch, at=self.at)
