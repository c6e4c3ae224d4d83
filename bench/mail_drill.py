"""The mail drill: P1 issues breach while the mail server answers 451, refuses addresses, is away, is slow, or hangs up
in the middle of a message. Real PostgreSQL, real SMTP dialogues; only the hours in between are skipped.

Then a thousand P1 issues breach within a minute, and nobody may get more than one mail a minute. At last ten thousand
mutated mails and webhook bodies come in. `SEED`, `MAILS` (breaches under faults, 200), `MUTANTS` (10,000) and `PARTS`
(faults,flood,mutants) are honoured. Each part prints a line of JSON; the exit code is 1 where something was lost,
doubled or not as promised.
"""

import asyncio
import json
import logging
import os
import random
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from tests import mailserver, real

SEED = int(os.environ.get("SEED", "1"))
BREACHES = int(os.environ.get("MAILS", "200"))
PARTS = os.environ.get("PARTS", "faults,flood,mutants").split(",")
MUTANTS = int(os.environ.get("MUTANTS", "10000"))
FLOOD = 1000
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SLOW = 30  # seconds; the client gives up after five
FATES = {"accepted": 60, "451": 22, "hung up": 12, "slow": 1}


class FaultyServer(mailserver.MailServer):
    """Each message's fate is drawn; a mail that was put off is drawn anew. `seen` are (recipient, Message-ID, fate)."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = random.Random(SEED)
        self.faulty = True
        self.seen: list[tuple[str, str, str]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        from email import message_from_bytes

        fate = self.chance.choices(list(FATES), list(FATES.values()))[0] if self.faulty else "accepted"
        name = str(message_from_bytes(envelope.content)["Message-ID"]).strip()
        self.seen += [(to.lower(), name, fate) for to in envelope.rcpt_tos]
        if fate == "451":
            return "451 4.3.0 try again later"
        if fate == "hung up":
            server.transport.close()
            return "421 gone"
        if fate == "slow":
            await asyncio.sleep(SLOW)
        return await super().handle_DATA(server, session, envelope)


def main() -> int:
    postgres, mail = real.postgres(), FaultyServer()
    mail.start()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{postgres.port}/postgres",
        "INBOUND_ADDRESS": "desk@desk.example",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}?timeout=5",
        "SECRET_KEY": "only-for-the-drill-" * 4,
        "DEMO": "0",
        "VAR_DIR": tempfile.mkdtemp(prefix="switchback-mail-drill-"),
    }
    try:
        prepare()
        drills = {"faults": lambda: under_faults(mail), "flood": lambda: in_a_flood(mail), "mutants": mutants}
        parts = [drills[name]() for name in PARTS]
        return int(any(part["wrong"] for part in parts))
    finally:
        mail.stop()
        postgres.stop()


def prepare() -> None:
    """A full matrix: two positions on every rung, of which the first of level 3 and of Technical do not exist."""
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.core.management import call_command

    from contacts.models import Contact, Customer

    call_command("migrate", verbosity=0)
    call_command("load_protocol", verbosity=0)
    for contact in list(Contact.objects.all()):
        contact.name, contact.email = f"Person {contact.level}", f"level-{contact.level}@drill.example"
        contact.save()
        Contact.objects.create(
            level=contact.level,
            title=contact.title,
            position=1,
            name="Backup",
            email=f"backup-{contact.level}@drill.example",
        )
    Customer.objects.create(slug="drill", name="Drill Ltd")


def log(count: int, start: datetime, apart: timedelta, prefix: str) -> list[Any]:
    from contacts.models import Customer, User
    from escalations.models import Severity, Ticket

    owners = User.objects.bulk_create(
        [User(username=f"{prefix}-{n}", email=f"{prefix}-{n}@drill.example") for n in range(count)]
    )
    customer, severity = Customer.objects.get(slug="drill"), Severity.objects.get(pk="P1")
    return [
        Ticket.objects.open(
            customer=customer, subject=f"{prefix} {n}", severity=severity, by=owner, owner=owner, at=start + n * apart
        )
        for n, owner in enumerate(owners)
    ]


def run(start: datetime, until: datetime, step: timedelta = 5 * SECOND, each: Any = None) -> None:
    """As beat would: a sweep and a delivery every few seconds, of hours in which nothing real is waited for."""
    from escalations.care import care
    from escalations.delivery import deliver
    from escalations.sweep import sweep

    at = start
    while at <= until:
        sweep(at)
        deliver(at)
        if each:
            each(at)
        if not (at - start) % MINUTE:
            care(at)
        at += step


def under_faults(mail: FaultyServer) -> dict[str, Any]:
    """`lost`: rungs whose escalation reached nobody. `renamed`: mails that were put off and came under another name."""
    from escalations.models import Escalation
    from templates_app.models import Notification

    mail.refuse("level-3@drill.example")
    mail.refuse("level-technical@drill.example")
    log(BREACHES, START, 3 * SECOND, "owner")
    away = START + 6 * MINUTE, START + 9 * MINUTE

    def come_and_go(at: datetime) -> None:
        if at == away[0]:
            mail.stop()
        elif at == away[1]:
            mail.start()

    run(START, START + timedelta(minutes=40), each=come_and_go)
    mail.faulty = False
    run(START + timedelta(minutes=40), START + timedelta(hours=5), step=MINUTE)

    accepted = {(to, name) for to, name, fate in mail.seen if fate == "accepted"}
    rows = {row.pk: row for row in Notification.objects.select_related("bundled_into")}
    reached: dict[int, set[str]] = defaultdict(set)
    for row in rows.values():
        lead = row.bundled_into or row
        if row.state == "sent" and (lead.to_address.lower(), name_of(lead)) in accepted:
            for key in row.context.get("escalations", []):
                reached[key].add(row.to_address)
    escalations = list(Escalation.objects.values_list("pk", flat=True))
    lost = [key for key in escalations if key not in reached]
    given_up = {name_of(row) for row in rows.values() if row.state in ("dead", "cancelled", "bounced")}
    put_off = {(to, name) for to, name, fate in mail.seen if fate != "accepted"}
    renamed = {pair for pair in put_off - accepted if pair[1] not in given_up}
    unknown = {name for _to, name, _fate in mail.seen} - {name_of(row) for row in rows.values()}
    twice = sum(n - 1 for n in Counter(p for p in mail.seen if p[2] == "accepted").values())
    return said(
        {
            "part": "faults",
            "escalations": len(escalations),
            "mails": sum(fate == "accepted" for _to, _name, fate in mail.seen),
            "faults": dict(Counter(fate for _to, _name, fate in mail.seen if fate != "accepted")),
            "refused_for_good": sum(row.state == "dead" for row in rows.values()),
            "queued": sum(row.state == "queued" for row in rows.values()),
            "lost": len(lost),
            "renamed": len(renamed),
            "unknown": len(unknown),
            "doubled": twice,
        },
        "queued",
        "lost",
        "renamed",
        "unknown",
    )


def in_a_flood(mail: FaultyServer) -> dict[str, Any]:
    """`most`: the most mails that one person of the matrix got within any minute."""
    from contacts.models import Contact
    from escalations.models import Ticket
    from templates_app.models import Notification

    start = START + timedelta(days=2)
    for ticket in Ticket.objects.open_ones().select_related("owner"):
        ticket.resolve(root_cause="a", solution="b", prevention="c", by=ticket.owner, at=start - MINUTE)
    mail.accept("level-3@drill.example")
    mail.accept("level-technical@drill.example")
    Contact.objects.update(unreachable_since=None, unreachable_reason="")
    tickets = log(FLOOD, start, 60 * SECOND / FLOOD, "flood")
    run(start, start + timedelta(minutes=25))
    numbers = {ticket.number for ticket in tickets}
    rows = Notification.objects.filter(about__in=numbers, state="sent", to_address__startswith="level-")
    times: dict[str, list[datetime]] = defaultdict(list)
    covered: dict[str, set[str]] = defaultdict(set)
    for row in rows.select_related("bundled_into"):
        covered[row.to_address].add(row.about)
        if row.bundled_into_id is None:
            times[row.to_address].append(row.sent_at)
    return said(
        {
            "part": "flood",
            "breaches": len(tickets),
            "mails": {to.partition("@")[0]: len(each) for to, each in sorted(times.items())},
            "covered": {to.partition("@")[0]: len(each) for to, each in sorted(covered.items())},
            "over_one_a_minute": sum(most_in_a_minute(each) > 1 for each in times.values()),
            "not_told": sum(len(numbers - each) for each in covered.values()),
            "nobody": int(len(covered) < 4),
        },
        "over_one_a_minute",
        "not_told",
        "nobody",
    )


def most_in_a_minute(times: list[datetime]) -> int:
    ordered = sorted(times)
    return max((sum(at <= other < at + MINUTE for other in ordered[n:]) for n, at in enumerate(ordered)), default=0)


def mutants() -> dict[str, Any]:
    """Whatever comes in is kept, nothing breaks, and nothing is opened for, or heard from, anybody but the customer
    whose sender the mail named."""
    from contacts.models import Customer, CustomerContact
    from escalations.models import Ticket
    from templates_app.models import InboundMail
    from tests.escalations.inbound import mutants as thrown

    at = START + timedelta(days=3)
    theirs = Customer.objects.create(slug="theirs", name="Theirs Ltd", domains=["theirs.example"])
    CustomerContact.objects.create(customer=theirs, name="Dana", email="dana@theirs.example")
    [ticket] = log(1, at, SECOND, "mutant")
    Ticket.objects.filter(pk=ticket.pk).update(customer=theirs, reporter_email="dana@theirs.example")
    broke = 0
    try:
        found = thrown.throw(thrown.mutated(ticket, "dana@theirs.example", seed=SEED, count=MUTANTS), at=at)
    except Exception as error:
        broke, found = 1, thrown.Found()
        print(f"broke: {error!r}")
    filed = InboundMail.objects.filter(state="filed").exclude(about="")
    pairs = {(mail.about, mail.from_address.lower().rpartition("@")[2]) for mail in filed}
    wrong = sum(
        Ticket.objects.by_number(about).customer_id != theirs.pk or host != "theirs.example" for about, host in pairs
    )
    return said(
        {
            "part": "mutants",
            "mails": found.thrown,
            "states": dict(Counter(InboundMail.objects.values_list("state", flat=True))),
            "failed": broke + webhooks_that_broke(),
            "lost": found.thrown - found.kept,
            "wrong_customer": wrong,
        },
        "failed",
        "lost",
        "wrong_customer",
    )


def webhooks_that_broke() -> int:
    """A tenth as many mutated reports and mails of a provider through the real doors: how many answers were a 500."""
    import base64

    from django.conf import settings
    from django.test import Client

    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"WEBHOOK_SECRET": "desk:drill", "POSTMARK_SERVER_TOKEN": "x"}
    login = {"HTTP_AUTHORIZATION": f"Basic {base64.b64encode(b'desk:drill').decode()}"}
    chance, client = random.Random(SEED), Client(raise_request_exception=False, SERVER_NAME="127.0.0.1")
    report = {
        "RecordType": "Bounce",
        "ID": 42,
        "Type": "HardBounce",
        "MessageID": "a",
        "Email": "a@b.example",
        "BouncedAt": "2026-11-23T10:00:00Z",
    }
    mail = {
        "FromFull": {"Email": "dana@theirs.example", "Name": "D"},
        "ToFull": [],
        "Subject": "x",
        "Headers": [],
        "TextBody": "y",
    }
    broke = 0
    for number in range(MUTANTS // 10):
        door, body = chance.choice([("tracking", report), ("inbound", mail)])
        raw = bytearray(json.dumps(body | {"MessageID": str(number)}).encode())
        for _turn in range(chance.randrange(6)):
            place = chance.randrange(len(raw))
            raw[place : place + chance.randrange(4)] = bytes(chance.randrange(256) for _ in range(chance.randrange(4)))
        answer = client.post(f"/mail/postmark/{door}/", bytes(raw), content_type="application/json", **login)
        broke += answer.status_code >= 500
    return broke


def name_of(row: Any) -> str:
    from templates_app.post import message_id

    return message_id(row.idem)


def said(found: dict[str, Any], *must_be_nothing: str) -> dict[str, Any]:
    """Prints what was found, and whether anything of it must not be."""
    found["wrong"] = sum(found[name] for name in must_be_nothing)
    print(json.dumps(found), flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
