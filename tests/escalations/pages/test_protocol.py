"""The protocol's pages: the document says what runs; a draft is written, asked for, signed by three, and in force."""

import re
from datetime import timedelta

import pytest

from contacts.models import Contact, Team, User
from contacts.models.people import Role
from escalations.models import Goal, ProtocolText, ProtocolVersion, Severity
from escalations.models.version import Office, Stage
from escalations.opening_hours import WEEKDAYS
from escalations.protocol import versions
from tests.escalations.pages.test_query_budget import BUDGET, asked

PAGE = "/protocol/"


@pytest.fixture
def morgan(db, team):
    return User.objects.create(
        username="morgan", first_name="Morgan", email="morgan@desk.example", role=Role.MANAGER, team=team
    )


@pytest.fixture
def three(vera, admin, morgan):
    """Who signs, by office."""
    return dict(zip(Office.values, (vera, admin, morgan), strict=True))


@pytest.fixture
def first(protocol, at):
    """The version that begins with the settings as they were loaded."""
    return versions.running() or versions.settings_changed(None, at - timedelta(days=1), begin=True)


@pytest.fixture
def manager(signed_in, morgan, first):
    return signed_in(morgan)


def text_of(client, address=PAGE):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def begun(client, **more):
    """A draft, as the button makes it."""
    answer = client.post("/protocol/versions/begin/", more)
    assert answer.status_code == 302
    return ProtocolVersion.objects.latest("pk")


def filled(client, address, **changed):
    """What a browser would send: every field of the form, with some of them changed."""
    form = client.get(address).context["form"]
    given = {name: form[name].value() for name in form.fields}
    return {name: v for name, v in given.items() if v is not None and v is not False} | changed


def part(draft, name):
    return f"/protocol/versions/{draft.pk}/edit/{name}/"


def signature(draft, office, **changed):
    draft.refresh_from_db()
    seen = {"seen": draft.digest, "edits": draft.edits}
    return {"office": office, **seen, "name": f"Name of {office}", "confirm": "on"} | changed


def test_each_section_says_what_is_set(desk, first):
    page = text_of(desk)
    for words in ("15 min", "5 business days", "Issue Identification &amp; Triage", "Retention",
                  "VP of Customer Success", "Status update", "30 days", "Follow Through", "None.",
                  "Not signed"):  # fmt: skip
        assert words in page, words
    Severity.objects.filter(pk="P1").update(response_target="7m", definition="Nothing works <at all>")
    Severity.objects.filter(pk="P3").update(aftercare_days=11)
    ProtocolText.objects.filter(key="triage").update(title="Look first")
    ProtocolText.objects.filter(key="additional-notes").update(text="Ring twice.")
    Goal.objects.create(key="avg_response_seconds", value=5400)
    Goal.objects.create(key="sla_met_response", value=0.95)
    Contact.objects.filter(level="3").update(name="Ingrid", email="ingrid@desk.example", phone="+46 8 1")
    page = text_of(desk)
    for words in ("7 min", "&lt;at all&gt;", "11 days", "Look first", "Ring twice.", "at most 1h 30m", "at least 95%",
                  "Ingrid", "ingrid@desk.example"):  # fmt: skip
        assert words in page, words
    assert "What runs is not" not in page  # nothing was ever signed, and it says that
    assert "This protocol has never been signed" in page


def test_who_stands_where_with_gaps_and_teams(desk, first, team):
    Contact.objects.filter(level="4").update(name="", email="", phone="")
    Contact.objects.create(level="2", title="Lead", name="Lena", email="lena@desk.example", team=team)
    Team.objects.create(slug="apac", name="APAC")  # has no rungs of its own
    page = text_of(desk)
    assert "Passed over: level 5 is told at once (Person 5)" in page
    assert "EMEA" in page
    assert "Lena" in page
    assert "APAC" not in page


def test_a_desk_without_a_version_or_without_a_protocol_says_so(desk, db):
    assert "This protocol has never been signed" in text_of(desk)
    assert "No version yet" in text_of(desk, "/protocol/versions/")
    assert desk.get("/protocol/print/").status_code == 200


def test_on_paper_it_is_a_bare_sheet_with_everything(desk, first):
    answer = desk.get("/protocol/print/")
    html = answer.content.decode()
    assert "protocol_paper" in html
    assert 'class="sidebar"' not in html
    assert html.count('class="proto-part"') == 10
    assert "Not signed." in html
    assert desk.get(f"/protocol/versions/{first.pk}/print/").status_code == 200


