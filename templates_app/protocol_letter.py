"""Messages about versions of the protocol, read from their snapshots: asked to sign, signed, in force, overtaken."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from templates_app import plain
from templates_app.letter import Letter, Row, url_of
from templates_app.models import Notification
from templates_app.moments import Reader, moment

TITLES = {
    "asked": gettext_lazy("Please read and sign a new version of the protocol"),
    "again": gettext_lazy("The draft that you signed was changed: your signature is needed again"),
    "signed": gettext_lazy("The new version of the protocol is signed"),
    "in_force": gettext_lazy("A new version of the protocol is in force"),
    "withdrawn": gettext_lazy("A version of the protocol was withdrawn"),
    "overtaken": gettext_lazy("A signed version of the protocol cannot come into force"),
}
OFFICES = {
    "vp": gettext_lazy("VP of Customer Success"),
    "cco": gettext_lazy("Chief Customer Officer"),
    "operations": gettext_lazy("Operations Manager"),
}
TO_DO = {
    "asked": gettext_lazy("Read what it changes, then sign it, or talk to whoever asked you."),
    "again": gettext_lazy("Read what it changes now, then sign it again."),
    "signed": gettext_lazy("It comes into force on its date. Until then it can be withdrawn."),
    "in_force": gettext_lazy("Issues logged from now on run under it; clocks that run keep their targets."),
    "withdrawn": gettext_lazy("Nothing is left to do: it is not signed any more and does not come into force."),
    "overtaken": gettext_lazy(
        "The protocol has changed since it was signed. Bring it up to date and have it signed again, or withdraw it."
    ),
}


def _of_protocol(message: Notification, reader: Reader) -> Letter:
    context, what = message.context, str(message.context["what"])
    rows = [Row(_("Version"), plain.one_line(context["version"]))]
    if context.get("title"):
        rows.append(Row(_("What changes"), plain.one_line(context["title"])))
    if context.get("office"):
        rows.append(Row(_("You sign as"), str(OFFICES[context["office"]])))
    if context.get("by"):
        rows.append(Row(_("By"), plain.one_line(context["by"])))
    if context.get("effective_at") and what != "in_force":
        rows.append(Row(_("In force from"), reader.time(moment(context["effective_at"]))))
    return Letter(
        kind=message.kind,
        title=str(TITLES[what]),
        to_do=str(TO_DO[what]),
        by=plain.one_line(context.get("by")),
        button=_("Read and sign") if what in ("asked", "again") else _("Open the version"),
        button_url=url_of(context["path"]),
        rows=rows,
        when=reader.time(message.due_at),
        zone=reader.zone_sentence(),
    )


READERS: dict[str, Callable[[Notification, Reader], Letter]] = {"protocol": _of_protocol}
