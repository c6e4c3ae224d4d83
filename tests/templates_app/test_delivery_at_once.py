"""Several deliverers at once, and one that is killed."""

import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections

from templates_app.models import Notification
from tests.mailserver import MailServer
from tests.templates_app.outbox import NOW, Desk, message, queue

pytestmark = pytest.mark.django_db(transaction=True)


def deliver_in_threads(number: int, desk: Desk, limit: int = 200) -> list[int]:
    def one_pass(_: int) -> int:
        try:
            return desk.deliver(limit=limit).sent
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one_pass, range(number)))


def test_four_deliverers_send_each_message_once(smtp: MailServer, desk: Desk):
    Notification.objects.bulk_create(message(f"p{n}@desk.example") for n in range(200))
    assert sum(deliver_in_threads(4, desk, limit=20)) == 200
    assert set(Counter(mail["Message-ID"] for mail in smtp.messages).values()) == {1}
    assert len(smtp.messages) == 200
    assert Counter(desk.sent) == Counter(Notification.objects.values_list("pk", flat=True))


def test_four_deliverers_send_one_mail_a_minute_to_one_person(smtp: MailServer, desk: Desk):
    Notification.objects.bulk_create(message() for _ in range(100))
    deliver_in_threads(4, desk, limit=5)
    assert len(smtp.messages) == 1
    desk.deliver(NOW + timedelta(minutes=1))
    assert Notification.objects.filter(state="sent").count() == 100
    assert len(smtp.messages) <= 2


@pytest.mark.parametrize("dies_at", [1, 3, 5])
def test_a_killed_process_loses_nothing_and_doubles_one_mail_with_the_same_id(smtp: MailServer, desk: Desk, dies_at):
    rows = [queue(f"p{n}@desk.example") for n in range(5)]
    died = deliver_in_a_process(smtp, dies_at)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert len(smtp.messages) == dies_at
    assert desk.deliver(NOW + timedelta(seconds=119)).sent == 0
    assert desk.deliver(NOW + timedelta(seconds=120)).sent == 5 - dies_at + 1
    ids = Counter(mail["Message-ID"].strip("<>").partition("@")[0] for mail in smtp.messages)
    assert ids == Counter([*(row.idem for row in rows), rows[dies_at - 1].idem])


def deliver_in_a_process(smtp: MailServer, dies_at: int) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp.port}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-m", "tests.templates_app.killed", NOW.isoformat(), str(dies_at)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)


def database_url() -> str:
    where = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{where['NAME']}"
    return f"postgres://{where['USER']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
