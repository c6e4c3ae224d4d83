"""The evidence of a ticket: a page, a file, an answer of the API; it verifies by what the docs print."""

import json
import re
import subprocess
import sys
from datetime import timedelta

import pytest

from escalations.audit.evidence import evidence, to_prove
from escalations.audit.facts import facts_of, link
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
        file.write_bytes(reader.get(f"/tickets/{past[1].number}/evidence.json").getvalue())
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


def test_a_long_past_is_shown_in_pages_and_kept_whole_in_the_file(past, reader, at):
    ticket = past[0]
    previous, more = ticket.last_seal, []
    for n in range(150):
        event = Event(ticket=ticket, kind="note", text=f"Note {n}.", due_at=at, at=at + timedelta(days=2, seconds=n))
        event.seal = previous = link(previous, facts_of(event))
        more.append(event)
    Event.objects.bulk_create(more)
    Ticket.objects.filter(pk=ticket.pk).update(last_seal=previous)
    address = f"/tickets/{ticket.number}/evidence/"
    first, second, whole = (reader.get(address + query).content.decode() for query in ("", "?page=2", "?all=1"))
    assert ("Note 10." in first, "Note 149." in first) == (True, False)
    assert ("Note 10." in second, "Note 149." in second, "Checklist" in second) == (False, True, False)
    assert ("Note 10." in whole, "Note 149." in whole) == (True, True)
    assert "All of it, to print (about " in first
    assert "data-print" in whole
    assert all("The chain of its events holds" in each for each in (first, second, whole))
    assert '<time datetime="2026-11-25T10:00:00.000000+00:00">25 Nov 2026 ' in first
    assert ".000000 ·" not in first
    assert "Provisional since" in first
    told = json.loads(reader.get(f"/tickets/{ticket.number}/evidence.json").getvalue())
    assert (len(told["events"]), told["chain"]["holds"]) == (Event.objects.filter(ticket=ticket).count(), True)
    assert list(told)[-2:] == ["events", "chain"]
    assert reader.get(address + "?page=nothing&all=").status_code == 200
