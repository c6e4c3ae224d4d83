"""Delivery over real SMTP: what is sent, tried again, given up, held back and folded."""

from datetime import timedelta

import pytest
from anymail.message import AnymailRecipientStatus, AnymailStatus
from django.core.mail.backends.base import BaseEmailBackend

from templates_app import claim, delivery, mail
from templates_app.models import ChannelBreaker, Notification
from templates_app.post import message_id
from tests.mailserver import MailServer
from tests.templates_app.outbox import NOW, Desk, context, message, queue

pytestmark = pytest.mark.django_db(transaction=True)


def after(**span):
    return NOW + timedelta(**span)


def next_try(row: Notification):
    row.refresh_from_db()
    assert row.next_try_at
    return row.next_try_at


def test_a_queued_message_is_sent_once(smtp: MailServer, desk: Desk):
    row = queue()
    assert desk.deliver() == delivery.Report(sent=1)
    assert desk.deliver() == delivery.Report()
    row.refresh_from_db()
    assert (row.state, row.sent_at, row.lease) == ("sent", NOW, "")
    assert row.subject == smtp.messages[0]["Subject"]
    assert desk.sent == [row.pk]


def test_an_idle_pass_writes_nothing(smtp: MailServer, desk: Desk, django_assert_num_queries):
    with django_assert_num_queries(3):  # one look for each channel
        desk.deliver()


def test_a_message_is_not_sent_before_its_time(smtp: MailServer, desk: Desk):
    queue(next_try_at=after(seconds=1))
    assert desk.deliver() == delivery.Report()
    assert desk.deliver(after(seconds=1)).sent == 1


def test_a_withdrawn_message_is_cancelled_with_its_reason(smtp: MailServer, desk: Desk):
    row = queue()
    desk.withdrawn = {row.pk: "resolved before it was sent"}
    assert desk.deliver() == delivery.Report(cancelled=1)
    row.refresh_from_db()
    assert (row.state, row.reason, smtp.messages) == ("cancelled", "resolved before it was sent", [])


def test_part_of_a_bundle_can_be_withdrawn(smtp: MailServer, desk: Desk):
    first, second = queue(), queue()
    desk.withdrawn = {first.pk: "taken"}
    assert desk.deliver() == delivery.Report(sent=1, cancelled=1)
    assert smtp.messages[0]["Message-ID"].startswith(f"<{second.idem}@")


# --- trying again ----------------------------------------------------------------------------------------------------


def test_a_message_that_is_put_off_is_tried_again_after_half_to_all_of_15_seconds(smtp: MailServer, desk: Desk):
    row = queue()
    smtp.answer_all("451 busy")
    assert desk.deliver() == delivery.Report(retried=1)
    assert after(seconds=7.5) <= next_try(row) <= after(seconds=15)
    assert (row.state, row.attempts) == ("queued", 1)
    smtp.answer_all("")
    assert desk.deliver(next_try(row)).sent == 1


def test_the_eighth_failure_is_the_last(smtp: MailServer, desk: Desk):
    row = queue()
    smtp.refuse("vera@desk.example", "450 later")
    at, waits = NOW, []
    while row.state == "queued":
        desk.deliver(at)
        row.refresh_from_db()
        if row.next_try_at:
            waits.append((row.next_try_at - at).total_seconds())
            at = row.next_try_at
    assert (row.state, row.reason, desk.failed) == ("dead", "450 later", [row.pk])
    assert len(waits) == 7
    assert all(15 * 2**n / 2 <= wait <= 15 * 2**n for n, wait in enumerate(waits))


@pytest.mark.parametrize("answer", ["550 5.1.1 no such mailbox", "553 not here", "521 no mail"])
def test_a_refused_recipient_is_dead_at_once(smtp: MailServer, desk: Desk, answer: str):
    row, other = queue("gone@desk.example"), queue()
    smtp.refuse("gone@desk.example", answer)
    assert desk.deliver() == delivery.Report(sent=1, dead=1)
    row.refresh_from_db()
    assert (row.state, row.reason, desk.failed, desk.sent) == ("dead", answer, [row.pk], [other.pk])


