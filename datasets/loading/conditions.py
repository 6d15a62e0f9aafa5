"""Whether a row keeps a check constraint, told without asking the database.

Only a shortcut: a "yes" saves a query for each of thousands of rows, and anything
else is left to the constraint itself.
"""

import operator
import re

from django.db.models import Q

LOOKUPS = {
    "exact": operator.eq,
    "gte": operator.ge,
    "in": lambda value, right: value in right,
    "isnull": lambda value, right: (value is None) == right,
    "range": lambda value, right: right[0] <= value <= right[1],
    "regex": lambda value, right: re.search(right, value) is not None,
    "startswith": lambda value, right: value.startswith(right),
}


def surely_holds(condition, row):
    """True if plain comparison shows that the condition holds; False if it does not or cannot tell."""
    try:
        return holds(condition, row)
    except (AttributeError, KeyError, TypeError):
        return False


def holds(condition, row):
    if condition.connector not in (Q.AND, Q.OR):
        raise KeyError(condition.connector)
    combine = all if condition.connector == Q.AND else any
    found = combine(
        holds(child, row) if isinstance(child, Q) else compare(child, row)
        for child in condition.children
    )
    return found != condition.negated


def compare(child, row):
    path, right = child
    if hasattr(right, "resolve_expression"):
        raise TypeError("an expression is the database's to compute")
    name, _, lookup = path.partition("__")
    return LOOKUPS[lookup or "exact"](getattr(row, name), right)
