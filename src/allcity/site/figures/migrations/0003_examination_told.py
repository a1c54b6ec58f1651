from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("figures", "0002_need_findings")]

    operations = [
        migrations.AddField(model_name="examination", name="told", field=models.JSONField(default=dict)),
    ]