def test_draft_ask_sign_three_times_and_it_is_in_force(
    manager, morgan, signed_in, desk, first, three, at, django_capture_on_commit_callbacks
):
    draft = begun(manager)
    given = filled(manager, part(draft, "severities"), **{"severities.P1.response_target": "10M "})
    answer = manager.post(part(draft, "severities"), given)
    assert answer.status_code == 302
    given = filled(manager, part(draft, "overview"), title="Answer sooner", notes="Ring\r\ntwice")
    assert manager.post(part(draft, "overview"), given).status_code == 302
    address = f"/protocol/versions/{draft.pk}/"
    page = text_of(desk, address)
    assert "Answer sooner" in page
    assert re.search(r"response target.*Before 15 min.*After 10 min", page)
    assert "15 min" in text_of(desk)  # nothing of it holds yet
    for office, person in three.items():
        who = {"office": office, "signer": person.username}
        assert manager.post(f"{address}ask/", who).status_code == 302
    for office, person in three.items():
        client = signed_in(person)
        assert "Your signature is asked for" in text_of(client)
        assert f"You are asked to sign as {Office(office).label}" in text_of(client, address)
        refused = client.post(f"{address}sign/", signature(draft, office, confirm="", name="Somebody"))
        assert refused.status_code == 400
        assert 'value="Somebody"' in refused.content.decode()
        assert "10 min" not in text_of(desk)
        assert client.post(f"{address}sign/", signature(draft, office)).status_code == 302
    draft.refresh_from_db()
    assert (draft.stage, draft.number) == (Stage.IN_FORCE, 1)
    page = text_of(desk)
    assert "Version 1" in page
    assert "10 min" in page
    assert "Name of cco" in page
    assert "never been signed" not in page
    Severity.objects.filter(pk="P1").update(step="20m")
    versions.settings_changed(morgan, at + timedelta(minutes=1))
    page = text_of(desk)
    assert "What runs is not what was signed" in page
    assert re.search(r"From Version 1, the last that was signed, they differ in one place: .*15 min → 20 min", page)
    back = begun(manager, of=draft.pk)
    assert (back.title, back.copy_of, back.content["severities"]["P1"]["step"]) == ("Back to Version 1", draft, "15m")
    assert re.search(r"Go back to this one ?: Version 1", text_of(manager, "/protocol/versions/"))


def test_what_changed_after_somebody_looked_is_not_signed_blindly(manager, morgan, signed_in, three, at):
    draft = begun(manager)
    manager.post(f"/protocol/versions/{draft.pk}/ask/", {"office": "vp", "signer": "vera"})
    looked = signature(draft, "vp")
    versions.edit(draft, draft.content | {"notes": "New"}, by=morgan, at=at, edits=draft.edits)
    answer = signed_in(three["vp"]).post(f"/protocol/versions/{draft.pk}/sign/", looked)
    assert answer.status_code == 409
    assert "changed after you opened it" in answer.content.decode()
    draft.refresh_from_db()
    assert answer.context["form"]["seen"].value() == draft.digest  # it is drawn for the words as they are now
    assert not draft.signatures.filter(signed_at__isnull=False).exists()
    stranger = signed_in(three["cco"]).post(f"/protocol/versions/{draft.pk}/sign/", signature(draft, "vp"))
    assert stranger.status_code == 403


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(manager):
    draft = begun(manager)
    wrong = {
        "severities": {"severities.P1.response_target": "soon", "severities.P2.step": "", "rungs.3.title": "x" * 200},
        "calendars": {"calendars.business-hours.hours.mon": "morning", "calendars.business-hours.timezone": "Mars"},
        "checklist": {"checklist.new.action": "y" * 161},
        "flow": {"steps.new.text": "Words without a title"},
        "metrics": {"goals.avg_response_seconds": "-1"},
        "overview": {"effective_at": "2020-01-01T10:00"},
    }
    for name, changed in wrong.items():
        before = filled(manager, part(draft, name))
        assert set(changed) <= {*before, "effective_at", "goals.avg_response_seconds"}, name
        answer = manager.post(part(draft, name), before | changed)
        assert answer.status_code == 400, name
        form = answer.context["form"]
        expected = {"steps.new.title"} if name == "flow" else set(changed)
        assert expected - set(form.errors) <= {"calendars.business-hours.timezone"}, (name, form.errors)
        for field, typed in changed.items():
            assert form[field].value() == typed
    # What only the protocol's own check sees.
    late = filled(manager, part(draft, "severities"), **{"severities.P1.response_target": "5h"})
    answer = manager.post(part(draft, "severities"), late)
    assert "later than the resolution" in str(answer.context["form"].errors["severities.P1.response_target"])
    overlap = {"calendars.business-hours.hours.tue": "9-12, 11-15"}
    answer = manager.post(part(draft, "calendars"), filled(manager, part(draft, "calendars"), **overlap))
    assert "calendars.business-hours.hours.tue" in answer.context["form"].errors
    draft.refresh_from_db()
    assert draft.edits == 0


