"""Taking somebody's personal data away for good, ticket by ticket; what was done stays done if it is cut off."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from contacts.models import CustomerContact, User
from escalations.actors import Actor
from escalations.attachments import delete_file
from escalations.audit.chain import chain
from escalations.audit.erased import digest_of, proof
from escalations.audit.facts import facts_of, link
from escalations.enums import EventKind, Source
from escalations.models import Attachment, CustomerPage, Erasure, Event, SearchText, SearchWord, Ticket
from escalations.models.ticket import primary_key_of
from escalations.search import index
from escalations.search.words import words_of
from escalations.verbs.turn import lock
from escalations.write_back import insert
from templates_app.models import InboundMail, Notification
from templates_app.models.notification import State

from .person import MARK, NOWHERE, Person
from .places import AROUND, ELSEWHERE, EVENT, MAIL, NOTIFICATION, OF_CUSTOMER, TICKET, Place

Done = Counter[str]  # how many rows of what: "tickets", "events", "messages", "mails", "files", "contacts", "other"


def tickets_of(person: Person) -> list[int]:
    """Every ticket that somebody stands in by their address. Reads whole tables: it is asked seldom."""
    keys = set(TICKET.naming(person.email).values_list("pk", flat=True))
    for place in (EVENT, *AROUND):
        if place is EVENT:  # what it took is listed there by uid, and names nobody
            rows = place.naming(person.email).exclude(kind=EventKind.ERASED)
        else:
            rows = place.naming(person.email)
        keys |= set(rows.exclude(ticket=None).values_list("ticket_id", flat=True))
    for place in (NOTIFICATION, MAIL):
        keys |= {primary_key_of(about) for about in place.naming(person.email).values_list("about", flat=True)}
    return sorted(Ticket.objects.filter(pk__in=keys).values_list("pk", flat=True))


def erase(person: Person, *, by: User | Actor, at: datetime) -> Done:
    """Everything that names this person, wherever it stands. Run again it finds nothing to do."""
    done: Done = Counter()
    actor = Actor.of(by)
    for key in tickets_of(person):
        done += erase_in(key, person, by=actor, at=at)
    done += _mails_of_no_ticket(person)
    done += _elsewhere(person)
    with transaction.atomic():
        done["contacts"] += CustomerContact.objects.filter(email__iexact=person.email).delete()[0]
    _forget_words(person)
    return done


@transaction.atomic
def erase_in(key: int, person: Person, *, by: Actor, at: datetime) -> Done:
    """The same in one ticket, with one event that says so, if there was anything."""
    ticket = lock(Ticket(pk=key))
    theirs = ticket.reporter_email.lower() == person.email
    done = _files(ticket, person, theirs)
    done += _events(ticket, person, theirs, by, at)
    done += _ticket(ticket, person, theirs)
    done += _messages(ticket.number, person)
    done += _mails(InboundMail.objects.filter(about=ticket.number), person)
    for place in AROUND:
        done["other"] += _scrub(place.model._default_manager.filter(ticket=ticket), place, person)
    if theirs:
        pages = CustomerPage.objects.filter(ticket=ticket)
        pages.update(opened_at=None)
        pages.filter(revoked_at=None).update(revoked_at=at)
    index([ticket])
    return done


# -- events ----------------------------------------------------------------------------------------------------------


def _events(ticket: Ticket, person: Person, theirs: bool, by: Actor, at: datetime) -> Done:
    events = ticket.events.exclude(kind=EventKind.ERASED).select_related("clock").order_by("pk")
    changed = [event for event in events if _rewritten(event, person, theirs)]
    touched = bool(changed) or bool(_changes(ticket, person, theirs))
    if touched:
        _seal(ticket, changed, by, at)
    return Counter(events=len(changed))


def _rewritten(event: Event, person: Person, theirs: bool) -> bool:
    """Change the event in hand; whether there was anything to change. What they wrote themselves goes whole."""
    before = (event.actor_name, event.text, event.data)
    mail = event.data.get("mail") if isinstance(event.data, dict) else None
    sent_it = isinstance(mail, dict) and str(mail.get("from", "")).lower() == person.email
    theirs = event.kind == EventKind.CUSTOMER and event.actor_id is None and (sent_it or (theirs and not mail))
    if sent_it or theirs:
        event.text = event.text and MARK
        event.data = event.data | {"mail": {}} if sent_it else event.data
    if event.actor_id is None:
        event.actor_name = person.scrub(event.actor_name)
    event.text, event.data = person.scrub(event.text), person.scrubbed(event.data)
    return (event.actor_name, event.text, event.data) != before


def _seal(ticket: Ticket, changed: list[Event], by: Actor, at: datetime) -> None:
    """The event that lists what was taken, a row for each, and then what the database lets happen because of them."""
    loose = _loose([event for event in changed if not event.seal])
    listed = {str(event.uid): [digest_of(facts_of(event)), loose.get(event.pk, "")] for event in changed}
    said = Event(
        ticket=ticket,
        kind=EventKind.ERASED,
        due_at=at,
        at=at,
        actor=by.user,
        actor_name=by.name,
        data={"erased": listed},
    )
    said.data["proof"] = proof(ticket.pk, said.uid, listed)
    chain([said])
    insert([said])
    Ticket.objects.filter(pk=ticket.pk).update(last_seal=ticket.last_seal)
    said = Event.objects.get(uid=said.uid)
    rows = [(event, listed[str(event.uid)][0]) for event in changed]
    insert([_erasure(event, said, digest) for event, digest in rows])
    for event in changed:
        Event.objects.filter(pk=event.pk).update(actor_name=event.actor_name, text=event.text, data=event.data)


def _erasure(event: Event, said: Event, digest: str) -> Erasure:
    return Erasure(event=event, by=said, actor_name=event.actor_name, text=event.text, data=event.data, digest=digest)


def _loose(changed: list[Event]) -> dict[int, str]:
    """What stands in the hourly seals for those that no chain holds: as they were first, whatever was taken since."""
    if not changed:
        return {}
    from escalations.audit import erased

    keys = [event.pk for event in changed]
    known = erased.marks(min(keys), max(keys))
    now = Event.objects.filter(pk__in=keys).select_related("clock", "ticket")
    return {event.pk: known.get(event.pk) or link("", facts_of(event)) for event in now}


# -- rows ------------------------------------------------------------------------------------------------------------


def _changes(ticket: Ticket, person: Person, theirs: bool) -> dict[str, Any]:
    """The ticket's own columns that change, and to what."""
    found: dict[str, Any] = {name: person.scrub(getattr(ticket, name)) for name in TICKET.texts}
    found |= {name: person.scrubbed(getattr(ticket, name)) for name in TICKET.data}
    found["cc"] = [address for address in ticket.cc if str(address).lower() != person.email]
    if theirs:
        found |= {"reporter_name": ticket.reporter_name and MARK, "reporter_email": ""}
        if ticket.source == Source.MAIL:
            found["description"] = ticket.description and MARK
    return {name: value for name, value in found.items() if value != getattr(ticket, name)}


