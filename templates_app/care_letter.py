"""Reminders of what follows a fix, read from their snapshots: an action item, a check-in."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from templates_app import plain, protocol_letter, reach_letter
from templates_app.letter import Letter, Row, url_of, worth_of
from templates_app.models import Notification
from templates_app.moments import Reader, moment


def _of_action(message: Notification, reader: Reader) -> Letter:
    item = message.context["item"]
    left = (date.fromisoformat(item["due_on"]) - reader.at.astimezone(reader.zone).date()).days
    return _letter(
        message,
        reader,
        title=plain.one_line(item["text"]),
        situation=_days(left),
        is_overdue=left < 0,
        due=reader.day(item["due_on"]),
        button=_("Open the action item"),
        rows=[Row(_("To be done by"), f"{reader.day(item['due_on'])}, {_days(left)}")],
    )


def _of_check_in(message: Notification, reader: Reader) -> Letter:
    item = message.context["item"]
    due = moment(item["due_at"])
    today = reader.at.astimezone(reader.zone).date()
    left = (due.astimezone(reader.zone).date() - today).days
    return _letter(
        message,
        reader,
        title=plain.one_line(message.context["subject"]),
        situation=_days(left),
        is_overdue=left < 0,
        due=reader.time(due),
        description=plain.shorten(plain.one_line(item.get("solution")), 600),
        button=_("Say how they are"),
        rows=[Row(_("Due"), f"{reader.time(due)}, {_days(left)}"), Row(_("Day"), _after(item["day"]))],
    )


def _letter(message: Notification, reader: Reader, *, rows: list[Row], **own: Any) -> Letter:
    context = message.context
    return Letter(
        kind=message.kind,
        number=plain.one_line(context["number"]),
        button_url=url_of(context["path"]),
        ticket_url=url_of(context["ticket_path"]),
        severity=plain.one_line(context["severity"]["code"]),
        severity_name=plain.one_line(context["severity"]["name"]),
        customer=plain.one_line(context["customer"]["name"]),
        owner=plain.one_line(context["item"].get("owner")),
        is_owner=bool(context["theirs"]),
        rung=plain.one_line(context.get("rung")),
        when=reader.time(message.due_at),
        zone=reader.zone_sentence(),
        late=_late(message, reader),
        rows=[*rows, *_about(context, reader)],
        **own,
    )


def _about(context: Mapping[str, Any], reader: Reader) -> list[Row]:
    customer = context["customer"]
    tier, name = plain.one_line(customer.get("tier")), plain.one_line(customer["name"])
    rows = [Row(_("Customer"), f"{name} · {tier}" if tier else name)]
    if worth := worth_of(customer, reader):
        rows.append(Row(_("At stake"), worth))
    rows.append(Row(_("Because of"), f"{context['number']} {plain.one_line(context['subject'])}"))
    return [*rows, Row(_("Owner"), plain.one_line(context["item"].get("owner")) or _("Nobody yet"))]


def _days(left: int) -> str:
    if left < 0:
        return ngettext("%d day overdue", "%d days overdue", -left) % -left
    if left == 0:
        return _("due today")
    return _("due tomorrow") if left == 1 else ngettext("due in %d day", "due in %d days", left) % left


def _after(day: int) -> str:
    return ngettext("%d day after the fix", "%d days after the fix", day) % day


def _late(message: Notification, reader: Reader) -> str:
    if not message.late:
        return ""
    names = {"due": reader.time(message.due_at), "now": reader.time(reader.at)}
    return _("This message is late: it was due at %(due)s and left at %(now)s.") % names


READERS: dict[str, Callable[[Notification, Reader], Letter]] = {
    "action": _of_action,
    "check_in": _of_check_in,
    **reach_letter.READERS,
    **protocol_letter.READERS,
}
