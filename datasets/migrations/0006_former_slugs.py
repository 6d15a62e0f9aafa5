"""Former slugs are read after every change: an index of them alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("datasets", "0005_revision_roles")]

    operations = [
        migrations.AddIndex(
            model_name="slug",
            index=models.Index(
                condition=models.Q(("current", False)),
                fields=["namespace", "object_id", "slug"],
                name="slug_former",
            ),
        ),
    ]
