"""An Index as a file, so that a process which starts need not read every document again.

The file holds what was read from documents, and nothing of the terms. It is only ever a
place to follow the revisions from: a file of another history, of other code, or that is
not whole, is left aside. It may be deleted at any time.
"""

import fcntl
import hashlib
import logging
import mmap
import sys
from array import array
from datetime import datetime
from pathlib import Path

import numpy as np
import orjson
from django.conf import settings

from datasets.duplicates import Known
from datasets.layered import Layered
from datasets.orders import Order
from datasets.postings import Postings
from datasets.texts import Texts
from datasets.words import Words

# Fewer records than this are read as quickly from the database.
LEAST = 5_000
# A folder of its own, so that a container can have one to write to and nothing else.
NAME = "index/catalogue.index"
DIGEST = 32
logger = logging.getLogger(__name__)


# What a file's content follows from, beside this folder's own modules.
BESIDE = ("checking/graph.py", "models/choices.py", "models/addresses.py")


def edition():
    """What tells apart files that other code wrote."""
    digest = hashlib.blake2b(f"{np.__version__} {sys.byteorder}".encode(), digest_size=16)
    folder = Path(__file__).parent
    for path in (*sorted(folder.glob("*.py")), *map(folder.joinpath, BESIDE)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


EDITION = edition()


class Freezer:
    """Writes parts one after another, noting where each lies."""

    def __init__(self, file):
        self.file, self.place = file, 0
        self.digest = hashlib.blake2b(digest_size=DIGEST)

    def write(self, data):
        """Write some bytes; returns where they lie. Each part begins where an array may."""
        data = memoryview(data).cast("B") if len(data) else b""
        start = self.place
        for piece in (data, bytes(-len(data) % 8)):
            self.file.write(piece)
            self.digest.update(piece)
            self.place += len(piece)
        return [start, len(data)]

    def array(self, values):
        values = np.ascontiguousarray(values)
        return [values.dtype.str, *self.write(values.view(np.uint8))]

    def plain(self, value):
        return self.write(orjson.dumps(value))

    def texts(self, texts):
        return [self.write(texts.block), self.write(texts.ends)]

    def order(self, order):
        texts = isinstance(order.values, list)
        values = self.plain(order.values) if texts else self.array(order.values)
        return [texts, values, self.array(order.sequence)]


def freeze(index):
    """Write the file, whole or not at all. What cannot be written is only slower next time."""
    path = settings.DATA_DIR / NAME
    try:
        path.parent.mkdir(exist_ok=True)
        with path.with_suffix(".lock").open("wb") as lock:
            # Containers that share the folder cannot be told apart by the ids of their processes.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part = path.with_suffix(".part")
            try:
                with part.open("wb") as file:
                    write(index, file)
                part.replace(path)
            finally:
                # A disk that was full has room again.
                part.unlink(missing_ok=True)
    except BlockingIOError:
        logger.info("Another process writes the index of the catalogue.")
    except OSError as error:
        logger.warning("The index of the catalogue is not kept as a file: %s", error)


def write(index, file):
    freezer = Freezer(file)
    place = freezer.plain(described(index, freezer))
    freezer.write(np.array(place, np.int64))
    file.write(freezer.digest.digest())


def described(index, freezer):
    """Write the parts of an Index that has just been built, and say where each lies."""
    number, at, version, slug = index.newest
    ((_, postings),) = index.words.layers
    return {
        "edition": EDITION,
        "stamp": index.stamp,
        "newest": [number, at.isoformat(), version, slug],
        "ids": freezer.write(index.ids),
        "slugs": freezer.plain(index.slugs),
        "lists": freezer.texts(index.lists),
        "relations": freezer.texts(index.relations),
        "direct": {
            facet: {value: freezer.write(members(bits)) for value, bits in sets.items()}
            for facet, sets in index.direct.items()
        },
        "by_slug": freezer.array(index.by_slug.sequence),
        "orders": {name: freezer.order(order) for name, order in index.orders.items()},
        "size_orders": {unit: freezer.order(order) for unit, order in index.size_orders.items()},
        "words": freezer.plain(postings.words),
        "stems": freezer.plain(index.words.stems),
        "known": [freezer.array(index.known.hashes), freezer.array(index.known.positions)],
        "postings": [
            freezer.array(part)
            for part in (postings.starts, postings.positions, postings.weights, index.words.lengths)
        ],
    }


def members(bits):
    return bits.to_bytes((bits.bit_length() + 7) // 8, "little")


class Thawer:
    """Reads parts from where they lie in memory that the operating system shares between processes."""

    def __init__(self, data):
        self.data = data

    def read(self, start, length):
        return self.data[start : start + length]

    def array(self, dtype, start, length):
        dtype = np.dtype(dtype)
        return np.frombuffer(self.data, dtype, length // dtype.itemsize, start)

    def plain(self, start, length):
        return orjson.loads(self.read(start, length))

    def texts(self, block, ends):
        return Texts(Block(self.data, *block), array("q", self.read(*ends)))

    def order(self, texts, values, sequence):
        return Order(self.plain(*values) if texts else self.array(*values), self.array(*sequence))


def thaw(index):
    """Fill an Index from the file; returns whether there is one that this code wrote, whole."""
    path = settings.DATA_DIR / NAME
    try:
        with path.open("rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):
        return False
    whole = memoryview(data)[:-DIGEST]
    if hashlib.blake2b(whole, digest_size=DIGEST).digest() != data[-DIGEST:]:
        logger.warning("The index of the catalogue in %s is damaged; it is made anew.", path)
        return False
    thawer = Thawer(data)
    said = thawer.plain(*np.frombuffer(data[-DIGEST - 16 : -DIGEST], np.int64).tolist())
    if said["edition"] != EDITION:
        return False
    fill(index, said, thawer)
    # All of it was looked at, and little of it is needed soon: what is comes back when it is asked for.
    data.madvise(mmap.MADV_DONTNEED)
    return True


def fill(index, said, thawer):
    number, at, version, slug = said["newest"]
    index.stamp = tuple(said["stamp"])
    index.newest = (number, datetime.fromisoformat(at), version, slug)
    # Terms are read from the database in any case.
    index.terms, index.names, index.sets = {}, {}, None
    index.ids = array("q", thawer.read(*said["ids"]))
    index.slugs = thawer.plain(*said["slugs"])
    index.size = len(index.ids)
    index.position = Layered({slug: place for place, slug in enumerate(index.slugs)})
    index.lists = thawer.texts(*said["lists"])
    index.relations = thawer.texts(*said["relations"])
    index.known = Known.of(*(thawer.array(*part) for part in said["known"]))
    index.direct = {
        facet: {value: int.from_bytes(thawer.read(*part), "little") for value, part in sets.items()}
        for facet, sets in said["direct"].items()
    }
    by_slug = thawer.array(*said["by_slug"])
    index.by_slug = Order([index.slugs[position] for position in by_slug.tolist()], by_slug)
    index.orders = {name: thawer.order(*part) for name, part in said["orders"].items()}
    index.size_orders = {unit: thawer.order(*part) for unit, part in said["size_orders"].items()}
    starts, positions, weights, lengths = (thawer.array(*part) for part in said["postings"])
    postings = Postings(thawer.plain(*said["words"]), starts, positions, weights)
    index.words = Words.of(postings, lengths, thawer.plain(*said["stems"]))


class Block:
    """A stretch of the file, read by slices."""

    def __init__(self, data, start, length):
        self.data, self.start = data, start

    def __getitem__(self, part):
        return self.data[self.start + part.start : self.start + part.stop]
