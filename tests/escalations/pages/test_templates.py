"""The editor of templates: reading, saving with versions, two people at once, languages, archive."""

import re

import pytest

from templates_app.editor.saving import create_template
from templates_app.models import CommunicationTemplate, Notification
from tests.escalations.pages.test_queue import count_queries
from tests.escalations.pages.test_ticket import act

pytestmark = pytest.mark.once  # forms, words and rights; test_query_budget reads every page on both

UPDATE = "/templates/status-update/"


@pytest.fixture
def morgan(db, team):
    from contacts.models import User

    return User.objects.create(
        username="morgan", first_name="Morgan", email="morgan@desk.example", role="manager", team=team
    )


@pytest.fixture
def manager(signed_in, morgan, log_issue):
    log_issue()
    return signed_in(morgan)


@pytest.fixture
def own(protocol, at):
    words = {"name": "Maintenance", "subject": "Tonight", "body": "Hello {{contact_name}}"}
    return create_template(wording=words, by="Morgan", at=at)


def filled(client, address, **changed):
    """What a browser would send: every field of the form, with some of them changed."""
    form = client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in given.items()} | changed


def template(slug="status-update"):
    return CommunicationTemplate.objects.get(slug=slug)


def test_everybody_reads_and_managers_change(desk, signed_in, auditor, manager):
    for client in (desk, signed_in(auditor)):
        html = client.get("/templates/").content.decode()
        assert "Status update" in html
        assert "English, Deutsch" in html
        assert "New template" not in html
        page = client.get(UPDATE).content.decode()
        assert "Was wir bisher getan haben" in page
        assert "Nobody can sign in" in page  # the preview
        assert client.post(UPDATE, {"name": "x"}).status_code == 403
        assert client.get("/templates/new/").status_code == 403
        assert client.post("/templates/preview/", {}).status_code == 403
    assert "New template" in manager.get("/templates/").content.decode()
    assert manager.get("/templates/nothing/").status_code == 404


def test_saving_makes_a_version_that_says_who(manager):
    body = template().body.replace("Here is where", "This is how")
    answer = manager.post(UPDATE, filled(manager, UPDATE, body=body, severities=["P1"]))
    assert answer.status_code == 302, answer.context["form"].errors
    saved = template()
    assert (saved.severities, "This is how" in saved.body) == (["P1"], True)
    newest = saved.versions.first()
    assert (newest.number, newest.by_name) == (2, "Morgan")
    page = manager.get(f"{UPDATE}versions/").content.decode()
    assert re.search(r"<del>.*?Here.*?</del>", page)
    assert re.search(r"<ins>.*?This.*?</ins>", page)
    manager.post(UPDATE, filled(manager, UPDATE))
    assert saved.versions.count() == 2  # nothing was different


def test_an_unknown_placeholder_is_refused_with_what_was_meant_and_nothing_is_lost(manager):
    sent = filled(manager, UPDATE, name="Mine", body="{{tikcet_number}}", body_de="{{zauber}} {{ticket_number")
    answer = manager.post(UPDATE, sent)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "“tikcet_number” is not a placeholder. Did you mean {{ticket_number}}?" in html
    assert "“zauber” is not a placeholder" in html
    assert 'value="Mine"' in html
    assert "{{tikcet_number}}</textarea>" in html
    assert template().name == "Status update"


def test_a_subject_is_one_line_whatever_is_sent(manager):
    subject = "Ticket {{ticket_number}}\r\nBcc: evil@evil.example\x0b\x1c\u2028x\u202e"
    assert manager.post(UPDATE, filled(manager, UPDATE, subject=subject)).status_code == 302
    assert template().subject == "Ticket {{ticket_number}} Bcc: evil@evil.example x"


