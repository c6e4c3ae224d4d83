"""Charts are drawn out of plain numbers: well-formed, to scale, and each mark leads somewhere."""

from xml.etree import ElementTree

from metrics.charts.bar import bar
from metrics.charts.heat import heat, shade, shades
from metrics.charts.lines import Line, close, lines
from metrics.charts.sparkline import sparkline
from metrics.charts.stacked import Column, Part, stacked
from metrics.charts.svg import count_steps, steps
from metrics.charts.tables import Cell, table

NASTY = "5 < 6 & \"more\" 'x'"


def test_a_column_is_as_high_as_its_count_and_its_parts_lead_to_their_lists() -> None:
    parts = [
        Part("sev-4-part", 3, NASTY, "/x/?a=1&b=2"),
        Part("sev-1-part", 0, "none"),
        Part("sev-1-part", 1, "one", "/y/"),
    ]
    drawn = ElementTree.fromstring(stacked([Column("Mon", parts), Column(NASTY, [])], height=100))
    low, high = drawn.iter("rect")
    assert (low.get("height"), low.get("y")) == ("75", "37")  # 3 of 4, under a line of 12 pixels and 1 of 4
    assert (high.get("height"), high.get("y")) == ("25", "12")
    assert [link.get("href") for link in drawn.iter("a")] == ["/x/?a=1&b=2", "/y/"]
    assert [title.text for title in drawn.iter("title")] == [NASTY, "one"]
    assert {link.get("tabindex") for link in drawn.iter("a")} == {"-1"}
    assert drawn.get("aria-hidden") == "true"


def test_a_line_is_broken_where_nothing_is_known() -> None:
    course = Line("a", "A", [0.9, 1.0, None, None, 0.8], ["a", "b", "", "", "c"], ["/a/", "/b/", "", "", "/c/"])
    drawn = ElementTree.fromstring(
        lines(list("vwxyz"), [course], [0.8, 0.9, 1.0], goals=[0.95], name=lambda _goals: NASTY, height=100)
    )
    assert [path.get("d") for path in drawn.iter("path")] == ["M0 50L250 0"]
    assert [link.get("href") for link in drawn.iter("a")] == ["/a/", "/b/", "/c/"]
    (goal,) = [line for line in drawn.iter("line") if line.get("class") == "goal"]
    assert goal.get("y1") == "37"
    alone = ElementTree.fromstring(lines(["v"], [Line("a", "A", [0.5])], [0, 1]))
    assert [bead.get("cx") for bead in alone.iter("circle")] == ["50%", "50%"]
    ElementTree.fromstring(lines([], [], [0, 1]))


def test_goals_close_together_share_their_words() -> None:
    goals = [0.5, 0.95, 0.96, 0.90]
    drawn = ElementTree.fromstring(lines([], [], [0, 1], goals=goals, name=lambda found: f"{found}", height=100))
    said = {each.text: each.get("y") for each in drawn.iter("text") if each.get("class") == "goal-words"}
    assert said == {"[0.96, 0.95, 0.9]": "12", "[0.5]": "62"}  # above their rule; near the top, above the plot
    assert len([each for each in drawn.iter("line") if each.get("class") == "goal"]) == 4
    assert close([3, 2, 1], lambda value: 10 * (3 - value), 10) == [[3], [2], [1]]
    assert close([3, 2, 1], lambda value: 10 * (3 - value), 11) == [[3, 2, 1]]


def test_a_word_sized_line_needs_two_values() -> None:
    assert sparkline([]) == sparkline([None, 3, None]) == ""
    assert [path.get("d") for path in ElementTree.fromstring(sparkline([1, None, 2])).iter("path")] == ["M3 23L85 3"]
    assert ElementTree.fromstring(sparkline([2, 2]))[0].get("d") == "M3 13L85 13"


def test_the_hours_of_a_week_are_shaded_by_the_worst() -> None:
    assert [shade(n, 10) for n in (0, 1, 2, 3, 9, 10)] == [0, 1, 1, 2, 5, 5]
    assert [shade(n, 3) for n in range(4)] == [0, 1, 2, 3]  # a single one is not the darkest
    assert shades(2) == [(1, 1, 1), (2, 2, 2)]
    assert shades(7) == [(1, 1, 1), (2, 2, 2), (3, 3, 4), (4, 5, 5), (5, 6, 7)]
    assert all(shade(n, most) == look for most in (1, 6, 7, 99) for look, a, b in shades(most) for n in (a, b))
    drawn = ElementTree.fromstring(
        heat({(0, 8): 4, (6, 23): 1}, list("MTWTFSS"), lambda d, h, n: (f"/{d}/{h}/", NASTY))
    )
    assert len(list(drawn.iter("rect"))) == 7 * 24
    assert [link.get("href") for link in drawn.iter("a")] == ["/0/8/", "/6/23/"]
    assert drawn.find("./a/rect").get("class") == "heat-4"


def test_bars_tables_and_scales() -> None:
    assert [part.get("width") for part in ElementTree.fromstring(bar(1, 4)).iter("rect")] == ["100%", "25%"]
    assert len(list(ElementTree.fromstring(bar(0, 0)).iter("rect"))) == 1
    drawn = ElementTree.fromstring(table([NASTY, "n"], [[Cell(NASTY), Cell("3", "/x/?a=1&b=2")]]))
    assert [link.get("href") for link in drawn.iter("a")] == ["/x/?a=1&b=2"]
    assert (count_steps(0), count_steps(3), count_steps(23)) == ([0, 1], [0, 1, 2, 3], [0, 5, 10, 15, 20, 25])
    assert [round(mark, 2) for mark in steps(1, 4, 0.86)] == [0.85, 0.9, 0.95, 1.0]
