"""PostgreSQL keeps what the history says as it is: unpacking fifty documents took longer than finding them.

A row of up to a page's size then stays in one piece; longer ones lie aside, also as they are.
"""

from django.db import migrations

PLAIN = (
    "ALTER TABLE datasets_revision ALTER COLUMN document SET STORAGE EXTERNAL",
    "ALTER TABLE datasets_revision SET (toast_tuple_target = 8160)",
)
PACKED = (
    "ALTER TABLE datasets_revision ALTER COLUMN document SET STORAGE EXTENDED",
    "ALTER TABLE datasets_revision RESET (toast_tuple_target)",
)


def on_postgresql(statements):
    def run(apps, editor):
        if editor.connection.vendor == "postgresql":
            for statement in statements:
                editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("datasets", "0009_links_without_checks")]

    operations = [migrations.RunPython(on_postgresql(PLAIN), on_postgresql(PACKED))]
