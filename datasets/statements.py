"""SQL that many requests ask: composed once, asked without a health check before it, planned once where that is allowed.

A connection to PostgreSQL keeps plans (“prepared statements”) if ``DATABASE_URL`` names a
``prepare_threshold``: how often it asks a statement before that gets one. Poolers that hand one
connection to many in turn may lose them, so there are none unless somebody sets it.
"""

from django.db import InterfaceError, NotSupportedError, OperationalError


def fetch(connection, sql, values=None):
    """All rows that a statement finds; it only reads, and has few values and no column of a time.

    PostgreSQL takes at most 65,535 values beside a statement, and Django's own cursor would turn times into its zone.
    """
    kept = connection.connection is not None and not connection.health_check_done
    if kept:
        # Django would ask first whether the connection still stands; this question tells as well.
        connection.health_check_done = True
    try:
        return _fetch(connection, sql, values)
    except (OperationalError, InterfaceError):
        if not kept:
            raise
    except NotSupportedError:
        # The plan is of before a migration.
        if connection.in_atomic_block:
            raise
    connection.close()
    return _fetch(connection, sql, values)


def _fetch(connection, sql, values):
    with _cursor(connection) as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _cursor(connection):
    keeps = getattr(connection.connection, "prepare_threshold", None) is not None
    if not keeps or connection.queries_logged:
        return connection.cursor()
    # Django's own cursor writes the values into the text, so that each question is another statement.
    return connection.make_cursor(connection.Database.Cursor(connection.connection))
