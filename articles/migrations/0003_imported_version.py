"""Which version of a post a file was last loaded as: how an import knows what a person changed since."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0002_roles"),
    ]

    operations = [
        migrations.AddField(
            model_name="post",
            name="imported_version",
            field=models.PositiveIntegerField(
                editable=False, help_text="The version that a file was last loaded as.", null=True
            ),
        ),
    ]
