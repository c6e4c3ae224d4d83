"""What becomes of a mail to the desk."""

import pytest

from contacts.models import Contact, Customer, CustomerContact, User
from contacts.models.people import Role
from escalations.enums import EventKind, Status
from escalations.inbound import filing
from escalations.models import Severity, Ticket
from escalations.models.following import Watch
from templates_app.models import InboundMail, Notification
from templates_app.post import message_id

State = InboundMail.State


def replies(ticket: Ticket) -> list[str]:
    return list(ticket.events.filter(kind=EventKind.CUSTOMER).order_by("pk").values_list("text", flat=True))


# --- answers ---------------------------------------------------------------------------------------------------------


def test_a_customers_answer_lands_on_its_issue_and_their_clocks_run_on(log_issue, write, receive, address, casey, at):
    ticket = log_issue()
    ticket.wait(reason="Logs, please", by=casey, at=at)
    mail = write("Here they are.\n\nOn Mon, 23 Nov 2026, Casey wrote:\n> Logs, please", files={"app.log": b"502\n"})
    filed = receive(mail, to=address(ticket, "dana@acme.example"))
    ticket.refresh_from_db()
    event = ticket.events.get(kind=EventKind.CUSTOMER)
    assert (filed.state, filed.about, filed.raw) == (State.FILED, ticket.number, None)
    assert (event.text, event.actor_name, event.data["what"]) == ("Here they are.", "Dana", "reply")
    assert event.data["mail"]["quote"].endswith("> Logs, please")
    assert ticket.status == Status.IN_PROGRESS
    assert not ticket.clocks.filter(stopped_at=None, due_at=None).exists()
    assert ticket.attachments.get().name == "app.log"
    assert not ticket.attachments.get().shared


def test_owner_and_watchers_hear_of_an_answer_and_the_ladder_stands_still(log_issue, write, receive, address, bob, at):
    ticket = log_issue("P3")
    Watch.objects.create(ticket=ticket, user=bob, since=at)
    before = ticket.escalations.count()
    receive(write(), to=address(ticket, "dana@acme.example"))
    told = Notification.objects.filter(kind="reply")
    assert sorted(told.values_list("to_address", flat=True)) == ["bob@desk.example", "casey@desk.example"]
    assert ticket.escalations.count() == before


def test_an_answer_to_a_solved_issue_asks_its_owner_and_opens_nothing(log_issue, write, receive, address, casey, at):
    from templates_app.mail import compose

    ticket = log_issue("P3")
    ticket.resolve(root_cause="x", solution="y", prevention="z", by=casey, at=at)
    receive(write("Thank you!"), to=address(ticket, "dana@acme.example"))
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert "thank-you" in compose([Notification.objects.get(kind="reply")]).text


def test_one_of_us_answers_with_a_note_in_their_own_name(log_issue, write, receive, address, casey, bob):
    ticket = log_issue()
    mail = write("I look into it. @bob, can you?", From="Casey <Casey@desk.example>")
    receive(mail, to=address(ticket, "casey@desk.example", customer=False))
    note = ticket.events.get(kind=EventKind.NOTE)
    assert (note.actor, note.text) == (casey, "I look into it. @bob, can you?")
    assert Notification.objects.filter(kind="mentioned", user_id=bob.pk).exists()


def test_somebody_of_the_matrix_without_an_account_answers_with_a_note(log_issue, write, receive, address):
    ticket = log_issue()
    mail = write("I called them.", From="level-5@desk.example")
    receive(mail, to=address(ticket, "level-5@desk.example", customer=False))
    assert ticket.events.get(kind=EventKind.NOTE).actor_name == "Person 5"
    assert Contact.objects.get(level="5").proved_how == "answered"


def test_our_mails_carry_the_readers_own_reply_address(log_issue, smtp, write, receive, casey, at):
    from escalations.delivery import deliver

    ticket = log_issue()
    ticket.send_update(summary="We look", next_steps="More", by=casey, at=at)
    deliver(at)
    (sent,) = smtp.to("dana@acme.example")
    answer = write("Good.", To=sent["Reply-To"], In_Reply_To=sent["Message-ID"])
    assert receive(answer).about == ticket.number
    assert replies(ticket) == ["Good."]


