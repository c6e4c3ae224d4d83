"""Three questions and the text suggest a severity, by the protocol as it is configured (section 3)."""

from dataclasses import dataclass, field
from datetime import date
from itertools import product

import pytest

from escalations.protocol_data.severities import SEVERITIES
from escalations.questions import Answers, Stake, Who, Workaround
from escalations.triage import is_lower, suggest

pytestmark = pytest.mark.once
TODAY = date(2026, 11, 23)


@dataclass
class Grade:
    code: str
    definition: str
    examples: list[str] = field(default_factory=list)


GRADES = [Grade(row["code"], row["definition"], row["examples"]) for row in SEVERITIES]


def code(who="", workaround="", *stakes, **more):
    suggestion = suggest(GRADES, Answers(who, workaround, stakes), **more)
    return suggestion and suggestion.severity.code


@pytest.mark.parametrize(
    ("who", "workaround", "expected"),
    [
        ("many", "none", "P1"),
        ("many", "painful", "P2"),
        ("many", "acceptable", "P2"),
        ("several", "none", "P2"),
        ("several", "painful", "P2"),
        ("several", "acceptable", "P3"),
        ("few", "none", "P3"),
        ("few", "painful", "P3"),
        ("few", "acceptable", "P3"),
        ("nobody", "", "P4"),
        ("nobody", "none", "P4"),
        ("nobody", "painful", "P4"),
        ("nobody", "acceptable", "P4"),
        ("many", "", None),
        ("", "none", None),
    ],
)
def test_who_is_hit_and_a_workaround_make_the_severity(who, workaround, expected):
    assert code(who, workaround) == expected


@pytest.mark.parametrize(
    ("stake", "expected"),
    [("data", "P1"), ("money", "P1"), ("leadership", "P1"), ("renewal", "P2"), ("deadline", None)],
)
def test_what_is_at_stake_counts_by_itself(stake, expected):
    assert code("", "", stake) == expected


@pytest.mark.parametrize(
    ("who", "workaround", "expected"),
    [("nobody", "", "P3"), ("few", "acceptable", "P2"), ("several", "none", "P2"), ("many", "none", "P1")],
)
def test_a_deadline_raises_by_one_but_never_to_a_p1(who, workaround, expected):
    assert code(who, workaround, "deadline") == expected


def test_more_at_stake_never_makes_it_milder():
    order = [grade.code for grade in GRADES]
    for who, workaround, stake in product(Who.values, Workaround.values, Stake.values):
        assert order.index(code(who, workaround, stake)) <= order.index(code(who, workaround)), (who, workaround, stake)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nobody can sign in", "P1"),
        ("Users cannot log in since 9", "P1"),
        ("Login fails for all", "P1"),
        ("The platform is down", "P1"),
        ("Complete outage", "P1"),
        ("Service is offline", "P1"),
        ("500 error on every page", "P1"),
        ("Checkout is down", "P1"),
        ("Payments fail at the till", "P1"),
        ("All our invoices are gone", "P1"),
        ("Data loss after the import", "P1"),
        ("GDPR: they see another customer’s data", "P1"),
        ("Possible security breach", "P1"),
        ("CEO threatens to cancel the contract", "P1"),
        ("Reports are slow", "P2"),
        ("Everything takes five times longer", "P2"),
        ("The dashboard integration stopped working", "P2"),
        ("Several users cannot finish their work", "P2"),
        ("Renewal at risk, they say", "P2"),
        ("Bad NPS score", "P2"),
        ("Pages have become a little slower", "P3"),
        ("They are angry", "P3"),
        ("Typo in the footer", "P4"),
        ("Wrong colour in the footer", "P4"),
        ("Login button is misaligned", "P4"),
        ("How do I change my login?", "P4"),
        ("Question about the renewal", "P4"),
        ("Where is the documentation?", "P4"),
        ("Cancel button is broken", None),
        ("asdf", None),
        ("", None),
        ("\u200b\u202e😀\0", None),
    ],
)
def test_the_text_alone_is_compared_with_the_examples(text, expected):
    assert code(subject=text) == expected