def test_a_refused_content_is_dead_at_once(smtp: MailServer, desk: Desk):
    queue()
    smtp.answer_all("554 no")
    assert desk.deliver() == delivery.Report(dead=1)


def test_a_closed_connection_is_replaced_and_costs_no_try(smtp: MailServer, desk: Desk, monkeypatch):
    def restart() -> None:
        smtp.stop()
        smtp.start()

    monkeypatch.setattr(mail, "compose", _after_first(mail.compose, restart))
    queue("a@desk.example"), queue("b@desk.example"), queue("c@desk.example")
    assert desk.deliver() == delivery.Report(sent=3)
    assert not Notification.objects.filter(attempts__gt=0).exists()


def _after_first(compose, act):
    calls = []

    def composed(*args, **kwargs):
        calls.append(1)
        if len(calls) == 2:
            act()
        return compose(*args, **kwargs)

    return composed


# --- the server is away ----------------------------------------------------------------------------------------------


def test_a_server_that_is_away_costs_no_try_and_rests_longer_each_time(smtp: MailServer, desk: Desk):
    row, at = queue(), NOW
    queue("casey@desk.example")
    smtp.stop()
    for rest in (30, 60, 120, 240, 300, 300):
        assert desk.deliver(at) == delivery.Report(waiting=2)
        assert ChannelBreaker.objects.get().open_until == at + timedelta(seconds=rest)
        assert desk.deliver(at + timedelta(seconds=rest - 1)) == delivery.Report(waiting=2)
        at += timedelta(seconds=rest)
    smtp.start()
    assert desk.deliver(at) == delivery.Report(sent=2)
    row.refresh_from_db()
    assert (row.attempts, ChannelBreaker.objects.get().failures) == (0, 0)


def test_a_server_that_goes_away_in_the_middle_keeps_what_was_sent(smtp: MailServer, desk: Desk, monkeypatch):
    monkeypatch.setattr(mail, "compose", _after_first(mail.compose, smtp.stop))
    queue("a@desk.example"), queue("b@desk.example"), queue("c@desk.example")
    assert desk.deliver() == delivery.Report(
        sent=1, retried=1, waiting=1
    )  # the second may have been taken: it is set apart
    smtp.start()
    assert desk.deliver(after(seconds=30)) == delivery.Report(sent=2)
    assert len(smtp.messages) == 3


def test_mails_that_were_put_off_keep_their_names_and_their_company(smtp: MailServer, desk: Desk):
    """Two mails to one person, each put off, wait out the same minute: they must not become one under either's name."""
    first, along = queue(), queue()
    smtp.answer_all("451 busy")
    desk.deliver()
    second = queue(urgent=True)
    desk.deliver(after(seconds=1))
    smtp.answer_all("")
    for minute in range(1, 6):
        desk.deliver(after(minutes=minute))
    names = [message["Message-ID"] for message in smtp.messages]
    assert sorted(names) == sorted([message_id(first.idem), message_id(second.idem)])
    along.refresh_from_db()
    assert along.bundled_into_id == first.pk


def test_our_own_address_being_refused_is_no_message_s_fault(smtp: MailServer, desk: Desk, settings):
    settings.DEFAULT_FROM_EMAIL = "nonsense"
    row = queue()
    assert desk.deliver() == delivery.Report(waiting=1)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 0)
    assert "DEFAULT_FROM_EMAIL" in ChannelBreaker.objects.get().reason


def test_a_server_that_hangs_costs_one_message_one_try_and_the_others_none(smtp: MailServer, desk: Desk, settings):
    settings.EMAIL_TIMEOUT = 0.2
    rows = [queue(f"{name}@desk.example") for name in "abc"]
    smtp.hang()
    report = desk.deliver()
    assert (report.retried, report.waiting) == (1, 2)
    assert sum(Notification.objects.filter(pk__in=[r.pk for r in rows]).values_list("attempts", flat=True)) == 1


# --- leases ----------------------------------------------------------------------------------------------------------


