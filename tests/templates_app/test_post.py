"""The envelope: headers that group and identify, and that nobody can add to."""

import smtplib
from email import message_from_bytes, policy

import pytest
from anymail.exceptions import AnymailRecipientsRefused
from hypothesis import given
from hypothesis import strategies as st

from templates_app import mail
from templates_app.outcomes import PutOff, Refused, Unreachable, outcome
from templates_app.plain import one_line
from templates_app.post import address, envelope, message_id
from tests.templates_app.outbox import context, message

ODD = "\r\nBcc: x@evil.example\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00\u202e"


def headers(*rows):
    return envelope(list(rows), mail.compose(list(rows))).message()


def test_the_message_id_is_the_same_each_time(settings):
    settings.DEFAULT_FROM_EMAIL = "Acme, Inc. <desk@acme.example>"
    row = message(idem="ab.12")
    assert headers(row)["Message-ID"] == headers(row)["Message-ID"] == "<ab.12@acme.example>"
    assert headers(row)["From"] == '"Acme, Inc." <desk@acme.example>'


def test_mails_about_one_ticket_hang_together():
    one, other = headers(message(kind="opened")), headers(message())
    assert one["References"] == other["References"] == "<esc-1047@127.0.0.1>"


def test_no_robot_answers_but_bounces_come_back():
    sent = headers(message(urgent=True))
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["List-Id"]
    assert sent["Importance"] == "high"
    assert "NDR" not in sent["X-Auto-Response-Suppress"].split(", ")


def test_what_a_person_wrote_to_a_customer_is_not_marked_as_a_robot_s():
    sent = headers(message(kind="customer", subject="Hello", text="Hello", context={"number": "ESC-1"}))
    assert sent["Auto-Submitted"] is None
    assert sent["List-Id"] is None


def test_no_header_can_be_smuggled_in():
    row = message(to_name=f"Vera{ODD}", context=context(subject=f"Down{ODD}", by=ODD, reason=ODD))
    row.context["customer"]["name"] += ODD
    sent = headers(row)
    assert sent["Bcc"] is None
    raw = sent.as_bytes().partition(b"\n\n")[0].decode()
    assert not [line for line in raw.splitlines() if line.lower().startswith("bcc")]
    assert envelope([row], mail.compose([row])).recipients() == [f'"Vera Bcc: x@evil.example" <{row.to_address}>']


@given(st.text(max_size=60))
def test_any_name_is_one_recipient(name):
    row = message(to_name=name)
    sent = envelope([row], mail.Mail("s", "t", "h")).message()
    assert sent["To"].count("vera@desk.example") == 1
    assert "\n" not in sent["To"].replace("\n ", "")


@given(st.text(min_size=1, max_size=120))
def test_any_key_makes_a_message_id(idem):
    made = message_id(idem)
    assert made.count("@") == made.count("<") == made.count(">") == 1
    assert made.isascii()
    assert " " not in made


@pytest.mark.parametrize("bad", ["", "x", "a@b@c", "a b@c", "a@b,c@d", "a@b\nBcc: c@d", "<a@b>", "a@b;c", "a\u2028@b"])
def test_what_is_not_one_address_is_refused(bad):
    with pytest.raises(Refused):
        address("Name", bad)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), Refused),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"later")}), PutOff),
        (smtplib.SMTPRecipientsRefused({"a": (421, b"closing")}), Unreachable),
        (smtplib.SMTPSenderRefused(550, b"not you", "us"), Unreachable),
        (smtplib.SMTPSenderRefused(552, b"too big", "us"), Refused),
        (smtplib.SMTPSenderRefused(451, b"later", "us"), PutOff),
        (smtplib.SMTPDataError(554, b"spam"), Refused),
        (smtplib.SMTPDataError(451, b"later"), PutOff),
        (smtplib.SMTPAuthenticationError(535, b"who"), Unreachable),
        (smtplib.SMTPServerDisconnected("gone"), Unreachable),
        (ConnectionRefusedError(111, "refused"), Unreachable),
        (TimeoutError("timed out"), Unreachable),
        (AnymailRecipientsRefused(), Refused),
        (UnicodeEncodeError("ascii", "é", 0, 1, "no"), Refused),
        (RuntimeError("?"), PutOff),
    ],
)
def test_what_an_error_means(error, expected):
    assert type(outcome(error)) in (expected, *expected.__subclasses__())


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_subject_arrives_and_starts_on_the_line_of_its_header(text):
    sent = envelope([message()], mail.Mail(f"[P1] –{text}", "t", "h")).message().as_bytes()
    assert sent.count(b"\nSubject: =?utf-8?b?") == 1
    assert max(len(line) for line in sent.partition(b"\n\n")[0].splitlines()) <= 78
    arrived = message_from_bytes(sent, policy=policy.default)["Subject"]
    assert arrived == one_line(f"[P1] –{text}")
