"""Every page, once: what looks at all of them looks here. A new page adds its line."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.utils import timezone

from contacts.models import Team, User
from escalations import customer_pages
from escalations.importing import run
from escalations.inbound import filing
from escalations.links import take_token
from escalations.models import Drill, DrillCall, Ticket
from escalations.models.version import Office
from escalations.protocol import versions
from escalations.reach.drill import token_of
from templates_app.inbound.store import receive
from tests.templates_app.webhooks import delivery, endpoint

# `{t}` is the overdue ticket's address.
PAGES = [
    "/",
    "/?tab=waiting",
    "/escalated/",
    "/tickets/",
    "/tickets/?q=nothing+like+it",
    "/tickets/new/",
    "/tickets/?severity=P1&owner=me&breached=on",
    "/tickets/filters/",
    "/tickets/filters/?tab=team",
    "/tickets/bulk/?verb=assign&t=ESC-1001",
    "/views/",
    "/views/new/?path=/&query=tab%3Dteam",
    "/customers/",
    "/customers/new/",
    "/customers/import/",
    "/customers/?q=nothing+like+it",
    "/customers/acme/",
    "/customers/acme/issues/",
    "/customers/acme/notes/",
    "/customers/acme/changes/",
    "/customers/acme/edit/",
    "/customers/acme/leave/",
    "/customers/acme/contacts/new/",
    "/inbound/",
    "/inbound/?list=all",
    "/actions/",
    "/aftercare/",
    "/absences/",
    "/absences/new/",
    "/contacts/",
    "/contacts/new/?level=3",
    "/contacts/history/",
    "/contacts/import/",
    "/contacts/rotations/",
    "/contacts/coverage/",
    "/noise/",
    "/dashboard/?span=90d",
    "/dashboard/?wall=1",
    "/dashboard/filters/",
    "/dashboard/definitions/",
    "/dashboard/goals/",
    "/dashboard/issues/?figure=response_missed&span=90d",
    "/customers/acme/report/?month=2026-11",
    "/reports/",
    "/reports/new/",
    "/contacts/drills/",
    "/templates/",
    "/templates/new/",
    "/templates/status-update/",
    "/templates/status-update/versions/",
    "/protocol/",
    "/protocol/print/",
    "/protocol/versions/",
    "/outbox/",
    "/inbox/",
    "/inbox/?show=unread&kind=reminders",
    "/settings/",
    "/settings/tokens/",
    "/settings/security/",
    "/keys/",
    "/accounts/password/change/",
    "{t}",
    "{t}team/",
    "{t}access/",
    "{t}related/",
    "{t}review/",
    "{t}history/",
    "{t}brief/",
    "{t}evidence/",
    "/no/such/page/",
]

# Forms of a ticket: pages that may open as sheets.
SHEETS = [
    "assign",
    "take",
    "wait",
    "change_severity",
    "escalate",
    "hold_ladder",
    "hand_to",
    "resolve",
    "merge",
    "tags",
    "team/add",
    "calls/new",
    "actions/new",
]

# Parts of the protocol, in the editor of a draft.
LOOKS = ["overview", "severities", "calendars", "checklist"]

# For administrators alone. `{hook}`, `{letter}` and `{batch}` are keys of a webhook, its delivery and an import.
ADMIN = [
    "/settings/people/",
    "/settings/people/new/",
    "/settings/people/casey/",
    "/settings/people/casey/off/",
    "/settings/people/casey/factor/",
    "/settings/teams/",
    "/settings/teams/emea/",
    "/settings/services/",
    "/settings/severities/",
    "/settings/severities/P1/",
    "/settings/calendars/",
    "/settings/calendars/new/",
    "/settings/desk/",
    "/settings/changes/",
    "/settings/webhooks/",
    "/settings/webhooks/new/",
    "/settings/webhooks/{hook}/",
    "/settings/webhooks/{hook}/deliveries/{letter}/",
    "/settings/privacy/",
    "/settings/imports/",
    "/settings/imports/{batch}/",
    "/settings/security/",
    "/settings/security/address/",
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/recovery-codes/generate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/reauthenticate/",
]

# For people who have not signed in.
OPEN = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"]


def signed_in(ticket: Ticket) -> list[str]:
    path = ticket.get_absolute_url()
    sheets = [f"{path}{sheet}/" for sheet in SHEETS]
    return [page.format(t=path) for page in PAGES] + [mail_that_waits()] + sheets + of_a_draft()


def of_administrators() -> list[str]:
    at = timezone.now()
    casey, admin = User.objects.get(username="casey"), User.objects.get(username="admin")
    for user in (casey, admin):
        RecoveryCodes.activate(user)
    Team.objects.create(name="EMEA", slug="emea")
    letter = delivery(endpoint("https://hooks.example/desk"))
    batch = run.keep([(2, {"subject": "x"})], source="x", name="x.csv", by=admin, at=at)
    keys = {"hook": letter.endpoint_id, "letter": letter.pk, "batch": batch.pk}
    return [page.format(**keys) for page in ADMIN]


def of_a_draft() -> list[str]:
    """A draft of the protocol that two are asked to sign, and of its editor the parts that look unlike."""
    at, morgan = timezone.now(), User.objects.get(username="morgan")
    draft = versions.begin_draft(by=morgan, at=at, title="Answer sooner")
    draft.content["severities"]["P1"]["response_target"] = "10m"
    draft = versions.edit(draft, draft.content, by=morgan, at=at, edits=draft.edits)
    for office, name in ((Office.VP, "vera"), (Office.OPERATIONS, "morgan")):
        versions.ask(draft, office, User.objects.get(username=name), by=morgan, at=at)
    path = draft.get_absolute_url()
    return [path, f"{path}print/", f"{path}simulate/", *(f"{path}edit/{part}/" for part in LOOKS)]


def mail_that_waits() -> str:
    raw = b"From: Gil <gil@new.example>\nSubject: Hello\n\nIs this the desk?\n\n> Write to the desk"
    row, _is_new = receive(raw, at=timezone.now())
    filing.file(row.pk, timezone.now())
    return f"/inbound/{row.pk}/"


def signed_out(ticket: Ticket) -> list[str]:
    escalation = ticket.escalations.get(level="3")
    token = take_token(escalation, "vera@desk.example")
    drill = Drill.objects.create(by=ticket.owner, at=timezone.now())
    call = DrillCall.objects.create(
        drill=drill, level="3", position=0, title="VP", name="Vera", address="vera@d.example"
    )
    return [
        *OPEN,
        f"/a/{token}/",
        f"/a/{token}/?do=hand_over",
        f"/drill/{token_of(drill, call.address)}/",
        customer_pages.path_for(ticket, timezone.now()),
    ]
