"""What was said before a change, and which teacher said it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0004_dropped_goals"), ("partnerships", "0006_sessions")]

    operations = [
        migrations.AddField(model_name="checkin", name="before", field=models.JSONField(blank=True, default=list)),
        migrations.AddField(
            model_name="checkin",
            name="teacher",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="check_ins",
                to="partnerships.teacher",
            ),
        ),
    ]
