from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("templates_app", "0001_initial")]

    operations = [
        migrations.AddField("notification", "held_until", models.DateTimeField(blank=True, null=True)),
    ]
