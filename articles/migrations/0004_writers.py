"""Who saved a working copy since it was last approved."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Exists, OuterRef


def name_last_editors(apps, schema_editor):
    """Of those who wrote before, the last is known: nobody's text becomes theirs to approve by the upgrade."""
    database = schema_editor.connection.alias
    posts = apps.get_model("articles", "Post").objects.using(database)
    revisions = apps.get_model("articles", "Revision").objects.using(database)
    approved = revisions.filter(
        post=OuterRef("pk"), rolled_back_to=None, approved_at__gte=OuterRef("edited_at")
    )
    written = posts.filter(~Exists(approved), edited_by__isnull=False)
    through = apps.get_model("articles", "Post").writers.through
    through.objects.using(database).bulk_create(
        through(post_id=post, user_id=user)
        for post, user in written.order_by("pk").values_list("pk", "edited_by")
    )


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0003_imported_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="writers",
            field=models.ManyToManyField(
                blank=True, editable=False, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.RunPython(name_last_editors, migrations.RunPython.noop),
    ]
