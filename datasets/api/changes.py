"""What happened to the catalogue, in the order in which it happened."""

from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast

from datasets.api import description, forms
from datasets.api.answers import CatalogueView, json_answer, raw, url_with
from datasets.changefeed import Unknown, narrowed
from datasets.documents import moment
from datasets.filters import MOST, PAGE_SIZE, QueryError
from datasets.models import Catalogue, Revision, record_addresses
from datasets.statements import fetch


class ChangeList(CatalogueView):
    """Every public change after a cursor, the oldest first. Following `next`, and later `cursor`, misses nothing.

    A record that is withdrawn or merged leaves a notice without a document; what it
    said while it was public stays in the earlier changes.
    """

    def describe(self):
        return description.changes()

    def read_ahead(self, request):
        """Who merely follows the changes gets them with the version, in one query instead of two."""
        self.asked = forms.read_form(forms.ChangesQuery, request.GET)
        self.cursor = self.asked.get("cursor", 0)
        self.size = self.asked.get("page_size", PAGE_SIZE)
        self.all = self.asked.keys() <= {"cursor", "page_size"}
        self.stamp = None
        if self.all and not hasattr(request, "stamp") and "HTTP_IF_NONE_MATCH" not in request.META:
            self.read()
            request.stamp = self.stamp

    def answer(self, request):
        if self.cursor > self.index.version:
            # A catalogue restored from a backup: going on from here would miss what comes next.
            raise QueryError(
                {"cursor": [f"The catalogue has only come to {self.index.version}; start anew."]}
            )
        if self.all and self.stamp != self.index.stamp:
            # Not read yet, or of a version from which the catalogue has moved since.
            self.read()
        rows = self.rows if self.all else self.fitting()
        more, rows = len(rows) > self.size, rows[: self.size]
        last = str(rows[-1]["number"] if rows else self.cursor)
        return json_answer(
            {
                "results": rows,
                "next": url_with(request, cursor=last) if more else None,
                "cursor": last,
            }
        )

    def read(self):
        """Set the ``rows`` after the cursor, the oldest first, one more than a page has, and the ``stamp`` at which these are complete."""
        rows = fetch(connection, statement(connection.vendor, self.size + 1), [self.cursor])
        self.stamp = rows[0][:2] if rows else None
        self.rows = in_words(row[2:] for row in sorted(rows, key=NUMBER) if NUMBER(row))

    def fitting(self):
        """Those of them that fit what is asked."""
        public = Revision.objects.public().filter(number__gt=self.cursor)
        try:
            found = narrowed(public, self.asked, self.index)
        except Unknown as error:
            raise QueryError({error.parameter: [str(error)]}) from None
        return told(found.order_by("number")[: self.size + 1])


# As revisions are stored; the rest of what readers are told follows from it.
STORED = ("number", "event", "cause", "slug", "former_slug", "name", "kind", "version", "when")
STORED += ("role", "note", "merged_into", "document")
# Where it stands behind the version and the token of the catalogue; of no changes, there is none.
NUMBER = itemgetter(2)
# Where a time's fraction begins and, to the microsecond, ends; databases leave out zeros at its end.
FRACTION, WHOLE = len("2026-03-01 12:30:00."), len("2026-03-01 12:30:00.123456")


@lru_cache(maxsize=MOST)
def statement(vendor, most):
    """The SQL of the first changes after a cursor, each behind the version; of none, the version alone."""
    found = Revision.objects.public().filter(number__gt=0).order_by("number")
    changes = stored(found)[:most].query.sql_with_params()[0]
    catalogue = Catalogue._meta.db_table
    # Not sorted again: PostgreSQL would copy all documents for that.
    return (
        f"SELECT {catalogue}.version, {catalogue}.token, changes.* FROM {catalogue} "
        f"LEFT JOIN ({changes}) changes ON TRUE WHERE {catalogue}.id = 1"
    )


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
