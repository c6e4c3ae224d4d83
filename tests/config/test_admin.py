"""The stock administration opens everywhere, and a corrected address may be mailed again."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact, User


@pytest.fixture
def root(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("root", "root@desk.example", "x"))
    return client


def test_every_list_and_form_opens(root: Client) -> None:
    for model, site in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert root.get(reverse(f"{name}_changelist")).status_code == 200, model
        expected = 200 if site.has_add_permission(type("R", (), {"user": User.objects.get()})()) else 403
        assert root.get(reverse(f"{name}_add")).status_code == expected, model


def test_a_corrected_address_is_tried_again(root: Client) -> None:
    contact = Contact.objects.create(
        level="4", title="CCO", name="Ines", email="old@desk.example", unreachable_since=timezone.now()
    )
    form = {"level": "4", "title": "CCO", "name": "Ines", "email": "new@desk.example", "position": "0"}
    inline = {"absences-TOTAL_FORMS": "0", "absences-INITIAL_FORMS": "0"}
    answer = root.post(reverse("admin:contacts_contact_change", args=[contact.pk]), form | inline)
    assert answer.status_code == 302
    contact.refresh_from_db()
    assert contact.unreachable_since is None
