"""Files over the web: /attachments/."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from escalations import attachments
from escalations.models import Attachment

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def row(casey, at):
    return attachments.accept(SimpleUploadedFile("Größe “1”.png", PNG), by=casey, at=at)


@pytest.fixture
def adopted(row, log_issue, casey, at):
    attachments.adopt(log_issue(), [row.key.hex], by=casey, at=at)
    row.refresh_from_db()
    return row


def fetch(client, row):
    answer = client.get(reverse("file", args=[row.key]))
    if answer.streaming:
        b"".join(answer)
    return answer


def send(client, name="shot.png", content=PNG):
    return client.post("/attachments/", {"upload": SimpleUploadedFile(name, content)})


def test_an_upload_is_answered_with_its_line(desk, casey):
    answer = send(desk)
    row = Attachment.objects.get()
    assert answer.status_code == 201
    assert f'name="files" value="{row.key.hex}" checked' in answer.content.decode()
    assert (row.uploaded_by, row.ticket) == (casey, None)


def test_a_refused_upload_says_why(desk):
    answer = send(desk, "<b>.exe", b"MZ")
    assert answer.status_code == 400
    assert "&lt;b&gt;.exe" in answer.content.decode()
    assert desk.post("/attachments/").status_code == 400


def test_somebody_signed_out_is_told_so_and_an_auditor_refused(client, signed_in, auditor):
    assert send(client).status_code == 401
    assert send(signed_in(auditor)).status_code == 403
    assert not Attachment.objects.exists()


def test_a_download_is_never_shown_as_a_page(desk, adopted):
    answer = desk.get(reverse("file", args=[adopted.key]))
    assert b"".join(answer) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"].startswith("private")


def test_everybody_of_the_desk_may_fetch_a_file_of_a_ticket(signed_in, bob, auditor, adopted):
    for user in (bob, auditor):
        assert fetch(signed_in(user), adopted).status_code == 200


def test_nobody_but_its_sender_sees_an_upload_that_waits(signed_in, desk, bob, row):
    assert fetch(desk, row).status_code == 200
    assert fetch(signed_in(bob), row).status_code == 404
    assert signed_in(bob).post(reverse("file-remove", args=[row.key])).status_code == 404


def test_nobody_fetches_one_without_signing_in(client, adopted):
    assert client.get(reverse("file", args=[adopted.key])).status_code == 302
    assert client.post(reverse("file-remove", args=[adopted.key])).status_code == 302


@pytest.mark.parametrize("key", ["x", "..%2f..%2fetc%2fpasswd", "00000000-0000-0000-0000-000000000000"])
def test_a_key_that_is_none_is_not_there(desk, key):
    assert desk.get(f"/attachments/{key}/").status_code == 404


def test_a_file_missing_on_the_disk_is_not_there(desk, adopted):
    adopted.file.storage.delete(adopted.file.name)
    assert desk.get(reverse("file", args=[adopted.key])).status_code == 404


def test_an_upload_is_taken_back(desk, row):
    assert desk.post(reverse("file-remove", args=[row.key])).status_code == 204
    assert not Attachment.objects.exists()


def test_a_file_of_a_ticket_is_removed_by_who_brought_it(desk, signed_in, bob, auditor, adopted):
    address = reverse("file-remove", args=[adopted.key])
    assert signed_in(auditor).post(address).status_code == 403
    signed_in(bob).post(address)
    assert Attachment.objects.count() == 1
    assert desk.post(address)["Location"] == adopted.ticket.get_absolute_url()
    assert not Attachment.objects.exists()


def test_the_ticket_lists_its_files_and_tells_of_them(desk, signed_in, bob, adopted):
    address = adopted.ticket.get_absolute_url()
    html = desk.get(address).content.decode()
    assert "Größe “1”.png" in html
    assert reverse("file-remove", args=[adopted.key]) in html
    assert "added Größe “1”.png" in html
    assert reverse("file-remove", args=[adopted.key]) not in signed_in(bob).get(address).content.decode()


def test_a_form_without_script_keeps_what_came_with_it(desk, acme, protocol):
    upload = SimpleUploadedFile("a.png", PNG)
    answer = desk.post("/tickets/new/", {"customer": "", "subject": "Nobody can sign in", "upload": upload})
    assert answer.status_code == 400
    assert Attachment.objects.get().key.hex in answer.content.decode()


def test_more_files_cost_no_more_queries(desk, adopted, casey, at, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    address = adopted.ticket.get_absolute_url()
    desk.get(address)
    with CaptureQueriesContext(connection) as few:
        desk.get(address)
    for n in range(5):
        more = attachments.accept(SimpleUploadedFile(f"{n}.png", PNG), by=casey, at=at)
        attachments.adopt(adopted.ticket, [more.key.hex], by=casey, at=at)
    with django_assert_num_queries(len(few)):
        desk.get(address)
