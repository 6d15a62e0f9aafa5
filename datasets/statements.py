"""SQL that is asked at nearly every request: composed once, asked without asking anything else, planned once where that is allowed.

A connection to PostgreSQL keeps plans (“prepared statements”) if ``DATABASE_URL`` names a
``prepare_threshold``: after how many times a statement is worth one. Poolers that hand one
connection to many in turn may not keep them, so there are none unless somebody sets it.
"""

from django.db import InterfaceError, OperationalError


def fetch(connection, sql, values=None):
    """All rows that a statement finds which only reads, and has few values: PostgreSQL takes at most 65,535."""
    if connection.connection is None or connection.health_check_done:
        return _fetch(connection, sql, values)
    # Django would ask first whether a kept connection still stands; this question tells as well.
    connection.health_check_done = True
    try:
        return _fetch(connection, sql, values)
    except (OperationalError, InterfaceError):
        connection.close()
        return _fetch(connection, sql, values)


def _fetch(connection, sql, values):
    with _cursor(connection) as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _cursor(connection):
    if getattr(connection.connection, "prepare_threshold", None) is None:
        return connection.cursor()
    # Django's own would write the values into the text, so that each question is another statement.
    return connection._prepare_cursor(connection.Database.Cursor(connection.connection))
