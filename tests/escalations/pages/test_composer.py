"""Writing to the customer: which template, what it becomes, and when they hear next."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from escalations.errors import Invalid
from templates_app.models import CommunicationTemplate, Notification
from tests.escalations.pages.test_queue import count_queries
from tests.escalations.pages.test_ticket import act

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

WORDS = {"summary": "Found it", "next_steps": "Fix it"}


@pytest.fixture
def ticket(log_issue):
    return log_issue()


@pytest.fixture
def hourly(protocol):
    return CommunicationTemplate.objects.create(
        slug="hourly",
        name="P1 hourly",
        severities=["P1"],
        subject="[Hourly] {{ticket_number}}: {{issue}}",
        body="Cause so far: {{root_cause}}\nNext: {{next_update}}",
        fields=[
            {"name": "issue", "label": "In a word", "required": True},
            {"name": "root_cause", "label": "Suspect", "required": True},
        ],
    )


def preview(client, ticket, fragment="draft", verb="send_update", **data):
    headers = {"Fragment": fragment} if fragment else {}
    return client.post(f"{ticket.get_absolute_url()}preview/", {"verb": verb, **data}, headers=headers)


def update_due(ticket):
    return next(
        clock for clock in ticket.__class__.objects.get(pk=ticket.pk).current_clocks() if clock.kind == "update"
    )


def test_the_preview_is_what_is_sent(desk, ticket):
    shown = preview(desk, ticket, **WORDS, promise="60").context["draft"]
    act(desk, ticket, "send_update", **WORDS, promise="60")
    sent = Notification.objects.get(kind="customer")
    assert shown.subject == sent.subject
    assert shown.body == sent.text
    assert shown.people == [("Dana", "dana@acme.example")]


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("acknowledge", {"message": "on", "issue": "Sign-in", "promise": "30"}),
        ("acknowledge", {"message": "on", "issue": ""}),
        ("resolve", {"root_cause": "A full disk", "solution": "Emptied", "prevention": "An alarm"}),
    ],
)
def test_so_is_the_preview_of_the_other_messages(desk, ticket, verb, data):
    shown = preview(desk, ticket, verb=verb, **data).context["draft"]
    assert act(desk, ticket, verb, **data).status_code == 302
    sent = Notification.objects.get(kind="customer")
    assert (shown.subject, shown.body) == (sent.subject, sent.text)


def test_a_preview_sends_and_changes_nothing(desk, ticket):
    before = ticket.events.count()
    preview(desk, ticket, **WORDS)
    assert not Notification.objects.filter(kind="customer").exists()
    assert ticket.events.count() == before


def test_what_is_missing_is_marked_and_leads_to_its_field(desk, ticket):
    html = preview(desk, ticket, summary="Found it", next_steps="").content.decode()
    assert '<mark class="gap">Next steps</mark>' in html
    assert 'data-focus="next_steps"' in html
    assert "missing" in html


def test_what_the_issue_fills_in_can_be_written_into_the_text(desk, ticket):
    html = preview(desk, ticket).content.decode()
    assert f'data-insert="{ticket.number}"' in html


def test_markup_in_a_message_is_text(desk, ticket):
    html = preview(desk, ticket, summary="<script>alert(1)</script>", next_steps="{{root_cause}}").content.decode()
    assert "<script>" not in html
    assert "{{root_cause}}" in html


def test_without_a_script_the_page_shows_it_and_keeps_everything(desk, ticket):
    html = preview(desk, ticket, fragment="", **WORDS, promise="tomorrow").content.decode()
    for words in ("Found it</textarea>", "What the customer gets", "[Update] Ticket", 'value="tomorrow" id'):
        assert words in html, words
    assert 'role="alert"' not in html


def test_silence_is_shown_as_silence(desk, ticket):
    assert "No message is sent" in preview(desk, ticket, verb="acknowledge", issue="x").content.decode()


def test_nobody_to_write_to_is_said(desk, ticket, acme):
    acme.contacts.all().delete()
    assert "Nobody: no address is known" in preview(desk, ticket, **WORDS).content.decode()


@pytest.mark.parametrize("verb", ["", "wait", "note", "../x"])
def test_only_messages_have_a_preview(desk, ticket, verb):
    assert preview(desk, ticket, verb=verb).status_code == 404


def test_an_auditor_and_a_stranger_get_no_preview(signed_in, auditor, client, ticket):
    assert preview(signed_in(auditor), ticket, **WORDS).status_code == 403
    assert preview(client, ticket, **WORDS).status_code == 302


# -- templates ---------------------------------------------------------------------------------------------------------


def test_templates_that_fit_the_severity_are_offered(desk, log_issue, hourly):
    assert "P1 hourly" in desk.get(log_issue("P1").get_absolute_url()).content.decode()
    assert "P1 hourly" not in desk.get(log_issue("P3").get_absolute_url()).content.decode()


def test_another_template_asks_for_its_own_fields(desk, ticket, hourly):
    html = preview(desk, ticket, fragment="pane", template="hourly", issue="Sign-in").content.decode()
    assert ">In a word<" in html
    assert ">Suspect<" in html
    assert 'name="summary"' not in html
    assert 'value="Sign-in"' in html


def test_another_template_is_sent_with_its_fields(desk, ticket, hourly):
    data = {"template": "hourly", "issue": "Sign-in", "root_cause": "The certificate", "promise": "30"}
    assert act(desk, ticket, "send_update", **data).status_code == 302
    sent = Notification.objects.get(kind="customer")
    assert sent.subject == f"[Hourly] {ticket.number}: Sign-in"
    assert "Cause so far: The certificate" in sent.text
    assert "The certificate" in desk.get(ticket.get_absolute_url()).content.decode()


def test_a_required_field_that_is_empty_is_named(desk, ticket, hourly):
    response = act(desk, ticket, "send_update", template="hourly", issue="Sign-in", root_cause=" ")
    assert response.status_code == 400
    html = response.content.decode()
    assert 'href="#send_update-root_cause"' in html
    assert 'value="Sign-in"' in html


def test_the_verb_itself_refuses_what_a_form_would_not_send(ticket, casey, at, hourly):
    cases = [
        ({"template": "nope", **WORDS}, "template"),
        ({"template": "hourly", "written": {"issue": "x"}}, "root_cause"),
        ({"template": "hourly", "written": {"issue": "x", "root_cause": "y", "colour": "red"}}, "colour"),
        ({"summary": "", "next_steps": "y"}, "summary"),
    ]
    for given, name in cases:
        with pytest.raises(Invalid) as refused:
            ticket.send_update(by=casey, at=at, **given)
        assert name in refused.value.fields


def test_a_template_with_an_unknown_placeholder_is_named_and_nothing_is_sent(desk, ticket, hourly):
    CommunicationTemplate.objects.filter(slug="hourly").update(body="{{colour}}")
    response = act(desk, ticket, "send_update", template="hourly", issue="x", root_cause="y")
    assert response.status_code == 400
    assert "colour" in response.content.decode()
    assert not ticket.events.filter(kind="update_sent").exists()


# -- the promise -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("promise", "minutes"), [("30", 30), ("60", 60), ("120", 120), ("cadence", 60), ("", 60)])
def test_a_quick_promise_sets_the_update_clock(desk, ticket, at, promise, minutes):
    act(desk, ticket, "send_update", **WORDS, promise=promise)
    clock = update_due(ticket)
    assert clock.due_at == at + timedelta(minutes=minutes)
    assert clock.promised is (promise in ("30", "60", "120"))


def test_tomorrow_at_nine_is_nine_where_the_writer_is(desk, ticket, casey, at):
    casey.time_zone = "America/New_York"
    casey.save()
    act(desk, ticket, "send_update", **WORDS, promise="tomorrow")
    assert update_due(ticket).due_at.isoformat() == "2026-11-24T14:00:00+00:00"
    assert "America/New York" in desk.get(ticket.get_absolute_url()).content.decode()


def test_another_time_has_to_be_said(desk, ticket):
    response = act(desk, ticket, "send_update", **WORDS, promise="custom")
    assert response.status_code == 400
    assert "Say when" in response.content.decode()


def test_a_time_that_was_not_chosen_does_not_count(desk, ticket, at):
    act(desk, ticket, "send_update", **WORDS, promise="30", next_update_at="2026-12-24T15:00")
    assert update_due(ticket).due_at == at + timedelta(minutes=30)


def test_an_acknowledgement_promises_and_says_what_it_is_about(desk, ticket, at):
    act(desk, ticket, "acknowledge", message="on", issue="Sign-in for all", promise="120")
    sent = Notification.objects.get(kind="customer")
    assert "Sign-in for all" in sent.text
    assert "12:00" in sent.text
    assert update_due(ticket).due_at == at + timedelta(hours=2)


def test_a_promise_on_the_phone_counts_without_a_mail(desk, ticket, at):
    act(desk, ticket, "acknowledge", promise="30")
    assert not Notification.objects.filter(kind="customer").exists()
    assert update_due(ticket).due_at == at + timedelta(minutes=30)


# -- files, and the cost -----------------------------------------------------------------------------------------------


def test_files_of_an_update_are_shared_and_those_of_a_note_are_not(desk, ticket, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    act(desk, ticket, "send_update", **WORDS, upload=SimpleUploadedFile("log.txt", b"a line"))
    act(desk, ticket, "note", text="For us", upload=SimpleUploadedFile("ours.txt", b"a line"))
    assert list(ticket.attachments.values_list("name", "shared")) == [("log.txt", True), ("ours.txt", False)]


def test_a_file_that_is_refused_keeps_the_words(desk, ticket, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    response = act(desk, ticket, "note", text="See this", upload=SimpleUploadedFile("empty.txt", b""))
    assert response.status_code == 400
    assert "See this" in response.content.decode()
    assert not ticket.events.filter(kind="note").exists()


def test_more_templates_cost_no_more_queries(desk, ticket):
    before = count_queries(desk, ticket.get_absolute_url())
    for n in range(10):
        CommunicationTemplate.objects.create(slug=f"t{n}", name=f"T{n}", subject="s", body="b")
    assert count_queries(desk, ticket.get_absolute_url()) <= before


@pytest.mark.parametrize("text", ["\0", "🔥" * 4000, "a\u202eb", "x" * 7999])
def test_odd_text_is_shown_and_never_breaks(desk, ticket, text):
    assert (
        preview(desk, ticket, summary=text, next_steps=text, next_update_at=text[:40], promise="custom").status_code
        == 200
    )


def test_what_is_sent_in_place_of_an_empty_expected_resolution_stands_in_the_field(desk, ticket):
    form = desk.get(ticket.get_absolute_url()).context["composer"]["send_update"]
    placeholder = form.fields["expected_resolution"].widget.attrs["placeholder"]
    form.initial |= {"summary": "News", "next_steps": "More"}
    assert f"Expected resolution: {placeholder}" in form.draft(ticket.created_at).body


def test_the_composer_speaks_the_customers_language_and_the_writer_may_choose(desk, ticket, acme):
    acme.language = "de"
    acme.save()
    form = desk.get(ticket.get_absolute_url()).context["composer"]["send_update"]
    assert form["language"].value() == "de"
    proposal = form["next_steps"].value()
    assert preview(desk, ticket, summary="x", next_steps=proposal, language="de").context["draft"].language == "de"
    english = preview(desk, ticket, "pane", summary="x", next_steps=proposal, language="en").context
    assert english["draft"].subject.startswith("[Update]")
    assert english["form"]["next_steps"].value().startswith("We go on")  # nobody had touched it
    act(desk, ticket, "send_update", **WORDS, language="en")
    assert Notification.objects.get(kind="customer").subject.startswith("[Update]")