def test_without_a_reply_address_the_mail_that_it_answers_tells(log_issue, write, receive, at):
    ticket = log_issue()
    sent = Notification.objects.filter(about=ticket.number).first()
    assert receive(write("To all", In_Reply_To=message_id(sent.idem))).about == ticket.number
    again = write("And more", References=f"<x@acme.example> {message_id(ticket.number.lower())}")
    assert receive(again).about == ticket.number
    assert replies(ticket) == ["To all", "And more"]


def test_who_answers_the_mail_that_opened_an_issue_is_heard_in_it(protocol, acme, write, receive):
    first = receive(write(Message_ID="<one@acme.example>"))
    again = receive(write("Still so", Message_ID="<two@acme.example>", In_Reply_To="<one@acme.example>"))
    assert again.about == first.about
    assert Ticket.objects.count() == 1


def test_an_answer_about_a_merged_issue_goes_where_work_goes_on(log_issue, write, receive, address, casey, at):
    ticket, other = log_issue(), log_issue()
    ticket.merge(into=other, reason="The same", by=casey, at=at)
    assert receive(write(), to=address(ticket, "dana@acme.example")).about == other.number


# --- not so fast -----------------------------------------------------------------------------------------------------


@pytest.fixture
def globex(db):
    customer = Customer.objects.create(slug="globex", name="Globex", domains=["globex.example"])
    CustomerContact.objects.create(customer=customer, name="Gil", email="gil@globex.example")
    return customer


def test_a_stolen_reply_address_opens_nothing_and_files_nothing(log_issue, globex, write, receive, address):
    ticket = log_issue()
    mail = write("Let me in", From="Gil <gil@globex.example>")
    waits = receive(mail, to=address(ticket, "dana@acme.example"))
    assert waits.state == State.QUARANTINED
    assert "somebody else" in waits.reason
    assert not replies(ticket)
    assert Ticket.objects.count() == 1
    assert bytes(waits.raw) == mail.as_bytes()


def test_headers_that_were_guessed_count_for_nobody_unknown(log_issue, globex, write, receive, casey):
    ticket = log_issue()
    root = message_id(ticket.number.lower())
    for sender in ("gil@globex.example", "mallory@evil.example", "casey@desk.example"):
        waits = receive(write(From=sender, References=root, Message_ID=f"<{sender}>"))
        assert waits.state == State.QUARANTINED, sender
        assert ticket.number in waits.reason
    assert not ticket.events.filter(kind__in=[EventKind.NOTE, EventKind.CUSTOMER]).exists()


def test_the_mail_that_a_customer_got_makes_nobody_one_of_us(log_issue, write, receive, casey, bob):
    ticket = log_issue("P2", owner=casey)
    mail = Notification.objects.exclude(about="").latest("pk")
    Notification.objects.filter(pk=mail.pk).update(kind="customer")
    forged = write(From=bob.email, In_Reply_To=f"<{mail.idem}@desk.example>")
    assert receive(forged).state == State.QUARANTINED
    assert not ticket.events.filter(kind="note").exists()


def test_a_subject_alone_never_files(log_issue, write, receive, settings):
    ticket = log_issue()
    waits = receive(write(Subject=f"Re: [{ticket.number}] Nobody can sign in"))
    assert waits.state == State.QUARANTINED
    assert ticket.number in waits.reason


