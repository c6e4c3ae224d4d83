"""Files of an issue: what is let in, who adopts it, what becomes of what nobody sends."""

import io
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from contacts.models import User
from contacts.models.people import Role
from escalations import attachments
from escalations.actors import Actor
from escalations.errors import Invalid, NotAllowed
from escalations.models import Attachment
from escalations.sniff import kind_of

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ZIP = b"PK\x03\x04" + b"\0" * 40
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def accept(casey, at):
    def one(name="shot.png", content=PNG, by=casey, when=at):
        return attachments.accept(SimpleUploadedFile(name, content), by=by, at=when)

    return one


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.png", PNG, "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.gif", b"GIF89a", "image/gif"),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.mp4", b"\0\0\0\x20ftypisom", "video/mp4"),
        ("a.zip", ZIP, "application/zip"),
        ("a.xlsx", ZIP, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.msg", OLE, "application/vnd.ms-outlook"),
        ("a.log", b"2026-11-23 ERROR", "text/plain"),
        ("a.csv", "Größe;1\n".encode(), "text/csv"),
        ("a.json", b'{"a": 1}', "application/json"),
        ("a.txt", "Die Größe stimmt nicht".encode("latin-1"), "text/plain"),
        ("a.txt", "Größe".encode("utf-16"), "text/plain"),
        ("a", "cut in the middle of a letter: ü".encode()[:-1], "text/plain"),
        ("xml.txt", b"<?xml version='1.0'?><order/>", "text/plain"),
        ("app.log.2", b"2026-11-23 ERROR", "text/plain"),
        ("a.JSON ", b"{}", "application/json"),
        ("soap.xml", b"<soap:Envelope><soap:Header/><soap:Body/></soap:Envelope>", "text/plain"),
        ("mail.eml", b"Subject: x\n\n<html><script>", "message/rfc822"),
        ("a.odp", ZIP, "application/vnd.oasis.opendocument.presentation"),
        # The bytes say what it is, whatever the name says.
        ("a.png", b"%PDF-1.7", "application/pdf"),
        ("a.pdf", PNG, "image/png"),
    ],
)
def test_the_bytes_say_what_it_is(name, head, kind):
    assert kind_of(head, name) == kind


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("setup.exe", b"MZ\x90\0"),
        ("photo.png", b"MZ\x90\0"),
        ("notes.txt.exe", b"hello"),
        ("notes.exe.", b"hello"),
        ("tool", b"\x7fELF\x02\x01"),
        ("run.sh", b"echo"),
        ("run", b"#!/bin/sh\n"),
        ("run.txt", b"\xef\xbb\xbf#!/bin/sh\n"),
        ("macro.docm", ZIP),
        ("app.jar", ZIP),
        ("setup.msi", OLE),
        ("renamed.bin", OLE),
        ("page.html", b"hello"),
        ("page.txt", b"  <!DOCTYPE HTML><p>"),
        ("page.txt", "<html>".encode("utf-16")),
        ("page.png", b"<script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("drawing.png", b"<svg onload='alert(1)'/>"),
        ("drawing.xml", b"<?xml version='1.0'?>\n<svg/>"),
        ("nothing.known", b"\x00\x01\x02\x03"),
        ("page.xml", b"<?xml version='1.0'?><!--" + b"a" * 5000 + b"--><html><script>alert(1)</script></html>"),
        ("page.xml", b"<x:a xmlns:x='http://www.w3.org/1999/xhtml'/>"),
        ("a.txt", b"MZhello world this is text"),
        ("a", b"MSCF\0\0\0\0"),
        ("tool", ZIP),
        ("a.exe\u200b", b"hello"),
        ("a.exe.1", b"hello"),
        ("a.bat.", b"echo"),
        ("a.ps1 .", b"echo"),
    ],
)
def test_what_could_run_or_is_unknown_is_refused(name, head):
    assert kind_of(head, name) is None


RISKY = """.settingcontent-ms .library-ms .scf .iqy .slk .jnlp .wsc .sct .inf .application .ps1xml .rdp .ws .vb .csh
    .hta; .xlam .ppam .potm .xltm .appx .msix .xpi .crx .one .diagcab .jar .unheard-of"""


@pytest.mark.parametrize("suffix", RISKY.split())
@pytest.mark.parametrize("head", [b"hello", b"<?xml version='1.0'?><order/>", ZIP])
def test_a_text_or_an_archive_that_opens_in_a_program_of_its_own_is_refused(suffix, head):
    assert kind_of(head, f"a{suffix}") is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\casey\\shot.png", "shot.png"),
        ("invoice\u202egnp.exe.png", "invoicegnp.exe.png"),
        ("a\r\nContent-Type: text/html.png", "html.png"),
        ("\u200b.\0", "file"),
        ("...", "file"),
        ("", "file"),
        ("Größe – 😀.png", "Größe – 😀.png"),
        ("x" * 300 + ".png", "x" * 156 + ".png"),
    ],
)
def test_a_name_is_one_clean_line(given, kept):
    assert attachments.clean_name(given) == kept


def test_an_upload_waits_outside_any_ticket(accept, casey, folder):
    row = accept("Größe.png")
    assert (row.ticket, row.uploaded_by, row.size, row.content_type) == (None, casey, len(PNG), "image/png")
    assert Path(row.file.path).read_bytes() == PNG
    assert Path(row.file.path).name == row.key.hex


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("a.png", b"", "is empty"), ("a.exe", b"MZ", "zip"), ("a.svg", b"<svg/>", "zip")],
)
def test_a_refusal_names_the_file_and_the_way_out(accept, folder, name, content, why):
    with pytest.raises(Invalid) as refusal:
        accept(name, content)
    assert name in refusal.value.fields["files"]
    assert why in refusal.value.fields["files"]
    assert files_in(folder) == 0
    assert not Attachment.objects.exists()


