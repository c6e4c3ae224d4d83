from django.db import migrations, models
from django.db.models import F


def nothing_old_is_news(apps, schema_editor):
    """Whatever was written before there was an inbox counts as read in it."""
    messages = apps.get_model("templates_app", "Notification").objects
    messages.filter(read_at=None, user_id__isnull=False).update(read_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("templates_app", "0005_first_versions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="channelbreaker",
            name="channel",
            field=models.CharField(max_length=200, primary_key=True, serialize=False),
        ),
        migrations.RunPython(nothing_old_is_news, migrations.RunPython.noop, elidable=True),
    ]