def test_saving_a_part_untouched_changes_nothing_and_each_part_can_be_changed(manager):
    draft = begun(manager)
    for name in ("overview", "metrics", "severities", "calendars", "flow", "checklist", "principles"):
        assert manager.post(part(draft, name), filled(manager, part(draft, name))).status_code == 302
    draft.refresh_from_db()
    assert draft.edits == 0, "nothing was touched"
    changes = {
        "metrics": {"goals.avg_response_seconds": "1.5", "goals.sla_met_response": "95"},
        "calendars": {"calendars.business-hours.hours.fri": "9–13, 14-15.30",
                      "calendars.business-hours.overrides": "2026-12-24 9-12"},
        "flow": {"steps.new.title": "Breathe", "steps.new.text": "Once.", "steps.new.place": "5"},
        "checklist": {"checklist.new.action": "Ring the customer", "checklist.new.by_severity.P1.asked": "required",
                      "checklist.hourly-updates.action": ""},
        "principles": {"principles.escalate-early.title": "Escalate Early!"},
    }  # fmt: skip
    for name, changed in changes.items():
        answer = manager.post(part(draft, name), filled(manager, part(draft, name), **changed) | {"next": "1"})
        assert answer.status_code == 302, answer.context and answer.context["form"].errors
    draft.refresh_from_db()
    said = draft.content
    assert said["goals"] == {"avg_response_seconds": 5400, "sla_met_response": 0.95}
    assert said["calendars"]["business-hours"]["hours"]["fri"] == [["09:00", "13:00"], ["14:00", "15:30"]]
    assert said["calendars"]["business-hours"]["overrides"] == {"2026-12-24": [["09:00", "12:00"]]}
    assert said["steps"][0] == {"key": "breathe", "title": "Breathe", "text": "Once."}
    lines = {line["key"]: line for line in said["checklist"]}
    assert lines["ring-the-customer"]["by_severity"]["P1"] == {"asked": "required", "label": ""}
    assert "hourly-updates" not in lines
    assert "Escalate Early!" in [row["title"] for row in said["principles"]]


def test_hours_are_added_and_removed_while_no_severity_counts_in_them(manager):
    draft = begun(manager)
    hours, new = part(draft, "calendars"), "calendars.~new."
    refusals = {
        f"{new}name": {f"{new}timezone": "Asia/Tokyo"},  # whose?
        f"{new}timezone": {f"{new}name": "Tokyo", f"{new}timezone": "Mars"},
        f"{new}hours.mon": {f"{new}name": "Tokyo"} | {f"{new}hours.{day}": "" for day in WEEKDAYS},
        f"{new}holidays": {f"{new}name": "Tokyo", f"{new}holidays": "tomorrow"},
        "calendars.business-hours.removed": {"calendars.business-hours.removed": "on"},
    }
    for field, typed in refusals.items():
        answer = manager.post(hours, filled(manager, hours, **typed))
        assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    twice = manager.post(hours, filled(manager, hours, **{f"{new}name": "business HOURS"}))
    assert "have this name already" in twice.content.decode()
    tokyo = {f"{new}name": "Tokyo", f"{new}timezone": "Asia/Tokyo", f"{new}hours.sat": "10-12"}
    assert manager.post(hours, filled(manager, hours, **tokyo)).status_code == 302
    draft.refresh_from_db()
    made = draft.content["calendars"]["tokyo"]
    assert (made["timezone"], made["hours"]["sat"], made["default"]) == ("Asia/Tokyo", [["10:00", "12:00"]], False)
    moved = {
        f"severities.{code}.{name}": "tokyo" for code in ("P3", "P4") for name in ("calendar", "response_calendar")
    }
    severities = part(draft, "severities")
    assert manager.post(severities, filled(manager, severities, **moved)).status_code == 302
    gone = {"calendars.business-hours.removed": "on"}
    assert manager.post(hours, filled(manager, hours, **gone)).status_code == 302
    draft.refresh_from_db()
    assert list(draft.content["calendars"]) == ["tokyo"]
    stale = filled(manager, severities)
    assert stale["severities.P3.calendar"] == "tokyo"