def test_a_sure_text_raises_what_was_answered_and_says_why():
    suggestion = suggest(GRADES, Answers("few", "acceptable"), subject="Customer records are corrupted")
    assert suggestion.severity.code == "P1"
    assert suggestion.example == "Customer records are lost or corrupted"
    assert "corrupted" in suggestion.reasons[-1].said


def test_a_text_never_makes_it_milder():
    assert code("many", "none", subject="Typo in the footer") == "P1"


def test_a_text_that_could_be_either_leaves_it_unsure():
    suggestion = suggest(GRADES, Answers("few", "acceptable"), subject="Reports are slow")
    assert (suggestion.severity.code, suggestion.unsure, suggestion.graver.code) == ("P3", True, "P2")


def test_a_question_about_something_grave_is_a_question():
    assert code("nobody", subject="Question: is the platform down on Sundays?") == "P4"


def test_several_people_with_no_way_round_may_be_more():
    suggestion = suggest(GRADES, Answers("several", "none"))
    assert (suggestion.severity.code, suggestion.unsure, suggestion.graver.code) == ("P2", True, "P1")


def test_every_suggestion_gives_its_reasons():
    for who, workaround in product(Who.values, Workaround.values):
        suggestion = suggest(GRADES, Answers(who, workaround))
        assert suggestion.severity.code in suggestion.reasons[0].why
        assert suggestion.definition == suggestion.severity.definition


def test_a_stake_quotes_the_example_it_comes_from():
    suggestion = suggest(GRADES, Answers(stakes=("money",)))
    assert suggestion.example == "Payments do not go through"
    assert suggestion.example in suggestion.reasons[0].why


@pytest.mark.parametrize(
    ("renewal_on", "stakes", "text", "expected"),
    [
        (date(2026, 12, 1), (), "They are furious about the footer", "P2"),
        (date(2026, 12, 1), (), "The footer is wrong", "P4"),
        (date(2027, 12, 1), (), "They are furious about the footer", "P4"),
        (date(2026, 11, 1), (), "They are furious about the footer", "P4"),
        (None, (), "They are furious about the footer", "P4"),
    ],
)
def test_a_renewal_counts_if_it_is_near_and_they_are_unhappy(renewal_on, stakes, text, expected):
    found = suggest(GRADES, Answers("nobody", "", stakes), subject=text, renewal_on=renewal_on, today=TODAY)
    assert found.severity.code == expected
    assert any("renew in 8 days" in reason.said for reason in found.reasons) == (expected == "P2")


def test_a_renewal_counts_only_if_the_protocol_says_so():
    silent = [Grade(grade.code, grade.definition, []) for grade in GRADES]
    found = suggest(silent, Answers("nobody"), subject="They are furious", renewal_on=date(2026, 12, 1), today=TODAY)
    assert found.severity.code == "P4"


def test_examples_that_the_administrator_wrote_count():
    grades = [Grade("P1", "Bad", ["The warehouse robots stand still"]), Grade("P2", "Less", ["Labels are torn"])]
    assert suggest(grades, Answers(), subject="Two robots in the warehouse").severity.code == "P1"
    assert suggest(grades, Answers(), subject="The labels tear, torn label").severity.code == "P2"


def test_a_protocol_with_two_severities_still_answers():
    assert suggest(GRADES[:2], Answers("nobody")).severity.code == "P2"
    assert suggest(GRADES[:1], Answers("few", "none", ("renewal",))).severity.code == "P1"
    assert suggest([], Answers("many", "none")) is None


def test_the_same_words_give_the_same_answer():
    texts = {
        str(suggest(GRADES, Answers("many", "none"), subject="Checkout is down", description="x" * 9)) for _ in "ab"
    }
    assert len(texts) == 1


def test_a_megabyte_is_looked_at_only_at_its_beginning():
    assert code(subject="Typo", description="the platform is down " * 50_000) == "P1"
    assert code(subject="Typo", description="x " * 500_000 + "the platform is down") == "P4"


@pytest.mark.parametrize(
    ("chosen", "suggested", "lower"),
    [("P3", "P1", True), ("P1", "P3", False), ("P2", "P2", False), ("P4", "", False)],
)
def test_lower_is_milder(chosen, suggested, lower):
    assert is_lower(chosen, suggested) is lower
