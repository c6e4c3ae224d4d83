"""The fault drill: real PostgreSQL, Redis and mail server, two beats and four workers, and something is killed again
and again while issues breach. Afterwards the database and the mailbox say what was lost, late or doubled.

`SEED`, `KILLS` and `ESCALATIONS` are honoured, and `REDIS_DOWN`: for so many seconds in the middle there is no Redis.
The last line is JSON.
"""

import json
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

SEED = int(os.environ.get("SEED", "1"))
KILLS = int(os.environ.get("KILLS", "10"))
ESCALATIONS = int(os.environ.get("ESCALATIONS", "120"))
REDIS_DOWN = int(os.environ.get("REDIS_DOWN", "0"))
LATE = timedelta(seconds=20)
FIRST_BREACH, SPREAD = 20, max(30, KILLS * 4, REDIS_DOWN)  # seconds from the start, and over how long they come
PATIENCE = 90  # seconds after the last breach

CREW = {
    "beat-1": "beat",
    "beat-2": "beat",
    "engine-1": "worker -Q engine -c 2 -n engine1@drill",
    "engine-2": "worker -Q engine -c 2 -n engine2@drill",
    "mail-1": "worker -Q mail,jobs -c 2 -n mail1@drill",
    "mail-2": "worker -Q mail,jobs -c 2 -n mail2@drill",
}


def main() -> int:
    from tests import mailserver, real

    folder = Path(tempfile.mkdtemp(prefix="switchback-chaos-"))
    postgres, redis, mail = real.postgres(), real.redis(), mailserver.MailServer()
    mail.start()
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"postgres://postgres@127.0.0.1:{postgres.port}/postgres",
        "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
        "SECRET_KEY": "only-for-the-drill-" * 4,
        "DEMO": "0",
        "VAR_DIR": str(folder),
    }
    crew: dict[str, subprocess.Popen[bytes]] = {}
    try:
        prepare_desk()
        crew.update({name: start(name, folder) for name in CREW})
        wait_for_the_first_sweep()
        issues = log_issues()
        outage = threading.Thread(target=without_redis, args=(redis,))
        outage.start()
        kills = disturb(crew, folder)
        outage.join()
        wait_until_quiet(issues)
        print(json.dumps(verdict(issues, kills, mail)))
        return 0
    finally:
        for process in crew.values():
            stop(process)
        mail.stop()
        redis.stop()
        postgres.stop()


# --- the desk ---------------------------------------------------------------------------------------------------------


def prepare_desk() -> None:
    import django

    django.setup()
    logging.disable(logging.INFO)
    from django.core.management import call_command

    from contacts.models import Contact, Customer, User

    call_command("migrate", verbosity=0)
    call_command("load_protocol", verbosity=0)
    for contact in Contact.objects.all():
        contact.name, contact.email = f"Person {contact.level}", f"level-{contact.level}@drill.example"
        contact.save()
    # An owner each: at most one mail a minute goes to one person, which would fold the very mails that are counted.
    User.objects.bulk_create(
        [User(username=f"owner-{n}", email=f"owner-{n}@drill.example") for n in range(ESCALATIONS)]
    )
    Customer.objects.create(slug="drill", name="Drill Ltd")


def log_issues() -> list[Any]:
    """P1 issues whose response clocks breach one after another, the first in a moment."""
    from django.utils import timezone

    from contacts.models import Customer, User
    from escalations.models import Severity, Ticket

    customer, severity = Customer.objects.get(), Severity.objects.get(pk="P1")
    start_at, issues = timezone.now(), []
    for number, owner in enumerate(User.objects.order_by("pk")):
        breach_in = timedelta(seconds=FIRST_BREACH + SPREAD * number / ESCALATIONS)
        issues.append(
            Ticket.objects.open(
                customer=customer,
                subject=f"Drill {number}",
                severity=severity,
                by=owner,
                owner=owner,
                at=timezone.now(),
                reported_at=start_at + breach_in - timedelta(minutes=15),
            )
        )
    return issues


