"""A mail as it came over the wire, read into what the desk needs of it. `read` never raises.

The parser's old policy (compat32), on purpose: it hands over broken headers as they are, where the new one raises while
they are looked at, and it takes no quadratic time over hostile ones. What is read from it is cleaned here.
"""

import hashlib
import mimetypes
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import collapse_rfc2231_value, getaddresses
from typing import Any, Literal

from templates_app import plain
from templates_app.inbound import quotes
from templates_app.inbound.html import words_of_html

MEGABYTE = 1024 * 1024
LARGEST = 25 * MEGABYTE  # of a whole mail, as it is sent
LONGEST_HEAD = 256 * 1024
LONGEST_HEADER = 4000  # characters of one
LONGEST_TEXT = 200_000  # characters that are read; a mail that people write has a hundredth of it
MOST_FILES = 50
MOST_NESTED, MOST_BOUNDARIES, MOST_LINES = 40, 5000, 1_000_000
TINY = 4096  # bytes of a picture within the text: a logo, a tracking dot

NESTED = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
ADDRESS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", re.ASCII)
WORD = re.compile(r"<([^<>\s]{1,400})>")

Problem = Literal["", "broken", "parts", "large"]


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


@dataclass
class Letter:
    """`words` are what is new in it, `quote` what it repeats; `text` is all of it. `sender` is "" where nobody can
    tell for certain who it is. `to` are the addresses it names, `references` the Message-IDs without brackets, the one
    it answers first. `problem` says why no more than its head was read."""

    message_id: str
    head: dict[str, list[str]]
    sender: str = ""
    sender_name: str = ""
    to: list[str] = field(default_factory=list)
    subject: str = ""
    references: list[str] = field(default_factory=list)
    text: str = ""
    words: str = ""
    quote: str = ""
    files: list[File] = field(default_factory=list)
    unread_files: int = 0
    kinds: set[str] = field(default_factory=set)  # media types of its parts; "method=reply" for such a calendar
    problem: Problem = ""

    def header(self, name: str) -> str:
        """The first one of this name, decoded; "" if there is none."""
        return next(iter(self.headers(name)), "")

    def headers(self, name: str) -> list[str]:
        return [decoded(value) for value in self.head.get(name.lower(), [])]


def read(raw: bytes) -> Letter:
    """Whatever it is: what cannot be read is missing, and `problem` says so."""
    letter = _head_of(raw)
    if len(raw) > LARGEST:
        letter.problem = "large"
    elif _is_bomb(raw):
        letter.problem = "parts"
    else:
        try:
            _read_body(letter, raw)
        except Exception:  # whatever a parser may raise over what strangers send: people look at it
            letter.problem = "broken"
    if letter.problem:
        letter.text = letter.words = _tidy(_bytes_as_text(_body_of(raw)[:LONGEST_HEAD], ""))
    return letter


def decoded(value: str) -> str:
    """One line, with its encoded words (RFC 2047) read; raw bytes in a header are taken for UTF-8, else for Latin-1."""
    try:
        pieces = decode_header(value[:LONGEST_HEADER])
        text = "".join(p if isinstance(p, str) else _bytes_as_text(p, charset or "ascii") for p, charset in pieces)
    except Exception:
        text = value[:LONGEST_HEADER]
    return plain.one_line(_unescaped(text))


def _is_bomb(raw: bytes) -> bool:
    """The parser takes its time for each part, and for each line."""
    nested = len(NESTED.findall(raw)) > MOST_NESTED
    return nested or raw.count(b"\n--") > MOST_BOUNDARIES or raw.count(b"\n") > MOST_LINES


# --- the head --------------------------------------------------------------------------------------------------------


def _head_of(raw: bytes) -> Letter:
    head: dict[str, list[str]] = {}
    try:
        for name, value in BytesHeaderParser(policy=policy.compat32).parsebytes(_first_bytes(raw)).raw_items():
            head.setdefault(str(name).lower(), []).append(str(value))
    except Exception:
        head = {}
    letter = Letter(_message_id(head, raw), head)
    letter.sender_name, letter.sender = _sender(letter)
    letter.to = _addresses(letter, "delivered-to", "x-original-to", "envelope-to", "to", "cc")
    letter.subject = letter.header("subject")
    letter.references = _references(letter)
    return letter


def _first_bytes(raw: bytes) -> bytes:
    end = END_OF_HEAD.search(raw, 0, LONGEST_HEAD)
    return raw[: end.end() if end else LONGEST_HEAD]


def _body_of(raw: bytes) -> bytes:
    end = END_OF_HEAD.search(raw, 0, LONGEST_HEAD)
    return raw[end.end() :] if end else b""


def _message_id(head: dict[str, list[str]], raw: bytes) -> str:
    """What the sender called it; else, and for names too long to be kept, the mail's own digest."""
    said = plain.one_line(_unescaped(next(iter(head.get("message-id", [])), ""))).strip("<> ")
    return said if 0 < len(said) <= 180 else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _sender(letter: Letter) -> tuple[str, str]:
    """Name and address. One header with one address, on which two parsers agree: else nobody."""
    values = letter.head.get("from", [])
    if len(values) != 1 or len(values[0]) > LONGEST_HEADER:
        return (decoded(values[0]) if values else ""), ""
    value = _unescaped(values[0])
    one = _parsed([value])
    try:
        other = [each.addr_spec for each in policy.default.header_factory("From", value).addresses]
    except Exception:
        other = []
    if len(one) != 1 or len(other) != 1 or one[0][1] != other[0]:
        return decoded(value), ""
    name, address = decoded(one[0][0]), one[0][1].lower()
    return (name, address) if ADDRESS.fullmatch(address) else (decoded(value), "")


