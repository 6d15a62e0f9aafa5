"""How many examples Hypothesis draws for a test that asks a database."""

from django.db import connection


def examples(number):
    """That many on SQLite, half as many on PostgreSQL.

    `make test` runs on both, and draws others every time: what only PostgreSQL does
    otherwise is found by fewer, or by a test that is about it.
    """
    return number if connection.vendor == "sqlite" else number // 2
