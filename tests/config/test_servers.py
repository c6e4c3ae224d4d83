"""The tests' own tools do what the other tests believe of them."""

import smtplib
import socket
from email.message import EmailMessage

import pytest
import redis
from django.core.mail import send_mail
from django.db import connection

from tests.mailserver import MailServer


def test_redis_is_real_and_empty(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


@pytest.mark.django_db
def test_the_database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_mail_arrives(smtp: MailServer) -> None:
    send_mail("Hello", "text", "a@example.org", ["b@example.org"])
    [message] = smtp.to("b@example.org")
    assert isinstance(message, EmailMessage)
    assert message["Subject"] == "Hello"


def test_a_refused_address_is_an_error(smtp: MailServer) -> None:
    smtp.refuse("gone@example.org")
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send_mail("Hello", "text", "a@example.org", ["gone@example.org"])


def test_the_internet_is_out_of_reach() -> None:
    with socket.socket() as outside, pytest.raises(RuntimeError, match="may not connect"):
        outside.connect(("192.0.2.1", 80))
