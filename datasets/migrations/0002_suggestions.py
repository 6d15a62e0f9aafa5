"""What a suggestion is about: a dataset, a tool, or a record that stands in the catalogue."""

from django.db import migrations, models


def mark_corrections(apps, schema_editor):
    suggestions = apps.get_model("datasets", "Suggestion").objects.using(
        schema_editor.connection.alias
    )
    suggestions.filter(record__isnull=False).update(kind="correction")


class Migration(migrations.Migration):
    dependencies = [("datasets", "0001_catalogue")]

    operations = [
        migrations.AddField(
            model_name="suggestion",
            name="kind",
            field=models.CharField(
                choices=[
                    ("dataset", "A dataset"),
                    ("tool", "A model or tool"),
                    ("correction", "A correction"),
                ],
                default="dataset",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(kind__in=["dataset", "tool", "correction"]),
                name="suggestion_kind_is_known",
            ),
        ),
        migrations.RunPython(mark_corrections, migrations.RunPython.noop),
    ]
