from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0005_tenures_begin"),
    ]

    operations = [
        migrations.AddField(
            model_name="contact",
            name="disputed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="said to be wrong"),
        ),
        migrations.AddField(
            model_name="contact",
            name="disputed_about",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=20),
        ),
    ]
