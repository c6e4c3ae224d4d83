"""Confidential issues: who is on the list of those who may see one, and what others are told of it.

The ladder goes on. Whoever the engine or a colleague tells to act, and who has an account, is put on the list at that
moment, and the history says so. People without an account, and every room, are told the number, the severity and the
times: no subject, no customer, nothing that anybody wrote. To be mentioned or to watch names nobody.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from contacts.matrix import Recipient
from contacts.models import User
from escalations.enums import EventKind
from escalations.models.access import TicketAccess
from escalations.site_language import in_site_language
from templates_app.models import Notification
from templates_app.models.notification import State

if TYPE_CHECKING:
    from escalations.case import Case
    from escalations.journal import Journal, Telling

# These tell, and ask nobody to act: they reach those who are on the list already.
ONLY_THE_NAMED = ("mentioned", "watching")
# What goes to the customer, or to whom a person chose by hand, keeps its words.
MEANT_FOR_THEM = ("customer", "call", "admin")


def name(ticket: Any, users: Collection[int], *, by: User | None, at: Any) -> None:
    """Put these people on the list; whoever stands there already stays as they are."""
    rows = [TicketAccess(ticket_id=ticket.pk, user_id=user, named_by=by, at=at) for user in users]
    TicketAccess.objects.bulk_create(rows, ignore_conflicts=True)


def shut(case: "Case", close: Collection[int], people: Collection[User], actor: Any) -> None:
    """The list of an issue that becomes confidential, and its event. Those among `people` who are not close to the
    issue are told that they may see it."""
    ticket = case.ticket
    keys = {*close, *(user.pk for user in people)}
    name(ticket, keys, by=actor.user, at=case.at)
    listed = User.objects.filter(pk__in=keys).order_by("pk")
    record(case, "closed", listed, by=actor, why=str(ticket.confidential), before="")
    for user in people:
        if user.pk not in close and user.email:
            case.tell_unless(Recipient.of_user(user), "access", actor, by=actor.name, reason="")


def close_to(ticket: Any) -> set[int]:
    """Whom marking it names at once: its owner, who logged it, who has taken it, and who works on it."""
    keys = {ticket.owner_id, ticket.created_by_id, ticket.taken_by_id} - {None}
    return keys | set(ticket.responders.filter(left_at=None, user__isnull=False).values_list("user_id", flat=True))


# -- when something happens -------------------------------------------------------------------------------------------


def name_those_told(journal: "Journal", cases: Sequence["Case"]) -> None:
    """Before the events are sealed. No query without a confidential issue among the cases, two or three with one."""
    kept = {case.ticket.pk: case for case in cases if case.ticket.confidential}
    if not kept or journal.dry:
        return
    for key in kept:
        journal.named[key] = set()
    for key, user in TicketAccess.objects.filter(ticket__in=list(kept)).values_list("ticket_id", "user_id"):
        journal.named[key].add(user)
    told = [t for t in journal.tellings if t.case.ticket.pk in kept and t.kind not in ONLY_THE_NAMED]
    journal.accounts = accounts = _accounts(told)
    for key, case in kept.items():
        people = {accounts.get(t.recipient.email.lower(), 0) for t in told if t.case is case} - {0}
        people |= {who for who in (case.ticket.owner_id, case.ticket.taken_by_id) if who}
        if any(event.kind == EventKind.OPENED for event in case.news):
            people |= {who for who in [case.ticket.created_by_id] if who}
        if new := people - journal.named[key]:
            _name_now(case, new)
            journal.named[key] |= new


def _accounts(tellings: Iterable["Telling"]) -> dict[str, int]:
    """The active accounts behind these addresses. One query, for those who are not known by their account."""
    found = {t.recipient.email.lower(): t.recipient.user_id or 0 for t in tellings if t.recipient.email}
    return found | accounts_at([email for email, user in found.items() if not user])


def accounts_at(emails: Collection[str]) -> dict[str, int]:
    """The active accounts at these addresses, which are in small letters."""
    if not emails:
        return {}
    users = User.objects.annotate(lower=Lower("email")).filter(lower__in=emails, is_active=True)
    return dict(users.values_list("lower", "pk"))


def _name_now(case: "Case", users: Collection[int]) -> None:
    name(case.ticket, users, by=None, at=case.at)
    people = User.objects.filter(pk__in=users).order_by("pk")
    record(case, "told", people)
    case.news.pop()  # a fact of the history, nothing that a message tells


def record(case: "Case", what: str, people: Iterable[User], **more: Any) -> Any:
    """`what`: "closed", "opened", "let", "told" (let by being told), "let_self", "unlet"."""
    named = [{"username": user.username, "name": user.name} for user in people]
    return case.record(EventKind.ACCESS, what=what, people=named, **more)


def is_for(telling: "Telling") -> bool:
    """False for news of a confidential issue to somebody who may not see it and is not asked to act."""
    named = telling.case.journal.named.get(telling.case.ticket.pk)
    return named is None or telling.kind not in ONLY_THE_NAMED or telling.recipient.user_id in named


def is_hushed(telling: "Telling", user_id: int | None) -> bool:
    """Whether this reader gets it without its words."""
    named = telling.case.journal.named.get(telling.case.ticket.pk)
    account = user_id or telling.case.journal.accounts.get(telling.recipient.email.lower())
    return named is not None and account not in named


# -- what others are told ---------------------------------------------------------------------------------------------


@in_site_language
def hushed(context: dict[str, Any]) -> dict[str, Any]:
    """The snapshot of a message without what anybody wrote in the issue, or whom it concerns."""
    nobody = {"name": context.get("number", ""), "tier": "", "value": None, "currency": "", "renewal_on": None}
    quiet = {"subject": _("Confidential issue"), "description": "", "customer": nobody, "reason": "", "hushed": True}
    if "item" in context:
        item = context["item"]
        quiet["item"] = item | {k: v for k, v in {"text": _("An action item"), "solution": ""}.items() if k in item}
    return context | quiet


def hush_waiting(ticket: Any) -> None:
    """Messages that wait leave without words to those who may not see it any more, or not from now on."""
    named = set(TicketAccess.objects.filter(ticket=ticket.pk).values_list("user_id", flat=True))
    waiting = Notification.objects.filter(about=ticket.number, state=State.QUEUED).exclude(kind__in=MEANT_FOR_THEM)
    rows = [row for row in waiting if row.user_id not in named and "subject" in row.context]
    for row in rows:
        row.context = hushed(row.context)
    Notification.objects.bulk_update(rows, ["context"])
