"""Wording for customers: substituted once, escaped, complete."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from templates_app.placeholders import PLACEHOLDERS, validate_wording
from templates_app.protocol_templates import PROTOCOL_TEMPLATES
from templates_app.rendering import EmptyPlaceholder, UnknownPlaceholder, check, placeholders, render

FILLED = {name: f"the {name}" for name in PLACEHOLDERS}


def wording(body="", subject="Ticket", fields=()):
    return SimpleNamespace(subject=subject, body=body, fields=list(fields))


def test_placeholders_are_filled_with_or_without_spaces():
    message = render(wording("Hello {{contact_name}}, about {{ ticket_number }}.", "{{ticket_number}}"), FILLED)
    assert message.text == "Hello the contact_name, about the ticket_number."
    assert message.subject == "the ticket_number"


@given(st.sampled_from(sorted(PLACEHOLDERS)), st.sampled_from(sorted(PLACEHOLDERS)))
def test_a_value_that_looks_like_a_placeholder_stays_as_it_is(one, other):
    values = FILLED | {one: "{{" + other + "}}"}
    assert render(wording("{{" + one + "}}"), values).text == "{{" + other + "}}"


@given(st.text(min_size=1))
def test_no_value_can_add_markup_or_a_line_to_the_subject(value):
    values = FILLED | {"issue": f"x{value}<script>"}
    message = render(wording("{{issue}}", "About {{issue}}"), values)
    assert len(message.subject.splitlines()) == 1
    assert message.subject.isprintable() or " " in message.subject
    assert "<script>" not in message.html
    assert message.html.count("<") == 2 + message.html.count("<br>") + 2 * message.html.count("\n<p>")


@given(st.text())
def test_any_wording_is_either_refused_or_rendered_without_a_placeholder_left(body):
    try:
        text = render(wording(body), FILLED).text
    except UnknownPlaceholder:
        return
    assert "{{" not in text
    assert "}}" not in text


@pytest.mark.parametrize(
    "body",
    ["{{nobody}}", "{{ 7*7 }}", "{{customer.name}}", "{{customer_name|upper}}", "{{}}", "{{customer_name", "x}}"],
)
def test_what_is_not_on_the_list_is_refused(body):
    with pytest.raises(UnknownPlaceholder):
        check(wording(body))
    with pytest.raises(ValidationError):
        validate_wording(body)


def test_template_tags_are_text():
    assert render(wording("{% now 'Y' %}"), {}).text == "{% now 'Y' %}"


def test_the_empty_ones_are_named():
    with pytest.raises(EmptyPlaceholder) as error:
        render(wording("{{issue}} {{solution}} {{prevention}}"), {"issue": "x", "solution": "  "})
    assert error.value.names == ["solution", "prevention"]


def test_a_line_whose_optional_value_is_empty_is_left_out():
    optional = [{"name": "expected_resolution", "required": False}]
    template = wording("Status: {{status}}\nExpected: {{expected_resolution}}\nBye", fields=optional)
    assert render(template, {"status": "New"}).text == "Status: New\nBye"


def test_a_whole_description_does_not_fit_the_subject():
    assert len(render(wording(subject="About {{issue}}"), {"issue": "word " * 500}).subject) <= 150


def test_placeholders_are_listed_once_in_order():
    assert placeholders("{{b}} {{a}} {{ b }}") == ["b", "a"]


@pytest.mark.parametrize("template", PROTOCOL_TEMPLATES, ids=lambda t: t["slug"])
def test_the_protocol_s_templates_can_be_filled(template):
    message = render(SimpleNamespace(**template), FILLED | {"ticket_number": "ESC-1047"})
    assert "#ESC-1047" in message.subject
    assert {field["name"] for field in template["fields"]} <= set(placeholders(template["body"]))


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        (
            "acknowledgement",
            "contact_name customer_name issue severity ticket_number assigned_to next_update sender_name",
        ),
        (
            "status-update",
            "contact_name customer_name ticket_number status work_completed next_steps expected_resolution sender_name",
        ),
        ("resolution", "contact_name customer_name ticket_number root_cause solution prevention sender_name"),
    ],
)
def test_every_field_of_the_protocol_has_its_place(slug, names):
    body = next(each["body"] for each in PROTOCOL_TEMPLATES if each["slug"] == slug)
    assert set(names.split()) <= set(placeholders(str(body)))
