"""Whether the catalogue has something already: by its name, DOI, arXiv number or address, however they are written."""

import re
from array import array
from copy import copy
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import numpy as np
from django.utils.text import slugify

from datasets.dois import RESOLVERS, normal_doi
from datasets.models.addresses import tracks
from datasets.words import split

_ARXIV = re.compile(r"^/(?:abs|pdf|html)/(.+?)(?:v\d+)?(?:\.pdf)?/?\Z")
SIDES = ("left", "right")
# Mostly say where a visitor came from; a branch of code goes by one of them, so they are never cut off.
REFERRERS = ("ref", "ref_src")


@dataclass(frozen=True)
class Match:
    """A record that has one of the keys, and by what it was known: ``name``, ``DOI``, ``arXiv number``, ``address``."""

    document: dict
    by: tuple


def doi_key(text):
    """What two spellings of a DOI have in common; None if it is none."""
    normal = normal_doi(text)
    return ("DOI", normal.rstrip("/")) if normal else None


def name_key(text):
    """What two spellings of a name have in common: its letters and digits."""
    joined = "".join(split(text))
    return ("name", joined) if joined else None


def address_key(text):
    """What two spellings of an address have in common; of a DOI or an arXiv paper, its number."""
    try:
        parts = urlsplit(text.strip())
        host, port = (parts.hostname or "").removeprefix("www.").rstrip("."), parts.port
    except ValueError:
        return None
    if not host:
        return None
    if host in RESOLVERS:
        return doi_key(f"doi:{parts.path.lstrip('/')}")
    if host.endswith("arxiv.org") and (paper := _ARXIV.match(parts.path)):
        return arxiv_key(paper[1])
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, True)
        if not tracks(name) and name not in REFERRERS
    )
    rest = unquote(parts.path).rstrip("/") + (f"?{urlencode(query)}" if query else "")
    at = host if port in (None, 80, 443) else f"{host}:{port}"
    return "address", f"{at}{rest}".lower()


def arxiv_key(text):
    return "arXiv number", text.lower()


def keys_of(document):
    """All by which the record of a document may be known."""
    paper = document["paper"] or {}
    names = [document["name"], document["full_name"] or "", *document["aliases"]]
    found = [name_key(name) for name in names]
    found += [address_key(link["url"]) for link in document["links"]]
    found.append(doi_key(paper.get("doi") or ""))
    if paper.get("arxiv"):
        found.append(arxiv_key(paper["arxiv"]))
    return set(filter(None, found))


def keys_sought(name="", url="", doi=""):
    """The keys of what somebody proposes."""
    # An address is known as one, and a DOI that was put in its place as such.
    found = [name_key(name), address_key(url) if url else None, doi_key(url), doi_key(doi)]
    return list(dict.fromkeys(filter(None, found)))


class Known:
    """The keys of many records, by which one of them is found again; given as (position, document) pairs.

    Of each key only its hash is held, in sorted numbers: the keys themselves would take as much
    memory as all else that is known of the records. ``positions`` are whose they are; those in
    ``stale`` have other keys since, which are in ``newer``.
    """

    def __init__(self, rows):
        hashes, positions = array("q"), array("i")
        for position, document in rows:
            for key in keys_of(document):
                hashes.append(hash(key))
                positions.append(position)
        hashes, positions = np.array(hashes), np.array(positions)
        order = np.argsort(hashes, kind="stable")
        self.hashes, self.positions = hashes[order], positions[order]
        self.stale, self.newer = frozenset(), {}

    def changed(self, gone, come):
        """These keys less those of the positions in ``gone``, and with those of ``come``, their documents by position."""
        known = copy(self)
        known.stale = self.stale.union(gone, come)
        known.newer = {
            position: keys for position, keys in self.newer.items() if position not in gone
        }
        known.newer.update((position, keys_of(document)) for position, document in come.items())
        return known

    def find(self, keys, ranks=None):
        """Position to the kinds of key by which it is known, those with most of them first, then by rank or position."""
        found = {}
        for key in keys:
            for position in self._positions(key):
                found.setdefault(position, []).append(key[0])
        place = ranks.__getitem__ if ranks is not None else int
        return dict(sorted(found.items(), key=lambda row: (-len(row[1]), place(row[0]))))

    def _positions(self, key):
        first, last = (np.searchsorted(self.hashes, hash(key), side) for side in SIDES)
        held = self.positions[first:last].tolist()
        yield from (position for position in held if position not in self.stale)
        yield from (position for position, keys in self.newer.items() if key in keys)


def published_matches(index, *, name="", url="", doi=""):
    """The published records that may be the same as what is proposed, the likeliest first."""
    found = index.known.find(keys_sought(name, url, doi), index.ranks)
    former = index.resolve("slug", slugify(name)) if name else None
    if former:
        found.setdefault(index.position[former], ["name"])
    return [Match(index.document(position), tuple(by)) for position, by in found.items()]
