"""The three messages to customers (Escalation Protocol, section 6): what a new installation starts with.

`fields` are what the writer fills in; everything else comes from the ticket.
"""

from django.utils.translation import gettext_lazy as _

# Why the protocol cannot do without them.
NEEDED = {
    "acknowledgement": _("It is sent when somebody acknowledges an issue, so it cannot be put away."),
    "status-update": _("Every update to a customer starts with it, so it cannot be put away."),
    "resolution": _("It is sent when somebody resolves an issue, so it cannot be put away."),
}

ACKNOWLEDGEMENT = """\
Hello {{contact_name}},

Your report has reached us, and a person is on it: {{issue}}

We have classed it as {{severity}}. We know what this costs {{customer_name}} for as long as it lasts, and it goes \
ahead of our other work. Our team is looking for the cause right now.

Ticket: #{{ticket_number}}
Priority: {{severity}}
Assigned to: {{assigned_to}}
Next update: {{next_update}}

You will hear from us by then, whether or not we have found the cause. If the impact grows in the meantime, tell us \
at once and quote the ticket number.

{{sender_name}}
{{organisation}}"""

STATUS_UPDATE = """\
Hello {{contact_name}},

Here is where ticket #{{ticket_number}} for {{customer_name}} stands.

Current status: {{status}}
Expected resolution: {{expected_resolution}}
Next update: {{next_update}}

What we have done so far
{{work_completed}}

What we do next
{{next_steps}}

If any of this does not match what you see on your side, tell us: it helps us look in the right place.

{{sender_name}}
{{organisation}}"""

RESOLUTION = """\
Hello {{contact_name}},

The issue behind ticket #{{ticket_number}} ({{subject}}) is fixed.

Root cause
{{root_cause}}

Solution implemented
{{solution}}

Preventive measures
{{prevention}}

Please check that everything works for {{customer_name}} again, and confirm it to us. If something is still not right, \
say so and we open the ticket again.

Would you like to go through it together? We are glad to set up a follow-up call at a time that suits you.

Thank you for your patience, and for working with us on this.

{{sender_name}}
{{organisation}}"""

PROTOCOL_TEMPLATES = [
    {
        "slug": "acknowledgement",
        "name": "Initial acknowledgment",
        "severities": ["P1", "P2"],
        "subject": "[Critical] Issue Acknowledged - Ticket #{{ticket_number}}",
        "body": ACKNOWLEDGEMENT,
        "fields": [
            {"name": "issue", "label": "Brief description of the issue", "required": True},
            {"name": "next_update", "label": "Next update", "required": True},
        ],
    },
    {
        "slug": "status-update",
        "name": "Status update",
        "severities": ["P1", "P2", "P3", "P4"],
        "subject": "[Update] Ticket #{{ticket_number}} - {{subject}}",
        "body": STATUS_UPDATE,
        "fields": [
            {"name": "work_completed", "label": "Work completed", "required": True},
            {"name": "next_steps", "label": "Next steps", "required": True},
            {"name": "expected_resolution", "label": "Expected resolution", "required": False},
            {"name": "next_update", "label": "Next update", "required": False},
        ],
    },
    {
        "slug": "resolution",
        "name": "Resolution confirmation",
        "severities": ["P1", "P2", "P3", "P4"],
        "subject": "[Resolved] Ticket #{{ticket_number}} - {{subject}}",
        "body": RESOLUTION,
        "fields": [
            {"name": "root_cause", "label": "Root cause", "required": True},
            {"name": "solution", "label": "Solution implemented", "required": True},
            {"name": "prevention", "label": "Preventive measures", "required": True},
        ],
    },
]

ACKNOWLEDGEMENT_DE = """\
Guten Tag {{contact_name}},

Ihre Meldung ist bei uns eingegangen, und jemand kümmert sich bereits darum: {{issue}}

Wir haben sie als {{severity}} eingestuft. Wir wissen, was das {{customer_name}} kostet, solange es andauert, und \
stellen unsere übrige Arbeit dahinter zurück. Unser Team sucht gerade nach der Ursache.

Ticket: #{{ticket_number}}
Priorität: {{severity}}
Zuständig: {{assigned_to}}
Nächste Nachricht: {{next_update}}

Bis dahin hören Sie von uns, ob wir die Ursache dann kennen oder nicht. Sollten die Auswirkungen inzwischen größer \
werden, sagen Sie uns bitte sofort Bescheid und nennen Sie die Ticketnummer.

{{sender_name}}
{{organisation}}"""

STATUS_UPDATE_DE = """\
Guten Tag {{contact_name}},

so steht es um das Ticket #{{ticket_number}} von {{customer_name}}.

Aktueller Stand: {{status}}
Voraussichtlich behoben: {{expected_resolution}}
Nächste Nachricht: {{next_update}}

Was wir bisher getan haben
{{work_completed}}

Was wir als Nächstes tun
{{next_steps}}

Sieht es bei Ihnen anders aus, sagen Sie es uns bitte: Das hilft uns, an der richtigen Stelle zu suchen.

{{sender_name}}
{{organisation}}"""

RESOLUTION_DE = """\
Guten Tag {{contact_name}},

das Problem hinter dem Ticket #{{ticket_number}} ({{subject}}) ist behoben.

Ursache
{{root_cause}}

Lösung
{{solution}}

Damit es nicht wieder vorkommt
{{prevention}}

Bitte prüfen Sie, ob bei {{customer_name}} wieder alles läuft, und bestätigen Sie es uns. Stimmt noch etwas nicht, \
geben Sie uns Bescheid, und wir öffnen das Ticket wieder.

Möchten Sie es gemeinsam durchgehen? Gern vereinbaren wir ein Gespräch, wann es Ihnen passt.

Danke für Ihre Geduld und für die Zusammenarbeit.

{{sender_name}}
{{organisation}}"""

# By language and short name.
TRANSLATIONS = {
    "de": {
        "acknowledgement": {
            "subject": "[Kritisch] Wir kümmern uns - Ticket #{{ticket_number}}",
            "body": ACKNOWLEDGEMENT_DE,
        },
        "status-update": {
            "subject": "[Neuer Stand] Ticket #{{ticket_number}} - {{subject}}",
            "body": STATUS_UPDATE_DE,
        },
        "resolution": {
            "subject": "[Behoben] Ticket #{{ticket_number}} - {{subject}}",
            "body": RESOLUTION_DE,
        },
    }
}