# --- the trouble ------------------------------------------------------------------------------------------------------


def start(name: str, folder: Path) -> subprocess.Popen[bytes]:
    log = (folder / f"{name}.log").open("ab")
    command = [sys.executable, "-m", "celery", "-A", "config", *CREW[name].split()]
    # A session of its own: kill -9 of the group takes a prefork worker's children along, as a lost machine would.
    return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def stop(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for_the_first_sweep() -> None:
    from escalations.models import Heartbeat

    end = time.monotonic() + 60
    while not Heartbeat.objects.filter(pk="sweep").exists():
        if time.monotonic() > end:
            raise RuntimeError("the crew does not sweep")
        time.sleep(0.2)


def disturb(crew: dict[str, subprocess.Popen[bytes]], folder: Path) -> int:
    """Kill somebody, let a moment pass, put a new one there; as often as asked."""
    chance = random.Random(SEED)
    pause = (FIRST_BREACH + SPREAD) / max(KILLS, 1)
    for number in range(KILLS):
        time.sleep(pause * chance.uniform(0.6, 1.0))
        name = chance.choice(sorted(CREW))
        stop(crew[name])
        print(f"kill {number + 1}: {name}", flush=True)
        time.sleep(pause * 0.2)
        crew[name] = start(name, folder)
    return KILLS


def without_redis(redis: Any) -> None:
    if not REDIS_DOWN:
        return
    from tests import real

    time.sleep(FIRST_BREACH / 2)
    redis.stop()
    print(f"Redis is away for {REDIS_DOWN} s", flush=True)
    time.sleep(REDIS_DOWN)
    again = real.redis(port=redis.port)
    redis.stop = again.stop
    print("Redis is back", flush=True)


def wait_until_quiet(issues: list[Any]) -> None:
    """Until every breach has happened and no message of these issues waits, or patience ends."""
    from django.utils import timezone

    from escalations.models import Event
    from templates_app.models import Notification

    last = max(issue.reported_at for issue in issues) + timedelta(minutes=15, seconds=PATIENCE)
    while timezone.now() < last:
        breached = Event.objects.filter(key="breach", clock__kind="response").count()
        if breached == len(issues) and not Notification.objects.filter(state="queued").exists():
            return
        time.sleep(1)


# --- the verdict ------------------------------------------------------------------------------------------------------


def verdict(issues: list[Any], kills: int, mail: Any) -> dict[str, int]:
    """`lost`: a breach, its escalation or a message that did not happen. `late`: a breach recorded, or its escalation
    sent, more than 20 s after it was due; everybody gets one mail a minute, so all but a first may wait that long.
    `doubled_mails`: accepted by the mail server more than once."""
    from django.db.models import F

    from escalations.models import Escalation, Event
    from templates_app.bundling import GAP
    from templates_app.models import Notification

    breaches = Event.objects.filter(key="breach", clock__kind="response")
    climbs = Escalation.objects.filter(level="4")
    told = Notification.objects.filter(kind="escalated")
    lost = sum(len(issues) - rows.count() for rows in (breaches, climbs, told.filter(state="sent")))
    lost += Notification.objects.filter(state="dead").count()
    late = breaches.filter(at__gt=F("due_at") + LATE).count()
    late += told.filter(sent_at__gt=F("due_at") + LATE + GAP).count()
    keys = Counter(Event.objects.exclude(key="").values_list("clock", "cycle", "key"))
    rungs = Counter(Escalation.objects.values_list("ticket", "level"))
    ids = Counter(str(message["Message-ID"]) for message in mail.messages)
    rows = Counter(Notification.objects.values_list("about", "to_address", "kind", "level", "due_at"))
    return {
        "escalations": climbs.count(),
        "kills": kills,
        "lost": lost,
        "late": late,
        "doubled_events": _extra(keys) + _extra(rungs),
        "doubled_mails": _extra(ids) + _extra(rows),
    }


def _extra(counted: Counter[Any]) -> int:
    return sum(count - 1 for count in counted.values())


if __name__ == "__main__":
    sys.exit(main())
