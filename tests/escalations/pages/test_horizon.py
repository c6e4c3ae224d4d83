"""The time axis over the queue: every dot is seen, and the most urgent ones are named."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from escalations.views.horizon import AHEAD, Dot, Point, horizon

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def drawn(*dues: tuple[str, float], width: int = 1136) -> list[Dot]:
    """Customers and the minutes until their clock runs out."""
    points = [Point(f"ESC-{n}", "Down", name, "P2", AT + timedelta(minutes=m)) for n, (name, m) in enumerate(dues)]
    return horizon(points, AT, width=width, labelled=True, every_hours=1).dots


def test_what_is_overdue_the_longest_is_named_at_the_edge():
    dots = drawn(("Arctora", -900), ("Tindall", -300), ("Larkfield", -70), ("Solvane", 300))
    assert [dot.label for dot in dots[:2]] == ["Arctora", "Tindall"]
    assert all(dot.label_x - len(dot.label) * 3 > 0 for dot in dots if dot.label)


def test_a_name_steps_aside_for_the_line_of_now():
    assert drawn(("Meridale", 1))[0].label == "Meridale"


def test_no_name_stands_on_another():
    dots = [dot for dot in drawn(*((f"Customer{n}", n * 7) for n in range(int(AHEAD.seconds / 420)))) if dot.label]
    for one, other in pairwise(dots):
        apart = abs(one.label_x - other.label_x) >= (len(one.label) + len(other.label)) * 3
        assert apart or one.label_y != other.label_y
    assert len(dots) > 10


def test_dots_at_one_moment_are_all_seen():
    assert len({(dot.x, dot.lift) for dot in drawn(("A", -200), ("B", -190), ("C", -180))}) == 3


def test_no_hour_stands_on_now():
    for minutes in range(0, 120, 5):
        drawing = horizon([], AT + timedelta(minutes=minutes), width=358, labelled=False, every_hours=2)
        assert min(x for x, _ in drawing.ticks) - drawing.now_x >= 40
