"""What a browser loads the first time: page, styles, scripts, font and pictures, compressed as they are served."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from contacts.models import Customer, User
from escalations.models import Heartbeat, Severity, Ticket

HEAVIEST = 80_000  # bytes
LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')
IN_STYLES = re.compile(r"url\([\"']?([^\"')]+)")


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    """Static files as a deployment has them: fingerprinted, joined, compressed."""
    settings.STORAGES = django_settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=["rest_framework", "admin"])
    return settings.STATIC_ROOT


@pytest.fixture
def desk(db: None) -> Client:
    """A person with as many issues as a page of the queue shows."""
    call_command("load_protocol", verbosity=0)
    Heartbeat.objects.create(name="sweep", at=timezone.now())
    casey = User.objects.create(username="casey", first_name="Casey", last_name="Berg", email="casey@desk.example")
    for n in range(50):
        customer = Customer.objects.create(slug=f"customer-{n}", name=f"Customer {n} Industries", tier="Gold")
        _log(n, customer, casey)
    client = Client(headers={"Accept-Encoding": "gzip"})
    client.force_login(casey)
    return client


def _log(n: int, customer: Customer, casey: User) -> None:
    severity = Severity.objects.get(pk=f"P{n % 4 + 1}")
    subject = f"Invoices of run {n * 7919} are late for everybody in the {n}th region"
    Ticket.objects.open(
        customer=customer, subject=subject, description=f"Since this morning. {subject} " * 5, severity=severity,
        by=casey, owner=casey, at=timezone.now(),
    )  # fmt: skip


@pytest.mark.once
def test_a_first_visit_loads_eighty_kilobytes_at_most(collected: Path, desk: Client) -> None:
    ticket = Ticket.objects.latest("pk").get_absolute_url()
    for page in ("/", "/tickets/", "/tickets/new/", "/customers/", "/dashboard/", ticket):
        weights = _weights(collected, desk, page)
        assert sum(weights.values()) <= HEAVIEST, (page, weights)


def _weights(collected: Path, desk: Client, page: str) -> dict[str, int]:
    """By what is loaded."""
    response = desk.get(page)
    assert response.status_code == 200
    assert response["Content-Encoding"] == "gzip"
    html = gzip.decompress(response.content).decode()
    # Nobody prints on the first visit: that sheet waits until the page stands.
    wanted = {path for path in LINKED.findall(html) if "/print" not in path}
    inner = {path for sheet in wanted if sheet.endswith(".css") for path in _of(collected, sheet)}
    return {"html": len(response.content)} | {path: _sent(collected, path) for path in sorted(wanted | inner)}


def _of(root: Path, sheet: str) -> set[str]:
    """What a style sheet loads: the font."""
    file = root / sheet.removeprefix("/static/")
    inside = (
        file.parent / address for address in IN_STYLES.findall(file.read_text()) if not address.startswith("data:")
    )
    return {f"/static/{path.resolve().relative_to(root.resolve())}" for path in inside}


def _sent(root: Path, path: str) -> int:
    """As WhiteNoise sends it to a browser that takes Brotli: compressed, where that is smaller."""
    file = root / path.removeprefix("/static/")
    forms = [file, file.with_name(f"{file.name}.gz"), file.with_name(f"{file.name}.br")]
    return min(form.stat().st_size for form in forms if form.exists())
