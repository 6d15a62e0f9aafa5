"""Tables inside posts: a stored query or list, read as the explorer would read it."""

from django.http import QueryDict
from django.utils.http import urlencode

from datasets.columns import COLUMNS
from datasets.filters import SHAPING, read_query
from datasets.index import current

# A table shows all its rows in its own columns; their order is its query's.
REFUSED = [name for name in SHAPING if name != "ordering"]
# The family of records that a block of this type lists.
TABLES = {"dataset-table": "datasets", "tool-table": "tools"}
# More records than this are a query, which goes on holding when the catalogue grows.
MOST_SLUGS = 200


def family(block):
    """Which family of records a table block lists: ``datasets`` or ``tools``."""
    return TABLES[block["type"]]


def published(slugs, index):
    """The present slugs of the published records among those named, former ones followed, once each."""
    found = dict.fromkeys(index.resolve("slug", slug) for slug in slugs)
    return [slug for slug in found if slug]


def address(query, slugs):
    """The parameters under which the explorer shows the same rows in the same order."""
    return query if query else urlencode([("slug", slug) for slug in slugs])


def read_table(family, query, slugs, index=None):
    """The query of a table, to be asked for its Selection and its errors."""
    return read_query(family, QueryDict(address(query, slugs)), index or current())


def remains(block, index):
    """(what a table block asks for now, how many of the records that it names are gone).

    What was frozen named published records only; those that no longer are, are left out. None
    is asked for if none is left to choose from: without any the whole catalogue would be.
    """
    asked = QueryDict(address(block["query"], block["slugs"]), mutable=True)
    gone = 0
    for name in ("slug", "slug__not"):
        slugs = asked.getlist(name)
        left = published(slugs, index)
        gone += sum(index.resolve("slug", slug) is None for slug in slugs)
        if name == "slug" and slugs and not left:
            return None, gone
        if slugs:
            asked.setlist(name, left)
    query = asked.urlencode() if gone else block["query"]
    return address(query, published(block["slugs"], index)), gone


def read_block(block, index):
    """The query of a table block as it was frozen, less what is gone; None if nothing is left of it."""
    query, _ = remains(block, index)
    return read_left(block, query, index)


def read_left(block, query, index):
    """The query that ``remains`` of a table block, to be asked for its Selection; None for none."""
    return None if query is None else read_query(family(block), QueryDict(query), index)


def check_table(family, query, slugs, columns, index=None):
    """What is wrong with a table: messages by field, empty if nothing."""
    errors = {}
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        errors["columns"] = [f"“{unknown[0]}” is no column. Valid: {', '.join(COLUMNS)}."]
    if len(slugs) > MOST_SLUGS:
        errors["slugs"] = [
            f"{len(slugs)} are too many to pick by hand; {MOST_SLUGS} is the most. Use a query."
        ]
        return errors
    if bool(query) == bool(slugs):
        errors["query"] = ["Give either a query or a list picked by hand."]
        return errors
    field = "query" if query else "slugs"
    asked = read_table(family, query, slugs, index)
    messages = [f"{name}: {text}" for name, texts in asked.errors.items() for text in texts]
    messages += [f"{name}: leave it out of a table." for name in REFUSED if name in asked.data]
    if messages:
        errors[field] = messages
    elif not asked.selection.count():
        errors[field] = ["This selects nothing now; widen the query."]
    return errors


def shows_nothing(block, index):
    """Whether readers find no rows in a table block: none is left, or its query has become invalid."""
    asked = read_block(block, index)
    return asked is None or bool(asked.errors) or not asked.selection.count()


def holdings(asked):
    """Slug to version of each record that a table block holds now, in its order.

    ``asked`` is what ``read_block`` gave; a query that cannot be answered holds nothing.
    """
    if asked is None or asked.errors:
        return {}
    return {document["slug"]: document["version"] for document in asked.selection.documents()}
