"""The document as it runs, on screen and on paper. Everybody who is signed in reads it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from contacts.matrix import Book
from contacts.matrix_page.grid import Grid
from escalations.models.version import Office, Stage
from escalations.protocol.content import snapshot
from escalations.protocol.diff import changes
from escalations.views.protocol.now import Block, Now
from escalations.views.protocol.sheet import SECTIONS, Sheet


@login_required
@require_safe
def document(request: HttpRequest) -> HttpResponse:
    return render(request, "escalations/protocol/page.html", _running(request))


@login_required
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The same without a frame, in A4."""
    return render(request, "escalations/protocol/print.html", _running(request))


def _running(request: HttpRequest) -> dict[str, Any]:
    """From the settings themselves, so that it cannot say anything else than what runs."""
    at, user, now = timezone.now(), request.user, Now.look()
    book = Book.between(at, at, teams=True)
    content = snapshot(book.contacts)
    signed, grid = now.signed_last, Grid.of(book.at(at), _teams(book))
    return {
        "at": at,
        "now": now,
        "about": now.running,
        "effective": now.running.runs_from if now.running else None,
        "is_provisional": now.running is None or now.running.stage == Stage.PROVISIONAL,
        "differences": changes(signed.content, content) if signed and signed.content else [],
        "asked": now.asked_of(user),
        "sheet": Sheet.of(content),
        "grid": grid,
        "wordings": content["templates"],
        "blocks": list(now.running.blocks.values()) if now.running else [Block(office) for office in Office.values],
        "groups": _groups(grid),
        "back": reverse("protocol"),
        "sections": SECTIONS,
        "may_manage": user.may_manage,  # type: ignore[union-attr]
    }


def _groups(grid: Grid) -> list[dict[str, Any]]:
    """A table for everyone, then one for each team with the rungs of its own."""
    columns = [(_("Everyone"), 0), *((team.name, number) for number, team in enumerate(grid.teams, 1))]
    return [
        {
            "name": name,
            "cells": [(rung, rung.cells[place]) for rung in grid.rungs if place == 0 or rung.cells[place].lines],
        }
        for name, place in columns
    ]


def _teams(book: Book) -> list[Any]:
    """Those with positions of their own; everyone's answer for the others."""
    teams = {contact.team_id: contact.team for contact in book.contacts if contact.team_id}
    return sorted(teams.values(), key=lambda team: str(team and team.name))
