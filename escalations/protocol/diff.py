"""How two contents differ, change by change, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.templatetags.figures import percent
from contacts.models.matrix import Level
from escalations.durations import Target, TargetError
from escalations.models.calendar import Calendar
from escalations.models.severity import PostMortem, Severity

from .content import CALENDAR, SEVERITY, WORDS, Content, applied
from .goals import goal_said, name_of

SECTIONS = {  # in the document's order
    "department": gettext_lazy("Protocol overview"),
    "critical_notice": gettext_lazy("Protocol overview"),
    "kpis": gettext_lazy("Escalation metrics"),
    "goals": gettext_lazy("Goals"),
    "severities": gettext_lazy("Severity levels"),
    "calendars": gettext_lazy("Working hours"),
    "steps": gettext_lazy("Escalation flow"),
    "rungs": gettext_lazy("Escalation contact matrix"),
    "checklist": gettext_lazy("Response checklist"),
    "principles": gettext_lazy("Best practices and guidelines"),
    "notes": gettext_lazy("Additional notes"),
}
ASKED = {
    "required": gettext_lazy("required"),
    "if_needed": gettext_lazy("if needed"),
    "no": gettext_lazy("not asked for"),
}


@dataclass(frozen=True)
class Change:
    """One difference. `path` as in the content ("severities.P1.response_target"); `before` and `after` as people read
    them, empty where the thing was or will not be there; `kind` changed, added, removed or moved."""

    section: str
    path: str
    label: str
    kind: str
    before: str
    after: str

    @property
    def heading(self) -> str:
        return str(SECTIONS[self.section])

    @property
    def words(self) -> str:
        """As one line: "P1 Critical, response target: 15 min → 10 min"."""
        names = {"what": self.label, "before": self.before or _("nothing"), "after": self.after or _("nothing")}
        match self.kind:
            case "added":
                return _("%(what)s: new") % names
            case "removed":
                return _("%(what)s: removed") % names
            case "moved":
                return _("%(what)s: in another order") % names
        return _("%(what)s: %(before)s → %(after)s") % names


def changes(old: Content, new: Content) -> list[Change]:
    """What `new` changes of `old`, in the document's order. What is only for the record is left out."""
    one, other = applied(old), applied(new)
    return [change for section in SECTIONS for change in _of(section, one, other)]


def _of(section: str, old: Content, new: Content) -> Iterator[Change]:
    one, other = old[section], new[section]
    if one == other:
        return
    if section in WORDS:
        yield Change(section, section, _word_label(section), "changed", one, other)
    elif section == "severities":
        for code in sorted({*one, *other}):
            yield from _rows(section, code, one.get(code), other.get(code), SEVERITY, Severity)
    elif section == "calendars":
        for slug in sorted({*one, *other}):
            yield from _rows(section, slug, one.get(slug), other.get(slug), CALENDAR, Calendar)
    elif section == "goals":
        for key in sorted({*one, *other}):
            if one.get(key) != other.get(key):
                before, after = goal_said(key, one.get(key)), goal_said(key, other.get(key))
                yield _changed(section, f"goals.{key}", _title(new, old, key), before, after)
    elif section == "checklist":
        yield from _checklist(one, other)
    elif section == "rungs":
        yield from _listed(section, "level", one, other, ("title",))
    else:
        yield from _listed(section, "key", one, other, ("title", "text"))


def _word_label(section: str) -> str:
    return {
        "department": _("Department"),
        "critical_notice": _("Critical notice"),
        "notes": _("Additional notes & customisations"),
    }[section]


def _rows(section: str, key: str, old: Any, new: Any, fields: tuple[str, ...], model: Any) -> Iterator[Change]:
    name = (new or old)["name"]
    name = f"{key} {name}" if section == "severities" else name
    if old is None or new is None:
        yield Change(section, f"{section}.{key}", name, "added" if old is None else "removed", "", "")
        return
    for field in fields:
        if old.get(field) != new.get(field):
            label = f"{name}, {model._meta.get_field(field).verbose_name}"
            before, after = _value(field, old.get(field)), _value(field, new.get(field))
            yield Change(section, f"{section}.{key}.{field}", label, "changed", before, after)


