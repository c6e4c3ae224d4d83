"""Weekly turns of a rung: who is on from when to when, set and ended by managers and administrators."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.templatetags.figures import dated
from contacts.absence_pages.forms import RotationForm
from contacts.access import must_manage
from contacts.forms import refilled, sent
from contacts.matrix import Book, Recipient
from contacts.models import Contact, Rotation, Team
from contacts.models.matrix import Level
from contacts.rotation import Turn, turns
from contacts.rungs import on_rung

AHEAD = timedelta(weeks=8)
EVERYBODY = "-"  # in an address, in place of a team's short name


@dataclass(frozen=True)
class Week:
    """One turn, or the part of one in which the same person is told: `contact`, whose turn it is, if `as_planned`,
    else `told` (None: nobody)."""

    since: datetime
    until: datetime
    contact: Contact
    told: Recipient | None
    as_planned: bool
    is_now: bool


@dataclass(frozen=True)
class RungTurns:
    level: str
    label: str
    team: Team | None
    people: list[Contact]
    rotation: Rotation | None
    weeks: list[Week]

    @property
    def team_slug(self) -> str:
        return self.team.slug if self.team else EVERYBODY


@login_required
@require_safe
def rotations(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    book = Book.between(at, at + AHEAD)
    teams = {team.pk: team for team in Team.objects.all()}
    rungs = [_rung(book, level, team, at) for team in [None, *teams.values()] for level in Level.values]
    context = {
        "turning": [rung for rung in rungs if rung.rotation],
        "others": [rung for rung in rungs if not rung.rotation and len(rung.people) > 1],
        "at": at,
    }
    return render(request, "contacts/absences/rotations.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rotation(request: HttpRequest, team: str, level: str) -> HttpResponse:
    """Of two people who set the same turns, the second is told what the first has made of them (409)."""
    must_manage(request.user)
    if request.method != "POST":
        return _turns(request, _fetch(team, level, timezone.now()))
    with transaction.atomic():
        rung = _fetch(team, level, timezone.now())
        on_rung(rung.level, rung.team.pk if rung.team else None, lock=True)
        return _turns(request, _fetch(team, level, timezone.now()))


def _turns(request: HttpRequest, rung: RungTurns) -> HttpResponse:
    at, user = timezone.now(), request.user
    status = 200 if request.method != "POST" else 400
    zone = getattr(user, "time_zone", "") or settings.TIME_ZONE
    form = RotationForm(sent(request), rotation=rung.rotation, people=rung.people, zone=zone, at=at)
    if request.method != "POST":
        form = refilled(request, form)
    elif form.is_valid() and form.is_overtaken:
        form.say_so(_overtaken(rung))
        status = 409
    elif not form.errors:
        _save(rung, form.cleaned_data)
        messages.success(request, _("%(rung)s takes turns.") % {"rung": rung.people[0].title})
        return redirect("rotations")
    context = {"form": form, "rung": rung}
    return render(request, "contacts/absences/rotation.html", context, status=status)


@login_required
@require_POST
def end(request: HttpRequest, team: str, level: str) -> HttpResponse:
    must_manage(request.user)
    rung = _fetch(team, level, timezone.now())
    Rotation.objects.filter(level=level, team=rung.team).delete()
    messages.success(request, _("The turns have ended. Whoever stands first is asked first."))
    return redirect("rotations")


def _overtaken(rung: RungTurns) -> str:
    if rung.rotation is None:
        return _("Somebody has ended these turns meanwhile. What you typed is still below. Save again if it is right.")
    words = _(
        "Somebody has changed these turns meanwhile. They read now: from %(day)s at %(time)s (%(zone)s), %(names)s. "
        "What you typed is still below. Save again if it is right."
    )
    return words % {
        "day": dated(rung.rotation.starts_on),
        "time": f"{rung.rotation.at:%H:%M}",
        "zone": rung.rotation.zone,
        "names": ", ".join(each.person_name for each in rung.people if each.rotates),
    }


def _save(rung: RungTurns, given: dict[str, Any]) -> None:
    with transaction.atomic():
        Rotation.objects.update_or_create(
            level=rung.level,
            team=rung.team,
            defaults={name: given[name] for name in ("starts_on", "at", "zone")},
        )
        keys = [each.pk for each in rung.people]
        Contact.objects.filter(pk__in=keys).exclude(pk__in=given["takes_turns"]).update(rotates=False)
        Contact.objects.filter(pk__in=given["takes_turns"]).update(rotates=True)


def _fetch(team: str, level: str, at: datetime) -> RungTurns:
    named = Team.objects.filter(slug=team).first() if team != EVERYBODY else None
    if level not in Level.values or (named is None and team != EVERYBODY):
        raise Http404(_("There is no such rung."))
    rung = _rung(Book.between(at, at + AHEAD), level, named, at)
    if not rung.people:
        raise Http404(_("Nobody stands on this rung."))
    return rung


def _rung(book: Book, level: str, team: Team | None, at: datetime) -> RungTurns:
    key = team.pk if team else None
    people = [each for each in book.contacts if (each.level, each.team_id) == (level, key)]
    people.sort(key=lambda each: each.position)
    turning = next((each for each in book.rotations if (each.level, each.team_id) == (level, key)), None)
    rotating = [each for each in people if each.rotates]
    weeks = [
        part
        for turn in (turns(turning, at, at + AHEAD) if turning and len(rotating) > 1 else ())
        for part in _parts(book, turn, turn.of(rotating), at)
    ]
    return RungTurns(level, str(Level(level).label), team, people, turning, weeks)


def _parts(book: Book, turn: Turn, contact: Contact, at: datetime) -> list[Week]:
    """An absence that begins or ends in the week divides it."""
    moments = [*book.changes(max(turn.since, at), turn.until), turn.until]
    parts: list[Week] = []
    for since, until in pairwise(moments):
        told = book.at(since).who(contact.level, contact.team_id).recipient
        planned = told is not None and told.contact_id == contact.pk
        if parts and parts[-1].told == told:
            since = parts.pop().since
        begins = turn.since if since == at else since
        parts.append(Week(begins, until, contact, told, planned, begins <= at < until))
    return parts
