"""`@username` in a note calls somebody."""

import pytest

from config.templatetags.markdown import markdown, mentions
from contacts.models import User
from escalations.errors import Invalid
from templates_app.mail import compose
from templates_app.models import Notification


def told(kind="mentioned"):
    return sorted(Notification.objects.filter(kind=kind).values_list("to_address", flat=True))


def test_whoever_is_mentioned_is_told(log_issue, casey, bob, at):
    log_issue().note(text="@bob, do you know this certificate?", by=casey, at=at)
    message = Notification.objects.get(kind="mentioned")
    assert message.to_address == "bob@desk.example"
    mail = compose([message], at=at)
    assert mail.subject.endswith("– Casey mentions you")
    assert "do you know this certificate?" in mail.text


def test_names_in_capitals_are_meant_too(log_issue, casey, bob, at):
    log_issue().note(text="Ask @Bob.", by=casey, at=at)
    assert told() == ["bob@desk.example"]


def test_mentioning_oneself_tells_nobody(log_issue, casey, at):
    log_issue().note(text="@casey look at this tomorrow", by=casey, at=at)
    assert told() == []


def test_unknown_names_and_people_who_left_stay_text(log_issue, casey, bob, at):
    bob.is_active = False
    bob.save()
    ticket = log_issue()
    ticket.note(text="@bob and @nobody and dana@bob", by=casey, at=at)
    assert told() == []
    assert ticket.events.get(kind="note").data["mentions"] == {}


def test_one_person_mentioned_twice_gets_one_mail(log_issue, casey, bob, at):
    log_issue().note(text="@bob @bob @BOB", by=casey, at=at)
    assert told() == ["bob@desk.example"]


def test_a_crowd_is_refused_and_the_field_named(log_issue, casey, at):
    users = [User.objects.create(username=f"u{n}", email=f"u{n}@desk.example") for n in range(21)]
    ticket = log_issue()
    with pytest.raises(Invalid) as refused:
        ticket.note(text=" ".join(f"@{user.username}" for user in users), by=casey, at=at)
    assert "at most 20" in refused.value.fields["text"]
    assert not ticket.events.filter(kind="note").exists()


def test_a_mention_is_marked_where_the_note_is_shown(log_issue, casey, bob, at):
    html = markdown("@bob, see `@bob` and [@bob](https://a.example)", {"bob": "Bob"})
    assert html.count('<span class="mention" title="Bob">@bob</span>') == 1


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@bob.", ["bob"]),
        ("(@bob)", ["bob"]),
        ("@anna.maria-k, hi", ["anna.maria-k"]),
        ("bob@acme.example", []),
        ("/srv/@bob", []),
        ("@", []),
        ("@" * 5000, []),
    ],
)
def test_where_a_name_begins_and_ends(text, names):
    assert mentions(text) == names
