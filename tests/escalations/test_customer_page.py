"""What the customer may do without signing in, and how long their link works."""

from datetime import timedelta

import pytest

from escalations import customer_pages
from escalations.actors import Actor
from escalations.customer_pages import PageProblem, current, path_for, read, renew, revoke, token_of
from escalations.errors import Invalid, NotAllowed
from escalations.models import CustomerPage
from escalations.sweep import sweep
from templates_app.mail import compose, words_of
from templates_app.models import Notification

M, DAY = timedelta(minutes=1), timedelta(days=1)
DANA = Actor.outsider("Acme")
SOLVED = {"root_cause": "a", "solution": "b", "prevention": "c"}
NOT_YET = "Still a white page."


def kinds_to(ticket, address):
    return set(Notification.objects.filter(about=ticket.number, to_address=address).values_list("kind", flat=True))


# --- the link ---


def test_the_first_message_to_the_customer_makes_the_page_and_every_one_leads_there(log_issue, casey, at):
    ticket = log_issue()
    assert current(ticket) is None
    ticket.acknowledge(by=casey, at=at + M, message=True)
    ticket.send_update(summary="Found it.", next_steps="Fix.", by=casey, at=at + 2 * M)
    path = customer_pages.path_of(CustomerPage.objects.get())
    for row in Notification.objects.filter(kind="customer"):
        sent = compose([row])
        assert sent.text.count(path) == 1
        assert sent.html.count(f'href="http://127.0.0.1:8000{path}"') == 1
        assert path not in words_of(row)


def test_a_mail_that_was_sent_shows_its_words_without_the_frame(log_issue, casey, at):
    ticket = log_issue()
    ticket.acknowledge(by=casey, at=at + M, message=True)
    row = Notification.objects.get(kind="customer")
    before = words_of(row)
    row.text = compose([row]).text
    assert words_of(row) == before


def test_one_link_for_as_long_as_it_works(log_issue, at):
    ticket = log_issue()
    first = path_for(ticket, at)
    assert path_for(ticket, at + 5 * DAY) == first
    assert current(ticket).expires_at == at + 95 * DAY


@pytest.mark.parametrize("token", ["", "x", "MQ:wrong", "MTIz:abc:def", "é", "%00", "a" * 5000])
def test_a_forged_link_explains_itself(db, at, token):
    with pytest.raises(PageProblem) as problem:
        read(token, at)
    assert (problem.value.status, "not complete" in problem.value.message) == (404, True)


def test_a_link_signed_for_something_else_opens_nothing(log_issue, at):
    from django.core import signing

    path_for(log_issue(), at)
    with pytest.raises(PageProblem):
        read(signing.Signer(salt="escalations.take").sign_object(1), at)


def test_a_link_expires_ninety_days_after_the_last_message(log_issue, at):
    ticket = log_issue()
    path_for(ticket, at)
    token = token_of(current(ticket))
    assert read(token, at + 90 * DAY - M).ticket_id == ticket.pk
    with pytest.raises(PageProblem, match="expired") as problem:
        read(token, at + 90 * DAY)
    assert problem.value.status == 410
    renew(ticket, at + 91 * DAY)
    assert read(token, at + 92 * DAY)


def test_a_link_expires_thirty_days_after_closing_and_works_again_when_reopened(log_issue, casey, at):
    ticket = log_issue()
    ticket.resolve(by=casey, at=at + M, **SOLVED)
    ticket.close(by=casey, at=at + DAY, reason="Done.")
    token = token_of(current(ticket))
    with pytest.raises(PageProblem, match="expired"):
        read(token, at + 31 * DAY)
    ticket.reopen(reason="Back.", by=casey, at=at + 32 * DAY)
    assert read(token, at + 33 * DAY)


def test_a_withdrawn_link_stays_withdrawn_and_the_next_message_makes_another(log_issue, casey, at):
    ticket = log_issue()
    path_for(ticket, at)
    old = token_of(current(ticket))
    assert revoke(ticket, by=casey, at=at + M) == 1
    with pytest.raises(PageProblem, match="withdrawn") as problem:
        read(old, at + 2 * M)
    assert problem.value.status == 410
    path_for(ticket, at + 3 * M)
    assert token_of(current(ticket)) != old
    assert read(token_of(current(ticket)), at + 4 * M)


