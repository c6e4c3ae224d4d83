"""Who is asked to sign is told, by mail and in the app; whoever began the draft hears how it goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta

from contacts.models import User
from escalations.models.version import Office, ProtocolVersion
from escalations.protocol import versions
from templates_app.mail import compose
from templates_app.models import Notification


def told(person: User) -> list[str]:
    return [
        row.context["what"] for row in Notification.objects.filter(user_id=person.pk, kind="protocol").order_by("pk")
    ]


def test_the_asked_and_the_one_who_began_it_are_told(
    draft: Callable[..., ProtocolVersion],
    sign: Callable[..., ProtocolVersion],
    people: list[User],
    manager: User,
    at: datetime,
) -> None:
    vera, admin, _manager = people
    made = draft(effective_at=at + timedelta(hours=1))
    versions.ask(made, Office.VP, vera, by=manager, at=at)
    versions.ask(made, Office.VP, vera, by=manager, at=at)
    assert told(vera) == ["asked"]
    message = Notification.objects.get(user_id=vera.pk)
    mail = compose([message], at=at)
    assert "read and sign" in mail.subject
    assert f"/protocol/versions/{made.pk}/" in mail.text
    assert all(word in mail.text for word in ("VP of Customer Success", "Morgan", "Faster"))
    made = sign(made, 2)
    made = versions.edit(made, made.content | {"notes": "More"}, by=manager, at=at, edits=made.edits)
    assert (told(vera), told(admin)) == (["asked", "again"], ["asked", "again"])
    made = sign(made)
    assert told(manager) == ["asked", "signed"]
    other = draft("5m")
    sign(other)  # which overtakes it
    assert told(manager)[-2:] == ["in_force", "overtaken"]
    versions.withdraw(made, by=manager, at=at)
    assert told(vera)[-1] == "withdrawn"
    for row in Notification.objects.filter(kind="protocol"):
        words = compose([row], at=at)
        assert words.subject
        assert f"/protocol/versions/{row.context['path'].split('/')[-2]}/" in words.html
