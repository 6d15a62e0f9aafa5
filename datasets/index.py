"""The catalogue in memory: what every reader is answered from.

Each process keeps the published documents of one catalogue version as an Index, and
narrows it to Selections. An Index is never changed once made: an edit makes the next
request derive another from it, which shares with it all that stayed the same.
"""

import ctypes
import os
import threading
from array import array
from functools import cached_property

import numpy as np
from django.db import connection

from datasets import bits, documents, frozen, snapshot
from datasets.checking.graph import Graph, stated
from datasets.duplicates import Known, keys_of
from datasets.facets import FACETS
from datasets.gathering import Gathered, Moves, spread
from datasets.layered import Layered
from datasets.models import DATASET_KINDS, TOOL_KINDS, Catalogue, Document
from datasets.orders import Order, ranked
from datasets.postings import Writer
from datasets.selection import Selection
from datasets.texts import Texts
from datasets.thesaurus import Thesaurus
from datasets.words import Words, columns, length

FAMILIES = {"datasets": DATASET_KINDS, "tools": TOOL_KINDS}


class Index:
    """All published records of one catalogue version.

    A record is known by its position, which says nothing but where ``ids``, ``slugs``
    and ``lists`` (the list documents as JSON bytes) tell of it, and ``relations`` (what
    it states); ``known`` finds the records that have a name, a DOI or an address. ``direct`` and ``sets`` hold per facet and value the records that have it
    themselves, and those that have it or a narrower one; ``stamp`` is the version,
    ``newest`` its newest revision.
    """

    @classmethod
    def built(cls, state, rows):
        """An Index of a catalogue's State and all its rows, (id, document text) each, read one by one."""
        index = cls()
        gathered, writer, lengths = Gathered(), Writer(), []
        index.ids, relations, hashes = array("q"), [], []

        def walk():
            for position, (pk, text) in enumerate(rows):
                whole = documents.loads(text)
                document = documents.light(whole)
                relations.append(stated(whole))
                hashes.append(array("q", keys_of(whole)))
                index.ids.append(pk)
                gathered.note(position, document)
                found = columns(document)
                writer.add(position, found)
                lengths.append(length(found))
                yield documents.dumps(document).encode()

        index.lists = Texts.of(walk())
        index.relations = Texts.of(relations)
        index.known = Known(enumerate(hashes))
        index.words = Words.of(writer.finish(), lengths)
        index.slugs = gathered.slugs
        index.direct = gathered.direct()
        index.by_slug = gathered.by_slug()
        index.orders = gathered.orders(index.by_slug.sequence)
        index.size_orders = gathered.size_orders(index.by_slug.sequence)
        index.position = Layered({slug: place for place, slug in enumerate(index.slugs)})
        index._finish(state)
        return index

    def followed(self, state, gone, rows):
        """The Index of a later State: less the records with some ids, and with new or other rows.

        Positions stay without gaps: the last records move to where others went.
        """
        held, places, size = self._moved(gone, rows)
        moves, texts, relations, keys = Moves(), {}, {}, {}
        for position in held.values():
            moves.gone[position] = self.document(position)
        for pk, position in places.items():
            if pk in rows:
                whole = documents.loads(rows[pk])
                moves.come[position] = documents.light(whole)
                texts[position] = documents.dumps(moves.come[position]).encode()
                relations[position] = stated(whole)
                keys[position] = keys_of(whole)
            else:
                moves.come[position] = self.document(held[pk])
                texts[position] = self.lists[held[pk]]
                relations[position] = self.relations[held[pk]]
                keys[position] = self.known.at(held[pk])
        index = Index()
        index.known = self.known.changed(moves.gone.keys(), keys)
        moves.forget_what_stays()
        index.ids = replaced(self.ids, {position: pk for pk, position in places.items()}, size)
        slugs = {position: document["slug"] for position, document in moves.come.items()}
        index.slugs = replaced(self.slugs, slugs, size)
        index.relations = self.relations.changed(relations, size)
        index.position = self.position.changed(
            map(self.slugs.__getitem__, moves.gone),
            {slug: position for position, slug in slugs.items()},
        )
        index.lists = self.lists.changed(texts, size)
        index.direct = moves.direct(self.direct, size)
        index.by_slug = moves.by_slug(self.by_slug, index.slugs)
        index.orders = moves.orders(self.orders, index.slugs)
        index.size_orders = moves.size_orders(self.size_orders, index.slugs)
        index.words = moves.words(self.words, size)
        index._finish(state, self)
        return index

    def places(self, ids):
        """{id: position} of those records with these ids that are here."""
        wanted = np.array([*ids], np.int64)
        found = np.flatnonzero(np.isin(self.ids, wanted)) if wanted.size else wanted
        return {self.ids[position]: position for position in found.tolist()}

    def _moved(self, gone, rows):
        """{id: position} of the records that go or get another document or place: (before, after, how many there will be)."""
        held = self.places({*gone, *rows})
        holes = sorted((held[pk] for pk in gone if pk in held), reverse=True)
        places = {pk: held[pk] for pk in rows if pk in held}
        size = self.size
        for pk in rows:
            if pk not in places:
                places[pk] = holes.pop() if holes else size
                size += places[pk] == size
        taken = {position: pk for pk, position in places.items()}
        end = size - len(holes)
        last = (position for position in range(end, size) if position not in holes)
        for position, hole in zip(last, filter(end.__gt__, holes), strict=True):
            pk = taken.get(position) or self.ids[position]
            places[pk] = hole
            if position < self.size and self.ids[position] == pk:
                held[pk] = position
        return held, places, end

    def _finish(self, state, before=None):
        """Set what follows from the rest; of what stayed the same, ``before`` has it already."""
        self.stamp, self.newest = state.stamp, state.newest
        self.terms, self.names = state.terms, state.names
        self.size = len(self.ids)
        places = self.places(pk for namespace, pk, _ in state.former if namespace == "record")
        now = state.names | {("record", pk): self.slugs[place] for pk, place in places.items()}
        self.former = {
            (namespace, slug): now[namespace, pk]
            for namespace, pk, slug in state.former
            if (namespace, pk) in now
        }
        if before and before.sets is None:
            before = None
        self.sets, self.stacks, self.family_counts = {}, {}, {}
        for facet, direct in self.direct.items():
            terms = self.terms.get(facet, {})
            kept = (
                before and before.direct[facet] is direct and before.terms.get(facet, {}) == terms
            )
            self.sets[facet] = before.sets[facet] if kept else spread(direct, terms)
            if kept and before.size == self.size and facet in before.stacks:
                self.stacks[facet] = before.stacks[facet]
        self.families = {name: self._union("kind", kinds) for name, kinds in FAMILIES.items()}
        if before and "graph" in vars(before) and self._joined() == before._joined():
            self.graph = before.graph

    def _joined(self):
        """What the graph is made of, known by its identity: all positions are in the order of the names."""
        return id(self.relations), id(self.orders["name"]), id(self.direct["kind"])

    def _union(self, facet, values):
        found = 0
        for value in values:
            found |= self.direct[facet].get(value, 0)
        return found

    @property
    def version(self):
        return self.stamp[0]

    def size_order(self, unit):
        """The order by the records' first figure in a unit; of an unknown one, nobody's is known."""
        return self.size_orders.get(unit) or Order([], self.by_slug.sequence[:0])

    def sized(self, unit):
        """The set of the records that have a figure in a unit."""
        return self.size_order(unit).known

    @cached_property
    def ranks(self):
        """Each position's place among the names, equal ones by slug."""
        return ranked(self.orders["name"].sequence)

    @cached_property
    def graph(self):
        """The relations between the records; made when they are first asked for."""
        return Graph(self)

    @cached_property
    def thesaurus(self):
        """The values of the facets, by their words; made when somebody first searches for one."""
        return Thesaurus(self)

    def resolve(self, facet, value):
        """The current slug that a value of a parameter stands for, former ones followed; None if unknown."""
        if facet == "slug":
            known = self.position
        elif facet in self.terms:
            known = self.terms[facet]
        else:
            return value if value in FACETS[facet].names else None
        if value in known:
            return value
        return self.former.get(("record" if facet == "slug" else facet, value))

    def name_of(self, facet, value):
        """The name that readers see for a value of a facet."""
        if facet == "slug":
            return self.document(self.position[value])["name"]
        if facet in self.terms:
            return self.terms[facet][value].name
        return FACETS[facet].names[value]

    def values(self, facet):
        """All values that a facet can take, in the order of their vocabulary; slugs by the alphabet."""
        if facet == "slug":
            return self.by_slug.values
        return list(self.terms[facet] if facet in self.terms else FACETS[facet].names)

    def stack(self, facet):
        """The sets of the values of a facet, to be counted together; made when first asked for."""
        if facet not in self.stacks:
            self.stacks[facet] = bits.Stack(self.sets[facet], self.size)
        return self.stacks[facet]

    def had(self, facet, family):
        """How many records of a family have each of the values of a facet."""
        if (facet, family) not in self.family_counts:
            self.family_counts[facet, family] = self.stack(facet).counts(self.families[family])
        return self.family_counts[facet, family]

    def document(self, position):
        """The list document of a record, as a dictionary."""
        return documents.loads(self.lists[position])

    def search(self, text):
        """The positions of the records that have every word of the text: the best match first, equals by name."""
        positions, scores = self.words.matches(text)
        return positions[np.lexsort((self.ranks[positions], -scores))].tolist()

    def select(self, family):
        """A Selection of all datasets, or of all tools."""
        return Selection(self, family)


