"""One ticket at /tickets/ESC-1001/, and the verbs on it."""

from datetime import timedelta

import pytest

from escalations.enums import Status
from escalations.models import Severity
from tests.escalations.pages.test_queue import count_queries

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both


def act(client, ticket, verb, **data):
    return client.post(f"{ticket.get_absolute_url()}{verb}/", data)


def test_an_unknown_number_is_not_found_in_our_own_look(desk):
    response = desk.get("/tickets/ESC-9999/")
    assert response.status_code == 404
    assert "Reference" in response.content.decode()


def test_the_page_shows_three_clocks_the_ladder_and_what_comes(desk, log_issue):
    html = desk.get(log_issue().get_absolute_url()).content.decode()
    for words in ("First response", "Customer update", "Resolution", "If nobody acts", "Climbs to level", "Acme"):
        assert words in html, words


def test_the_one_strong_button_is_the_next_step(desk, log_issue):
    ticket = log_issue()
    html = desk.get(ticket.get_absolute_url()).content.decode()
    assert "Next: acknowledge to Acme" in html
    assert f'<a class="btn strong" href="{ticket.get_absolute_url()}acknowledge/"' in html
    assert '<button class="btn strong"' not in html


def test_acknowledging_stops_the_response_clock(desk, now, log_issue):
    ticket = log_issue()
    now.minutes(9)
    assert act(desk, ticket, "acknowledge", message="on").status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == Status.ACKNOWLEDGED
    assert "Met in 9 min" in desk.get(ticket.get_absolute_url()).content.decode()


def test_what_is_no_longer_possible_is_said_on_the_page_with_what_was_typed(desk, log_issue, casey, at):
    ticket = log_issue()
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)
    response = act(desk, ticket, "wait", reason="We need their log file")
    assert response.status_code == 409
    html = response.content.decode()
    assert "That was not done" in html
    assert "We need their log file" in html


def test_an_error_names_its_field_and_keeps_the_rest(desk, log_issue):
    response = act(desk, log_issue(), "resolve", root_cause="A full disk", solution="", prevention="")
    assert response.status_code == 400
    html = response.content.decode()
    assert "A full disk" in html
    assert 'href="#resolve-solution"' in html
    assert 'aria-describedby="resolve-solution_error"' in html
    assert 'id="resolve-solution_error"' in html


def test_an_objection_of_the_verb_itself_finds_its_field(desk, log_issue, at):
    past = (at - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    response = act(desk, log_issue(), "send_update", summary="x", next_steps="y", next_update_at=past)
    assert response.status_code == 400
    assert "Promise a time that lies ahead" in response.content.decode()


def test_a_promise_is_understood_in_the_persons_own_time_zone(desk, log_issue, casey, at):
    casey.time_zone = "Europe/Berlin"
    casey.save()
    ticket = log_issue()
    act(desk, ticket, "send_update", summary="x", next_steps="y", next_update_at="2026-11-23T15:00")
    update = next(clock for clock in ticket.current_clocks() if clock.kind == "update")
    assert update.due_at == at + timedelta(hours=4)


def test_each_verb_does_what_it_says(desk, log_issue, bob, now):
    ticket = log_issue()
    steps = [
        ("acknowledge", {}, Status.ACKNOWLEDGED),
        ("assign", {"owner": bob.pk}, Status.ACKNOWLEDGED),
        ("note", {"text": "Looks like DNS"}, Status.ACKNOWLEDGED),
        ("change_severity", {"severity": "P2", "reason": "A way around it"}, Status.ACKNOWLEDGED),
        ("send_update", {"summary": "Found it", "next_steps": "Fix"}, Status.IN_PROGRESS),
        ("escalate", {"reason": "Need a decision"}, Status.IN_PROGRESS),
        ("take", {}, Status.IN_PROGRESS),
        ("de_escalate", {"reason": "Decided"}, Status.IN_PROGRESS),
        ("wait", {"reason": "Their logs"}, Status.WAITING),
        ("resume", {}, Status.IN_PROGRESS),
        ("resolve", {"root_cause": "a", "solution": "b", "prevention": "c"}, Status.RESOLVED),
        ("close", {"reason": "They confirmed by phone"}, Status.CLOSED),
        ("reopen", {"reason": "Again"}, Status.IN_PROGRESS),
    ]
    for minute, (verb, data, status) in enumerate(steps, 1):
        now.minutes(minute)
        assert act(desk, ticket, verb, **data).status_code == 302, verb
        ticket.refresh_from_db()
        assert ticket.status == status, verb
        assert desk.get(ticket.get_absolute_url()).status_code == 200, verb


def test_only_what_the_state_allows_is_offered(desk, log_issue, casey, at):
    ticket = log_issue()
    assert "resume" not in desk.get(ticket.get_absolute_url()).context["allowed"]
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)
    allowed = set(desk.get(ticket.get_absolute_url()).context["allowed"])
    assert {"note", "edit", "reopen", "close"} <= allowed
    assert not {"acknowledge", "wait", "send_update", "resolve", "escalate"} & allowed


