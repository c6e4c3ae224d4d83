"""Lists of bars and single rates: ageing, depth of the ladder, time to take, promises, reopened and relapsed."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from metrics.board import Board
from metrics.charts.bar import bar
from metrics.dashboard.goals import Verdict, verdict
from metrics.dashboard.words import NO_DATA, SECONDS, SHARE, counted, percent, said
from metrics.figure_words import DERIVED
from metrics.figures import BEHIND

TOP = 5


@dataclass(frozen=True)
class Bar:
    label: str
    value: str
    url: str
    picture: SafeString


@dataclass(frozen=True)
class Rate:
    """`of` says what it is a share of, in numbers that lead to them: (words, address)."""

    key: str
    label: str
    value: str
    is_empty: bool
    url: str
    of: list[tuple[str, str]]
    goal: Verdict | None
    extra: str = ""

    @property
    def words(self) -> str:
        """Its definition."""
        return str(DERIVED[self.key][1])


def ageing(board: Board) -> list[Bar]:
    """Empty if nothing is open."""
    most = max((count for _key, _label, count in board.ageing), default=0)
    url = board.scope.rows_url
    return [
        Bar(str(label), counted(n), url("ageing", age=key) if n else "", bar(n, most))
        for key, label, n in board.ageing
        if most
    ]


def depth(board: Board) -> list[Bar]:
    """The share of what was reported that was told to each level or one above it. Empty without data."""
    if not board.now.opened:
        return []
    found = []
    for level in range(2, TOP + 1):
        share, reached = board.now.depth(level) or 0, getattr(board.now, f"reached_{level}")
        url = board.scope.rows_url(f"reached_{level}") if reached else ""
        value = f"{percent(share)} ({counted(reached)})"
        found.append(Bar(_("Level %(n)s") % {"n": level}, value, url, bar(share, 1)))
    return found


def rates(board: Board) -> list[Rate]:
    now = board.now
    spread = board.spread.get("take_elapsed")
    took = ""
    if spread and spread.count:
        figures = {"median": said(spread.median, SECONDS), "p90": said(spread.p90, SECONDS)}
        took = _("median %(median)s · 90%% within %(p90)s") % figures
    return [
        _rate(
            board, "avg_take_seconds", _("Time to take"), now.avg_take_seconds, SECONDS,
            [("taken", _("taken"))], took,
        ),
        _rate(
            board, "kept_promises", _("Kept promises"), now.kept_promises, SHARE,
            [("promise_met", _("kept")), ("promise_missed", _("broken"))],
        ),
        _rate(
            board, "reopen_rate", _("Reopened"), now.reopen_rate, SHARE,
            [("once_reopened", _("reopened")), ("once_resolved", _("once resolved"))],
        ),
        _rate(
            board, "relapse_rate", _("Relapsed"), now.relapse_rate, SHARE,
            [("relapsed", _("relapsed")), ("once_resolved", _("once resolved"))],
        ),
    ]  # fmt: skip


def _rate(
    board: Board, key: str, label: str, value: float | None, kind: str, of: list[tuple[str, str]], extra: str = ""
) -> Rate:
    counts = [(name, getattr(board.now, name), word) for name, word in of] if value is not None else []
    links = [(f"{counted(count)} {word}", board.scope.rows_url(name) if count else "") for name, count, word in counts]
    url = "" if value is None else board.scope.rows_url(BEHIND[key])
    words = str(NO_DATA) if value is None else said(value, kind)
    return Rate(key, label, words, value is None, url, links, verdict(key, value, board.goals), extra)