def replaced(values, changes, size):
    """A list or array cut or grown to a size, with other values at some positions; the same if nothing changes."""
    held = len(values)
    if held == size and all(values[place] == value for place, value in changes.items()):
        return values
    copy = values[:size]
    for place, value in sorted(changes.items()):
        if place < len(copy):
            copy[place] = value
        else:
            copy.append(value)
    return copy


def keep():
    """Leave a large catalogue behind as a file, after a bulk load: the next process starts from it."""
    if Document.objects.published().count() >= frozen.LEAST:
        load()


def load(held=None):
    """The Index of the catalogue as it is now, derived from one that is held if that is quicker."""
    # What is not committed has no place in a file.
    alone = not connection.in_atomic_block
    with snapshot.consistent():
        while True:
            state = snapshot.read_state(held)
            index = follow(held, state) or follow(thawed(), state) or read(state, alone)
            # In a transaction that somebody else opened, others may commit between two queries.
            if state.stamp == Catalogue.objects.stamp():
                return index


def read(state, alone):
    """The Index of a State from every document; a large one is left behind as a file, if it is ``alone``."""
    index = Index.built(state, snapshot.read_rows())
    if not alone or index.size < frozen.LEAST:
        return index
    frozen.freeze(index)
    # What lies in the file is not in this process's memory alone.
    index = follow(thawed(), state) or index
    give_back()
    return index


