"""What is asked of the history by a slug, and when it last changed, reads no table whole."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datasets", "0007_erased_revisions")]

    operations = [
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["public", "at"], name="revision_public_at"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["slug"], name="revision_slug"),
        ),
        # Not of the filled ones alone: SQLite does not see that a slug is never empty.
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["former_slug"], name="revision_former_slug"),
        ),
    ]
