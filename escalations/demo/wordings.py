"""A template that this desk has added to the protocol's own, with a past."""

from datetime import datetime, timedelta

from templates_app.editor.saving import create_template, save_template

FIELDS = [{"name": "work_completed", "label": "What is new", "required": True}]
BODY = """\
Hello {{contact_name}},

{{elapsed}} after your report, this is where ticket #{{ticket_number}} stands.

{{work_completed}}

You hear from us again at the latest on {{next_update}}. Everything so far is on your page: {{customer_page}}

{{sender_name}}
{{organisation}}"""
SHORT = BODY.replace(" Everything so far is on your page: {{customer_page}}", "")


def add(now: datetime) -> None:
    words = {"name": "Short hourly update", "severities": ["P1"], "fields": FIELDS}
    words["subject"] = "[Hourly] Ticket #{{ticket_number}} - {{subject}}"
    template = create_template(wording=words | {"body": SHORT}, by="Morgan Reyes", at=now - timedelta(days=40))
    save_template(template=template, wording={"body": BODY}, by="Morgan Reyes", at=now - timedelta(days=12))
