"""The launch content for tests that only read it: loaded by its commands once, afterwards put back row by row."""

import io

import pytest
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from datasets.models import Catalogue, Record

COMMANDS = {
    "catalogue": lambda said: call_command("load_catalogue", verbosity=0, stdout=said),
    "posts": lambda said: call_command("import_posts", publish=True, verbosity=0, stdout=said),
}
# What the tables held after each command, as this process first ran it.
HELD = {}


@pytest.fixture(scope="module")
def launch(django_db_setup, django_db_blocker):
    """The launch catalogue. Ask for it beside `db`, and import it where it is used.

    Its transaction stays open while the module lasts, so no test with transactions
    of its own (`transaction=True`, a live server) may stand in the same module.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        put_catalogue()
        yield
        transaction.set_rollback(True)


def put_catalogue():
    """The launch catalogue, in place of whatever there is."""
    put("catalogue")


def put_posts():
    """The launch catalogue and its articles, in place of whatever there is."""
    if "posts" not in HELD:
        put_catalogue()
    put("posts")


def put(name):
    if name in HELD:
        with transaction.atomic():
            write(HELD[name])
    else:
        # What a test had made before would be in the launch content of all that follow.
        assert name == "posts" or not Record.objects.exists()
        COMMANDS[name](io.StringIO())
        HELD[name] = {table: read(table) for table in tables()}


def tables():
    names = connection.introspection.django_table_names(only_existing=True)
    return sorted(name for name in names if name.startswith(("articles_", "datasets_")))


def read(table):
    """(columns, rows) of a table, as the database gives them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return [column[0] for column in cursor.description], cursor.fetchall()


def write(held):
    """Make the tables hold these rows and no others; keys between them are looked at when the transaction ends."""
    with connection.cursor() as cursor:
        for table in held:
            cursor.execute(f"DELETE FROM {table}")
        for table, (columns, rows) in held.items():
            names = ", ".join(f'"{column}"' for column in columns)
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
        models = connection.introspection.installed_models(held)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    # As after every load, nobody takes it for what was here before.
    counter = Catalogue.objects.get()
    counter.advance(counter.version, anew=True)
