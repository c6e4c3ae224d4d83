"""Severities and working hours as settings: at once, recorded, and past what was signed."""

import pytest

from contacts.models import DeskChange
from escalations.models import Calendar, ProtocolVersion, Severity
from escalations.models.version import Stage
from escalations.protocol import versions
from tests.escalations.pages.test_protocol import filled

pytestmark = pytest.mark.once


@pytest.fixture
def setup(signed_in, admin, protocol, at):
    versions.settings_changed(None, at, begin=True)
    return signed_in(admin)


def test_a_severity_is_changed_at_once_and_recorded(setup):
    page = "/settings/severities/P1/"
    given = filled(setup, page)
    answer = setup.post(page, given | {"severities.P1.response_target": "10m", "severities.P1.at_risk_percent": "60"})
    assert answer.status_code == 302
    row = Severity.objects.get(pk="P1")
    assert (row.response_target, row.at_risk_percent, row.resolution_target) == ("10m", 60, "4h")
    assert versions.running().stage == Stage.PROVISIONAL
    (change,) = DeskChange.objects.all()
    assert [(each["from"], each["to"]) for each in change.changes] == [("15 min", "10 min"), ("75%", "60%")]
    lost = setup.post(page, given | {"severities.P1.step": "30m"})  # opened before
    assert lost.status_code == 409
    assert 'value="30m"' in lost.content.decode()
    assert 'value="10m"' in lost.content.decode()
    for wrong in ({"response_target": "soon"}, {"response_target": "9d"}, {"at_risk_percent": "0"}, {"name": ""},
                  {"calendar": "nowhere"}, {"notify_on_open": ["9"]}, {"response_target": "5h"}):  # fmt: skip
        sent = filled(setup, page) | {f"severities.P1.{name}": value for name, value in wrong.items()}
        assert setup.post(page, sent).status_code == 400, wrong
    assert setup.get("/settings/severities/P9/").status_code == 404


def test_working_hours_are_added_previewed_changed_and_removed(setup):
    page = "/settings/calendars/new/"
    given = filled(setup, page) | {"calendars.new.name": "Early", "calendars.new.timezone": "Asia/Tokyo"}
    given["calendars.new.hours.mon"] = "7-9, 10:30-12"
    preview = setup.post(page, given | {"preview": "1"})
    assert preview.status_code == 200
    assert "07:00–09:00" in preview.content.decode()
    assert not Calendar.objects.filter(slug="early").exists()
    assert setup.post(page, given)["Location"] == "/settings/calendars/early/"
    row = Calendar.objects.get(slug="early")
    assert row.hours
    assert row.hours["mon"] == [["07:00", "09:00"], ["10:30", "12:00"]]
    page = "/settings/calendars/early/"
    for wrong in ({"hours.mon": "9"}, {"hours.mon": "9-12, 11-13"}, {"timezone": "Mars/Base"}, {"holidays": "soon"},
                  {"overrides": "2026-99-01 9-10"}, {"name": ""}):  # fmt: skip
        sent = filled(setup, page) | {f"calendars.early.{name}": value for name, value in wrong.items()}
        assert setup.post(page, sent).status_code == 400, wrong
    given = filled(setup, page) | {"calendars.early.always": "on", "calendars.early.default": "on"}
    assert setup.post(page, given).status_code == 302
    row.refresh_from_db()
    assert row.hours is None
    assert Calendar.objects.filter(default=True).count() == 1
    used = Severity.objects.get(pk="P3").calendar.slug
    setup.post(f"/settings/calendars/{used}/remove/")
    assert Calendar.objects.filter(slug=used).exists()
    setup.post("/settings/calendars/early/remove/")
    assert not Calendar.objects.filter(slug="early").exists()
    assert ProtocolVersion.objects.filter(runs=True).count() == 1


def test_holidays_of_a_country_are_looked_at_then_added(setup):
    slug = Severity.objects.get(pk="P3").calendar.slug
    page = f"/settings/calendars/{slug}/holidays/"
    before = DeskChange.objects.count()
    seen = setup.get(f"{page}?country=DE&region=BY&years=2").content.decode()
    for words in ("2027-01-06", "Epiphany", "Bayern"):
        assert words in seen, words
    assert DeskChange.objects.count() == before
    days = ["2027-01-06", "2026-12-25", "2031-01-01", "never"]
    assert setup.post(page, {"country": "DE", "region": "BY", "years": "2", "day": days}).status_code == 302
    assert set(Calendar.objects.get(slug=slug).holidays) >= {"2027-01-06", "2026-12-25"}
    assert "2031-01-01" not in Calendar.objects.get(slug=slug).holidays
    for query in ("country=XX", "country=DE&region=CA&years=x", "country=FR&region=BY&years=1"):
        assert setup.get(f"{page}?{query}").status_code in (200, 400), query