def test_what_a_dead_process_had_claimed_is_sent_when_its_lease_has_run_out(smtp: MailServer, desk: Desk):
    queue()
    assert len(claim.claim("email", NOW, 200).rows) == 1
    assert desk.deliver(after(seconds=119)) == delivery.Report()
    assert desk.deliver(after(seconds=120)).sent == 1


def test_a_bundle_that_was_on_the_wire_goes_again_as_it_was(smtp: MailServer, desk: Desk):
    rows = [queue(), queue()]
    claim.claim("email", NOW, 200)
    late = queue(urgent=True, at=after(seconds=100))
    desk.deliver(after(seconds=121))
    ids = [m["Message-ID"].partition("@")[0].strip("<") for m in smtp.messages]
    assert sorted(ids) == sorted([rows[0].idem, late.idem])
    assert Notification.objects.get(pk=rows[1].pk).bundled_into_id == rows[0].pk


def test_a_lease_that_was_lost_marks_nothing(smtp: MailServer, desk: Desk, monkeypatch):
    row = queue()

    def somebody_else(rows, at):
        Notification.objects.update(lease="somebody else")
        return {}

    monkeypatch.setattr(desk, "ask", somebody_else)
    assert desk.deliver() == delivery.Report(sent=0)
    row.refresh_from_db()
    assert (row.state, desk.sent) == ("queued", [])


# --- one bad message -------------------------------------------------------------------------------------------------


def test_a_message_that_cannot_be_worded_is_dead_and_holds_nobody_up(smtp: MailServer, desk: Desk):
    good = [queue("a@desk.example"), queue("b@desk.example")]
    bad = queue("a@desk.example", context={"number": "ESC-1"})
    assert desk.deliver() == delivery.Report(sent=2, dead=1)
    bad.refresh_from_db()
    assert bad.reason.startswith("cannot be worded: KeyError")
    assert (desk.failed, sorted(desk.sent)) == ([bad.pk], sorted(row.pk for row in good))


def test_an_unknown_kind_is_dead(smtp: MailServer, desk: Desk):
    queue(kind="gossip")
    assert desk.deliver() == delivery.Report(dead=1)


def test_an_address_that_is_two_is_dead(smtp: MailServer, desk: Desk):
    for address in ("a@desk.example, b@desk.example", "a@desk.example\nBcc: b@desk.example", "nobody", "a@b@c.example"):
        queue(address)
    assert desk.deliver() == delivery.Report(dead=4)
    assert smtp.messages == []


def test_a_desk_that_cannot_be_asked_about_one_row_is_asked_about_the_others(smtp: MailServer, desk: Desk):
    bad, gone = queue("a@desk.example"), queue("b@desk.example")

    def ask(rows, at):
        if bad.pk in [row.pk for row in rows]:
            raise RuntimeError
        return {gone.pk: "taken"}

    desk.ask = ask  # type: ignore[method-assign]
    assert desk.deliver() == delivery.Report(sent=1, cancelled=1)


def test_what_follows_from_a_sent_mail_may_break_without_sending_it_again(smtp: MailServer, desk: Desk):
    def broken(rows, at):
        raise RuntimeError

    desk.tell_sent = broken  # type: ignore[method-assign]
    queue(), queue("casey@desk.example")
    assert desk.deliver() == delivery.Report(sent=2)
    assert desk.deliver(after(hours=1)) == delivery.Report()


def test_a_dead_letter_that_nobody_could_be_told_about_is_tried_again(smtp: MailServer, desk: Desk):
    def broken(row, at):
        raise RuntimeError

    row, tell = queue(), desk.tell_failed
    smtp.refuse("vera@desk.example")
    desk.tell_failed = broken  # type: ignore[method-assign]
    assert desk.deliver() == delivery.Report(retried=1)
    desk.tell_failed = tell  # type: ignore[method-assign]
    assert desk.deliver(after(hours=1)) == delivery.Report(dead=1)
    assert desk.failed == [row.pk]


# --- one mail a minute -----------------------------------------------------------------------------------------------


