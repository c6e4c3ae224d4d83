"""What somebody wrote, and what their mail program put under it. In English and German; in doubt nothing is cut.

Cut is only what stands at the end: whoever answers between the lines is left whole.
"""

import re

ENDS = re.compile(
    r"""^(
        \s*-{2,}\s*(Original\ Message|Ursprüngliche\ Nachricht|Original-Nachricht|Forwarded\ message
            |Weitergeleitete\ Nachricht)\s*-{2,}\s*
        |_{20,}\s*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
# "On Mon, 23 Nov 2026 at 10:00, Dana <…> wrote:" may go over three lines.
SAID = re.compile(
    r"^[ \t]*(?:On\b[^\n]{0,300}(?:\n(?![ \t]*>)[^\n]{1,300}){0,2}\bwrote"
    r"|Am\b[^\n]{0,300}(?:\n(?![ \t]*>)[^\n]{1,300}){0,2}\bschrieb\b[^\n:]{0,300}(?:\n[^\n>:]{1,300})?):[ \t]*$",
    re.MULTILINE,
)
# The head that Outlook puts over it, in any of its orders.
HEAD_LINE = re.compile(r"^[\s*]*(From|Sent|Date|To|Subject|Von|Gesendet|Datum|An|Betreff|Cc)[\s*]*:", re.IGNORECASE)
FIRST_HEAD_LINE = re.compile(r"^[\s*]*(From|Von)[\s*]*:", re.IGNORECASE)
QUOTED = re.compile(r"^\s*>")
LONGEST = 20_000  # characters that are searched for the head of a quotation


def split(text: str) -> tuple[str, str]:
    """(what is new, what is repeated). Where nothing would be left, all of it is new."""
    lines = text.split("\n")
    starts = [each for each in (_marked(lines), _said(text), _marks(lines)) if each is not None]
    for start in sorted(starts):
        words, quote = "\n".join(lines[:start]).strip(), "\n".join(lines[start:]).strip()
        if words:
            return words, quote
    return text.strip(), ""


def _marked(lines: list[str]) -> int | None:
    """The line from which on a mail program says that the old mail stands there."""
    for number, line in enumerate(lines):
        if (ENDS.match(line) and _old_mail_follows(lines, number + 1)) or (
            FIRST_HEAD_LINE.match(line) and _is_head(lines, number)
        ):
            return number
    return None


def _old_mail_follows(lines: list[str], number: int) -> bool:
    """A rule of underscores alone may be anybody's; over a head it is Outlook's."""
    return not lines[number - 1].strip().startswith("_") or _is_head(lines, number)


def _is_head(lines: list[str], number: int) -> bool:
    near = [line for line in lines[number : number + 8] if line.strip()]
    return sum(bool(HEAD_LINE.match(line)) for line in near[:5]) >= 3


def _said(text: str) -> int | None:
    """“On … wrote:”, if nothing but quoted lines and blanks comes after it."""
    for match in SAID.finditer(text[:LONGEST]):
        rest = text[match.end() :].split("\n")
        is_quoted = any(map(QUOTED.match, rest))
        only_quoted = all(not line.strip() or QUOTED.match(line) for line in rest)
        # Without marks before its lines, only a date tells a quotation from a sentence.
        if (is_quoted and only_quoted) or (not is_quoted and re.search(r"\d", match[0])):
            return text.count("\n", 0, match.start() + len(match[0]) - len(match[0].lstrip()))
    return None


def _marks(lines: list[str]) -> int | None:
    """Where the quoted lines at the very end begin."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or QUOTED.match(lines[end - 1])):
        end -= 1
    return end if any(QUOTED.match(line) for line in lines[end:]) else None
