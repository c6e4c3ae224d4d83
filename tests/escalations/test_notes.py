"""Notes in Markdown: what comes out is safe, and comes out soon."""

import time

import pytest

from config.templatetags.markdown import LONGEST, MARKS, MOST_MARKS, markdown

pytestmark = pytest.mark.once


def test_emphasis_lists_quotes_and_code_are_understood():
    html = markdown("**bold** and `code`\n\n- one\n- two\n\n> said\n\n~~gone~~")
    for part in ("<strong>bold</strong>", "<code>code</code>", "<li>one</li>", "<blockquote>", "<s>gone</s>"):
        assert part in html, part


def test_line_ends_are_kept():
    assert "one<br>\ntwo" in markdown("one\ntwo")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[here](javascript:alert(1))",
        "[here](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
        "<div style='position:fixed'>over it all</div>",
        "![pixel](https://tracker.example/p.png)",
        "[a](<vbscript:x>)",
    ],
)
def test_nothing_that_runs_loads_or_covers_comes_through(text):
    html = markdown(text)
    assert not [bad for bad in ("<script", "<img", "<div", 'href="javascript', 'href="data', 'href="vb') if bad in html]


def test_links_say_that_they_lead_away():
    html = markdown("[the log](https://logs.example/7) and https://status.example/a_b?x=1.")
    assert html.count('rel="noopener nofollow"') == 2
    assert 'href="https://status.example/a_b?x=1"' in html


def test_a_heading_is_a_bold_line_and_no_part_of_the_outline():
    assert markdown("# Cause") == "<p><strong>Cause</strong></p>\n"


def test_a_megabyte_is_shown_as_it_was_typed():
    html = markdown("<b>" * 350_000)
    assert html.startswith("<pre>&lt;b&gt;")


@pytest.mark.parametrize(
    "part",
    [">", "- ", "[", "*a ", "`", "![", "a\n", "> - ", "[a](", "<", "&a;", "  - a\n", "_a__b", "*_", "**a_b", "***a "],
)
@pytest.mark.parametrize("marks", [MOST_MARKS, LONGEST])
def test_deep_and_endless_text_costs_little(part, marks):
    most = next((n for n in range(LONGEST) if len(MARKS.findall(part)) * n > marks - 10), LONGEST)
    text = f"{part * most}{' word' * LONGEST}"[:LONGEST]
    start = time.process_time()
    markdown(text)
    assert time.process_time() - start < 5  # a hundredth of it on a quiet machine; what grows by squares takes minutes


def test_thousands_of_marks_are_shown_as_they_were_typed():
    assert markdown("*_" * 3000).startswith("<pre>*_")


def test_control_marks_and_emoji_stay_what_they_are():
    assert markdown("🔥 \u202eabc") == "<p>🔥 \u202eabc</p>\n"