def _ticket(ticket: Ticket, person: Person, theirs: bool) -> Done:
    if not (changes := _changes(ticket, person, theirs)):
        return Counter()
    for name, value in changes.items():
        setattr(ticket, name, value)
    ticket.save(update_fields=list(changes))
    return Counter(tickets=1)


def _messages(number: str, person: Person) -> Done:
    done: Done = Counter()
    for message in Notification.objects.filter(about=number).order_by("pk"):
        if message.to_address.lower() == person.email:
            message.to_name, message.to_address, message.context, message.html = MARK, NOWHERE, {}, ""
            message.text = message.text and MARK
            message.subject, message.tried = person.scrub(message.subject), []
            if message.state == State.QUEUED:
                message.state, message.next_try_at, message.reason = State.CANCELLED, None, MARK
            message.save()
            done["messages"] += 1
        else:
            done["messages"] += _scrub_row(message, NOTIFICATION, person)
    return done


def _mails(mails: Any, person: Person) -> Done:
    done: Done = Counter()
    for mail in mails.order_by("pk"):
        if mail.from_address.lower() == person.email:
            mail.from_name, mail.from_address, mail.raw = MARK, NOWHERE, None
            mail.text, mail.subject = mail.text and MARK, mail.subject and MARK
            mail.message_id, mail.reason = person.scrub(mail.message_id), person.scrub(mail.reason)
            mail.save()
            done["mails"] += 1
        else:
            done["mails"] += _scrub_row(mail, MAIL, person)
    return done


def _mails_of_no_ticket(person: Person) -> Done:
    with transaction.atomic():
        done = _mails(MAIL.naming(person.email), person)
        done["messages"] += sum(
            _messages(about, person)["messages"]
            for about in set(NOTIFICATION.naming(person.email).values_list("about", flat=True))
        )
        return done


def _files(ticket: Ticket, person: Person, theirs: bool) -> Done:
    """Files that came from the customer's side, where it was this person's issue or mail."""
    mailed = InboundMail.objects.filter(about=ticket.number, from_address__iexact=person.email)
    if not theirs and not mailed.exists():
        return Counter()
    files = list(Attachment.objects.filter(ticket=ticket, uploaded_by=None))
    for file in files:
        file.delete()
        delete_file(file)
    return Counter(files=len(files))


def _elsewhere(person: Person) -> Done:
    done: Done = Counter()
    customers = list(CustomerContact.objects.filter(email__iexact=person.email).values_list("customer_id", flat=True))
    for place in ELSEWHERE:
        with transaction.atomic():
            rows = place.naming(person.email)
            if place.label in OF_CUSTOMER:
                rows = place.model._default_manager.filter(Q(pk__in=rows.values("pk")) | Q(customer__in=customers))
            done["other"] += _scrub(rows, place, person)
    return done


def _scrub(rows: Any, place: Place, person: Person) -> int:
    return sum(_scrub_row(row, place, person) for row in rows.order_by("pk").iterator(chunk_size=200))


def _scrub_row(row: Any, place: Place, person: Person) -> int:
    new = {name: person.scrub(getattr(row, name)) for name in place.texts}
    new |= {name: person.scrubbed(getattr(row, name)) for name in place.data}
    changed = {name: value for name, value in new.items() if value != getattr(row, name)}
    if changed:
        type(row)._default_manager.filter(pk=row.pk).update(**changed)
    return bool(changed)


def _forget_words(person: Person) -> None:
    """Words that a search knew from them alone."""
    words: Iterable[str] = words_of(" ".join((person.email, *person.names)))
    for word in words:
        if not SearchText.objects.filter(words__contains=f" {word} ").exists():
            SearchWord.objects.filter(pk=word).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:  # what is taken out of the index stays in its pages until they are merged
            cursor.execute("INSERT INTO escalations_searchindex (escalations_searchindex) VALUES ('optimize')")
