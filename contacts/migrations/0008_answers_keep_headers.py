from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0007_doors"),
    ]

    operations = [
        migrations.AddField(
            model_name="idempotencykey",
            name="headers",
            field=models.JSONField(blank=True, db_default={}, default=dict),
        ),
    ]