def test_a_large_file_is_refused(accept, monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST", 10)
    with pytest.raises(Invalid, match="larger"):
        accept()


def test_uploads_of_one_person_do_not_pile_up(accept, monkeypatch, bob):
    monkeypatch.setattr(attachments, "MOST_WAITING", 2)
    accept(), accept()
    with pytest.raises(Invalid, match="wait to be sent"):
        accept()
    accept(by=bob)


def test_a_ticket_adopts_what_waited_with_one_event(accept, log_issue, casey, at):
    ticket, rows = log_issue(), [accept("a.png"), accept("b.log", b"x")]
    attachments.adopt(ticket, [str(row.key) for row in rows], by=casey, at=at, shared=True)
    event = ticket.events.get(kind="attached")
    assert [file["name"] for file in event.data["files"]] == ["a.png", "b.log"]
    assert set(ticket.attachments.values_list("shared", flat=True)) == {True}


def test_adopting_twice_adds_once(accept, log_issue, casey, at):
    ticket, row = log_issue(), accept()
    for _ in range(2):
        attachments.adopt(ticket, [row.key.hex], by=casey, at=at)
    assert ticket.events.filter(kind="attached").count() == 1


def test_no_files_leave_no_event(log_issue, casey, at):
    ticket = log_issue()
    attachments.adopt(ticket, ["", "no key", "\0"], by=casey, at=at)
    assert not ticket.events.filter(kind="attached").exists()


def test_nobody_adopts_what_another_uploaded(accept, log_issue, casey, bob, at):
    row = accept(by=bob)
    with pytest.raises(Invalid, match="no longer there"):
        attachments.adopt(log_issue(), [row.key.hex], by=casey, at=at)
    with pytest.raises(Invalid, match="no longer there"):
        attachments.adopt(log_issue(), [uuid.uuid4().hex], by=casey, at=at)


def test_somebody_at_the_customer_may_add_one_too(accept, log_issue, at):
    dana = Actor.outsider("Dana")
    ticket, row = log_issue(), accept(by=dana)
    attachments.adopt(ticket, [row.key.hex], by=dana, at=at, shared=True)
    assert ticket.events.get(kind="attached").actor_name == "Dana"


@pytest.mark.parametrize(("limit", "value"), [("MOST_FILES", 1), ("MOST_BYTES", len(PNG) + 1)])
def test_a_ticket_holds_only_so_much(accept, log_issue, casey, at, monkeypatch, limit, value):
    monkeypatch.setattr(attachments, limit, value)
    ticket = log_issue()
    attachments.adopt(ticket, [accept().key.hex], by=casey, at=at)
    with pytest.raises(Invalid):
        attachments.adopt(ticket, [accept().key.hex], by=casey, at=at)
    assert ticket.attachments.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_brought_it_may_remove_it_and_it_stays_on_record(accept, log_issue, casey, at, folder):
    ticket, row = log_issue(), accept()
    attachments.adopt(ticket, [row.key.hex], by=casey, at=at)
    ticket.remove_file(file=row.key, by=casey, at=at)
    assert not ticket.attachments.exists()
    assert files_in(folder) == 0
    assert ticket.events.filter(kind="attached").first().data["removed"]["name"] == "shot.png"


def test_others_may_not_but_a_manager_may(accept, log_issue, casey, bob, at):
    ticket, row = log_issue(), accept()
    attachments.adopt(ticket, [row.key.hex], by=casey, at=at)
    with pytest.raises(NotAllowed):
        ticket.remove_file(file=row.key, by=bob, at=at)
    morgan = User.objects.create(username="morgan", role=Role.MANAGER)
    ticket.remove_file(file=row.key, by=morgan, at=at)
    with pytest.raises(Invalid, match="gone already"):
        ticket.remove_file(file=row.key, by=morgan, at=at)


@pytest.mark.django_db(transaction=True)
def test_what_nobody_sends_goes_after_a_day_and_the_rest_stays(accept, log_issue, casey, at, folder):
    old, new, kept = accept(), accept(when=at + timedelta(hours=2)), accept()
    attachments.adopt(log_issue(), [kept.key.hex], by=casey, at=at)
    assert attachments.tidy(at + timedelta(hours=25)) == 1
    assert set(Attachment.objects.values_list("pk", flat=True)) == {new.pk, kept.pk}
    assert files_in(folder) == 2
    assert not Path(old.file.path).exists()


@pytest.mark.django_db(transaction=True)
def test_tidying_takes_a_bounded_bite(accept, at, monkeypatch):
    monkeypatch.setattr(attachments, "TIDIED_AT_ONCE", 2)
    for _ in range(3):
        accept()
    assert [attachments.tidy(at + timedelta(days=2)) for _ in range(3)] == [2, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_gone_does_not_stop_the_tidying(accept, at):
    Path(accept().file.path).unlink()
    assert attachments.tidy(at + timedelta(days=2)) == 1


def test_a_stream_is_read_from_its_start(casey, at):
    upload = SimpleUploadedFile("a.png", PNG)
    upload.seek(0, io.SEEK_END)
    row = attachments.accept(upload, by=casey, at=at)
    assert Path(row.file.path).read_bytes() == PNG
