"""How grave is it? Three plain questions and the text suggest a severity (Escalation Protocol, sections 3 and 4).

Pure: it reads the severities' own definitions and examples as they are configured, and asks no database. Nothing is
learnt or guessed: every suggestion comes with its reasons. The person decides; what they decided is kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.likeness import ideas_of, ideas_of_example, likeness
from escalations.questions import AT_STAKE, IMPACT, Answers, Stake, Who, Workaround, label_of
from templates_app.plain import one_line

ENOUGH = 1.5  # of likeness to an example
CLEARLY = 0.5  # more than the best example of any milder severity
RENEWS_SOON = timedelta(days=90)


@dataclass(frozen=True)
class Reason:
    """`source` is a question's name, "text" or "customer"; `said` what was answered or written."""

    source: str
    said: str
    why: str


@dataclass(frozen=True)
class Match:
    severity: Any
    rank: int
    example: str
    score: float
    said: tuple[str, ...]


@dataclass
class Suggestion:
    """`unsure`: the next graver severity may be right; the protocol says to escalate early (section 8)."""

    severity: Any
    rank: int
    reasons: list[Reason] = field(default_factory=list)
    example: str = ""
    unsure: bool = False
    graver: Any = None

    @property
    def definition(self) -> str:
        return str(self.severity.definition)


def suggest(
    severities: Sequence[Any],
    answers: Answers,
    *,
    subject: str = "",
    description: str = "",
    renewal_on: date | None = None,
    today: date | None = None,
) -> Suggestion | None:
    """The severity that answers and text lead to; None while they say nothing. `severities`: the gravest first."""
    if not severities:
        return None
    said = ideas_of(subject) | ideas_of(description, words=False)
    text = best_match(severities, said)
    found = [*_from_impact(severities, answers), *_from_stakes(severities, answers)]
    if found:
        suggestion = _gravest(severities, found)
        _raise_by_deadline(suggestion, severities, answers)
        _weigh_text(suggestion, severities, text, answers, said)
    elif text:
        suggestion = _of_text(text, severities)
    else:
        return None
    _mind_renewal(suggestion, severities, answers, said, renewal_on, today)
    if suggestion.unsure and suggestion.graver is None and suggestion.rank:
        suggestion.graver = severities[suggestion.rank - 1]
    suggestion.unsure = suggestion.unsure and suggestion.graver is not None
    return suggestion


def best_match(severities: Sequence[Any], said: Mapping[str, str]) -> Match | None:
    """The example that the text is most like; of two alike, that of the graver severity."""
    return max(_matches(severities, said), key=lambda match: (match.score, -match.rank), default=None)


@dataclass(frozen=True)
class Decision:
    """What a person did with a suggestion: `suggested` is its code, "" if there was none; `why` if they went lower."""

    answers: Answers = field(default_factory=Answers)
    suggested: str = ""
    why: str = ""

    def as_data(self, chosen: str) -> dict[str, Any]:
        return {
            "answers": self.answers.as_data(),
            "suggested": self.suggested,
            "chosen": chosen,
            "why": one_line(self.why),
        }


def is_lower(chosen: str, suggested: str) -> bool:
    """Whether `chosen` is milder than `suggested`. Codes sort by gravity, as severities do."""
    return bool(suggested) and chosen > suggested


# --- the questions ---------------------------------------------------------------------------------------------------
Found = tuple[int, Reason, str, bool]  # rank, why, the example, unsure


def _from_impact(severities: Sequence[Any], answers: Answers) -> list[Found]:
    last = len(severities) - 1
    if answers.who == Who.NOBODY:
        why = _("Nobody is held up: %(code)s.") % {"code": severities[last].code}
        return [(last, Reason("who", str(Who.NOBODY.label), why), "", False)]
    if (answers.who, answers.workaround) not in IMPACT:
        return []
    rank, unsure = IMPACT[answers.who, answers.workaround]
    rank = min(rank, last)
    said = f"{label_of('who', answers.who)} · {label_of('workaround', answers.workaround)}"
    return [(rank, Reason("who", said, _why_impact(answers, severities[rank].code)), "", unsure)]


def _why_impact(answers: Answers, code: str) -> str:
    hit = {
        Who.MANY: _("Many people are hit"),
        Who.SEVERAL: _("Several people are hit"),
        Who.FEW: _("One or two people are hit"),
    }[Who(answers.who)]
    way = {
        Workaround.NONE: _("there is no way round it"),
        Workaround.PAINFUL: _("the way round it hurts"),
        Workaround.ACCEPTABLE: _("they can live with the way round it"),
    }[Workaround(answers.workaround)]
    return _("%(hit)s and %(way)s: %(code)s.") % {"hit": hit, "way": way, "code": code}


def _from_stakes(severities: Sequence[Any], answers: Answers) -> list[Found]:
    return [_stake(severities, Stake(stake), AT_STAKE[stake]) for stake in answers.stakes if stake in AT_STAKE]


def _stake(severities: Sequence[Any], stake: Stake, asked: tuple[tuple[set[str], ...], int]) -> Found:
    signs, otherwise = asked
    for rank, severity in enumerate(severities):
        for example in severity.examples:
            if any(sign <= ideas_of_example(str(example)).keys() for sign in signs):
                why = _("The protocol names this under %(code)s: “%(example)s”.")
                values = {"code": severity.code, "example": example}
                return rank, Reason("stakes", str(stake.label), why % values), str(example), False
    rank = min(otherwise, len(severities) - 1)
    why = _("This makes it at least %(code)s.") % {"code": severities[rank].code}
    return rank, Reason("stakes", str(stake.label), why), "", False