def test_the_auditor_and_who_left_write_nothing(log_issue, write, receive, address, auditor, bob):
    ticket = log_issue()
    User.objects.filter(pk=bob.pk).update(is_active=False)
    User.objects.filter(pk=auditor.pk).update(email="audrey@desk.example")
    for person in ("audrey@desk.example", "bob@desk.example"):
        mail = write(From=person, Message_ID=f"<{person}>")
        assert receive(mail, to=address(ticket, person, customer=False)).state == State.QUARANTINED


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Auto_Submitted", "auto-replied"),
        ("Precedence", "bulk"),
        ("X_Auto_Response_Suppress", "All"),
        ("Return_Path", "<>"),
        ("List_Id", "Acme <escalations.desk.example>"),
        ("From", "escalations@desk.example"),
        ("From", "desk+esc-1001-c-aaaaaaaaaaaaaaaa@desk.example"),
        ("Content_Type", "text/calendar; method=REPLY"),
    ],
)
def test_machines_are_not_listened_to(log_issue, write, receive, address, header, value):
    ticket = log_issue()
    mail = write()
    name = header.replace("_", "-")
    del mail[name]
    mail[name] = value
    ignored = receive(mail, to=address(ticket, "dana@acme.example"))
    assert ignored.state == State.IGNORED
    assert ignored.reason
    assert not replies(ticket)


def test_our_own_mail_that_comes_back_is_ignored(log_issue, write, receive):
    log_issue()
    sent = Notification.objects.first()
    assert receive(write(Message_ID=message_id(sent.idem))).state == State.IGNORED


@pytest.mark.parametrize(
    "found",
    [
        {"Authentication_Results": "mx.desk.example; dkim=fail; spf=fail; dmarc=fail"},
        {"Authentication_Results": "mx.desk.example; spf=softfail smtp.mailfrom=x"},
        {"X_Mailgun_Spf": "Fail"},
        {"X_Spam_Flag": "YES"},
    ],
)
def test_what_its_server_does_not_believe_waits(protocol, acme, write, receive, found):
    assert receive(write(**found)).state == State.QUARANTINED


def test_a_forwarded_mail_may_fail_one_of_its_proofs(protocol, acme, write, receive):
    assert receive(write(Authentication_Results="mx.desk.example; spf=fail; dkim=pass")).state == State.FILED


# --- something new ---------------------------------------------------------------------------------------------------


def test_a_customers_new_mail_opens_an_issue_that_waits_for_triage(protocol, acme, write, receive, at):
    filed = receive(
        write("Production is down, nobody can work.", Subject="Complete outage", files={"a.png": b"\x89PNG\r\n\x1a\n"})
    )
    ticket = Ticket.objects.get()
    assert (filed.state, filed.about) == (State.FILED, ticket.number)
    assert (ticket.customer, ticket.subject, ticket.source) == (acme, "Complete outage", "mail")
    assert (ticket.reporter_name, ticket.reporter_email, ticket.owner) == ("Dana", "dana@acme.example", None)
    assert ticket.untriaged
    assert ticket.severity_id == "P1"
    assert ticket.attachments.count() == 1
    assert ticket.clocks.filter(kind="response", stopped_at=None).exists()


def test_nobody_above_the_team_is_woken_before_somebody_has_looked(protocol, acme, write, receive, casey, at):
    receive(write("Production is down, nobody can work.", Subject="Complete outage"))
    ticket = Ticket.objects.get()
    assert set(ticket.escalations.values_list("level", flat=True)) == {"1", "2"}
    ticket.change_severity(severity=Severity.objects.get(pk="P1"), reason="", by=casey, at=at)
    assert not ticket.untriaged
    assert {"1", "2", "3", "technical"} <= set(ticket.escalations.values_list("level", flat=True))
    assert ticket.events.get(kind=EventKind.SEVERITY).data["triaged"]


def test_the_domain_tells_the_customer_and_freemail_tells_nobody(protocol, globex, write, receive):
    Customer.objects.filter(pk=globex.pk).update(domains=["globex.example", "gmail.com"])
    assert receive(write(From="new@globex.example", Message_ID="<1@x>")).state == State.FILED
    assert Ticket.objects.get().customer == globex
    assert receive(write(From="new@gmail.com", Message_ID="<2@x>")).state == State.QUARANTINED
    assert receive(write(From="new@sub.globex.example", Message_ID="<3@x>")).state == State.QUARANTINED


