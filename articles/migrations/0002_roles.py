"""The groups Writer, Editor and Curator, with what each may do."""

from django.conf import settings
from django.db import migrations

LOOKED_UP = ["category", "author", "source", "work", "image"]
OF_A_POST = ["byline", "citation", "text", "imageblock", "quote", "callout"]
TABLES = ["datasettable", "tooltable"]


def permissions_of(apps, label, database):
    """Codename to Permission of an app; made here, for a fresh database has none before migrations end."""
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    found = {}
    for model in apps.get_app_config(label).get_models():
        options = model._meta
        content_type, _ = content_types.get_or_create(app_label=label, model=options.model_name)
        named = [
            (f"{verb}_{options.model_name}", f"Can {verb} {options.verbose_name_raw}")
            for verb in options.default_permissions
        ]
        for codename, name in [*named, *options.permissions]:
            found[codename], _ = permissions.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
    return found


def writer(articles, datasets):
    names = [f"{verb}_post" for verb in ("add", "change", "view")]
    names += [
        f"{verb}_{model}"
        for verb in ("add", "change", "delete", "view")
        for model in OF_A_POST + TABLES
    ]
    names += [f"view_{model}" for model in [*LOOKED_UP, "correction", "revision"]]
    names += [f"add_{model}" for model in ("work", "source", "image")]
    return [articles[name] for name in names] + viewing(datasets)


def editor(articles, datasets):
    # Revisions and corrections are written by the verbs alone, and stay.
    kept = ("revision", "correction")
    verbs = ("add", "change", "delete")
    refused = {f"{verb}_{model}" for verb in verbs for model in kept}
    return [row for name, row in articles.items() if name not in refused] + viewing(datasets)


def viewing(datasets):
    return [row for name, row in datasets.items() if name.startswith("view_")]


def make_roles(apps, schema_editor):
    database = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(database)
    articles = permissions_of(apps, "articles", database)
    datasets = permissions_of(apps, "datasets", database)
    roles = {
        "Writer": writer(articles, datasets),
        "Editor": editor(articles, datasets),
        "Curator": list(datasets.values()),
    }
    for name, permissions in roles.items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(*permissions)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_publication"),
        ("datasets", "0001_catalogue"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # Backwards the groups stay: people are in them.
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
