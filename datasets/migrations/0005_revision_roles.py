"""In which role each revision was saved: what readers may know of whoever did it."""

from django.conf import settings
from django.db import migrations, models

ROLES = ("Curator", "Editor", "Writer")


def name_roles(apps, schema_editor):
    """Earlier revisions get the role that their author has today; those of commands tell which command."""
    database = schema_editor.connection.alias
    revisions = apps.get_model("datasets", "Revision").objects.using(database)
    imports = revisions.filter(by=None, note="Launch catalogue")
    imports.update(role="Import")
    revisions.filter(by=None, role="").update(role="System")
    label, name = settings.AUTH_USER_MODEL.split(".")
    users = apps.get_model(label, name)._base_manager.using(database)
    authors = revisions.filter(role="").order_by().values_list("by", flat=True).distinct()
    for user in users.filter(pk__in=list(authors)):
        groups = set(user.groups.values_list("name", flat=True))
        role = next((role for role in ROLES if role in groups), None)
        role = role or ("Administrator" if user.is_superuser else "Staff")
        revisions.filter(by=user.pk, role="").update(role=role)


class Migration(migrations.Migration):
    dependencies = [
        ("datasets", "0004_freshness"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="role",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.RunPython(name_roles, migrations.RunPython.noop),
    ]
