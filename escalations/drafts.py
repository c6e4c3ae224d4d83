"""A message to the customer as it would leave now: nothing is sent, nothing is written."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from escalations import budgets, customer_mail
from escalations.actors import Actor
from escalations.case import Case
from escalations.enums import OPEN, TRANSITIONS, ClockKind
from escalations.journal import Journal
from escalations.models import Ticket
from escalations.wording import argument, language_for, typed_fields
from templates_app import rendering
from templates_app.languages import Worded, in_language
from templates_app.models import CommunicationTemplate
from templates_app.placeholders import PLACEHOLDERS

# Around what is still missing; characters for private use, which nobody types.
OPENS, CLOSES = "\ue000", "\ue001"


@dataclass(frozen=True)
class Chip:
    """One field of the wording. `state`: ticket (filled from it), typed, missing (must be filled in), or open (may
    stay empty). `argument` is the name of the form's field, if there is one."""

    label: str
    value: str
    state: str
    argument: str = ""


@dataclass(frozen=True)
class Draft:
    """`people` get it, the first as addressee, the others as copies. `problem`: why it cannot be made at all."""

    people: list[tuple[str, str]]
    subject: str = ""
    body: str = ""  # the text part; HTML, safe
    html: str = ""  # the HTML part, safe
    language: str = ""
    chips: list[Chip] = field(default_factory=list)
    problem: str = ""

    @property
    def missing(self) -> list[str]:
        return [chip.label for chip in self.chips if chip.state == "missing"]


def draft(
    ticket: Ticket,
    verb: str,
    template: CommunicationTemplate,
    *,
    by: Any,
    at: datetime,
    written: Mapping[str, str],
    promised: datetime | None = None,
    language: str = "",
) -> Draft:
    """What `verb` would send at `at`, with gaps marked where required fields are empty. `language` as in
    `customer_mail.send`."""
    worded = in_language(template, language_for(ticket, template, language))
    return draft_of(worded, ticket, verb, by=by, at=at, written=written, promised=promised)


def draft_of(
    worded: Worded,
    ticket: Ticket,
    verb: str,
    *,
    by: Any,
    at: datetime,
    written: Mapping[str, str],
    promised: datetime | None = None,
) -> Draft:
    """The same of wording that need not be kept yet."""
    people = customer_mail.addressees(ticket)
    case = _as_it_will_be(ticket, verb, at, promised)
    typed = {name: text for name, text in written.items() if text.strip()}
    contact, names = people[0][0] if people else "", rendering.used(worded)
    filled = customer_mail.values(
        case, by=Actor.of(by), contact=contact, language=worded.language, names=names, **typed
    )
    asked = {each["name"]: each for each in typed_fields(worded)}
    # The writer's words are the writer's: what the ticket says in their place does not make a field filled in.
    filled |= {name: "" for name, each in asked.items() if each.get("required", True) and name not in typed}
    try:
        message, empty = rendering.render(worded, filled), []
    except rendering.EmptyPlaceholder as error:
        empty = error.names
        gaps = {name: f"{OPENS}{PLACEHOLDERS[name]}{CLOSES}" for name in empty}
        message = rendering.render(worded, filled | gaps)
    except rendering.UnknownPlaceholder as error:
        return Draft(people, problem=str(error))
    return Draft(
        people,
        message.subject.replace(OPENS, "[").replace(CLOSES, "]"),
        _marked(escape(message.text)),
        _marked(message.html),
        worded.language,
        [_chip(name, filled.get(name, ""), asked, typed, empty) for name in names],
    )


def _as_it_will_be(ticket: Ticket, verb: str, at: datetime, promised: datetime | None) -> Case:
    """The ticket right after the verb, as far as a message tells of it: its state, and when the next update is due."""
    after = copy(ticket)
    after.status = TRANSITIONS[verb].get(ticket.status, ticket.status)
    if verb in ("acknowledge", "resolve"):
        after.acknowledged_at = ticket.acknowledged_at or at
    if verb == "resolve":
        after.resolved_at = ticket.resolved_at or at
    clocks = [copy(clock) for clock in ticket.current_clocks() if not clock.stopped_at]
    clocks = [clock for clock in clocks if clock.kind != ClockKind.UPDATE] if after.status in OPEN else []
    if after.status in OPEN and (clock := budgets.update_clock(after, at, at, 1, promised)):
        clocks.append(clock)
    case = Case(Journal(at, dry=True), after, clocks, ticket.spans())
    case.plan()
    return case


def _chip(name: str, value: str, asked: Mapping[str, dict], typed: Mapping[str, str], empty: list[str]) -> Chip:
    label = str(asked[name].get("label") or PLACEHOLDERS[name]) if name in asked else str(PLACEHOLDERS[name])
    state = "missing" if name in empty else "typed" if name in typed else "ticket" if value else "open"
    field_name = "promise" if name == "next_update" else argument(name) if name in asked else ""
    return Chip(label, value, state, field_name)


def _marked(escaped: str) -> SafeString:
    """With the gaps as marks."""
    return mark_safe(escaped.replace(OPENS, '<mark class="gap">').replace(CLOSES, "</mark>"))
