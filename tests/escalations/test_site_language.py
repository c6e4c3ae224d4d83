"""Whoever presses the button in German: what others read is in the site's language."""

from typing import Any

import pytest
from django.utils import translation

from contacts.models import User
from escalations.errors import NotAllowed
from templates_app.models import Notification

pytestmark = pytest.mark.django_db


def test_the_customer_reads_the_sites_language(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue()
    with translation.override("de"):
        ticket.send_update(summary="Rolled back.", next_steps="We watch it.", by=casey, at=at)
    text = Notification.objects.get(kind="customer").text
    assert "November" in text
    assert "in Arbeit" not in text


def test_colleagues_and_the_record_do_too(log_issue: Any, casey: User, bob: User, at: Any) -> None:
    ticket = log_issue()
    with translation.override("de"):
        ticket.assign(owner=bob, by=casey, at=at)
    assert Notification.objects.get(kind="assigned").context["status_label"] == "New"


def test_a_reader_who_chose_german_gets_german(log_issue: Any, casey: User, bob: User, at: Any) -> None:
    User.objects.filter(pk=bob.pk).update(language="de")
    log_issue().assign(owner=User.objects.get(pk=bob.pk), by=casey, at=at)
    assert Notification.objects.get(kind="assigned").context["language"] == "de"


def test_a_refusal_is_for_the_person_who_tried(log_issue: Any, casey: User, at: Any) -> None:
    ticket = log_issue()
    ticket.acknowledge(by=casey, at=at)
    with translation.override("de"), pytest.raises(NotAllowed) as refused:
        ticket.acknowledge(by=casey, at=at)
    assert "Bestätigt" in refused.value.message or "beantwortet" in refused.value.message
