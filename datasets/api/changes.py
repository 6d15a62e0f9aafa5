"""What happened to the catalogue, in the order in which it happened."""

from datetime import UTC, datetime
from functools import lru_cache

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from datasets.api import description, forms
from datasets.api.answers import CatalogueView, json_answer, raw, url_with
from datasets.changefeed import Unknown, narrowed
from datasets.documents import moment
from datasets.filters import MOST, PAGE_SIZE, QueryError
from datasets.models import Revision, record_addresses


class ChangeList(CatalogueView):
    """Every public change after a cursor, the oldest first. Following `next`, and later `cursor`, misses nothing.

    A record that is withdrawn or merged leaves a notice without a document; what it
    said while it was public stays in the earlier changes.
    """

    def describe(self):
        return description.changes()

    def answer(self, request):
        asked = forms.read_form(forms.ChangesQuery, request.GET)
        cursor, size = asked.get("cursor", 0), asked.get("page_size", PAGE_SIZE)
        if cursor > self.index.version:
            # A catalogue restored from a backup: going on from here would miss what comes next.
            raise QueryError(
                {"cursor": [f"The catalogue has only come to {self.index.version}; start anew."]}
            )
        try:
            rows = self.after(cursor, size + 1, asked)
        except Unknown as error:
            raise QueryError({error.parameter: [str(error)]}) from None
        more, rows = len(rows) > size, rows[:size]
        last = str(rows[-1]["number"] if rows else cursor)
        return json_answer(
            {
                "results": rows,
                "next": url_with(request, cursor=last) if more else None,
                "cursor": last,
            }
        )

    def after(self, cursor, most, asked):
        """So many of the changes after a cursor, the oldest first, that fit what is asked."""
        if asked.keys() - {"cursor", "page_size"}:
            public = Revision.objects.public().filter(number__gt=cursor)
            return told(narrowed(public, asked, self.index).order_by("number")[:most])
        # What whoever follows the changes asks for, in SQL that is composed once.
        with connection.cursor() as database:
            database.execute(statement(connection.vendor, most), [cursor])
            return in_words(database.fetchall())


# As revisions are stored; the rest of what readers are told follows from it.
STORED = ("number", "event", "cause", "slug", "former_slug", "name", "kind", "version", "when")
STORED += ("role", "note", "merged_into", "document")
# Where a time's fraction begins and, to the microsecond, ends; databases leave out zeros at its end.
FRACTION, WHOLE = len("2026-03-01 12:30:00."), len("2026-03-01 12:30:00.123456")


@lru_cache(maxsize=MOST)
def statement(vendor, most):
    """The SQL of the first changes after a cursor."""
    found = Revision.objects.public().filter(number__gt=0).order_by("number")
    return stored(found)[:most].query.sql_with_params()[0]


def told(revisions):
    """Public revisions as readers see them: never who saved them."""
    return in_words(stored(revisions))


def stored(revisions):
    """The rows of revisions, as ``STORED`` says."""
    # Neither as instances nor with their times read by Django: of fifty rows each takes as long as all the rest.
    return revisions.annotate(when=Cast("at", TextField())).values_list(*STORED)


def in_words(rows):
    """Rows of what is ``STORED``, as readers see them."""
    address = record_addresses()
    return [change(address, *row) for row in rows]


def change(
    address,
    number,
    event,
    cause,
    slug,
    former_slug,
    name,
    kind,
    version,
    when,
    role,
    note,
    merged_into,
    document,
):
    """One change; its parameters are in the order of what is ``STORED``."""
    return {
        "number": number,
        "event": event,
        "cause": cause,
        "slug": slug,
        "former_slug": former_slug or None,
        "name": name,
        "kind": kind,
        "url": address(kind, slug),
        "version": version,
        "at": utc(when),
        "role": role or None,
        "note": note or None,
        "merged_into": merged_into or None,
        "document": raw(document) if document else None,
    }


def utc(when):
    """The ``moment`` that a database tells as text; without a zone it is in UTC."""
    if when[FRACTION:WHOLE].isdigit() and len(when) >= WHOLE and when[WHOLE:] in ("", "+00"):
        # Nearly all are told so, and reading them takes longer than all else that is told of a change.
        return f"{when[:10]}T{when[11:WHOLE]}Z"
    at = datetime.fromisoformat(when)
    return moment(at if at.tzinfo else at.replace(tzinfo=UTC))
