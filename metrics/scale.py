"""A scale for durations whose steps grow with them: whole seconds under a hundred, then steps of 2, 5, 10, 20, 50, …

A percentile of a month is not to be had from those of its days, so durations are counted on this scale. What is read
off it is at most 2.5 % under the true one.
"""

from typing import Any

from django.db.models import BigIntegerField, Func

LONGEST = 1_000_000_000  # seconds; nothing here lasts thirty years


def _scale() -> list[tuple[int, int]]:
    """Under 100 steps of 1, under 200 of 2, under 500 of 5, under 1000 of 10, …"""
    bounds: list[tuple[int, int]] = []
    power = 1
    while power * 100 <= LONGEST:
        bounds += [(100 * power, power), (200 * power, 2 * power), (500 * power, 5 * power)]
        power *= 10
    return bounds


SCALE = _scale()


def on_scale(seconds: int) -> int:
    step = next((step for bound, step in SCALE if seconds < bound), SCALE[-1][1])
    return seconds - seconds % step


class scaled(Func):  # noqa: N801 – reads as the function that it is
    """`on_scale` in SQL, of whole seconds."""

    output_field = BigIntegerField()
    arity = 1

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        cases = " ".join(f"WHEN {{0}} < {bound} THEN {step}" for bound, step in SCALE)
        return self._said(compiler, f"CASE {cases} ELSE {SCALE[-1][1]} END")

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """By halves: it has a function for that."""
        bounds = ",".join(str(bound) for bound, _step in SCALE)
        steps = ",".join(str(step) for step in [*(step for _bound, step in SCALE), SCALE[-1][1]])
        return self._said(
            compiler, f"('{{{{{steps}}}}}'::bigint[])[width_bucket({{0}}, '{{{{{bounds}}}}}'::bigint[]) + 1]"
        )

    def _said(self, compiler: Any, step: str) -> tuple[str, list[Any]]:
        seconds, params = compiler.compile(self.source_expressions[0])
        template = f"({{0}} - {{0}} % ({step}))"
        count = template.count("{0}")
        return template.format(seconds).replace("% (", "%% ("), list(params) * count
