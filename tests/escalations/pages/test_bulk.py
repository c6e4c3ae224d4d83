"""One verb for many tickets at /tickets/bulk/."""

from threading import Thread

import pytest
from django.db import connection, connections
from django.test import Client

from contacts import once
from contacts.models import IdempotencyKey
from escalations.enums import EventKind
from escalations.models import Event, Ticket

DRAWN = {"csrfmiddlewaretoken": "a" * 64}


def numbers(*tickets):
    return [ticket.number for ticket in tickets]


def assign(client, tickets, owner="", **more):
    return client.post("/tickets/bulk/", {"verb": "assign", "t": numbers(*tickets), "owner": owner} | more)


def test_the_page_shows_what_is_about_to_happen_to_which(desk, log_issue):
    first, second = log_issue(subject="First of two"), log_issue(subject="Second of two")
    html = desk.get("/tickets/bulk/", {"verb": "assign", "t": numbers(first, second)}).content.decode()
    assert "First of two" in html
    assert "Second of two" in html
    assert "Assign 2 issues" in html


def test_all_are_assigned_through_the_verb(desk, log_issue, bob):
    tickets = [log_issue(), log_issue()]
    answer = assign(desk, tickets, bob.pk, list="tab=team&severity=P1")
    assert answer["Location"] == "/?tab=team&severity=P1"
    for ticket in tickets:
        ticket.refresh_from_db()
        assert ticket.owner == bob
        assert ticket.events.filter(kind=EventKind.ASSIGNED, actor__username="casey").count() == 1


def test_what_refuses_is_listed_with_its_reason_and_the_others_are_done(desk, log_issue, bob, casey, at):
    fine, his, done = log_issue(subject="Fine"), log_issue(subject="His", owner=bob), log_issue(subject="Done")
    done.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)
    html = assign(desk, [fine, his, done], bob.pk).content.decode()
    assert "2 issues were not changed" in html
    assert "Bob owns this ticket already." in html
    assert "Reopen it first." in html
    fine.refresh_from_db()
    assert fine.owner == bob


def test_when_all_refuse_the_answer_is_a_conflict(desk, log_issue, casey):
    assert assign(desk, [log_issue()], casey.pk).status_code == 409


def test_what_the_state_forbids_is_said_before(desk, log_issue, casey, at):
    ticket = log_issue()
    ticket.resolve(root_cause="a", solution="b", prevention="c", by=casey, at=at)
    html = desk.get("/tickets/bulk/", {"verb": "assign", "t": [ticket.number]}).content.decode()
    assert "Reopen it first." in html


def test_the_severity_changes_with_a_reason(desk, log_issue):
    tickets = [log_issue("P3"), log_issue("P4")]
    given = {"verb": "change_severity", "t": numbers(*tickets), "severity": "P2", "reason": "One outage behind both"}
    assert desk.post("/tickets/bulk/", given).status_code == 302
    for ticket in tickets:
        ticket.refresh_from_db()
        assert ticket.severity_id == "P2"
        assert ticket.events.get(kind=EventKind.SEVERITY).text == "One outage behind both"


@pytest.mark.parametrize("wrong", [{"severity": "P2", "reason": "  "}, {"severity": "P9", "reason": "x"}, {}])
def test_a_wrong_field_changes_nothing_and_keeps_the_ticks(desk, log_issue, wrong):
    ticket = log_issue("P3")
    answer = desk.post("/tickets/bulk/", {"verb": "change_severity", "t": [ticket.number]} | wrong)
    assert answer.status_code == 400
    assert f'name="t" value="{ticket.number}"' in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.severity_id == "P3"


def test_nothing_ticked_says_so(desk):
    assert "No issue is ticked" in desk.get("/tickets/bulk/?verb=assign").content.decode()


def test_the_page_without_a_verb_leads_back(desk):
    assert desk.get("/tickets/bulk/")["Location"] == "/tickets/"


def test_foreign_numbers_are_no_tickets(desk, log_issue):
    odd = ["ESC-999999", "x", "", "ESC-99999999999999999999", "\N{FIRE}", log_issue().number]
    html = desk.get("/tickets/bulk/", {"verb": "assign", "t": odd}).content.decode()
    assert "Assign 1 issue" in html