def test_an_auditor_reads_and_changes_nothing(signed_in, auditor, log_issue):
    ticket = log_issue()
    client = signed_in(auditor)
    assert client.get(ticket.get_absolute_url()).context["allowed"] == []
    response = act(client, ticket, "note", text="hello")
    assert response.status_code == 403
    assert "You can read here" in response.content.decode()
    assert not ticket.events.filter(kind="note").exists()


def test_a_stranger_changes_nothing(client, log_issue):
    ticket = log_issue()
    assert act(client, ticket, "note", text="hello").status_code == 302
    assert not ticket.events.filter(kind="note").exists()


@pytest.mark.parametrize("verb", ["open", "save", "delete", "__init__", "attach"])
def test_only_verbs_of_the_desk_have_an_address(desk, log_issue, verb):
    assert act(desk, log_issue(), verb).status_code == 404


def test_an_internal_note_is_marked_as_internal(desk, log_issue, casey, at):
    ticket = log_issue()
    ticket.note(text="Not for them", by=casey, at=at)
    html = desk.get(ticket.get_absolute_url()).content.decode()
    assert html.index('<li class="internal">') < html.index("Not for them")


def test_a_long_story_is_cut_and_costs_no_more_queries(desk, log_issue, casey, at):
    ticket = log_issue()
    before = count_queries(desk, ticket.get_absolute_url())
    for n in range(50):
        ticket.note(text=f"note number {n}", by=casey, at=at)
    assert count_queries(desk, ticket.get_absolute_url()) <= before
    html = desk.get(ticket.get_absolute_url()).content.decode()
    assert "note number 49" in html
    assert "note number 1<" not in html
    assert f"{ticket.get_absolute_url()}history/" in html


def test_a_clock_tells_the_terms_it_runs_under_and_what_set_it_anew(desk, log_issue, casey, at):
    ticket = log_issue("P2")
    p1 = Severity.objects.get(pk="P1")
    ticket.change_severity(severity=p1, reason="All of them", by=casey, at=at + timedelta(minutes=4))
    html = desk.get(ticket.get_absolute_url()).content.decode()
    why = html[html.index('id="why-resolution"') :]
    for words in ("4 h", "P1 Critical", "Around the clock", "after 75% of it", "10:04: from P2 to P1 by Casey"):
        assert words in why, words


def test_a_clock_that_began_under_other_targets_says_so(desk, log_issue):
    ticket = log_issue("P1")
    Severity.objects.filter(pk="P1").update(resolution_target="2h")
    html = desk.get(ticket.get_absolute_url()).content.decode()
    assert "this clock keeps the 4h that it was set to" in html


def test_hours_that_were_revised_are_named_as_they_were(desk, log_issue):
    ticket = log_issue("P3")
    calendar = ticket.severity.calendar
    calendar.hours = {"mon": [["10:00", "11:00"]]}
    calendar.revise()
    assert "with the hours as they were then" in desk.get(ticket.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("verb", "name"), [("note", "text"), ("edit", "description"), ("wait", "reason")])
def test_a_megabyte_is_refused_by_its_field(desk, log_issue, verb, name):
    ticket = log_issue()
    response = act(desk, ticket, verb, **{"subject": "x", "customer": ticket.customer_id, name: "ab\r\n" * 250_000})
    assert response.status_code == 400
    assert "Keep it under 8000 characters" in response.content.decode()


def test_a_text_of_the_greatest_length_passes_whatever_its_line_ends(desk, log_issue):
    assert act(desk, log_issue(), "note", text="abc\r\n" * 2000).status_code == 302


@pytest.mark.parametrize("text", ["a\0b", "🔥\u202e", "@" * 8000, "> " * 4000])
def test_odd_notes_never_break_the_page(desk, log_issue, text):
    ticket = log_issue()
    assert act(desk, ticket, "note", text=text).status_code in (302, 400)
    assert desk.get(ticket.get_absolute_url()).status_code == 200


def test_what_is_edited_is_told_from_and_to(desk, log_issue):
    ticket = log_issue()
    data = {"subject": "Sign-in is down", "description": "**Everybody**", "customer": ticket.customer_id}
    assert (
        act(desk, ticket, "edit", **data, reporter_name="Dana", reporter_email="dana@acme.example").status_code == 302
    )
    html = desk.get(ticket.get_absolute_url()).content.decode()
    for words in ("<strong>Everybody</strong>", "<ins>Sign-in is down</ins>", "Reported by", "dana@acme.example"):
        assert words in html, words


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"subject": " "}, "subject"), ({"reporter_email": "dana"}, "reporter_email"), ({"customer": "999"}, "customer")],
)
def test_a_wrong_edit_names_its_field(desk, log_issue, changed, field):
    ticket = log_issue()
    data = {"subject": "x", "description": "kept words", "customer": ticket.customer_id} | changed
    response = act(desk, ticket, "edit", **data)
    assert response.status_code == 400
    assert f'href="#edit-{field}"' in response.content.decode()
    assert "kept words" in response.content.decode()


def test_the_forecast_tells_the_rung_from_the_owner(desk, log_issue):
    html = desk.get(log_issue().get_absolute_url()).content.decode()
    assert "Climbs to level 4: Person 4; the owner is told" in html