def test_two_customers_who_claim_a_sender_and_one_who_left_wait(protocol, acme, globex, write, receive, at):
    Customer.objects.filter(pk=acme.pk).update(domains=["globex.example"])
    waits = receive(write(From="new@globex.example", Message_ID="<1@x>"))
    assert "Acme" in waits.reason
    assert "Globex" in waits.reason
    Customer.objects.filter(pk=acme.pk).update(domains=[], churned_at=at)
    assert "no customer any more" in receive(write(Message_ID="<2@x>")).reason
    assert not Ticket.objects.exists()


def test_a_flood_from_one_sender_waits_after_ten_issues(protocol, acme, write, receive):
    for n in range(11):
        last = receive(write(Subject=f"Alarm {n}", Message_ID=f"<{n}@acme.example>"))
    assert Ticket.objects.count() == 10
    assert last.state == State.QUARANTINED


def test_colleagues_and_strangers_wait_for_a_decision(protocol, casey, write, receive):
    assert "One of us" in receive(write(From="casey@desk.example", Message_ID="<1@x>")).reason
    assert "mallory" in receive(write(From="mallory@evil.example", Message_ID="<2@x>")).reason


# --- once, and safely ------------------------------------------------------------------------------------------------


def test_the_same_mail_twice_is_filed_once_and_a_namesake_is_another(protocol, acme, globex, write, receive):
    for _twice in range(2):
        receive(write(Message_ID="<same@acme.example>"), to="desk@desk.example")
    receive(write(Message_ID="<same@acme.example>", From="gil@globex.example"))
    assert InboundMail.objects.count() == 2
    assert list(Ticket.objects.order_by("pk").values_list("customer__slug", flat=True)) == ["acme", "globex"]


def test_what_was_kept_and_not_filed_is_filed_by_the_care_loop(protocol, acme, write, at):
    from escalations.care import care
    from templates_app.inbound.store import receive

    receive(write().as_bytes(), at=at)
    assert not Ticket.objects.exists()
    assert care(at).mails == 1
    assert care(at).mails == 0
    assert Ticket.objects.count() == 1


def test_what_cannot_be_filed_waits_for_people(protocol, acme, write, receive):
    Severity.objects.all().delete()
    waits = receive(write())
    assert waits.state == State.QUARANTINED
    assert "log" in waits.reason


def test_a_file_that_may_not_in_is_named_and_the_words_stay(log_issue, write, receive, address):
    ticket = log_issue()
    mail = write("See", files={"run.exe": b"MZ\0\0", "notes.txt": b"fine"})
    receive(mail, to=address(ticket, "dana@acme.example"))
    event = ticket.events.get(kind=EventKind.CUSTOMER)
    assert "run.exe" in event.data["mail"]["refused"][0]
    assert [file.name for file in ticket.attachments.all()] == ["notes.txt"]


def test_more_files_than_an_issue_holds_do_not_stop_the_words(log_issue, write, receive, address):
    ticket = log_issue()
    for n in range(2):
        mail = write(f"Part {n}", files={f"{m}.txt": b"x" for m in range(15)}, Message_ID=f"<{n}@x>")
        receive(mail, to=address(ticket, "dana@acme.example"))
    assert replies(ticket) == ["Part 0", "Part 1"]
    assert ticket.attachments.count() == 20


def test_a_mail_without_a_word_still_says_something(log_issue, write, receive, address):
    ticket = log_issue()
    receive(write("", Subject="Screenshot"), to=address(ticket, "dana@acme.example"))
    assert "Screenshot" in replies(ticket)[0]


def test_what_was_ignored_keeps_its_words_for_good_and_its_files_for_a_month(write, receive, now, at, protocol):
    ignored = receive(write(Precedence="bulk"))
    now.minutes(31 * 24 * 60)
    from django.utils import timezone

    assert filing.tidy(timezone.now()) == 1
    ignored.refresh_from_db()
    assert ignored.raw is None
    assert ignored.text


@pytest.fixture
def auditor(db):
    return User.objects.create(username="audrey", first_name="Audrey", role=Role.AUDITOR)