# --- what the customer does ---


def test_a_complaint_on_an_open_issue_ends_the_hold_and_reaches_the_owner_at_once(log_issue, run, vera, casey, at):
    ticket = log_issue()
    run(20)
    ticket.take(by=vera, at=at + 21 * M)
    ticket.customer_complains(text=NOT_YET, by=DANA, at=at + 25 * M)
    assert (ticket.taken_at, ticket.taken_by_name, ticket.held_until) == (None, "", None)
    assert not ticket.escalations.exclude(taken_at=None).exists()
    assert "complaint" in kinds_to(ticket, casey.email)
    event = ticket.events.get(kind="customer")
    assert (event.actor_name, event.actor, event.text) == ("Acme", None, NOT_YET)


def test_after_a_complaint_the_ladder_climbs_in_one_step_if_nobody_acts(log_issue, run, vera, at):
    ticket = log_issue()
    run(20)
    level = ticket.__class__.objects.get(pk=ticket.pk).level
    ticket.take(by=vera, at=at + 21 * M)
    ticket.customer_complains(text=NOT_YET, by=DANA, at=at + 25 * M)
    sweep(at + 39 * M)
    ticket.refresh_from_db()
    assert ticket.level == level
    sweep(at + 40 * M)
    ticket.refresh_from_db()
    assert ticket.level == level + 1


def test_a_complaint_ends_the_wait_for_the_customer(log_issue, casey, at):
    ticket = log_issue()
    ticket.wait(reason="Logs?", by=casey, at=at + M)
    ticket.customer_complains(text=NOT_YET, by=DANA, at=at + 11 * M)
    assert ticket.status == "in_progress"
    assert ticket.pauses.get().to_at == at + 11 * M


@pytest.mark.parametrize("closed", [False, True])
def test_a_complaint_about_what_is_resolved_opens_it_again(log_issue, casey, at, closed):
    ticket = log_issue()
    ticket.resolve(by=casey, at=at + M, **SOLVED)
    if closed:
        ticket.close(by=casey, at=at + 2 * M, reason="Done.")
    ticket.customer_complains(text=NOT_YET, by=DANA, at=at + 10 * M)
    assert (ticket.status, ticket.resolved_at, ticket.closed_at) == ("in_progress", None, None)
    assert ticket.events.get(kind="reopened").actor_name == "Acme"
    assert "complaint" in kinds_to(ticket, casey.email)
    assert "reopened" in kinds_to(ticket, "level-2@desk.example")


def test_the_owner_reads_what_the_customer_wrote(log_issue, casey, at):
    ticket = log_issue()
    ticket.customer_complains(text=NOT_YET, by=DANA, at=at + M)
    sent = compose([Notification.objects.get(kind="complaint")], at=at + M)
    assert sent.subject.endswith("the customer says it still does not work")
    assert f"“{NOT_YET}” Tell Acme that you have read it" in sent.text


@pytest.mark.parametrize("text", ["", "  \n", "x" * 4001])
def test_a_complaint_needs_words(log_issue, at, text):
    with pytest.raises(Invalid) as refused:
        log_issue().customer_complains(text=text, by=DANA, at=at + M)
    assert list(refused.value.fields) == ["text"]


def test_a_confirmation_is_kept_and_told_once(log_issue, casey, at):
    ticket = log_issue()
    with pytest.raises(NotAllowed):
        ticket.customer_confirms(by=DANA, at=at + M)
    ticket.resolve(by=casey, at=at + 2 * M, **SOLVED)
    for minute in (3, 4):
        ticket.customer_confirms(by=DANA, at=at + minute * M)
    assert ticket.confirmed_at == at + 3 * M
    assert ticket.events.filter(kind="customer").count() == 1
    assert Notification.objects.filter(kind="confirmed").count() == 1
    ticket.reopen(reason="Back.", by=casey, at=at + 5 * M)
    assert ticket.confirmed_at is None
