"""What a file is, by its first bytes. The name is only asked where the bytes leave it open.

A table of our own: some twenty kinds are let in, and everything else is refused, so that a library that knows a
thousand kinds would have to be fenced in again.
"""

import codecs
from pathlib import PurePosixPath

HEAD = 64 * 1024  # bytes that are looked at
TEXT, ZIP, OLE = "text/plain", "application/zip", "application/x-ole-storage"

MAGIC: list[tuple[int, bytes, str]] = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
]
OFFICE = "application/vnd.openxmlformats-officedocument."
# What a container holds, and what a text is, only its name tells.
BY_NAME: dict[str, dict[str, str]] = {
    ZIP: {
        ".docx": f"{OFFICE}wordprocessingml.document",
        ".xlsx": f"{OFFICE}spreadsheetml.sheet",
        ".pptx": f"{OFFICE}presentationml.presentation",
        ".odt": "application/vnd.oasis.opendocument.text",
        ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    },
    OLE: {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
        ".msg": "application/vnd.ms-outlook",
    },
    TEXT: {".csv": "text/csv", ".json": "application/json", ".har": "application/json", ".eml": "message/rfc822"},
}
# A double click would run these, whatever is in them.
RUNNING = """
    .exe .dll .com .scr .pif .msi .msp .bat .cmd .ps1 .psm1 .vbs .vbe .js .jse .mjs .wsf .wsh .hta .cpl .jar .apk .app
    .dmg .pkg .deb .rpm .sh .bash .command .reg .lnk .url .desktop .py .pl .rb .php .html .htm .xhtml .shtml .mht
    .mhtml .svg .svgz .xsl .xslt .swf .chm .iso .img .vhd .docm .xlsm .pptm .dotm .xll"""
RUNS = frozenset(RUNNING.split())
ACTIVE = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<svg", b"<iframe", b"<?php", b"<%", b"#!")


def kind_of(head: bytes, name: str) -> str | None:
    """The media type of a file that starts with `head`; None for what is not let in."""
    if any(suffix in RUNS for suffix in suffixes_of(name)[-1:]):
        return None
    found = _by_magic(head) or (TEXT if is_text(head) and not is_active(head) else None)
    if found in BY_NAME:
        inner = next((BY_NAME[found][s] for s in suffixes_of(name)[-1:] if s in BY_NAME[found]), None)
        # Installers are the same container as old office files.
        return inner or (None if found == OLE else found)
    return found


def suffixes_of(name: str) -> list[str]:
    return [suffix.lower().strip() for suffix in PurePosixPath(name.rstrip(". ")).suffixes]


def _by_magic(head: bytes) -> str | None:
    for offset, magic, kind in MAGIC:
        if head[offset : offset + len(magic)] == magic and (kind != "image/webp" or head.startswith(b"RIFF")):
            return kind
    return None


def is_text(head: bytes) -> bool:
    """UTF-8, UTF-16 with its mark, or an older eight-bit code of mostly ordinary letters."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    if any(byte < 32 and byte not in b"\t\n\r\x0c\x1b" for byte in set(head)):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return sum(byte > 127 for byte in head) < 0.3 * len(head)
    return True


def is_active(head: bytes) -> bool:
    """A page, a drawing or a script: a browser or a shell would run it."""
    start = head[:4096]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.replace(b"\0", b"")[2:]
    start = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return start.startswith(ACTIVE) or (start.startswith((b"<?xml", b"<!--")) and any(m in start for m in ACTIVE[:7]))
