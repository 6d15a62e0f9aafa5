"""Whether the catalogue has something already: by its name, DOI, arXiv number or address, however they are written."""

import hashlib
from array import array
from copy import copy
from dataclasses import dataclass

import numpy as np
from django.utils.text import slugify

from datasets.identity import (
    address_key,
    arxiv_key,
    doi_key,
    keys_in,
    name_key,
    near,
    near_name,
)

SIDES = ("left", "right")
# In which way a record is known by a key: as it is, but for its version or general words, as a source.
SAME, NEAR, SOURCE = "=~<"
# What more records than this have in common, but for a version or as a source, tells nothing.
FEW = 5
# Of so many records later keys are looked through one by one; then all are sorted again.
LATER = 5_000


@dataclass(frozen=True)
class Match:
    """A record that has one of the keys, and what they share in words: “the same name”."""

    document: dict
    by: tuple


def keys_of(document):
    """All by which the record of a whole document may be known, as hashes of (way, key)."""
    paper = document["paper"] or {}
    names = [document["name"], document["full_name"] or "", *document["aliases"]]
    same = {address_key(link["url"]) for link in document["links"]}
    same |= {doi_key(paper.get("doi") or ""), arxiv_key(paper.get("arxiv") or "") or None}
    alike = {near(key) for key in same if key} | set(map(near_name, names))
    same |= set(map(name_key, names))
    # One source mostly tells of several facts.
    told = {row["source"] for row in document.get("evidence", ())}
    sources = {key for text in told for key in keys_in(text)}
    found = [(SAME, same), (NEAR, alike - same), (SOURCE, sources - same)]
    return {hashed(way, key) for way, keys in found for key in keys if key}


def hashed(way, key):
    """A number that is the same in every process, so that it can be kept in a file."""
    text = f"{way}{key.kind}\n{key.text}".encode(errors="surrogatepass")
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little", signed=True)


def keys_sought(name="", url="", doi=""):
    """{key: what those share that are nearly it} of what somebody proposes."""
    found = {name_key(name): near_name(name)}
    # An address is known as one, and a DOI that was put in its place as such.
    for key in (address_key(url), doi_key(url), doi_key(doi)):
        found[key] = key and near(key)
    found.pop(None, None)
    return found


class Known:
    """The keys of many records, by which one of them is found again; given as (position, hashes) pairs.

    Of each key only its hash is held, in sorted numbers: the keys themselves would take as much
    memory as all else that is known of the records. ``positions`` are whose they are; those in
    ``stale`` have other keys since, which are in ``newer``.
    """

    def __init__(self, rows):
        hashes, positions = array("q"), array("i")
        for position, keys in rows:
            hashes.extend(keys)
            positions.extend([position] * len(keys))
        self._sort(np.array(hashes, np.int64), np.array(positions, np.int32))

    @classmethod
    def of(cls, hashes, positions):
        """The Known of arrays that were sorted before."""
        known = cls.__new__(cls)
        known.hashes, known.positions = hashes, positions
        known.stale, known.newer = frozenset(), {}
        return known

    def _sort(self, hashes, positions):
        order = np.lexsort((positions, hashes))
        self.hashes, self.positions = hashes[order], positions[order]
        self.stale, self.newer = frozenset(), {}

    def changed(self, gone, come):
        """These keys less those of the positions in ``gone``, and with those of ``come``, hashes by position."""
        known = copy(self)
        known.stale = self.stale.union(gone, come)
        known.newer = {at: keys for at, keys in self.newer.items() if at not in gone} | come
        if len(known.stale) > LATER:
            known._merge()
        return known

    def _merge(self):
        kept = ~np.isin(self.positions, list(self.stale))
        later = Known(self.newer.items())
        self._sort(
            np.concatenate([self.hashes[kept], later.hashes]),
            np.concatenate([self.positions[kept], later.positions]),
        )

    def at(self, position):
        """The hashes of one record's keys."""
        if position in self.stale:
            return self.newer.get(position, set())
        return set(self.hashes[self.positions == position].tolist())

    def find(self, sought, ranks=None):
        """{position: what it shares with what is sought, in words}: the likeliest first, then by rank or position."""
        same, alike = {}, {}
        for key, nearly in sought.items():
            exactly = self._have(SAME, key)
            note(same, exactly, f"the same {key.kind}")
            words = "a similar name" if key.kind == "name" else f"another version of the {key.kind}"
            note(alike, few(self._have(SAME, nearly) | self._have(NEAR, nearly), exactly), words)
            if key.kind != "name":
                cited = few(self._have(SOURCE, key), exactly)
                note(alike, cited, f"the {key.kind} as one of its sources")
        found = {at: (*same.get(at, ()), *alike.get(at, ())) for at in {**same, **alike}}
        place = ranks.__getitem__ if ranks is not None else int

        def likeliest(position):
            return -len(same.get(position, ())), -len(found[position]), place(position)

        return {position: found[position] for position in sorted(found, key=likeliest)}

    def _have(self, way, key):
        """The positions that are known by a key in one way."""
        if key is None:
            return set()
        wanted = hashed(way, key)
        first, last = (np.searchsorted(self.hashes, wanted, side) for side in SIDES)
        held = set(self.positions[first:last].tolist()) - self.stale
        return held.union(at for at, keys in self.newer.items() if wanted in keys)


def note(found, positions, words):
    for position in positions:
        found.setdefault(position, []).append(words)


def few(positions, exactly):
    """Those that are not the very thing, unless they are so many that it tells nothing."""
    others = positions - exactly
    return others if len(others) <= FEW else set()


def published_matches(index, *, name="", url="", doi=""):
    """The published records that may be the same as what is proposed, the likeliest first."""
    found = index.known.find(keys_sought(name, url, doi), index.ranks)
    former = index.resolve("slug", slugify(name)) if name else None
    if former:
        found.setdefault(index.position[former], ("the same name",))
    return [Match(index.document(position), by) for position, by in found.items()]
