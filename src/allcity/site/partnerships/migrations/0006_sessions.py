from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0004_dropped_goals"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="from_sessions",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="partnership",
            name="asked_on",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="schedule",
            name="account",
            field=models.CharField(
                choices=[("organization", "the partner"), ("school", "the school")],
                default="organization",
                max_length=12,
            ),
            preserve_default=False,
        ),
    ]
