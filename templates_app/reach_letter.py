"""Messages about reach itself, read from their snapshots: a test of the ladder, rungs that nobody will stand on."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from templates_app import plain
from templates_app.letter import Letter, Row, url_of
from templates_app.models import Notification
from templates_app.moments import Reader, moment

MOST = 12  # gaps that are spelled out


def _of_drill(message: Notification, reader: Reader) -> Letter:
    return Letter(
        kind=message.kind,
        title=_("This is a test. Nothing has happened."),
        by=plain.one_line(message.context["by"]),
        rung=plain.one_line(message.context.get("rung")),
        button=_("Yes, I read this"),
        button_url=url_of(message.context["path"]),
        when=reader.time(message.due_at),
        zone=reader.zone_sentence(),
    )


def _of_coverage(message: Notification, reader: Reader) -> Letter:
    gaps = message.context["gaps"]
    rows = [_gap(gap, reader) for gap in gaps[:MOST]]
    if len(gaps) > MOST:
        more = len(gaps) - MOST
        rows.append(Row(_("And more"), ngettext("%d further gap", "%d further gaps", more) % more))
    first = gaps[0]
    return Letter(
        kind=message.kind,
        title=ngettext("%d gap in the matrix", "%d gaps in the matrix", len(gaps)) % len(gaps),
        situation=f"{_name(first)}, {_begins(first, reader)}",
        button=_("See the next 14 days"),
        button_url=url_of(message.context["path"]),
        rows=rows,
        when=reader.time(message.due_at),
        zone=reader.zone_sentence(),
    )


def _gap(gap: Mapping[str, Any], reader: Reader) -> Row:
    return Row(_name(gap), f"{_when(gap, reader)}. {plain.one_line(gap['why'])}")


def _name(gap: Mapping[str, Any]) -> str:
    title, team = plain.one_line(gap["title"]), plain.one_line(gap.get("team"))
    return f"{title} ({team})" if team else title


def _begins(gap: Mapping[str, Any], reader: Reader) -> str:
    return _("from %(since)s on") % {"since": reader.time(moment(gap["since"]))} if gap.get("since") else _("now")


def _when(gap: Mapping[str, Any], reader: Reader) -> str:
    since = reader.time(moment(gap["since"])) if gap.get("since") else ""
    until = reader.time(moment(gap["until"])) if gap.get("until") else ""
    if since and until:
        return _("from %(since)s to %(until)s") % {"since": since, "until": until}
    if since:
        return _("from %(since)s on") % {"since": since}
    return _("now, until %(until)s") % {"until": until} if until else _("now, and no end in sight")


READERS: dict[str, Callable[[Notification, Reader], Letter]] = {"drill": _of_drill, "coverage": _of_coverage}
