"""Teams: added, renamed, and removed while nothing belongs to them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from contacts.desk_changes import record
from contacts.models import Team, User
from contacts.models.changes import Act, Area
from contacts.models.history import Source


@transaction.atomic
def add_team(name: str, *, by: User, at: datetime, source: str = Source.PAGE) -> Team:
    _must_be_new(name)
    taken = set(Team.objects.values_list("slug", flat=True))
    base = slugify(name)[:40] or "team"
    slug = next(each for each in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if each not in taken)
    team = Team.objects.create(slug=slug, name=name)
    record(Area.TEAM, Act.ADDED, name, by=by, at=at, source=source)
    return team


@transaction.atomic
def rename_team(team: Team, name: str, *, by: User, at: datetime, source: str = Source.PAGE) -> None:
    """Its short name stays: addresses and programs know it by that."""
    if name == team.name:
        return
    _must_be_new(name, but=team)
    changes = [{"what": _("name"), "from": team.name, "to": name}]
    team.name = name
    team.save(update_fields=["name"])
    record(Area.TEAM, Act.CHANGED, name, by=by, at=at, changes=changes, source=source)


@transaction.atomic
def remove_team(team: Team, *, by: User, at: datetime, source: str = Source.PAGE) -> None:
    """Raises ValidationError while anything is its own."""
    team = Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
    if used := used_by(team):
        words = _("The team still has %(what)s. Move them to another team first.")
        raise ValidationError(words % {"what": ", ".join(used)})
    team.delete()
    record(Area.TEAM, Act.REMOVED, team.name, by=by, at=at, source=source)


def used_by(team: Team) -> list[str]:
    """What belongs to it, in words, whichever app keeps it: positions of the matrix would go with it unseen."""
    return [
        str(relation.related_model._meta.verbose_name_plural)
        for relation in Team._meta.related_objects
        if relation.related_model._base_manager.filter(**{relation.field.name: team}).exists()
    ]


def _must_be_new(name: str, but: Team | None = None) -> None:
    others = Team.objects.exclude(pk=but.pk) if but else Team.objects.all()
    if others.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is a team of this name already.")})
