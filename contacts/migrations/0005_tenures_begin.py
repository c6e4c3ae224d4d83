"""Who stands where already has stood there since now, as far as anybody wrote it down."""

from django.db import migrations
from django.utils import timezone


def begin(apps, schema_editor):
    Contact, Tenure = apps.get_model("contacts", "Contact"), apps.get_model("contacts", "Tenure")
    at = timezone.now()
    has_one = Tenure.objects.filter(until=None).exclude(contact=None).values("contact")
    Tenure.objects.bulk_create(
        Tenure(
            contact=contact,
            level=contact.level,
            team_name=contact.team.name if contact.team else "",
            position=contact.position,
            title=contact.title,
            name=contact.name or _name_of(contact.user),
            email=contact.email or (contact.user.email if contact.user else ""),
            phone=contact.phone or (contact.user.phone if contact.user else ""),
            since=at,
            source="page",
        )
        for contact in Contact.objects.exclude(pk__in=has_one).select_related("team", "user")
    )


def _name_of(user):
    """As User.name, which a migration does not have."""
    return f"{user.first_name} {user.last_name}".strip() or user.username if user else ""


class Migration(migrations.Migration):

    dependencies = [
        ("contacts", "0004_reach"),
    ]

    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
