"""Whatever comes in: nothing breaks, nothing is lost, nothing reaches another customer."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.models import Customer
from escalations.models import Ticket
from templates_app.models import InboundMail
from tests.escalations.inbound.mutants import mutated, throw


@settings(
    max_examples=10, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # fmt: skip
@given(seed=st.integers(0, 2**32))
def test_any_mail_is_taken_and_stands_somewhere(log_issue: Any, acme: Customer, tmp_path: Any, seed: int) -> None:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 23, 10, tzinfo=UTC)
    ticket = Ticket.objects.first() or log_issue()
    found = throw(mutated(ticket, "dana@acme.example", seed=seed, count=8), at=at)
    assert found.thrown == found.kept
    assert not InboundMail.objects.filter(state="received").exists()
    assert not Ticket.objects.exclude(customer=acme).exists()
