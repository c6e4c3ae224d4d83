"""The words of an HTML mail. The sanitiser that cleans notes makes well-formed HTML of anything; its time grows with
the square of the depth, so what is nested deeper than any mail is cut off."""

import html
import re

import nh3

LONGEST = 400_000  # characters of HTML that are read
DEEPEST = 300  # elements within each other
OPENS = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
# These end by themselves, where the next one or their parent does.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NOT_DEEP = VOID | {"p", "li", "td", "th", "tr", "dd", "dt", "option"}
BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"}
LINES = {"br", "li", "tr", "hr"}
SPACES = {"td", "th"}
TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
NOT_SAID = {"script", "style", "title", "template", "noscript"}


def words_of_html(source: str) -> str:
    """As plain text: a blank line between paragraphs, "> " before what stands in a quotation, "- " before a point."""
    clean = nh3.clean(
        _not_too_deep(source[:LONGEST]),
        tags=BLOCKS | LINES | SPACES,
        attributes={},
        clean_content_tags=NOT_SAID,
        link_rel=None,
    )
    out: list[str] = []
    depth, at = 0, 0
    for tag in TAG.finditer(clean):
        _say(out, clean[at : tag.start()])
        at = tag.end()
        closes, name = bool(tag[1]), tag[2]
        if name == "blockquote":
            depth = max(depth - 1, 0) if closes else depth + 1
            out.append("\n\n" if closes and not depth else _line(depth))
        elif name in BLOCKS:
            out.append(_line(depth) * (2 if closes and name != "div" else 1))
        elif name in LINES and not (closes and name != "tr"):
            out.append(_line(depth) + ("- " if name == "li" else ""))
        elif name in SPACES and closes:
            out.append(" ")
    _say(out, clean[at:])
    lines = [line.rstrip() for line in "".join(out).splitlines()]
    return re.sub(r"\n(?:>? ?\n){2,}", "\n\n", "\n".join(lines)).strip()


def _not_too_deep(source: str) -> str:
    depth = 0
    for tag in OPENS.finditer(source):
        if tag[2].lower() not in NOT_DEEP:
            depth = max(depth - 1, 0) if tag[1] else depth + 1
        if depth > DEEPEST:
            return source[: tag.start()]
    return source


def _say(out: list[str], source: str) -> None:
    words = re.sub(r"\s+", " ", html.unescape(source).replace("\u00a0", " "))
    if words.strip() or (words and out and not out[-1].endswith(("\n", " "))):
        out.append(words.lstrip() if not out or out[-1].endswith(("\n", "> ")) else words)


def _line(depth: int) -> str:
    return "\n" + "> " * min(depth, 8)
