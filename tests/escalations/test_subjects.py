"""A subject is one line in which something can be seen, whoever writes it."""

import pytest

from escalations.errors import Invalid
from templates_app.plain import is_blank

BLANK = [
    "",
    " ",
    "\t\n",
    "\u200b",
    "\u200b\u200d\ufeff",
    "\u3164",
    "\u115f",
    "\u2800",
    "\u202e",
    "\xad",
    "\u0301",
    "\ufe0f",
]


@pytest.mark.parametrize("text", BLANK)
def test_what_nobody_can_see_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", [".", "0", "😀", "ش", "é", "\u200bx", "−", "#"])
def test_whatever_can_be_seen_is_not(text):
    assert not is_blank(text)


@pytest.mark.parametrize("subject", BLANK)
def test_an_issue_needs_a_subject_that_can_be_seen(log_issue, casey, at, subject):
    ticket = log_issue()
    with pytest.raises(Invalid, match="few words"):
        log_issue(subject=subject)
    with pytest.raises(Invalid, match="few words"):
        ticket.edit(subject=subject, by=casey, at=at)


def test_direction_marks_and_line_ends_go_and_letters_stay(log_issue, casey, at):
    ticket = log_issue(subject="gpj\u202e.exe\r\nBcc: all  شكرا")
    assert ticket.subject == "gpj.exe Bcc: all شكرا"
    ticket.edit(subject="a\u2066b\x0bc", by=casey, at=at)
    assert ticket.subject == "ab c"