def _checklist(old: list[Content], new: list[Content]) -> Iterator[Change]:
    yield from _listed("checklist", "key", old, new, ("action",))
    before = {line["key"]: line for line in old}
    for line in new:
        was = before.get(line["key"])
        codes = sorted({*line["by_severity"], *(was["by_severity"] if was else ())})
        for code in codes if was else ():
            one, other = was["by_severity"].get(code), line["by_severity"].get(code)  # type: ignore[index]
            if _asked(one) != _asked(other):
                path, label = f"checklist.{line['key']}.by_severity.{code}", f"{line['action']}, {code}"
                yield Change("checklist", path, label, "changed", _asked(one), _asked(other))


def _listed(
    section: str, key: str, old: list[Content], new: list[Content], fields: tuple[str, ...]
) -> Iterator[Change]:
    before, after = {row[key]: row for row in old}, {row[key]: row for row in new}
    for name in [*after, *(name for name in before if name not in after)]:
        one, other = before.get(name), after.get(name)
        label = _name_of(section, other or one)
        if one is None or other is None:
            text = (other or one or {}).get("text", "")
            kind = "added" if one is None else "removed"
            yield Change(section, f"{section}.{name}", label, kind, text if one else "", text if other else "")
            continue
        for field in fields:
            if one[field] != other[field]:
                yield Change(section, f"{section}.{name}.{field}", label, "changed", one[field], other[field])
    stayed, stay = [name for name in before if name in after], [name for name in after if name in before]
    if stayed != stay:
        yield Change(section, section, str(SECTIONS[section]), "moved", _names(section, old), _names(section, new))


def _name_of(section: str, row: Any) -> str:
    if section == "rungs":
        return str(Level(row["level"]).label)
    return str(row["action"] if section == "checklist" else row["title"])


def _names(section: str, rows: list[Content]) -> str:
    return ", ".join(_name_of(section, row) for row in rows)


def _changed(section: str, path: str, label: str, before: str, after: str) -> Change:
    kind = "added" if not before else "removed" if not after else "changed"
    return Change(section, path, label, kind, before, after)


def _title(new: Content, old: Content, key: str) -> str:
    """A figure's name: the document's own, else ours."""
    titles = (str(row["title"]) for content in (new, old) for row in content["kpis"] if row["key"] == key)
    return next(titles, name_of(key))


def _asked(cell: Any) -> str:
    cell = cell or {}
    words = str(ASKED.get(cell.get("asked", "no"), cell.get("asked")))
    return f"{words} ({cell['label']})" if cell.get("label") else words


def _value(field: str, value: Any) -> str:
    """A field of a severity or calendar as people read it."""
    match field, value:
        case (("calendar" | "response_calendar" | "hours"), None):
            return _("24x7")
        case "post_mortem", _any:
            return str(dict(PostMortem.choices).get(value, value))
        case "default", _any:
            return _("yes") if value else _("no")
        case "at_risk_percent", _any:
            return percent(value / 100)
        case (("response_target" | "resolution_target" | "update_every" | "step"), _any):
            return _target(value)
        case "hours", _any:
            return "; ".join(f"{day} {_intervals(value[day])}" for day in _WEEK if value.get(day))
        case "overrides", _any:
            return "; ".join(f"{day} {_intervals(spans) or _('closed')}" for day, spans in sorted(value.items()))
        case ("examples", _any):
            return "\n".join(value)
        case _any, list():
            return ", ".join(str(each) for each in value)
    return str(value)


_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _intervals(spans: Any) -> str:
    return ", ".join("–".join(span) for span in spans)


def _target(text: str) -> str:
    try:
        return Target.parse(text).label() if text else _("only what is promised")
    except TargetError:
        return text
