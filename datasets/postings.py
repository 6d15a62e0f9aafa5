"""Which documents have which words: sorted arrays that are searched, merged and never changed."""

from array import array
from bisect import bisect_left, bisect_right
from itertools import compress

import numpy as np

# A posting is one number, word above position above weight, so that sorting numbers sorts postings.
POSITION_BITS, WEIGHT_BITS = 24, 16
HEAVIEST = (1 << WEIGHT_BITS) - 1
ENTRY = np.dtype(np.uint64)


class Postings:
    """The words of some documents, sorted, each with the positions of its documents and its weight there.

    ``starts`` says where in ``positions`` and ``weights`` those of each word begin; the
    words that share a beginning lie side by side, so that a prefix is one slice.
    """

    def __init__(self, words, starts, positions, weights):
        self.words, self.starts = words, starts
        self.positions, self.weights = positions, weights

    def __len__(self):
        return len(self.positions)

    def beginning(self, prefix):
        """The slice of the words that begin so."""
        first = bisect_left(self.words, prefix)
        last = bisect_right(self.words, prefix, first, key=lambda word: word[: len(prefix)])
        return self._slice(first, last)

    def word(self, word):
        """The slice of one word."""
        place = bisect_left(self.words, word)
        known = place < len(self.words) and self.words[place] == word
        return self._slice(place, place + known)

    def _slice(self, first, last):
        return slice(int(self.starts[first]), int(self.starts[last]))

    def entries(self, numbers):
        """All postings as numbers, a word being known by the number that ``numbers`` gives it."""
        ids = np.fromiter(map(numbers.__getitem__, self.words), ENTRY, len(self.words))
        return packed(np.repeat(ids, np.diff(self.starts)), self.positions, self.weights)


def packed(words, positions, weights):
    entries = words.astype(ENTRY, copy=False) << np.uint64(POSITION_BITS + WEIGHT_BITS)
    entries |= positions.astype(ENTRY) << np.uint64(WEIGHT_BITS)
    entries |= weights.astype(ENTRY)
    return entries


def from_entries(words, entries):
    """Postings of sorted words from entries that name them by their place. Sorts the entries in place.

    Several entries of a word for one document become one, their weights added up.
    """
    entries.sort()
    keys = entries >> np.uint64(WEIGHT_BITS)
    first = np.ones(len(keys), bool)
    first[1:] = keys[1:] != keys[:-1]
    begins = np.flatnonzero(first)
    entries &= np.uint64(HEAVIEST)
    weights = np.add.reduceat(entries, begins) if len(begins) else entries
    keys = keys[begins]
    ids = (keys >> np.uint64(POSITION_BITS)).astype(np.uint32)
    positions = (keys & np.uint64((1 << POSITION_BITS) - 1)).astype(np.uint32)
    counts = np.bincount(ids, minlength=len(words))
    starts = np.zeros(np.count_nonzero(counts) + 1, np.int64)
    np.cumsum(counts[counts > 0], out=starts[1:])
    words = list(compress(words, counts))
    return Postings(words, starts, positions, np.minimum(weights, HEAVIEST).astype(np.uint16))


def merged(parts):
    """One Postings of several, given as (postings, flags of the positions that still count) pairs."""
    words = sorted(set().union(*(part.words for part, _ in parts)))
    numbers = {word: number for number, word in enumerate(words)}
    entries = [part.entries(numbers)[counts[part.positions]] for part, counts in parts]
    return from_entries(words, np.concatenate(entries))


class Numbered(dict):
    """Words to numbers, a new word getting the next one."""

    def __missing__(self, word):
        number = self[word] = len(self)
        return number


class Writer:
    """Gathers the words of one document after another."""

    def __init__(self):
        self.numbers = Numbered()
        self.ids, self.counts = array("I"), array("I")
        self.positions, self.weights = array("I"), array("H")

    def add(self, position, columns):
        """Note a document's words, given as (weight, words) pairs."""
        for weight, words in columns:
            if words:
                self.ids.extend(map(self.numbers.__getitem__, words))
                self.counts.append(len(words))
                self.positions.append(position)
                self.weights.append(weight)

    def finish(self):
        """The Postings of all that was added."""
        words = sorted(self.numbers)
        places = np.empty(len(words), ENTRY)
        places[np.fromiter(map(self.numbers.__getitem__, words), np.int64, len(words))] = np.arange(
            len(words), dtype=ENTRY
        )
        entries = places[np.frombuffer(self.ids, np.uint32)] if words else np.empty(0, ENTRY)
        self.ids = self.numbers = None
        counts = np.frombuffer(self.counts, np.uint32) if words else np.empty(0, np.uint32)
        entries <<= np.uint64(POSITION_BITS + WEIGHT_BITS)
        entries |= np.repeat(np.array(self.positions, ENTRY) << np.uint64(WEIGHT_BITS), counts)
        entries |= np.repeat(np.array(self.weights, ENTRY), counts)
        return from_entries(words, entries)
