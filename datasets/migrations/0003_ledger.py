"""Evidence of one fact, one size or one link, with who checked it and what it says."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("datasets", "0002_suggestions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="checked_role",
            field=models.CharField(blank=True, editable=False, max_length=30),
        ),
        migrations.AddField(
            model_name="evidence",
            name="confidence",
            field=models.CharField(
                blank=True,
                choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")],
                help_text="How far the source settles it. Leave empty if nobody judged.",
                max_length=6,
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="leads_because",
            field=models.TextField(
                blank=True,
                help_text="Where sources differ: why the record follows this one.",
                verbose_name="leads because",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="link",
            field=models.CharField(
                blank=True,
                choices=[
                    ("homepage", "Homepage"),
                    ("download", "Download"),
                    ("code", "Code"),
                    ("paper", "Paper"),
                    ("terms", "Terms of use"),
                    ("leaderboard", "Leaderboard"),
                ],
                help_text="Of links: those of this kind. Empty for all of them.",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="seen_on",
            field=models.DateField(
                blank=True, help_text="The day it was first seen there.", null=True
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="unit",
            field=models.ForeignKey(
                blank=True,
                help_text="Of sizes: the figure in this unit. Empty for all of them.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="datasets.unit",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="value",
            field=models.CharField(
                blank=True,
                help_text="What the source says, in its own words or figures: “1,018”. Where it differs from others, readers see them side by side.",
                max_length=300,
            ),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="checked_on",
            field=models.DateField(
                blank=True,
                help_text="The day somebody last compared it with the record.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("unit__isnull", True), ("fact", "sizes"), _connector="OR"),
                name="evidence_unit_is_of_a_size",
                violation_error_message="A unit says which size is meant; the fact is then “Sizes”.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("link", ""), ("fact", "links"), _connector="OR"),
                name="evidence_kind_is_of_a_link",
                violation_error_message="A kind of link says which link is meant; the fact is then “Links”.",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "link__in",
                        ["", "homepage", "download", "code", "paper", "terms", "leaderboard"],
                    )
                ),
                name="evidence_link_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidence__in", ["", "high", "medium", "low"])),
                name="evidence_confidence_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_role", ""), ("checked_on__isnull", False), _connector="OR"
                ),
                name="evidence_check_has_its_day",
                violation_error_message="Say on which day it was checked.",
            ),
        ),
    ]
