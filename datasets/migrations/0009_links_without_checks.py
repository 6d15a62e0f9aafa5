"""A check belongs to its address (see Check): links have stopped keeping one, and nothing reads what they kept."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("datasets", "0008_revision_indexes")]

    operations = [
        migrations.RemoveField(model_name="link", name="checked_at"),
        migrations.RemoveField(model_name="link", name="result"),
    ]