def test_the_second_of_two_is_told_and_keeps_what_was_typed(manager, signed_in, admin):
    first, second = filled(manager, UPDATE, name="Update (new)"), filled(manager, UPDATE, subject="Mine")
    assert signed_in(admin).post(UPDATE, first).status_code == 302
    answer = manager.post(UPDATE, second)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "has saved version 2 meanwhile" in html
    assert 'value="Mine"' in html
    assert 'value="Update (new)"' in html  # not touched: the new state
    form = answer.context["form"]
    assert manager.post(UPDATE, {name: form[name].value() or "" for name in form.fields}).status_code == 302
    assert (template().name, template().subject) == ("Update (new)", "Mine")


def test_any_two_versions_are_compared_and_an_old_one_restored(manager):
    for subject in ("Second", "Third"):
        manager.post(UPDATE, filled(manager, UPDATE, subject=subject))
    html = manager.get(f"{UPDATE}versions/?from=1&to=2").content.decode()
    assert "From version 1 to version 2" in html
    assert manager.get(f"{UPDATE}versions/?from=x&to=999999999999").status_code == 200
    manager.post(f"{UPDATE}versions/1/restore/")
    newest = template().versions.first()
    assert (newest.number, newest.restored, template().subject.startswith("[Update]")) == (4, 1, True)


def test_the_preview_shows_the_typed_words_on_a_real_issue(manager):
    sent = filled(manager, UPDATE, body="About {{subject}}: {{work_completed}}", language="en")
    shown = manager.post("/templates/preview/", sent | {"slug": "status-update"}, headers={"Fragment": "draft"})
    html = shown.content.decode()
    assert "About Nobody can sign in" in html
    assert '<mark class="gap">Work completed</mark>' in html
    german = manager.post("/templates/preview/", sent | {"slug": "status-update", "language": "de"}).content.decode()
    assert "Guten Tag" in german
    assert "About {{subject}}" in german  # the whole page again, with everything typed
    assert template().versions.count() == 1


def test_what_the_wording_uses_is_asked_for(manager, log_issue):
    words = {"name": "Why", "subject": "Why", "body": "{{root_cause}} {{solution}} {{issue}}", "severities": []}
    asked = {"ask_root_cause": "must", "label_root_cause": "Suspect", "ask_solution": "may", "ask_issue": "issue"}
    assert manager.post("/templates/new/", words | asked).status_code == 302
    assert template("why").fields == [
        {"name": "root_cause", "label": "Suspect", "required": True},
        {"name": "solution", "label": "Solution implemented", "required": False},
    ]
    act(manager, log_issue(), "send_update", template="why", root_cause="A disk")
    assert "A disk" in Notification.objects.get(kind="customer").text


def test_a_copy_is_a_template_of_its_own(manager):
    sent = filled(manager, "/templates/new/?copy=status-update")
    assert sent["name"] == "Copy of Status update"
    manager.post("/templates/new/", sent)
    assert template("copy-of-status-update").body == template().body


def test_the_protocols_own_stay_and_others_are_archived_or_deleted(manager, own, log_issue):
    manager.post(f"{UPDATE}archive/")
    manager.post(f"{UPDATE}delete/")
    assert template().archived_at is None
    ticket = log_issue()
    act(manager, ticket, "send_update", template="maintenance")
    manager.post("/templates/maintenance/delete/")
    manager.post("/templates/maintenance/archive/")
    assert template("maintenance").archived_at
    refused = act(manager, ticket, "send_update", template="maintenance", summary="x", next_steps="y")
    assert Notification.objects.filter(context__template="maintenance").count() == 1, refused
    manager.post("/templates/maintenance/unarchive/")
    assert template("maintenance").archived_at is None
    manager.post("/templates/new/", {"name": "Never used", "subject": "x", "body": "x"})
    manager.post("/templates/never-used/delete/")
    assert not CommunicationTemplate.objects.filter(slug="never-used").exists()


def test_the_editor_asks_the_database_twelve_times_at_most(manager):
    for address in (UPDATE, "/templates/new/?copy=resolution"):
        manager.get(address)
        assert count_queries(manager, address) <= 12, address
