"""Checks of addresses and DOIs, and what a curator should do about them."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SEEN_BY = ("Curator", "Editor", "Writer")
MODELS = ("check", "problem")


def allow_curators(apps, schema_editor):
    """Curators keep the queue; editors and writers see it, as they see the rest of the catalogue."""
    database = schema_editor.connection.alias
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    for name in SEEN_BY:
        group, _ = groups.get_or_create(name=name)
        for model in MODELS:
            content_type, _ = content_types.get_or_create(app_label="datasets", model=model)
            for verb in ("add", "change", "delete", "view") if name == "Curator" else ("view",):
                permission, _ = permissions.get_or_create(
                    content_type=content_type,
                    codename=f"{verb}_{model}",
                    defaults={"name": f"Can {verb} {model}"},
                )
                group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("datasets", "0003_ledger"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("address", "Address"), ("doi", "DOI")], max_length=8
                    ),
                ),
                ("target", models.CharField(max_length=500)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("ok", "Answers"),
                            ("too-large", "Answers with more than we read"),
                            ("moved", "Moved for good"),
                            ("forbidden", "Refuses programs"),
                            ("limited", "Asks us to come later"),
                            ("odd", "Answers in a way that tells nothing"),
                            ("dead", "Not there any more"),
                            ("loop", "Redirects without end"),
                            ("server-error", "Server error"),
                            ("timeout", "Does not answer in time"),
                            ("tls", "Its certificate or encryption fails"),
                            ("dns", "Its name is not known"),
                            ("reset", "Breaks the connection off, or refuses it"),
                            ("private", "Leads into a private network"),
                            ("unregistered", "Not registered"),
                            ("retracted", "Retracted"),
                            ("concern", "Under an expression of concern"),
                        ],
                        max_length=14,
                    ),
                ),
                ("checked_at", models.DateTimeField()),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        help_text="Of the last HTTP answer.", null=True
                    ),
                ),
                (
                    "leads_to",
                    models.CharField(
                        blank=True,
                        help_text="The new address; of a DOI, the notice.",
                        max_length=500,
                    ),
                ),
                ("etag", models.CharField(blank=True, max_length=300)),
                ("last_modified", models.CharField(blank=True, max_length=100)),
                (
                    "not_before",
                    models.DateTimeField(help_text="It asked not to be asked earlier.", null=True),
                ),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("failing_since", models.DateField(null=True)),
                ("failed_on", models.DateField(null=True)),
            ],
            options={
                "ordering": ["checked_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "target"), name="check_once_each"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "verdict__in",
                                [
                                    "ok",
                                    "too-large",
                                    "moved",
                                    "forbidden",
                                    "limited",
                                    "odd",
                                    "dead",
                                    "loop",
                                    "server-error",
                                    "timeout",
                                    "tls",
                                    "dns",
                                    "reset",
                                    "private",
                                    "unregistered",
                                    "retracted",
                                    "concern",
                                ],
                            )
                        ),
                        name="check_verdict_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("dead", "Dead link"),
                            ("failing", "Failing link"),
                            ("moved", "Moved link"),
                            ("retracted", "Retracted paper"),
                            ("concern", "Paper under concern"),
                            ("unregistered", "Unknown DOI"),
                            ("stale", "Stale facts"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "target",
                    models.CharField(blank=True, max_length=500, verbose_name="what it is about"),
                ),
                ("detail", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("snoozed", "Put off"),
                            ("done", "Done"),
                            ("gone", "Gone by itself"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "snoozed_until",
                    models.DateField(blank=True, null=True, verbose_name="put off until"),
                ),
                (
                    "found_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="found"),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="problems",
                        to="datasets.record",
                    ),
                ),
            ],
            options={
                "ordering": ["-found_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("record", "kind", "target"), name="problem_once_each"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "snoozed", "done", "gone"])),
                        name="problem_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "snoozed"), ("snoozed_until__isnull", True), _connector="XOR"
                        ),
                        name="problem_put_off_until_a_day",
                    ),
                ],
            },
        ),
        migrations.RunPython(allow_curators, migrations.RunPython.noop),
    ]
