from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("templates_app", "0003_reach"),
    ]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="passed_on_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="passed on at"),
        ),
        migrations.AddField(
            model_name="deliveryreport",
            name="message_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=250),
        ),
        migrations.AddIndex(
            model_name="deliveryreport",
            index=models.Index(condition=models.Q(("notification", None)), fields=["at"], name="report_waiting"),
        ),
    ]