def _gravest(severities: Sequence[Any], found: Sequence[Found]) -> Suggestion:
    """All reasons that lead to the gravest of them."""
    rank = min(one[0] for one in found)
    counted = [one for one in found if one[0] == rank]
    example = next((example for _rank, _why, example, _unsure in counted if example), "")
    return Suggestion(
        severities[rank], rank, [one[1] for one in counted], example, unsure=any(one[3] for one in counted)
    )


def _raise_by_deadline(suggestion: Suggestion, severities: Sequence[Any], answers: Answers) -> None:
    """A deadline makes a mild issue one graver; it does not make a P1 by itself."""
    if Stake.DEADLINE not in answers.stakes:
        return
    if suggestion.rank > 1:
        _move(suggestion, severities, suggestion.rank - 1)
        why = _("A deadline makes it one graver: %(code)s.") % {"code": suggestion.severity.code}
        suggestion.reasons.append(Reason("stakes", str(Stake.DEADLINE.label), why))
    elif suggestion.rank == 1:
        suggestion.unsure = True


# --- the text --------------------------------------------------------------------------------------------------------


def _matches(severities: Sequence[Any], said: Mapping[str, str]) -> list[Match]:
    matches = [
        Match(severity, rank, str(example), score, tuple(said[idea] for idea in said if idea in parts))
        for rank, severity in enumerate(severities)
        for example in severity.examples
        for score, parts in [_likest_part(said, str(example))]
    ]
    return [match for match in matches if match.score >= ENOUGH]


def _likest_part(said: Mapping[str, str], example: str) -> tuple[float, Collection[str]]:
    """An example often lists several cases: the text has to be like one of them, or like the whole."""
    parts = [ideas_of_example(part) for part in (example, *_cases(example))]
    return max(((likeness(said, part), part) for part in parts), key=lambda one: one[0])


def _cases(example: str) -> list[str]:
    cases = [example]
    for mark in (":", ";", ",", "."):
        cases = [part for case in cases for part in case.split(mark)]
    return [case for case in cases if case.strip()] if len(cases) > 1 else []


def _is_clear(text: Match, severities: Sequence[Any], said: Mapping[str, str]) -> bool:
    milder = [match.score for match in _matches(severities, said) if match.rank > text.rank]
    return text.score - max(milder, default=0) >= CLEARLY


def _text_reason(text: Match) -> Reason:
    words = ", ".join(f"“{word}”" for word in dict.fromkeys(text.said))
    why = _("The text is like an example of %(code)s: “%(example)s”.") % {
        "code": text.severity.code,
        "example": text.example,
    }
    return Reason("text", words, why)


def _of_text(text: Match, severities: Sequence[Any]) -> Suggestion:
    """From the words alone: a beginning, not an answer."""
    return Suggestion(text.severity, text.rank, [_text_reason(text)], text.example, unsure=True)


def _weigh_text(
    suggestion: Suggestion, severities: Sequence[Any], text: Match | None, answers: Answers, said: Mapping[str, str]
) -> None:
    """The text may raise what the answers say, never lower it; and not where it only asks a question."""
    if text is None or (answers.who == Who.NOBODY and not answers.stakes and "question" in said):
        return
    if text.rank == suggestion.rank:
        suggestion.reasons.append(_text_reason(text))
        suggestion.example = suggestion.example or text.example
    elif text.rank < suggestion.rank and answers.who != Who.NOBODY and _is_clear(text, severities, said):
        _move(suggestion, severities, text.rank)
        suggestion.reasons.append(_text_reason(text))
        suggestion.example = text.example
    elif text.rank < suggestion.rank:
        suggestion.unsure, suggestion.graver = True, text.severity
        suggestion.reasons.append(_text_reason(text))


def _mind_renewal(
    suggestion: Suggestion,
    severities: Sequence[Any],
    answers: Answers,
    said: Mapping[str, str],
    renewal_on: date | None,
    today: date | None,
) -> None:
    """A customer who is unhappy and renews soon, if the protocol has an example of a renewal in doubt."""
    if not renewal_on or not today or not today <= renewal_on <= today + RENEWS_SOON:
        return
    if Stake.RENEWAL not in answers.stakes and not said.keys() & {"unhappy", "leaving", "threat", "renewal"}:
        return
    rank, reason, example, _unsure = _stake(severities, Stake.RENEWAL, AT_STAKE[Stake.RENEWAL])
    if not example:
        return
    days = (renewal_on - today).days
    said_so = ngettext("They renew in %(n)s day", "They renew in %(n)s days", days) % {"n": days}
    if rank < suggestion.rank:
        _move(suggestion, severities, rank)
        suggestion.example = example
    if rank == suggestion.rank:
        suggestion.reasons.append(Reason("customer", said_so, reason.why))


def _move(suggestion: Suggestion, severities: Sequence[Any], rank: int) -> None:
    suggestion.severity, suggestion.rank = severities[rank], rank
    suggestion.unsure, suggestion.graver, suggestion.example = False, None, ""
