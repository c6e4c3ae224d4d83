"""Two people write one post-mortem. On both databases, since a version is compared while its row is locked."""

from collections.abc import Callable
from datetime import datetime

from django.test import Client

from contacts.models import User
from escalations.models import Ticket


def test_two_people_at_once_the_second_sees_both_and_loses_nothing(
    desk: Client,
    signed_in: Callable[[User], Client],
    bob: User,
    casey: User,
    log_issue: Callable[..., Ticket],
    at: datetime,
) -> None:
    solved = log_issue()
    solved.resolve(root_cause="A full disk", solution="Cleared it", prevention="An alarm", by=casey, at=at)
    address = f"{solved.get_absolute_url()}review/"
    desk.post(address, {"version": 0, "do": "save", "summary": "Casey wrote this"})
    second = signed_in(bob)
    response = second.post(address, {"version": 0, "do": "save", "summary": "Bob wrote that"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Casey has changed this post-mortem meanwhile" in page
    assert "Casey wrote this" in page
    assert page.count("Bob wrote that") == 2, "in the comparison and in the form"
    assert 'name="version" value="1"' in page
    assert second.post(address, {"version": 1, "do": "save", "summary": "Both"}).status_code == 302
