"""What an issue says by itself in a message to the customer, in which language, and that no header comes of it."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings

from escalations.delivery import deliver
from escalations.errors import Invalid
from escalations.models import Severity
from templates_app.editor.saving import create_template, save_template
from templates_app.models import CommunicationTemplate, Notification
from templates_app.placeholders import PLACEHOLDERS

SAID = {"root_cause": "A full disk", "solution": "Emptied it", "prevention": "An alarm"}


def mails():
    return list(Notification.objects.filter(kind="customer").order_by("pk"))


def template(slug):
    return CommunicationTemplate.objects.get(slug=slug)


@pytest.mark.parametrize("language", ["", "de"])
def test_the_three_templates_of_the_protocol_fill_every_field_from_the_issue(log_issue, casey, acme, at, language):
    """Typed is the status alone: what was done, and at the end what it was."""
    acme.__class__.objects.update(language=language)
    ticket = log_issue()
    ticket.add_action(text="Restore the replica", owner=casey, due_on=date(2026, 11, 24), by=casey, at=at)
    from escalations.forms import VERB_FORMS

    ticket.acknowledge(message=True, by=casey, at=at)
    proposed = VERB_FORMS["send_update"](ticket=ticket, user=casey).initial["next_steps"]
    ticket.send_update(summary="The replica is found broken", next_steps=proposed, by=casey, at=at)
    ticket.resolve(**SAID, by=casey, at=at)
    texts = [f"{mail.subject}\n{mail.text}" for mail in mails()]
    assert len(texts) == 3
    for text in texts:
        assert "{{" not in text
        assert not re.search(r": *$", text, re.M), text  # no label without its value
    acknowledged, update, resolved = texts
    everywhere = ["Dana", ticket.number, "Casey", settings.ORGANISATION]
    promised = "23 November 2026, 11:00 (UTC)" if not language else "November 2026"
    for text, words in (
        (acknowledged, ["Acme", "Nobody can sign in", "P1 Critical", promised]),
        (update, ["Acme", "The replica is found broken", "Restore the replica", promised]),
        (resolved, ["Acme", "Nobody can sign in", *SAID.values()]),
    ):
        missing = [word for word in [*everywhere, *words] if word not in text]
        assert missing == []
        assert ("Guten Tag" in text) == (language == "de")
    assert {mail.context["language"] for mail in mails()} == {language or "en"}


def test_every_placeholder_of_the_list_has_a_value_on_a_real_issue(log_issue, casey, at):
    casey.__class__.objects.filter(pk=casey.pk).update(phone="+49 30 1234")
    names = [name for name in PLACEHOLDERS if name not in ("work_completed", *SAID)]
    body = "\n".join(f"{name}={{{{{name}}}}}" for name in names)
    create_template(slug="all", wording={"name": "All", "subject": "All", "body": body}, by="", at=at)
    ticket = log_issue()
    ticket.send_update(template="all", by=casey, at=at + timedelta(minutes=130))
    said = dict(line.split("=", 1) for line in mails()[0].text.splitlines())
    assert set(said) == set(names)
    assert said["elapsed"] == "2 hours, 10 minutes"
    assert said["resolution_due"] == said["expected_resolution"] == "23 November 2026, 14:00 (UTC)"
    assert (said["opened_by"], said["owner_phone"], said["team"]) == ("Casey", "+49 30 1234", "EMEA")
    assert (said["level"][:7], said["today"]) == ("level 3", "23 November 2026")


def test_a_writer_may_choose_another_language_than_the_customers(log_issue, casey, at):
    ticket = log_issue()
    ticket.customer.language = "de"
    ticket.customer.save()
    words = {"summary": "Found it", "next_steps": "Fix it"}
    ticket.send_update(**words, language="en", by=casey, at=at)
    assert "Here is where ticket" in mails()[0].text
    with pytest.raises(Invalid) as refused:
        ticket.send_update(**words, language="fr", by=casey, at=at)
    assert list(refused.value.fields) == ["language"]


def test_a_customer_whose_language_a_template_lacks_reads_the_sites(log_issue, casey, at):
    save_template(template=template("status-update"), wording={"translations": {}}, by="Morgan", at=at)
    ticket = log_issue()
    ticket.customer.language = "de"
    ticket.send_update(summary="Found it", next_steps="Fix it", by=casey, at=at)
    assert (mails()[0].context["language"], "Here is where ticket" in mails()[0].text) == ("en", True)


def test_a_placeholder_that_stays_empty_stops_the_message_and_is_named(log_issue, casey, at):
    words = {"name": "Call me", "subject": "Call", "body": "{{owner_phone}}"}
    create_template(slug="call", wording=words, by="", at=at)
    ticket = log_issue()
    before = ticket.events.count()
    with pytest.raises(Invalid) as refused:
        ticket.send_update(template="call", by=casey, at=at)
    assert "Phone of whoever it is assigned to" in refused.value.fields["owner_phone"]
    assert (mails(), ticket.events.count()) == ([], before)


def test_no_header_is_made_of_what_people_type(log_issue, casey, at, smtp):
    """Down to the wire: a subject that tries to be a header arrives as a subject."""
    nasty = "Down\r\nBcc: evil@evil.example\x0b\x0c\x1c\x1d\x1e\x85\u2028X-Evil: 1\n\nbody\u202e"
    ticket = log_issue(subject=nasty[:200])
    CommunicationTemplate.objects.filter(slug="status-update").update(subject="A\r\nBcc: x@evil.example {{subject}}")
    Severity.objects.filter(pk="P1").update(name="Critical\r\nX-Evil: 2")
    ticket.refresh_from_db()
    ticket.send_update(summary=nasty, next_steps=nasty, by=casey, at=at)
    Notification.objects.exclude(kind="customer").delete()
    deliver(at)
    [mail] = smtp.messages
    assert not {name.lower() for name in dict(mail.items())} & {"bcc", "x-evil"}
    assert len(mail.get_all("Subject")) == 1
    assert "evil@evil.example" in str(mail["Subject"])
    assert "\n" not in str(mail["Subject"])
