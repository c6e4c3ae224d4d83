"""Every template that is there already gets its version 1: it reads as it does now, and nobody is named for it."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def first_versions(apps: Any, editor: Any) -> None:
    template, version = (apps.get_model("templates_app", n) for n in ("CommunicationTemplate", "TemplateVersion"))
    at = timezone.now()
    version.objects.bulk_create(
        version(
            template=each,
            number=1,
            at=at,
            wording={
                "name": each.name,
                "severities": each.severities,
                "fields": each.fields,
                "subject": each.subject,
                "body": each.body,
                "translations": {},
            },
        )
        for each in template.objects.filter(versions=None)
    )


class Migration(migrations.Migration):
    dependencies = [("templates_app", "0004_reports_are_matched")]

    operations = [migrations.RunPython(first_versions, migrations.RunPython.noop)]
