"""Whether the catalogue has something already: by its name, DOI, arXiv number or address, however they are written."""

import re
from array import array
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import numpy as np
from django.utils.text import slugify

from datasets.dois import RESOLVERS, normal_doi
from datasets.words import split

_ARXIV = re.compile(r"^/(?:abs|pdf|html)/(.+?)(?:v\d+)?(?:\.pdf)?/?\Z")
SIDES = ("left", "right")
# Parameters that say where a visitor came from, and nothing of the page.
TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_ga|_gl|ref|ref_src)\Z"
)


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
        (name, value) for name, value in parse_qsl(parts.query, True) if not TRACKING.match(name)
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
    memory as all else that is known of the records.
    """

    def __init__(self, rows):
        self.positions, hashes, owners = array("i"), array("q"), array("i")
        for number, (position, document) in enumerate(rows):
            self.positions.append(position)
            for key in keys_of(document):
                hashes.append(hash(key))
                owners.append(number)
        hashes, owners = np.array(hashes), np.array(owners)
        order = np.lexsort((owners, hashes))
        self.hashes, self.owners = hashes[order], owners[order]

    def find(self, keys):
        """Position to the kinds of key by which it is known, those with most of them first, then as they were given."""
        found = {}
        for key in keys:
            first, last = (np.searchsorted(self.hashes, hash(key), side) for side in SIDES)
            for owner in self.owners[first:last].tolist():
                found.setdefault(owner, []).append(key[0])
        rows = sorted(found.items(), key=lambda row: (-len(row[1]), row[0]))
        return {self.positions[owner]: by for owner, by in rows}


def published_matches(index, *, name="", url="", doi=""):
    """The published records that may be the same as what is proposed, the likeliest first."""
    found = index.known.find(keys_sought(name, url, doi))
    former = index.resolve("slug", slugify(name)) if name else None
    if former:
        found.setdefault(index.position[former], ["name"])
    return [Match(index.document(position), tuple(by)) for position, by in found.items()]