def test_of_two_who_edit_at_once_the_second_is_told_and_overwrites_nothing_untouched(manager, morgan, at):
    draft = begun(manager)
    mine = filled(manager, part(draft, "severities"), **{"severities.P1.step": "30m"})
    theirs = filled(manager, part(draft, "severities"), **{"severities.P2.step": "2h"})
    assert manager.post(part(draft, "severities"), theirs).status_code == 302
    assert manager.post(part(draft, "severities"), mine | {"was": "[" * 5000}).status_code == 409
    answer = manager.post(part(draft, "severities"), mine)
    assert answer.status_code == 409
    form = answer.context["form"]
    assert (form["severities.P1.step"].value(), form["severities.P2.step"].value()) == ("30m", "2h")
    assert [change.path for change in answer.context["would"]] == ["severities.P1.step"]
    again = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    assert manager.post(part(draft, "severities"), again).status_code == 302
    draft.refresh_from_db()
    steps = [draft.content["severities"][code]["step"] for code in ("P1", "P2")]
    assert steps == ["30m", "2h"]


def test_an_overtaken_draft_is_brought_up_to_date_and_a_withdrawn_one_stays(manager, morgan, at):
    draft = begun(manager)
    given = filled(manager, part(draft, "overview"), notes="Mine")
    manager.post(part(draft, "overview"), given)
    Severity.objects.filter(pk="P4").update(step="2bd")
    versions.settings_changed(morgan, at)
    address = f"/protocol/versions/{draft.pk}/"
    assert "Something else runs by now" in text_of(manager, address)
    assert manager.post(f"{address}catch-up/").status_code == 302
    draft.refresh_from_db()
    assert (draft.content["notes"], draft.content["severities"]["P4"]["step"]) == ("Mine", "2bd")
    assert manager.post(f"{address}withdraw/").status_code == 302
    assert "withdrawn by Morgan" in text_of(manager, address)
    assert manager.post(f"{address}withdraw/").status_code == 409
    assert manager.get(part(draft, "overview")).status_code == 409
    assert manager.get(part(draft, "nothing")).status_code == 404
    assert manager.get(f"/protocol/versions/{10**30}/").status_code == 404


def test_everybody_reads_and_only_managers_and_administrators_draft(
    desk, signed_in, auditor, vera, admin, manager, morgan
):
    draft = begun(manager)
    address = f"/protocol/versions/{draft.pk}/"
    for client in (desk, signed_in(auditor), signed_in(vera)):
        for page in (PAGE, "/protocol/versions/", address):
            assert "Begin a draft" not in text_of(client, page)
        assert client.get(part(draft, "overview")).status_code == 403
        assert client.post(part(draft, "overview"), {}).status_code == 403
        assert client.post("/protocol/versions/begin/").status_code == 403
        for verb in ("ask", "withdraw", "catch-up"):
            assert client.post(f"{address}{verb}/", {}).status_code == 403
            assert client.get(f"{address}{verb}/").status_code == 405
        signing = client.post(f"{address}sign/", signature(draft, "vp"))
        assert signing.status_code == 403
    assert "Begin a draft" in text_of(signed_in(admin), "/protocol/versions/")


def test_pages_ask_twelve_times_at_most_however_many_versions(manager, morgan, first, at):
    for _round in range(3):
        draft = begun(manager)
    pages = [
        PAGE,
        "/protocol/print/",
        "/protocol/versions/",
        f"/protocol/versions/{draft.pk}/",
        part(draft, "severities"),
    ]
    few = {}
    for page in pages:
        manager.get(page)
        few[page] = len(asked(manager, page))
        assert few[page] <= BUDGET, "\n".join(sql[:160] for sql in asked(manager, page))
    for _round in range(3):
        begun(manager)
    assert {page: len(asked(manager, page)) for page in pages} == few
