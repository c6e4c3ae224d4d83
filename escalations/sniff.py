"""What a file is, by its first bytes. The name is only asked where the bytes leave it open.

A table of our own: some twenty kinds are let in, and everything else is refused, so that a library that knows a
thousand kinds would have to be fenced in again.
"""

import codecs
import re
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
        ".odp": "application/vnd.oasis.opendocument.presentation",
    },
    OLE: {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
        ".msg": "application/vnd.ms-outlook",
    },
    TEXT: {".csv": "text/csv", ".json": "application/json", ".har": "application/json", ".eml": "message/rfc822"},
}
# A text or an archive is opened by whatever its name asks for: only these, or none, or a number ("app.log.2").
TEXTS = ".txt .log .csv .tsv .json .ndjson .md .xml .yaml .yml .ini .conf .cfg .eml .har .sql .diff .patch"
ARCHIVES = ".zip .docx .xlsx .pptx .odt .ods .odp"
LET_IN = {TEXT: frozenset(TEXTS.split()), ZIP: frozenset(ARCHIVES.split())}
# A double click would run these, whatever is in them.
RUNNING = """
    .exe .dll .com .scr .pif .msi .msp .bat .cmd .ps1 .psm1 .ps1xml .vb .vbs .vbe .js .jse .mjs .ws .wsc .wsf .wsh .sct
    .hta .cpl .jar .jnlp .apk .app .application .appx .msix .dmg .pkg .deb .rpm .sh .bash .csh .command .reg .inf .scf
    .lnk .url .rdp .desktop .settingcontent-ms .library-ms .py .pl .rb .php .html .htm .xhtml .shtml .mht .mhtml .svg
    .svgz .xsl .xslt .swf .chm .iso .img .vhd .diagcab .one .xpi .crx .iqy .slk .docm .xlsm .pptm .dotm .potm .xltm
    .xlam .ppam .xll"""
NUMBER = re.compile(r"\.[0-9]+")
RUNS = frozenset(RUNNING.split())
PROGRAMS = (b"MZ", b"MSCF")  # of Windows, and its cabinets
PAGES = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<iframe")
ACTIVE = (*PAGES, b"<head", b"<body", b"<?php", b"<%", b"#!")
# What makes a page or a drawing of any XML, whatever its tags are called.
WITHIN_XML = (*PAGES, b"http://www.w3.org/1999/xhtml", b"http://www.w3.org/2000/svg", b"<?xml-stylesheet")


def kind_of(head: bytes, name: str) -> str | None:
    """The media type of a file that starts with `head`; None for what is not let in."""
    suffix = suffix_of(name)
    if suffix in RUNS or head.startswith(PROGRAMS):
        return None
    found = _by_magic(head) or (TEXT if is_text(head) and not is_active(head) else None)
    if found == TEXT and not suffix:
        return TEXT
    if found in LET_IN and suffix not in LET_IN[found]:
        return None
    if found in BY_NAME:
        # Installers are the same container as old office files.
        return BY_NAME[found].get(suffix) or (None if found == OLE else found)
    return found


def suffix_of(name: str) -> str:
    """The last one in small letters, without the number of a log that was put aside; what Windows drops is dropped."""
    path = PurePosixPath(name.rstrip(". "))
    while NUMBER.fullmatch(path.suffix):
        path = path.with_suffix("")
    return path.suffix.lower().strip()


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
    start = head
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.replace(b"\0", b"")[2:]
    start = start.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return start.startswith(ACTIVE) or (start.startswith(b"<") and any(mark in start for mark in WITHIN_XML))
