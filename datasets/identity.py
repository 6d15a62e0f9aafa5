"""What two spellings of a name, a DOI or an address have in common, and what two versions of one thing have."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode

from datasets.dois import RESOLVERS, normal_doi
from datasets.models.addresses import addresses_in, tracks
from datasets.words import split

# Mostly say where a visitor came from; a branch of code goes by one of them, so they are never cut off.
REFERRERS = ("ref", "ref_src")
# Words of a name that its authors add or leave out as they please.
ARTICLES = {"a", "an", "the", "of", "for"}
GENERAL = ARTICLES | {"data", "set", "dataset", "datasets", "database", "collection", "corpus"}
GENERAL |= {"challenge", "competition", "benchmark"}
_ADDRESS = re.compile(
    r"https?://(?:[^/?#@]*@)?(?:www\.)?(?P<host>[^/?#@:\[\]\s]+)(?::(?P<port>\d*))?"
    r"(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?",
    re.I,
)
_ARXIV = re.compile(r"/(?:abs|pdf|html)/(.+?)(?:v\d+)?(?:\.pdf)?/?\Z")
_VERSION = re.compile(r"(?:/versions?/[\w.]+|/v?\d+(?:\.\d+)+|[./]v\d+(?:\.\d+)*)\Z")
# Archives that give each deposit a number or name: what stands in their addresses, and in their DOIs,
# is that and its version. Either may be given for the other.
_HOSTS = {
    "zenodo.org": ("zenodo", re.compile(r"/(?:records?|doi/10\.5281/zenodo\.)/?(\d+)()(?:/|\Z)")),
    "figshare.com": ("figshare", re.compile(r"/articles/(?:[^/]+/){0,2}(\d+)(?:/(\d+))?\Z")),
    "physionet.org": (
        "physionet",
        re.compile(r"/(?:content|files)/([\w-]+)(?:/([\d.]+))?(?:/|\Z)"),
    ),
    "data.mendeley.com": ("mendeley", re.compile(r"/datasets/(\w+)(?:/(\d+))?\Z")),
    "openneuro.org": ("openneuro", re.compile(r"/datasets/(\w+)(?:/versions/([\d.]+))?(?:/|\Z)")),
}
_PREFIXES = {
    "10.5281": ("zenodo", re.compile(r"zenodo\.(\d+)()\Z")),
    "10.6084": ("figshare", re.compile(r"m9\.figshare\.(\d+)(?:\.v(\d+))?\Z")),
    "10.17632": ("mendeley", re.compile(r"(\w+)(?:\.(\d+))?\Z")),
    "10.18112": ("openneuro", re.compile(r"openneuro\.(\w+?)(?:\.v([\d.]+))?\Z")),
}


class Key(NamedTuple):
    """By what something is known: a kind that readers are told, and a text that all its spellings share."""

    kind: str
    text: str


def name_key(text):
    """The letters and digits of a name; None if it has none."""
    joined = "".join(split(text))
    return Key("name", joined) if joined else None


def near_name(text):
    """A name without the words that say only that it is one of data; None if nothing is left."""
    joined = "".join(word for word in split(text) if word not in GENERAL)
    return Key("name", joined) if joined else None


def doi_key(text):
    """A DOI in its normal form; of a deposit in an archive, that deposit; None if it is none."""
    normal = normal_doi(text)
    if not normal:
        return None
    prefix, _, rest = normal.partition("/")
    return deposit(_PREFIXES, prefix, rest) or Key("DOI", normal.rstrip("/"))


def arxiv_key(text):
    return Key("arXiv number", text.lower())


# What a record links to is mostly a source of its facts as well.
@lru_cache(maxsize=256)
def address_key(text):
    """Host, path and what matters of the query; of a DOI, an arXiv paper or a deposit, its number; None if it is none."""
    found = _ADDRESS.match(text.strip())
    if not found:
        return None
    host, port, path, query = found.groups(default="")
    host, path = host.lower().rstrip("."), unquote(path).rstrip("/")
    if host in RESOLVERS:
        return doi_key(f"doi:{path.lstrip('/')}")
    if host.endswith("arxiv.org") and (paper := _ARXIV.match(path)):
        return arxiv_key(paper[1])
    archive = "figshare.com" if host.endswith(".figshare.com") else host
    if key := deposit(_HOSTS, archive, path.lower()):
        return key
    at = host if port in ("", "80", "443") else f"{host}:{port}"
    return Key("address", f"{at}{path}{kept(query)}".lower())


def kept(query):
    """The parameters of an address that say what it leads to, in one order."""
    if not query:
        return ""
    pairs = sorted(
        (name, value)
        for name, value in parse_qsl(query, True)
        if not tracks(name) and name not in REFERRERS
    )
    return f"?{urlencode(pairs)}" if pairs else ""


def deposit(archives, place, rest):
    """The Key of a deposit, its version behind a space; None where there is none."""
    archive, pattern = archives.get(place, (None, None))
    found = pattern and pattern.match(rest)
    return Key("deposit", " ".join(filter(None, [archive, *found.groups()]))) if found else None


def near(key):
    """What the versions of an address, a DOI or a deposit share."""
    if key.kind == "deposit":
        return Key(key.kind, " ".join(key.text.split(" ")[:2]))
    return Key(key.kind, _VERSION.sub("", key.text)) if key.kind in ("address", "DOI") else key


def keys_in(text):
    """The keys of all addresses and DOIs in a text, such as the source of a fact."""
    found = (address_key(part) if "://" in part else doi_key(part) for part in addresses_in(text))
    return filter(None, found)
