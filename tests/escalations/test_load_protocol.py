"""The protocol that a new desk starts with, against the document it was written from."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models

from contacts.models import Contact
from escalations.durations import Target
from escalations.models import Calendar, ChecklistLine, ProtocolText, Severity
from escalations.models.protocol import Section
from templates_app.models import CommunicationTemplate

pytestmark = pytest.mark.django_db
LOADED = (Calendar, Severity, Contact, CommunicationTemplate, ChecklistLine, ProtocolText)


def load(**options: Any) -> str:
    out = StringIO()
    call_command("load_protocol", stdout=out, **options)
    return out.getvalue()


def everything() -> list[dict[str, Any]]:
    def rows(model: type[models.Model]) -> Any:
        return model._default_manager.order_by("pk").values()

    return [row for model in LOADED for row in rows(model)]


def titles(section: Section) -> list[str]:
    return list(ProtocolText.objects.filter(section=section).values_list("title", flat=True))


@pytest.fixture
def _loaded() -> None:
    load()


@pytest.mark.usefixtures("_loaded")
class TestWhatItSays:
    @pytest.mark.parametrize(
        ("code", "name", "response", "resolution", "update", "step", "told", "post_mortem", "aftercare"),
        [
            ("P1", "Critical", "15m", "4h", "1h", "15m", [1, 2, 3, "technical"], "required", 30),
            ("P2", "High", "1h", "24h", "24h", "1h", [1, 2, "technical"], "required", 14),
            ("P3", "Medium", "4h", "5bd", "", "4h", [1], "if_needed", 7),
            ("P4", "Low", "1bd", "10bd", "", "1bd", [1], "no", 0),
        ],
    )
    def test_each_severity_has_the_targets_of_the_document(
        self,
        code: str,
        name: str,
        response: str,
        resolution: str,
        update: str,
        step: str,
        told: list[Any],
        post_mortem: str,
        aftercare: int,
    ) -> None:
        severity = Severity.objects.get(pk=code)
        severity.full_clean()
        assert severity.name == name
        assert (severity.response_target, severity.resolution_target) == (response, resolution)
        assert (severity.update_every, severity.step, severity.at_risk_percent) == (update, step, 75)
        assert severity.notify_on_open == told
        assert (severity.post_mortem, severity.aftercare_days) == (post_mortem, aftercare)
        assert severity.definition
        assert len(set(severity.examples)) == 5

    def test_p1_and_p2_run_round_the_clock_and_the_others_in_business_hours(self) -> None:
        for severity in Severity.objects.all():
            slug = severity.calendar.slug if severity.calendar else None
            assert slug == (None if severity.code in ("P1", "P2") else "business-hours")
            assert severity.response_calendar == severity.calendar

    def test_the_default_calendar_is_nine_to_five_on_weekdays_in_the_sites_zone(self, settings: Any) -> None:
        calendar = Calendar.objects.get(default=True)
        calendar.full_clean()
        assert calendar.timezone == settings.TIME_ZONE
        assert calendar.hours == {key: [["09:00", "17:00"]] for key in ("mon", "tue", "wed", "thu", "fri")}

    def test_the_matrix_has_seven_rungs_that_nobody_stands_on_yet(self) -> None:
        assert list(Contact.objects.values_list("level", "title")) == [
            ("1", "Customer Success Manager"),
            ("2", "CS Team Lead / Manager"),
            ("3", "VP of Customer Success"),
            ("4", "Chief Customer Officer (CCO)"),
            ("5", "CEO / Executive Leadership"),
            ("product", "Product Manager / CPO"),
            ("technical", "Engineering Lead / CTO"),
        ]
        assert not Contact.objects.exclude(name="", email="", phone="").exists()

    def test_the_checklist_asks_each_severity_for_what_the_document_asks(self) -> None:
        def asked(line: ChecklistLine) -> list[str]:
            signs = {"required": "yes", "if_needed": "if needed", "no": "-"}
            marks = [line.by_severity[code] for code in ("P1", "P2", "P3", "P4")]
            return [line.action, *(mark["label"] or signs[mark["asked"]] for mark in marks)]

        assert [asked(line) for line in ChecklistLine.objects.all()] == [
            ["Acknowledge within SLA", "15 min", "1 hour", "4 hours", "1 day"],
            ["Create ticket in system", "yes", "yes", "yes", "yes"],
            ["Notify internal team (Slack/Email)", "yes", "yes", "-", "-"],
            ["Escalate to Manager/VP", "yes", "if needed", "-", "-"],
            ["Assemble response team", "yes", "if needed", "-", "-"],
            ["Schedule customer call", "yes", "yes", "if needed", "-"],
            ["Provide hourly updates", "yes", "-", "-", "-"],
            ["Document root cause", "yes", "yes", "yes", "if applicable"],
            ["Conduct post-mortem review", "yes", "yes", "if needed", "-"],
            ["Monitor account health post-resolution", "30 days", "14 days", "7 days", "-"],
        ]

    def test_if_applicable_counts_as_if_needed_and_a_labelled_yes_is_required(self) -> None:
        assert ChecklistLine.objects.get(key="root-cause").by_severity["P4"]["asked"] == "if_needed"
        assert ChecklistLine.objects.get(key="acknowledge").by_severity["P4"]["asked"] == "required"

    def test_the_six_steps_stand_in_their_order(self) -> None:
        assert titles(Section.STEP) == [
            "Issue Identification & Triage",
            "Immediate Acknowledgment",
            "Internal Escalation (if needed)",
            "Root Cause Investigation",
            "Resolution & Validation",
            "Post-Escalation Review",
        ]

    def test_the_seven_principles_stand_in_their_order(self) -> None:
        assert titles(Section.PRINCIPLE) == [
            "Speed & Transparency",
            "Empathy & Ownership",
            "Set Realistic Expectations",
            "Document Everything",
            "Escalate Early",
            "Follow Through",
            "Learn & Improve",
        ]

    def test_the_six_figures_stand_in_their_order_under_the_apis_names(self) -> None:
        figures = ProtocolText.objects.filter(section=Section.KPI)
        assert [(figure.key, figure.title) for figure in figures] == [
            ("active_escalations", "Active Escalations"),
            ("avg_response_seconds", "Avg Response Time"),
            ("avg_resolution_seconds", "Avg Resolution Time"),
            ("resolution_rate", "Resolution Rate"),
            ("critical_issues_mtd", "Critical Issues MTD"),
            ("customer_retention", "Customer Retention"),
        ]

    def test_the_overview_has_its_four_fields_and_the_critical_notice(self) -> None:
        assert titles(Section.OVERVIEW) == [
            "Document Version",
            "Last Updated",
            "Department",
            "Effective Date",
            "Critical notice",
        ]
        assert ProtocolText.objects.get(key="critical-notice").text

    def test_the_three_templates_are_there(self) -> None:
        slugs = set(CommunicationTemplate.objects.values_list("slug", flat=True))
        assert slugs == {"acknowledgement", "status-update", "resolution"}

    def test_every_target_can_be_read(self) -> None:
        for severity in Severity.objects.all():
            for text in (severity.response_target, severity.resolution_target, severity.step):
                assert str(Target.parse(text)) == text


def test_it_says_what_it_added() -> None:
    assert "Added severities: P1 Critical, P2 High, P3 Medium, P4 Low" in load()


def test_a_second_loading_changes_nothing_and_says_so() -> None:
    load()
    before = everything()
    assert load() == "The protocol was loaded before, and now it is yours: nothing was added.\n"
    assert everything() == before


def test_what_people_changed_stays() -> None:
    load()
    Severity.objects.filter(pk="P1").update(response_target="10m", name="Red")
    Contact.objects.filter(level="3").update(name="Vera", email="vera@desk.example")
    before = everything()
    load()
    load(restore=True)
    assert everything() == before


def test_what_people_deleted_does_not_come_back() -> None:
    load()
    ChecklistLine.objects.filter(key="hourly-updates").delete()
    ProtocolText.objects.filter(section=Section.PRINCIPLE).delete()
    Contact.objects.filter(level="product").delete()
    before = everything()
    load()
    assert everything() == before


def test_what_people_deleted_comes_back_when_asked_for() -> None:
    load()
    ChecklistLine.objects.filter(key="hourly-updates").delete()
    assert load(restore=True) == "Added checklist lines: Provide hourly updates\n"
    assert load(restore=True) == "The protocol is complete: nothing was missing.\n"


def test_a_calendar_that_is_the_default_already_stays_the_default() -> None:
    ours = Calendar.objects.create(slug="ours", name="Ours", timezone="Europe/Berlin", default=True)
    load()
    assert Calendar.objects.get(default=True) == ours


def test_it_can_be_silent() -> None:
    assert load(verbosity=0) == ""
