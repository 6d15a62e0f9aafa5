"""Reads from the database, as of one moment, all that an Index is made of."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from datasets import documents
from datasets.facets import TERMS
from datasets.models import Catalogue, Document, Revision, Slug
from datasets.models.graphs import reached

CHUNK = 2000
# More revisions than this are not followed one by one: reading everything again is not much slower.
FOLLOWED = 5000
# What tells a revision from another that got its number after a backup was restored.
TOLD = ("number", "at", "version", "slug")


@dataclass(frozen=True)
class TermEntry:
    """A term of a vocabulary, with its place in the tree: slugs of near and of all broader terms."""

    document: dict
    broader: tuple
    narrower: tuple
    ancestors: frozenset

    @property
    def slug(self):
        return self.document["slug"]

    @property
    def name(self):
        return self.document["name"]


@contextmanager
def consistent():
    """Read the database as it is at one moment, while others write."""
    if connection.in_atomic_block:
        # Somebody else opened the transaction: what it has written is to be seen too.
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # atomic() would begin IMMEDIATE here, which is for writers.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


@dataclass(frozen=True)
class State:
    """A version of the catalogue without its records.

    ``terms`` are the vocabularies: per name its terms by slug. ``names`` is the slug of each
    term by (vocabulary, id), ``former`` the former slugs as (namespace, id, slug).
    """

    stamp: tuple
    newest: tuple | None
    terms: dict
    names: dict
    former: list


def read_state(held=None):
    """The State of the catalogue as it is now, in a few queries that do not grow with its records.

    Terms that did not change are taken from an Index that is held.
    """
    stamp = Catalogue.objects.stamp()
    newest = Revision.objects.order_by("-number").values_list(*TOLD).first()
    if held and Catalogue.parts(held.stamp) == Catalogue.parts(stamp):
        terms, names = held.terms, held.names
    else:
        terms, names = read_vocabularies()
    # Asked so that the index of former slugs holds the answer; deleted things lead nowhere.
    former = Slug.objects.filter(current=False).values_list("namespace", "object_id", "slug")
    known = {"record", *TERMS}
    former = [row for row in former if row[0] in known and row[1] is not None]
    return State(stamp, newest, terms, names, former)


def read_vocabularies():
    """(per vocabulary its terms by slug, {(vocabulary, id): slug})"""
    terms, names = {}, {}
    for name, model in TERMS.items():
        terms[name], slugs = read_vocabulary(model)
        names |= {(name, pk): slug for pk, slug in slugs.items()}
    return terms, names


def read_rows():
    """Yield (record id, document text) of every published record, in the order of their ids."""
    rows = Document.objects.published().order_by("record_id").values_list("record_id", "text")
    return rows.iterator(chunk_size=CHUNK)


def read_changes(held, state):
    """(ids of records that are gone, {id: document text} of the others that changed) since an Index that is held.

    None when that cannot be told, or is more than is worth following.
    """
    if Catalogue.parts(held.stamp)[0] != Catalogue.parts(state.stamp)[0]:
        return None
    first = held.newest[0] if held.newest else 0
    rows = Revision.objects.filter(number__gte=first).order_by("number")
    told = list(rows.values_list("record_id", *TOLD)[: FOLLOWED + 1])
    if held.newest and (not told or told[0][1:] != held.newest):
        # Another history than the one that was read: a backup was restored.
        return None
    if len(told) > FOLLOWED:
        return None
    told = [(pk, slug) for pk, number, *_, slug in told if number > first]
    changed = {pk for pk, _ in told if pk is not None}
    # The revisions of a deleted record keep only its slug.
    deleted = {slug for pk, slug in told if pk is None}
    changed.update(held.ids[held.position[slug]] for slug in deleted if slug in held.position)
    rows = Document.objects.published().filter(record_id__in=changed)
    texts = dict(rows.order_by("record_id").values_list("record_id", "text"))
    gone = held.places(changed).keys() - texts.keys()
    if deleted - held.position.keys():
        # Deleted under a slug that is not the one that was read: whatever is missing is gone.
        gone |= set(held.ids) - set(
            Document.objects.published().values_list("record_id", flat=True)
        )
    return sorted(gone), texts


def read_vocabulary(model):
    """(its terms by slug in the vocabulary's order, {id: slug})"""
    # Not sorted by the database, of which each has its own alphabet.
    rows = sorted(model.objects.all(), key=lambda row: (row.order, row.name, row.slug))
    slugs = {row.pk: row.slug for row in rows}
    broader = broader_slugs(model, slugs)
    narrower = {}
    for row in rows:
        for slug in broader.get(row.slug, ()):
            narrower.setdefault(slug, []).append(row.slug)
    terms = {
        row.slug: TermEntry(
            document=documents.term(row),
            broader=tuple(broader.get(row.slug, ())),
            narrower=tuple(narrower.get(row.slug, ())),
            ancestors=frozenset(reached(row.slug, broader)),
        )
        for row in rows
    }
    return terms, slugs


def broader_slugs(model, slugs):
    if not hasattr(model, "broader"):
        return {}
    found = {}
    name = model.namespace
    edges = model.broader.through.objects.values_list(f"from_{name}_id", f"to_{name}_id")
    for narrow, broad in edges:
        found.setdefault(slugs[narrow], []).append(slugs[broad])
    order = list(slugs.values()).index
    return {narrow: sorted(broad, key=order) for narrow, broad in found.items()}
