"""A table as a file: CSV, NDJSON and BibTeX of exactly the records that a query asks for."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from django.http import StreamingHttpResponse

from datasets.bibtex import bibtex
from datasets.columns import COLUMNS, DEFAULT_COLUMNS
from datasets.documents import HEAVY, KEYS, dumps, loads
from datasets.models import Document
from datasets.statements import fetch

CHUNK = 500


@dataclass(frozen=True)
class Export:
    """A format that is written record by record. ``write`` yields the file's parts for a query."""

    media_type: str
    write: Callable


def respond(query):
    """The answer that downloads what a right query asks for, in its ``format`` (csv, ndjson or bib).

    The whole Selection, unless the query names a page.
    """
    name = query.right["format"]
    export = EXPORTS[name]
    response = StreamingHttpResponse(
        export.write(query), content_type=f"{export.media_type}; charset=utf-8"
    )
    page = f"-page-{query.number}" if "page" in query.right else ""
    response["Content-Disposition"] = f'attachment; filename="{query.family}{page}.{name}"'
    return response


def positions(query):
    """The positions of the records that an export of the query holds, in order."""
    return query.selection.positions(*(query.span() if "page" in query.right else ()))


def json_rows(query, wanted):
    """The documents at these positions as JSON bytes: as the list shows them, or cut to ``fields``."""
    index, fields = query.selection.index, query.right.get("fields")
    if not fields:
        return [index.lists[position] for position in wanted]
    keys = [key for key in KEYS[query.family] if key in fields]
    texts = (
        stored(index, wanted) if set(keys) & set(HEAVY) else map(index.lists.__getitem__, wanted)
    )
    return [cut(text, keys) for text in texts]


def cut(text, keys):
    document = loads(text)
    return dumps({key: document[key] for key in keys}).encode()


def stored(index, wanted):
    """The whole documents at these positions, as text, in one query; without one taken back just now."""
    ids = [index.ids[position] for position in wanted]
    if not ids:
        return []
    texts = dict(fetch(connection, statement(connection.vendor, len(ids)), ids))
    return [texts[pk] for pk in ids if pk in texts]


@lru_cache(maxsize=CHUNK)
def statement(vendor, number):
    """The SQL of so many documents: for one, composing it takes longer than all the rest of its answer."""
    rows = Document.objects.published().filter(record_id__in=range(number))
    return rows.values_list("record_id", "text").query.sql_with_params()[0]


def chunks(query):
    """The positions of an export in portions, so that a long one is never in memory whole."""
    wanted = positions(query)
    return (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))


class Echo:
    """What csv writes to: gives back each line."""

    def write(self, line):
        return line


def write_csv(query):
    columns = query.right.get("columns") or DEFAULT_COLUMNS[query.family]
    line = csv.writer(Echo()).writerow
    yield line(["slug", *columns])
    index = query.selection.index
    for portion in chunks(query):
        yield "".join(line(cells(index.document(position), columns)) for position in portion)


def csv_of(documents):
    """Yield the lines of a CSV of these list documents, of either family, in all columns."""
    line = csv.writer(Echo()).writerow
    yield line(["slug", *COLUMNS])
    for document in documents:
        yield line(cells(document, COLUMNS))


def cells(document, columns):
    return [document["slug"], *(COLUMNS[name].text(document) for name in columns)]


def write_ndjson(query):
    for portion in chunks(query):
        yield b"".join(row + b"\n" for row in json_rows(query, portion))


def write_bibtex(query):
    index = query.selection.index
    return bibtex(index.document(position) for portion in chunks(query) for position in portion)


# What a file is called where it is offered.
FILES = {"csv": "CSV", "ndjson": "NDJSON", "bib": "BibTeX"}
EXPORTS = {
    "csv": Export("text/csv", write_csv),
    "ndjson": Export("application/x-ndjson", write_ndjson),
    "bib": Export("application/x-bibtex", write_bibtex),
}
