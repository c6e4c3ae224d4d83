"""The part of the settings form that says by which channels somebody is told, and where those lead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import ChannelAddress, User
from contacts.models.channels import Channel
from contacts.preferences.desk import Desk

APP = "app"
FIRST = [(Channel.EMAIL, _("E-mail")), (Channel.SLACK, _("Slack")), (Channel.WEBHOOK, _("Webhook"))]
HOOKS = (Channel.SLACK, Channel.WEBHOOK)
WANTED = {
    Channel.SLACK: _("Give your Slack address first, below."),
    Channel.WEBHOOK: _("Give your webhook’s address first, below."),
}


@dataclass(frozen=True)
class Row:
    """One severity of the table."""

    code: str
    name: str
    first: forms.BoundField
    then: forms.BoundField


@dataclass(frozen=True)
class Place:
    """One address: its field, and what is kept of it, if anything."""

    channel: str
    field: forms.BoundField
    kept: ChannelAddress | None


class ChannelFields:
    """For one user. Adds its fields to a form, and reads them from there; what is not sent stays as it is."""

    def __init__(self, form: forms.BaseForm, user: User, desk: Desk) -> None:
        self.form, self.user, self.desk = form, user, desk
        self.severities = desk.severities()
        self.addresses = {str(row.channel): row for row in user.channel_addresses.all()}
        for code, name in self.severities:
            self._add_row(code, name)
        for place, label in ((Channel.SLACK, _("Your Slack webhook")), (Channel.WEBHOOK, _("Your own webhook"))):
            self._add_place(place, label)

    def _add_row(self, code: str, name: str) -> None:
        order = self.user.channels.get(code, [Channel.EMAIL]) if isinstance(self.user.channels, dict) else []
        first, then = [*order, "", ""][:2] if isinstance(order, list) else ("", "")
        self.form.fields[f"first_{code}"] = forms.ChoiceField(
            label=_("%(code)s: first by") % {"code": code},
            choices=[*FIRST, (APP, _("In the app only"))],
            required=False,
            initial=first or APP,
        )
        self.form.fields[f"then_{code}"] = forms.ChoiceField(
            label=_("%(code)s: then by") % {"code": code},
            choices=[("", "–"), *FIRST],
            required=False,
            initial=then,
        )

    def _add_place(self, channel: str, label: Any) -> None:
        kept = self.addresses.get(channel)
        self.form.fields[f"{channel}_url"] = forms.CharField(
            label=label,
            required=False,
            max_length=500,
            initial=kept.url if kept else "",
            widget=forms.URLInput(attrs={"placeholder": "https://", "autocomplete": "off", "spellcheck": "false"}),
        )

    @property
    def rows(self) -> list[Row]:
        return [
            Row(code, name, self.form[f"first_{code}"], self.form[f"then_{code}"]) for code, name in self.severities
        ]

    @property
    def places(self) -> list[Place]:
        return [Place(channel, self.form[f"{channel}_url"], self.addresses.get(channel)) for channel in HOOKS]

    # --- what was sent -----------------------------------------------------------------------------------------------

    def clean(self, given: Mapping[str, Any]) -> None:
        urls = {channel: self._url(channel, given) for channel in HOOKS}
        for channel in HOOKS:
            if self._was_sent(f"{channel}_url") and urls[channel] and f"{channel}_url" not in self.form.errors:
                self._check(channel, urls[channel])
        for code, _name in self.severities:
            first, then = self._chosen(code, given)
            if first and first == then:
                self.form.add_error(f"then_{code}", _("This is tried first already."))
            for name, way in ((f"first_{code}", first), (f"then_{code}", then)):
                if way in HOOKS and not urls[Channel(way)]:
                    self.form.add_error(name, WANTED[Channel(way)])

    def _check(self, channel: str, url: str) -> None:
        try:
            self.desk.check(url)
        except ValueError as error:
            self.form.add_error(f"{channel}_url", _("Nothing can be sent there: %(why)s.") % {"why": error})

    def _url(self, channel: str, given: Mapping[str, Any]) -> str:
        name = f"{channel}_url"
        if self._was_sent(name):
            return str(given.get(name) or (self.form.data.get(name, "") if name in self.form.errors else "")).strip()
        kept = self.addresses.get(channel)
        return kept.url if kept else ""

    def _chosen(self, code: str, given: Mapping[str, Any]) -> tuple[str, str]:
        if not self._was_sent(f"first_{code}"):
            row = self.form.fields
            return str(row[f"first_{code}"].initial), str(row[f"then_{code}"].initial)
        first = given.get(f"first_{code}") or ""
        return (first, given.get(f"then_{code}") or "") if first != APP else (APP, "")

    def _was_sent(self, name: str) -> bool:
        return name in self.form.data

    # --- what is kept ------------------------------------------------------------------------------------------------

    def save(self, given: Mapping[str, Any]) -> bool:
        """True if anything is other than before. Writes the addresses, and the choice into the user's row."""
        changed = [self._keep(channel, self._url(channel, given)) for channel in HOOKS]
        if not any(self._was_sent(f"first_{code}") for code, _name in self.severities):
            return any(changed)
        chosen = {code: self._order(code, given) for code, _name in self.severities}
        chosen = {code: order for code, order in chosen.items() if order != [Channel.EMAIL]}
        if chosen != self.user.channels:
            self.user.channels = chosen
            self.user.save(update_fields=["channels"])
            changed.append(True)
        return any(changed)

    def _order(self, code: str, given: Mapping[str, Any]) -> list[str]:
        first, then = self._chosen(code, given)
        return [] if first == APP else [str(channel) for channel in (first or Channel.EMAIL, then) if channel]

    def _keep(self, channel: str, url: str) -> bool:
        kept = self.addresses.get(channel)
        if url == (kept.url if kept else ""):
            return False
        if not url:
            assert kept
            kept.delete()
            return True
        address = kept or ChannelAddress(user=self.user, channel=channel)
        address.url, address.proved_at, address.refused_at, address.refused_reason = url, None, None, ""
        if channel == Channel.WEBHOOK and not address.secret:
            address.secret = self.desk.new_secret()
        address.save()
        return True
