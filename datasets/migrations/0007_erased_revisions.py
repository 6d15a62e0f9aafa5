"""What a deleted record said can be taken down: its revisions are emptied, and say when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datasets", "0006_former_slugs")]

    operations = [
        migrations.RemoveConstraint(
            model_name="revision",
            name="revision_tombstone_is_empty",
        ),
        migrations.AddField(
            model_name="revision",
            name="erased_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("erased_at", None), ("event__in", ["created", "changed"])),
                    ("document", ""),
                    _connector="XOR",
                ),
                name="revision_tombstone_is_empty",
            ),
        ),
    ]
