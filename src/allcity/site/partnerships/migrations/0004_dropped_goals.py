from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partnerships", "0003_lifecycle")]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="dropped_goals",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