def give_back():
    """Hand memory that reading everything took back to the system: Linux's C library would keep half a gigabyte."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def thawed():
    """The Index that is kept as a file; None if there is none that this code can read."""
    index = Index()
    return index if frozen.thaw(index) else None


def follow(held, state):
    """The Index of a State by what changed since the one that is held; None if that cannot be told or is too much."""
    changes = held and snapshot.read_changes(held, state)
    return changes and held.followed(state, *changes)


class Holder:
    """This process's Index. Readers wait while a newer one is made; none is answered from an older one."""

    def __init__(self):
        self.index = None
        self.renew()

    def renew(self):
        """A lock that another thread held when this process was forked would never be free."""
        self.lock = threading.Lock()

    def forget(self):
        self.renew()
        self.index = None

    def current(self, stamp=None):
        """The Index of the catalogue's version now: one query, unless the version has moved.

        Not even that one with a ``stamp``, the version as this request has just read it itself.
        """
        held = self.index
        if held is not None and held.stamp == (stamp or Catalogue.objects.stamp()):
            return held
        with self.lock:
            # Another thread may have made it while this one waited.
            if self.index is None or self.index.stamp != Catalogue.objects.stamp():
                self.index = load(self.index)
            return self.index


_holder = Holder()
# A forked process goes on with what it has in common with its parent: an Index holds no connection.
os.register_at_fork(after_in_child=_holder.renew)
current = _holder.current
