"""Text that people write in Markdown, as safe HTML: `{% load markdown %}{{ text|markdown }}`.

Paragraphs, emphasis, lists, quotes, code and links. Raw HTML stays text, pictures become links, headings are bold
lines, so that a note cannot break the outline of the page it stands on. `{{ text|markdown:names }}` marks `@username`
for the usernames in `names` ({username: full name}).
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import nh3
from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

register = template.Library()

# Characters, and marks among them, each of which may pair with any other; what has more is shown as it was typed.
LONGEST, MOST_MARKS = 20_000, 4_000
MARKS = re.compile(r"[-*_~`<>&\[\]\\\n]")
DEEPEST = 12  # lists in quotes in lists …
TAGS = {"p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a", "span"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "span": {"title"}}
CLASSES = {"span": {"mention"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# A mention is not part of an address (dana@acme.example) or of a path.
MENTION = re.compile(r"(?<![\w.@/+-])@(?P<name>[\w.+-]{1,150})")
ADDRESS = re.compile(r"https?://[^\s<>\"'`]+", re.IGNORECASE)
TRAILING = ".,;:!?)]}-+_"


@register.filter(name="markdown")
def markdown(text: object, names: Mapping[str, str] | None = None) -> SafeString:
    # Events never change, and pages show the same ones again and again.
    return mark_safe(_render(str(text or ""), tuple(sorted((names or {}).items()))))


def mentions(text: str) -> list[str]:
    """The usernames that `text` mentions, whoever they may be, in order; a full stop at the end is none of the name."""
    return list(dict.fromkeys(name for found in MENTION.finditer(text) if (name := found["name"].rstrip(TRAILING))))


@lru_cache(maxsize=512)
def _render(text: str, names: tuple[tuple[str, str], ...]) -> str:
    if len(text) > LONGEST or len(MARKS.findall(text)) > MOST_MARKS:
        return f"<pre>{escape(text)}</pre>"
    tokens = PARSER.parse(text)
    for token in tokens:
        if token.type == "inline" and token.children:
            token.children = list(_with_links(token.children, {name.lower(): full for name, full in names}))
    html = PARSER.renderer.render(tokens, PARSER.options, {})
    # The parser makes no raw HTML and no script address; this says so whatever it may learn to do.
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )


def _with_links(children: list[Token], names: Mapping[str, str]) -> Iterator[Token]:
    """Bare addresses as links, mentions as marks; neither inside of a link."""
    inside = 0
    for token in children:
        inside += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type == "text" and not inside:
            yield from _split(token.content, names)
        else:
            yield token


def _split(text: str, names: Mapping[str, str]) -> Iterator[Token]:
    cursor = 0
    for found in re.finditer(f"{ADDRESS.pattern}|{MENTION.pattern}", text, re.IGNORECASE):
        word = found[0].rstrip(TRAILING)
        full = names.get(word[1:].lower()) if word.startswith("@") else None
        if word.startswith("@") and full is None:
            continue
        yield _text(text[cursor : found.start()])
        yield from _mark(word, full) if full is not None else _link(word)
        cursor = found.start() + len(word)
    yield _text(text[cursor:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(address: str) -> list[Token]:
    return [Token("link_open", "a", 1, attrs={"href": address}), _text(address), Token("link_close", "a", -1)]


def _mark(word: str, full: str) -> list[Token]:
    attrs: dict[str, Any] = {"class": "mention", "title": full}
    return [Token("mention_open", "span", 1, attrs=attrs), _text(word), Token("mention_close", "span", -1)]


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": DEEPEST})
    parser.enable("strikethrough").disable(["html_block", "html_inline", "image"])
    bold = {"heading_open": "<p><strong>", "heading_close": "</strong></p>\n"}
    for name, tag in bold.items():
        parser.add_render_rule(name, lambda self, tokens, index, options, env, tag=tag: tag)
    return parser


PARSER = _parser()
