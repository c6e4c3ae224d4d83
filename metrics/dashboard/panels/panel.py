"""What each chart over time consists of, and the pieces that several of them are made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from metrics.board import Bucket, Sums
from metrics.charts.lines import Line
from metrics.charts.tables import Cell
from metrics.dashboard.goals import Verdict
from metrics.dashboard.words import counted
from metrics.scope import Scope

SEVERITIES = ("P1", "P2", "P3", "P4")
CLOCKS = {
    "response": gettext_lazy("First response"),
    "resolution": gettext_lazy("Resolution"),
    "update": gettext_lazy("Customer update"),
}


@dataclass(frozen=True)
class Panel:
    """`legend` are pairs of a class and words; `counts` says of what, where the title
    does not. Without `chart` there is no data, and `empty` says so."""

    key: str
    title: str
    empty: str
    chart: SafeString | str = ""
    legend: list[tuple[str, str]] = field(default_factory=list)
    table: SafeString | str = ""
    goals: list[tuple[str, Verdict]] = field(default_factory=list)
    more: SafeString | str = ""
    counts: str = ""


def line_of(
    buckets: Sequence[Bucket],
    scope: Scope,
    look: str,
    figure: str | Callable[[Sums], str],
    name: str,
    value: Callable[[Sums], Any],
    say: Callable[[float], str],
) -> Line:
    """A value a bucket, each leading to the rows of `figure` in its days."""
    values = [value(bucket.sums) for bucket in buckets]
    titles = [
        "" if number is None else f"{bucket.label}: {name} {say(number)}"
        for bucket, number in zip(buckets, values, strict=True)
    ]
    keys = [figure if isinstance(figure, str) else figure(bucket.sums) for bucket in buckets]
    urls = [
        scope.rows_url(key, first=bucket.first, last=bucket.last) for key, bucket in zip(keys, buckets, strict=True)
    ]
    return Line(look, name, values, titles, urls)


def linked(scope: Scope, figure: str, count: int, bucket: Bucket) -> Cell:
    url = scope.rows_url(figure, first=bucket.first, last=bucket.last) if count else ""
    return Cell(counted(count), url)