def test_a_person_gets_one_mail_a_minute_and_the_rest_in_one(smtp: MailServer, desk: Desk):
    queue()
    desk.deliver()
    rest = [queue(at=after(seconds=s)) for s in (5, 20, 40)]
    assert desk.deliver(after(seconds=41)) == delivery.Report(waiting=3)
    assert desk.deliver(after(seconds=59)) == delivery.Report()
    assert desk.deliver(after(seconds=60)) == delivery.Report(sent=3)
    assert len(smtp.messages) == 2
    assert smtp.messages[1]["Subject"].endswith("(+2 more)")
    assert set(Notification.objects.exclude(bundled_into=None).values_list("bundled_into", flat=True)) == {rest[0].pk}


def test_other_people_do_not_wait(smtp: MailServer, desk: Desk):
    queue()
    desk.deliver()
    queue("casey@desk.example", at=after(seconds=5))
    assert desk.deliver(after(seconds=5)).sent == 1


@pytest.mark.parametrize("kind", ["opened", "escalated", "breach", "reminder"])
def test_what_is_urgent_is_never_held_back(smtp: MailServer, desk: Desk, kind: str):
    queue()
    desk.deliver()
    queue(kind=kind, urgent=True, at=after(seconds=5))
    assert desk.deliver(after(seconds=5)).sent == 1


def test_what_is_urgent_takes_along_what_was_held_back_and_leads(smtp: MailServer, desk: Desk):
    queue()
    desk.deliver()
    held = queue(at=after(seconds=5))
    desk.deliver(after(seconds=5))
    urgent = queue(urgent=True, at=after(seconds=10))
    assert desk.deliver(after(seconds=10)).sent == 2
    held.refresh_from_db()
    assert held.bundled_into_id == urgent.pk


def test_a_message_to_a_customer_is_neither_folded_nor_held_back(smtp: MailServer, desk: Desk):
    for text in ("We are on it.", "It is fixed."):
        queue("ana@lumen.example", "customer", subject="Ticket #ESC-1047", text=text, context={"number": "ESC-1047"})
    assert desk.deliver() == delivery.Report(sent=2)
    assert len(smtp.messages) == 2


def test_urgent_first_then_oldest(smtp: MailServer, desk: Desk):
    queue("c@desk.example", at=NOW - timedelta(minutes=1))
    queue("b@desk.example", at=NOW - timedelta(minutes=2))
    queue("a@desk.example", urgent=True)
    desk.deliver(limit=1)
    assert [m["To"].addresses[0].username for m in smtp.messages] == ["a", "b", "c"]


def test_a_storm_for_one_person_is_one_mail(smtp: MailServer, desk: Desk):
    Notification.objects.bulk_create(
        message(context=context(number=f"ESC-{n}", subject=f"Issue {n}")) for n in range(1000, 1500)
    )
    assert desk.deliver().sent == 500
    assert len(smtp.messages) == 1
    assert "And 474 more" in Notification.objects.get(bundled_into=None).text


def test_without_a_mail_server_the_outbox_keeps_it_and_says_so(desk: Desk, settings):
    settings.EMAIL_BACKEND = "templates_app.backends.OutboxBackend"
    row = queue()
    assert desk.deliver().sent == 1
    row.refresh_from_db()
    assert row.reason == "kept in the outbox: no mail server is set"
    assert "Checkout API returns 502" in row.text


class RejectingProvider(BaseEmailBackend):
    """Takes the call and refuses the recipient in its answer, as some providers do."""

    def send_messages(self, email_messages):
        for letter in email_messages:
            letter.anymail_status = AnymailStatus()
            letter.anymail_status.set_recipient_status({"vera@desk.example": AnymailRecipientStatus("1", "rejected")})


def test_a_recipient_that_the_provider_rejects_is_dead(desk: Desk, settings):
    settings.EMAIL_BACKEND = f"{__name__}.RejectingProvider"
    queue()
    assert desk.deliver() == delivery.Report(dead=1)
    assert Notification.objects.get().reason == "the mail provider says: rejected"
