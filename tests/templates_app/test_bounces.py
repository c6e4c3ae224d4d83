"""Bounces as mail servers write them. The samples are made up in the manner of each server."""

from datetime import timedelta
from email import message_from_string, policy
from email.policy import compat32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.models import DeliveryReport
from templates_app.post import message_id
from templates_app.reports import bounces
from templates_app.reports.bounces import read_bounce
from tests.templates_app.outbox import NOW, Desk, queue

OURS = "<0f3c.ab12@desk.example>"


def report(status: str, returned: str, kind: str = "text/rfc822-headers", words: str = "Sorry.") -> str:
    return f"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: escalations@desk.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

{words}

--=_b
Content-Type: message/delivery-status

{status}
--=_b
Content-Type: {kind}

{returned}
--=_b--
"""


HEADERS = f"From: escalations@desk.example\nTo: vera@desk.example\nSubject: P1\nMessage-ID: {OURS}\n"
POSTFIX = report(
    """Reporting-MTA: dns; mx.example
X-Postfix-Queue-ID: 4XyZ1
Arrival-Date: Tue, 3 Nov 2026 06:51:03 +0000 (UTC)

Final-Recipient: rfc822; vera@desk.example
Original-Recipient: rfc822;vera@desk.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.desk.example
Diagnostic-Code: smtp; 550 5.1.1 <vera@desk.example>: Recipient address
    rejected: User unknown
""",
    HEADERS,
)
POSTFIX_LATE = report(
    """Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; vera@desk.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: X-Postfix; connect to mail.desk.example: Connection timed out
Will-Retry-Until: Sun, 8 Nov 2026 06:51:03 +0000
""",
    HEADERS,
)
EXIM = report(
    """Reporting-MTA: dns; exim.example

Action: failed
Final-Recipient: rfc822;vera@desk.example
Status: 5.0.0
Remote-MTA: dns; mail.desk.example
Diagnostic-Code: smtp; 550-5.7.1 blocked
 550 5.7.1 by our policy
""",
    HEADERS + "\nWhat was reported\n",
    kind="message/rfc822",
)
EXCHANGE = report(
    """Reporting-MTA: dns;AM0PR01MB1234.eurprd01.prod.example
Received-From-MTA: dns;mx.example
Arrival-Date: Tue, 3 Nov 2026 06:51:03 +0000

Final-Recipient: rfc822;vera@desk.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full; STOREDRV.Deliver
X-Display-Name: Vera Lind
""",
    f"Received: from mx.example\nSubject: P1\nMessage-ID:\n {OURS}\n",
)
GIVEN_UP = report(
    """Reporting-MTA: dns;mx.example

Original-Recipient: rfc822;vera@desk.example
Final-Recipient: rfc822;v.lind@elsewhere.example
Action: failed (expired)
Status: 4.4.7
""",
    HEADERS,
)
OLD_EXIM = f"""From: Mailer-Daemon@exim.example
To: escalations@desk.example
X-Failed-Recipients: vera@desk.example
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

  vera@desk.example
    SMTP error from remote mail server after RCPT TO:<vera@desk.example>:
    host mail.desk.example [192.0.2.1]: 550 5.1.1 unknown user

------ This is a copy of the message, including all the headers. ------

From: escalations@desk.example
Message-ID: {OURS}
Subject: P1
"""


@pytest.mark.parametrize(
    ("raw", "final", "status", "reason"),
    [
        (POSTFIX, True, "5.1.1", "User unknown"),
        (POSTFIX_LATE, False, "4.4.1", "timed out"),
        (EXIM, True, "5.0.0", "by our policy"),
        (EXCHANGE, True, "5.2.2", "mailbox full"),
        (GIVEN_UP, True, "4.4.7", "4.4.7"),
        (OLD_EXIM, True, "5.1.1", "unknown user"),
    ],
    ids=["postfix", "postfix-delayed", "exim", "exchange", "expired", "old-exim"],
)
@pytest.mark.parametrize("how", [policy.default, compat32], ids=["new", "old"])
def test_each_server_names_the_mail_the_address_and_why(raw, final, status, reason, how):
    bounce = read_bounce(message_from_string(raw, policy=how))
    assert bounce
    assert (bounce.final, bounce.recipient, bounce.status) == (final, "vera@desk.example", status)
    assert bounce.message_id == OURS
    assert reason in bounce.reason


@pytest.mark.parametrize(
    "raw",
    [
        "From: dana@acme.example\nSubject: Re: P1\n\nThank you.",
        POSTFIX.replace("Action: failed", "Action: delivered"),
        POSTFIX.replace("Message-ID", "X-Message"),
        "",
    ],
    ids=["a mail", "a success", "nobody knows which mail", "nothing"],
)
def test_other_mail_is_no_bounce(raw):
    assert read_bounce(message_from_string(raw, policy=policy.default)) is None


@given(st.sampled_from([POSTFIX, EXIM, OLD_EXIM]), st.data())
def test_no_spoilt_bounce_breaks_the_reader(raw, data):
    for _cut in range(3):
        at = data.draw(st.integers(0, len(raw)))
        raw = raw[:at] + data.draw(st.text(max_size=8)) + raw[at + data.draw(st.integers(0, 30)) :]
    read_bounce(message_from_string(raw, policy=policy.default))
    read_bounce(message_from_string(raw, policy=compat32))


@pytest.mark.django_db(transaction=True)
def test_a_bounce_counts_once_and_a_delay_changes_nothing(smtp, desk: Desk):
    row = queue(urgent=True)
    desk.deliver()
    read = {name: raw.replace(OURS, message_id(row.idem)) for name, raw in (("late", POSTFIX_LATE), ("out", POSTFIX))}
    for name, state, failed in (
        ("late", "sent", 0),
        ("out", "bounced", 1),
        ("out", "bounced", 1),
        ("late", "bounced", 1),
    ):
        bounce = read_bounce(message_from_string(read[name], policy=policy.default))
        assert bounce
        bounces.apply(bounce, NOW + timedelta(minutes=1), desk.tell_failed)
        row.refresh_from_db()
        assert (row.state, len(desk.failed)) == (state, failed)
    assert "User unknown" in row.reason
    assert DeliveryReport.objects.filter(notification=row).count() == 2
