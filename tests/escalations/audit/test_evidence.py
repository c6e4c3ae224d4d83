"""The evidence of a ticket: a page, a file, an answer of the API; it verifies by what the docs print."""

import re
import subprocess
import sys
from datetime import timedelta

import pytest

from escalations.audit.evidence import evidence, to_prove
from escalations.models import Event, Ticket
from tests.unguarded import unguarded


@pytest.fixture
def reader(client, admin):
    admin.role = "auditor"
    admin.save()
    client.force_login(admin)
    return client


def snippet(repository):
    text = (repository / "docs/operations.md").read_text()
    return re.search(r"```python\n(import hashlib.*?)```", text, re.DOTALL).group(1)


def test_the_file_verifies_by_the_docs_alone(past, reader, repository, tmp_path):
    code, file = tmp_path / "verify.py", tmp_path / "evidence.json"
    code.write_text(snippet(repository))

    def verified():
        file.write_bytes(reader.get(f"/tickets/{past[1].number}/evidence.json").content)
        return subprocess.run([sys.executable, "-I", code, file], capture_output=True, text=True, check=False)

    whole = verified()
    assert (whole.returncode, whole.stderr) == (0, "")
    with unguarded():
        Event.objects.filter(ticket=past[1], kind="note").update(text="Never mind")
    broken = verified()
    assert broken.returncode == 1
    assert "note" in broken.stderr


def test_whoever_reads_the_ticket_may_have_it(past, log_issue, reader, client, at):
    bare = log_issue()
    for ticket in (*past, bare):
        page = reader.get(f"/tickets/{ticket.number}/evidence/")
        assert page.status_code == 200
        assert "The chain of its events holds" in page.content.decode()
        assert "/evidence/" in reader.get(f"/tickets/{ticket.number}/").content.decode()
    ticket = to_prove(Ticket.objects.all()).get(pk=past[0].pk)
    told = evidence(ticket, at + timedelta(days=2))
    assert told["chain"]["holds"]
    assert told["chain"]["audit_seals"]
    assert {clock["kind"] for clock in told["clocks"]} >= {"response", "resolution"}
    assert all(mail["message_id"].startswith("<") for mail in told["messages"])
    assert "/a/" not in str(told["messages"])
    assert reader.get("/tickets/ESC-9999/evidence/").status_code == 404
    answer = reader.get(f"/api/v1/tickets/{past[0].number}/evidence/")
    assert answer.json()["chain"]["last_seal"] == ticket.last_seal
    client.logout()
    assert client.get(f"/tickets/{past[0].number}/evidence.json").status_code == 302
    with unguarded():
        Event.objects.filter(ticket=past[0], kind="note").delete()
    assert not evidence(ticket, at)["chain"]["holds"]