def test_there_is_an_end_to_how_many(desk, log_issue, bob, monkeypatch):
    monkeypatch.setattr("escalations.views.bulk.MOST", 2)
    tickets = [log_issue() for _ in range(3)]
    answer = assign(desk, tickets, bob.pk)
    assert "Too many at once" in answer.content.decode()
    tickets[0].refresh_from_db()
    assert tickets[0].owner != bob


@pytest.mark.parametrize("verb", ["close", "resolve", "delete", "", "__init__"])
def test_other_verbs_are_not_for_many(desk, log_issue, verb):
    assert desk.post("/tickets/bulk/", {"verb": verb, "t": [log_issue().number]}).status_code == 404


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "next=//evil.example"])
def test_the_way_back_is_one_of_our_lists(desk, log_issue, bob, back):
    assert assign(desk, [log_issue()], bob.pk, list=back)["Location"] == "/tickets/"


def test_an_auditor_changes_nothing(signed_in, auditor, log_issue, bob):
    ticket, client = log_issue(), signed_in(auditor)
    assert assign(client, [ticket], bob.pk).status_code == 403
    assert client.get("/tickets/bulk/?verb=assign").status_code == 403
    html = client.get("/tickets/").content.decode()
    assert "Export CSV" in html
    assert 'value="assign"' not in html


def test_a_stranger_signs_in_first(log_issue, bob):
    ticket = log_issue()
    assert assign(Client(), [ticket], bob.pk)["Location"].startswith("/accounts/login/")


def test_the_form_asks_no_more_queries_for_twenty_than_for_two(desk, log_issue, django_assert_max_num_queries):
    tickets = [log_issue() for _ in range(20)]
    with django_assert_max_num_queries(8):
        desk.get("/tickets/bulk/", {"verb": "assign", "t": numbers(*tickets)})


# --- each by itself --------------------------------------------------------------------------------------------------


@pytest.fixture
def breaks(monkeypatch):
    """The second ticket meets an error that nobody has thought of."""

    def assign_one(self, _assign=Ticket.assign, **terms):
        assert not connection.in_atomic_block, "one transaction around them all holds every lock until the last is done"
        if self.subject == "Breaks":
            raise RuntimeError
        _assign(self, **terms)

    with monkeypatch.context() as patch:
        patch.setattr(Ticket, "assign", assign_one)
        yield


@pytest.mark.django_db(transaction=True)
def test_what_was_done_before_an_error_stays_and_the_form_may_be_sent_again(desk, log_issue, bob, breaks):
    tickets = [log_issue(subject="Fine"), log_issue(subject="Breaks")]
    desk.raise_request_exception = False
    for _ in range(2):
        assert assign(desk, tickets, bob.pk, **DRAWN).status_code == 500
    assert [Ticket.objects.get(pk=ticket.pk).owner == bob for ticket in tickets] == [True, False]
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_moment_it_is_done_once_and_both_hear_so(signed_in, casey, log_issue, bob):
    def send(client):
        try:
            said.append(assign(client, tickets, bob.pk, **DRAWN).status_code)
        finally:
            connections.close_all()

    said: list[int] = []
    tickets = [log_issue() for _ in range(3)]
    threads = [Thread(target=send, args=[signed_in(casey)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [302, 302, 302]
    assert Event.objects.filter(kind=EventKind.ASSIGNED, actor=casey).count() == 3


@pytest.fixture
def begun(monkeypatch):
    """Another process has begun the same; what it does takes long, or it has died."""
    monkeypatch.setattr("config.once.LOOKS", 1)
    monkeypatch.setattr("config.once.LOOK_AGAIN", 0)
    begin = once.begin

    def begin_twice(user_id, key, at, **what):
        if not IdempotencyKey.objects.exists():
            begin(user_id, key, at, **what)
        return begin(user_id, key, at, **what)

    monkeypatch.setattr(once, "begin", begin_twice)


def test_what_is_still_being_done_is_not_done_twice(desk, log_issue, bob, begun):
    ticket = log_issue()
    answer = assign(desk, [ticket], bob.pk, **DRAWN)
    assert "This is being done already." in desk.get(answer["Location"], follow=True).content.decode()
    ticket.refresh_from_db()
    assert ticket.owner != bob


def test_what_died_in_the_middle_may_be_sent_again_after_a_minute(desk, log_issue, bob, begun, now):
    ticket = log_issue()
    assign(desk, [ticket], bob.pk, **DRAWN)
    now.minutes(1)
    assign(desk, [ticket], bob.pk, **DRAWN)
    ticket.refresh_from_db()
    assert ticket.owner == bob
