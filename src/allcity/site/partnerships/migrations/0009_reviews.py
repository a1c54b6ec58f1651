"""What is asked and answered in a review, and why it was closed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partnerships", "0007_check_ins"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("staff", "a teacher retired or left, and nobody was found"),
                    ("students", "the school has fewer students"),
                    ("money", "the whole school had less money"),
                    ("timetable", "the timetable or the building changed"),
                    ("before", "it was decided before the partner came"),
                    ("records", "the records are not right"),
                    ("document", "a document says that the partner gives it in place of the school's own"),
                    ("other", "something else"),
                ],
                max_length=12,
                verbose_name="what was the reason",
            ),
        ),
        migrations.AddField(
            model_name="review",
            name="decided_words",
            field=models.TextField(blank=True, max_length=3000, verbose_name="what you say to it"),
        ),
        migrations.AddField(
            model_name="review",
            name="due_on",
            field=models.DateField(blank=True, null=True, verbose_name="answers are hoped for until"),
        ),
        migrations.AddField(
            model_name="review",
            name="reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("explained", "there was another reason"),
                    ("records", "the records are not right"),
                    ("unclear", "it is too unsure to say anything"),
                    ("other", "something else"),
                ],
                max_length=12,
                verbose_name="why you close it",
            ),
        ),
        migrations.AlterField(
            model_name="answer",
            name="side",
            field=models.CharField(
                choices=[
                    ("school", "the school"),
                    ("district", "the district"),
                    ("organization", "the partner"),
                    ("city", "the city's coordinators"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="answer",
            name="words",
            field=models.TextField(blank=True, max_length=3000, verbose_name="in your own words"),
        ),
    ]
