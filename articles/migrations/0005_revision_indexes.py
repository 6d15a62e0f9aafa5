"""An article is found by its slug, and the next that is due by its time, without reading all revisions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_writers")]

    operations = [
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["slug"], name="post_revision_slug"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["effective_at"], name="post_revision_effective"),
        ),
    ]
