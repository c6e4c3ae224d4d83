"""Teams. Everybody reads them, administrators arrange them."""

from typing import Any

from django.core.exceptions import ValidationError as Refused
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from config.problems import Conflict
from config.rest.fields import Line
from config.rest.permissions import Configures
from config.rest.serializers import Strict
from config.rest.views import Changed, Created, Deleted, Listed, Noun, PageQuery, Retrieved
from contacts.models import Team
from contacts.models.history import Source
from contacts.teams import add_team, remove_team, rename_team


class TeamShape(Strict):
    slug = serializers.CharField(read_only=True, help_text="Made from the first name, and never changed.")
    name = Line(max_length=80)

    def create(self, values: dict[str, Any]) -> Team:
        try:
            return add_team(values["name"], **self._who())
        except Refused as error:
            raise serializers.ValidationError(error.message_dict) from None

    def update(self, team: Team, values: dict[str, Any]) -> Team:
        try:
            rename_team(team, values.get("name", team.name), **self._who())
        except Refused as error:
            raise serializers.ValidationError(error.message_dict) from None
        return team

    def _who(self) -> dict[str, Any]:
        return {"by": self.context["request"].user, "at": self.context["at"], "source": Source.API}


class TeamQuery(PageQuery):
    q = Line(required=False, max_length=80, help_text="Part of the name.")


class Teams(Listed, Retrieved, Created, Changed, Deleted, Noun):
    """Teams that people, customers, contacts and issues belong to. One that still has any of them stays (409)."""

    shape = TeamShape
    takes = {"create": TeamShape, "partial_update": TeamShape}
    asks = {"list": TeamQuery}
    orders = {"": ("name", "pk")}
    permission_classes = [Configures]
    queryset = Team.objects.all()
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.filter(name__icontains=self.query["q"]) if "q" in self.query else rows

    def destroy(self, request: Request, **kwargs: str) -> Response:
        try:
            remove_team(self.get_object(), by=request.user, at=self.at, source=Source.API)
        except Refused as error:
            raise Conflict(" ".join(error.messages)) from None
        except Team.DoesNotExist:
            raise Http404 from None  # somebody else was a moment faster
        return Response(status=204)
