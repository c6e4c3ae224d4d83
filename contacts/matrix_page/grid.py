"""The matrix as people read it: a row a rung, a column for everyone and one for each team with positions of its own."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from contacts.matrix import Away, Matrix, OnTurn, Standing
from contacts.models import Contact, Team
from contacts.models.matrix import Level
from contacts.rungs import rung_name

TOP = 5  # numbered rungs
ICONS = {Level.TECHNICAL: "wrench", Level.PRODUCT: "package"}


@dataclass(frozen=True)
class Line:
    """One position. `is_told` if a message to this rung went to them now, or to whoever stands in for them."""

    contact: Contact
    rank: str
    away: Away | None
    is_told: bool

    @property
    def is_vacant(self) -> bool:
        return not self.contact.person_name and not self.contact.address

    @property
    def has_no_address(self) -> bool:
        return not self.is_vacant and not self.contact.address

    @property
    def is_closed(self) -> bool:
        user = self.contact.user
        return bool(user and not user.is_active)


@dataclass(frozen=True)
class Cell:
    """`instead` says what happens while nobody here can be told; "" if somebody can."""

    level: str
    team: Team | None
    lines: list[Line]
    instead: str
    on_turn: OnTurn | None = None

    @property
    def is_empty(self) -> bool:
        return all(line.is_vacant for line in self.lines)

    @property
    def name(self) -> str:
        return rung_name(self.level, self.team)

    @property
    def heading(self) -> str:
        return self.team.name if self.team else _("Everyone")


@dataclass(frozen=True)
class Rung:
    level: str
    title: str
    cells: list[Cell]

    @property
    def label(self) -> str:
        return str(Level(self.level).label)

    @property
    def is_numbered(self) -> bool:
        return self.level.isdigit()

    @property
    def icon(self) -> str:
        return ICONS.get(Level(self.level), "")


@dataclass(frozen=True)
class Grid:
    """`gaps` are rungs on which nobody can be told whatever the team; `unproven` counts addresses that never
    answered."""

    teams: list[Team]
    others: list[Team]  # without positions of their own
    rungs: list[Rung]
    gaps: list[Rung] = field(default_factory=list)
    refused: int = 0
    unproven: int = 0

    @classmethod
    def of(cls, matrix: Matrix, teams: Iterable[Team]) -> "Grid":
        """No query: `matrix` has its rows, `teams` are all that there are."""
        every = list(teams)
        own = matrix.teams()
        columns = [team for team in every if team.pk in own]
        rungs = [_rung(matrix, level, columns) for level in Level.values]
        people = [line.contact for rung in rungs for cell in rung.cells for line in cell.lines]
        return cls(
            columns,
            [team for team in every if team.pk not in own],
            rungs,
            [rung for rung in rungs if matrix.who(rung.level, None).recipient is None],
            len({c.address.lower() for c in people if c.unreachable_since and c.address}),
            len({c.address.lower() for c in people if c.address and not c.proved_at}),
        )


def _rung(matrix: Matrix, level: str, teams: list[Team]) -> Rung:
    rows = matrix.rows(level, None)
    title = min(rows, key=lambda row: row.position).title if rows else ""
    return Rung(level, title, [_cell(matrix, level, team) for team in (None, *teams)])


def _cell(matrix: Matrix, level: str, team: Team | None) -> Cell:
    team_id = team.pk if team else None
    rows = matrix.rows(level, team_id)
    standing = matrix.who(level, team_id)
    told = position_told(matrix, standing, team_id)
    lines = [
        Line(row, rank_of(number), matrix.away(row), told is not None and row.pk == told.pk)
        for number, row in enumerate(rows)
    ]
    is_theirs = any(line.is_told for line in lines)
    return Cell(
        level, team, lines, "" if is_theirs else instead(matrix, standing, team), matrix.on_turn(level, team_id)
    )


def position_told(matrix: Matrix, standing: Standing, team_id: int | None) -> Contact | None:
    """The position whose holder, or stand-in, is told: those whom `who` passed over are asked before it."""
    return matrix.ladder_rows(standing.level, team_id)[len(standing.passed)] if standing.recipient else None


def rank_of(number: int) -> str:
    if number == 0:
        return _("First")
    return _("Backup") if number == 1 else _("Backup %(n)s") % {"n": number}


def instead(matrix: Matrix, standing: Standing, team: Team | None) -> str:
    """The ladder's own rule: a team's rung falls back on everyone's, a numbered one on those above it."""
    if standing.recipient:
        return _("Everyone’s is asked: %(name)s.") % {"name": standing.recipient.name}
    if not standing.level.isdigit():
        return _("Nobody is told in their place, and the administrators hear of it.")
    for above in range(int(standing.level) + 1, TOP + 1):
        if told := matrix.who(str(above), team.pk if team else None).recipient:
            words = _("Passed over: level %(level)s is told at once (%(name)s), and the administrators hear of it.")
            return words % {"level": above, "name": told.name}
    if standing.level == str(TOP):
        return _("There is nobody above: the ladder ends below, and the administrators hear of it.")
    return _("Nobody above can be told either. The administrators hear of it.")


def shown(at: datetime) -> dict[str, Any]:
    """What the page shows at `at`. Four queries."""
    grid = Grid.of(Matrix.at(at), Team.objects.all())
    return {"grid": grid, "at": at}
