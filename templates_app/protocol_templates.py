"""The three messages to customers (Escalation Protocol, section 6): what a new installation starts with.

`fields` are what the writer fills in; everything else comes from the ticket.
"""

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