def _addresses(letter: Letter, *names: str) -> list[str]:
    values = [_unescaped(value)[:LONGEST_HEADER] for name in names for value in letter.head.get(name, [])[:20]]
    found = (address.lower() for _name, address in _parsed(values))
    return list(dict.fromkeys(address for address in found if ADDRESS.fullmatch(address)))[:100]


def _parsed(values: list[str]) -> list[tuple[str, str]]:
    """Names and addresses; none where somebody nests comments deeper than the parser can follow."""
    try:
        return getaddresses(values)
    except RecursionError:
        return []


def _references(letter: Letter) -> list[str]:
    values = [value for name in ("in-reply-to", "references") for value in letter.head.get(name, [])[:2]]
    # Of a long thread the newest stand last.
    ids = [word for value in values for word in reversed(WORD.findall(value[-LONGEST_HEADER:]))]
    return list(dict.fromkeys(plain.one_line(_unescaped(each)) for each in ids))[:50]


# --- the body --------------------------------------------------------------------------------------------------------


def _read_body(letter: Letter, raw: bytes) -> None:
    message = message_from_bytes(raw, policy=policy.compat32)
    for part in message.walk():
        letter.kinds.add(part.get_content_type())
        if part.get_content_type() == "text/calendar" and str(part.get_param("method")).lower() == "reply":
            letter.kinds.add("method=reply")
    letter.text = _tidy(_text_of(message))
    letter.words, letter.quote = quotes.split(letter.text)
    _collect_files(letter, message)


def _text_of(part: Message) -> str:
    """What a person would read in it: of alternatives the plain one, if it says anything."""
    kind = part.get_content_type()
    if part.is_multipart():
        if kind == "message/rfc822" or not kind.startswith("multipart/"):
            return ""
        texts = [(each.get_content_type(), _text_of(each)) for each in _parts_of(part)]
        said = [(kind_of_it, text) for kind_of_it, text in texts if not plain.is_blank(text)]
        if kind == "multipart/alternative":
            return next((text for k, text in said if k == "text/plain"), said[-1][1] if said else "")
        return "\n\n".join(text for _kind, text in said)
    if _is_file(part) or kind not in ("text/plain", "text/html"):
        return ""
    text = _bytes_as_text(_payload(part), _charset(part))[:LONGEST_TEXT]
    if kind == "text/html":
        return words_of_html(text)
    return _unwrapped(text) if str(part.get_param("format")).lower() == "flowed" else text


def _parts_of(part: Message) -> list[Any]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else []


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(_file_name(part))


def _collect_files(letter: Letter, message: Message) -> None:
    waiting = [message]
    while waiting:
        part = waiting.pop()
        kind = part.get_content_type()
        if kind.startswith("multipart/"):
            waiting += reversed(_parts_of(part))
        elif kind.startswith("message/") or _is_file(part) or kind not in ("text/plain", "text/html"):
            _collect(letter, part, kind)


def _collect(letter: Letter, part: Message, kind: str) -> None:
    if kind in ("message/delivery-status", "message/disposition-notification"):
        return
    content = _content(part)
    if kind.startswith("image/") and len(content) <= TINY and part.get_content_disposition() != "attachment":
        return
    if len(letter.files) < MOST_FILES and content:
        letter.files.append(File(_file_name(part) or _made_name(part, kind), content))
    else:
        letter.unread_files += 1


def _content(part: Message) -> bytes:
    inner: Any = part.get_payload()
    if isinstance(inner, list):  # a mail within the mail
        try:
            return inner[0].as_bytes() if inner else b""
        except Exception:
            return b""
    return _payload(part)


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except Exception:
        payload = str(part.get_payload()).encode(errors="replace")
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or "utf-8"
    except Exception:
        return "utf-8"


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except Exception:
        return "file"
    return decoded(collapse_rfc2231_value(name)) if name else ""


def _made_name(part: Message, kind: str) -> str:
    inner = _parts_of(part)
    if kind == "message/rfc822" and inner:
        return f"{decoded(str(inner[0].get('subject') or 'mail'))[:80]}.eml"
    return f"file{mimetypes.guess_extension(kind) or ''}"


def _unwrapped(text: str) -> str:
    """Of "format=flowed" (RFC 3676) a line that ends with a blank goes on in the next."""
    whole: list[str] = []
    for line in text.splitlines():
        if whole and whole[-1].endswith(" ") and whole[-1] != "-- " and not (whole[-1] + line).startswith(">"):
            whole[-1] += line
        else:
            whole.append(line)
    return "\n".join(whole)


def _bytes_as_text(content: bytes, charset: str) -> str:
    for name, errors in ((charset, "strict"), ("utf-8", "strict"), (charset, "replace")):
        try:
            if name:
                return content.decode(name, errors)
        except (LookupError, ValueError):
            continue
    return content.decode("latin-1")


def _unescaped(text: str) -> str:
    """Bytes that the parser kept as lone surrogates, as what they most likely are."""
    try:
        return _bytes_as_text(text.encode("utf-8", "surrogateescape"), "utf-8") if not text.isascii() else text
    except ValueError:
        return text.encode("utf-8", "replace").decode()


def _tidy(text: str) -> str:
    """Without what the database cannot keep, and with one empty line where there were many."""
    return re.sub(r"\n[ \t]*(?:\n[ \t]*)+\n", "\n\n", plain.lines(text[:LONGEST_TEXT]))
