"""Full-text search in memory, the same whichever database keeps the records.

A word of the query matches a record when it begins one of the record's words, in either
spelling of an umlaut, or when both have the same stem (Porter's). Ranking is BM25 over weighted columns, from
whole numbers alone: it depends on what the documents say, never on the order in
which they came.
"""

import math
import re
import unicodedata
from collections import Counter
from functools import cached_property

import numpy as np

from datasets.layered import Layered
from datasets.postings import Writer, merged
from datasets.spelling import Spelling, respellings, stem

# A hit in a name says more than one in a summary. Stems count half of the written word.
WEIGHTS = {
    "name": 12.0,
    "aliases": 8.0,
    "full_name": 6.0,
    "paper": 2.0,
    "summary": 2.0,
    "annotations": 1.5,
}
# Postings hold twice the weight, a whole number; adding the stem's half makes it a quarter.
HALVES = {name: int(weight * 2) for name, weight in WEIGHTS.items()}
QUARTERS = 4
# How soon repeating a word stops to help, and how much a long text is held against it.
K1, B = 1.2, 0.75
# A layer of changes is merged into the one below once it has a part of its size, while both are small:
# whoever asks next waits for it. Large ones stay, until there are so many that all become one.
MERGED_AT, MERGED, LAYERS = 4, 50_000, 64
_WORD = re.compile(r"[^\W_]+")
_PLAIN = bytes(ord(chr(code).lower()) if chr(code).isalnum() else 32 for code in range(256))
_PART = re.compile(r"\d+|\D+")
NOBODY = 0


def fold(text):
    """Lower case without diacritics: what two spellings of a word have in common."""
    if text.isascii():
        return text.lower()
    # Taking letters apart first, since “™” becomes capitals thereby.
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(character for character in apart if not unicodedata.combining(character))


def split(text):
    """The folded words of a text, in order."""
    if not text:
        return []
    if text.isascii():
        # The same, in a fraction of the time.
        return text.encode().translate(_PLAIN).decode().split()
    return _WORD.findall(fold(text))


def columns(document):
    """The words of a document as (weight, words) pairs; names are also there run together and taken apart.

    So ``luna16``, ``LUNA 16`` and ``luna-16`` find each other.
    """
    aliases = document["aliases"]
    names = [split(name) for name in (document["name"], *aliases)]
    together = ["".join(words) for words in names if words]
    apart = [part for words in names for word in words for part in _PART.findall(word)]
    paper = document["paper"] or {}
    return [
        (HALVES["name"], names[0]),
        (HALVES["aliases"], [*split(" ".join(aliases)), *together, *apart]),
        (HALVES["full_name"], split(document["full_name"])),
        (HALVES["paper"], split(paper.get("title"))),
        (HALVES["summary"], split(document["summary"])),
        (HALVES["annotations"], split(document.get("annotations"))),
    ]


class Words:
    """The words of all documents, by the documents' positions. Immutable once made.

    Layers of postings lie on one another, the newest last. ``owners`` names for each
    position the layer that tells its words; what other layers say of it is out of date.
    """

    def __init__(self, documents):
        writer, lengths = Writer(), []
        for position, document in enumerate(documents):
            found = columns(document)
            writer.add(position, found)
            lengths.append(length(found))
        self._finish(writer.finish(), lengths, {})

    def _finish(self, postings, lengths, stems):
        self.size = len(lengths)
        self.lengths = np.array(lengths, np.int64)
        self.owners = np.ones(self.size, np.int32)
        self.layers = ((1, postings),)
        self.torn = frozenset()
        counts = zip(postings.words, np.diff(postings.starts).tolist(), strict=True)
        self.counts = Layered(dict(counts))
        self.stems = stems
        if not stems:
            note_stems(stems, postings.words)

    @classmethod
    def of(cls, postings, lengths, stems=None):
        """The Words of postings, given the length of each document and, if known, the words by stem."""
        words = cls.__new__(cls)
        words._finish(postings, lengths, {} if stems is None else stems)
        return words

    def changed(self, gone, come, size):
        """These Words without the documents at some positions, and with others: {position: document} each."""
        words = Words.__new__(Words)
        words.size = size
        words.owners, words.lengths = grown(self.owners, size), grown(self.lengths, size)
        steps, writer = Counter(), Writer()
        for position, document in gone.items():
            steps.subtract(different(columns(document)))
            words.owners[position] = words.lengths[position] = NOBODY
        for position, document in come.items():
            found = columns(document)
            writer.add(position, found)
            steps.update(different(found))
            words.lengths[position] = length(found)
        counts = {word: self.counts.get(word, 0) + step for word, step in steps.items() if step}
        lost = {word for word, number in counts.items() if not number}
        new = {word for word in counts if word not in self.counts}
        words.counts = self.counts.changed(lost, {w: n for w, n in counts.items() if n})
        # Shared with those who still read the words as they were: what is added here they never ask for.
        words.stems = self.stems
        note_stems(words.stems, new)
        words._stack(self, list(gone), list(come), writer.finish())
        if not lost and not new and "spelling" in vars(self):
            words.spelling = self.spelling
        return words

    def _stack(self, before, gone, come, postings):
        """Lay new postings on the layers as they were, and merge what has become too many."""
        torn = {*before.torn, *before.owners[gone].tolist()}
        layers = [*before.layers, (number := 1 + max(n for n, _ in before.layers), postings)]
        self.owners[come] = number
        while many := too_many([len(part) for _, part in layers]):
            parts = [(part, self.owners == owner) for owner, part in layers[-many:]]
            number += 1
            self.owners[np.logical_or.reduce([counts for _, counts in parts])] = number
            layers[-many:] = [(number, merged(parts))]
        self.layers = tuple(layers)
        self.torn = frozenset(torn & {number for number, _ in layers})

    @cached_property
    def average(self):
        return max(1.0, int(self.lengths.sum()) / max(1, self.size))

    @cached_property
    def spelling(self):
        return Spelling(self.counts, self._known_stem)

    @cached_property
    def _current(self):
        """Per layer that is partly out of date, flags of the positions of which it still tells."""
        return {number: self.owners == number for number in self.torn}

    def search(self, text):
        """Positions of the documents that have every word of the text, the best match first."""
        positions, scores = self.matches(text)
        return positions[np.lexsort((positions, -scores))].tolist()

    def matches(self, text):
        """(positions ascending, their scores) of the documents that have every word of the text."""
        found, all_of = [], None
        for word in dict.fromkeys(split(text)):
            weights = self._weights(word)
            has = weights > 0
            found.append((weights, np.count_nonzero(has)))
            all_of = has if all_of is None else all_of & has
            if not all_of.any():
                break
        positions = np.flatnonzero(all_of) if found else np.empty(0, np.int64)
        norms = K1 * (1 - B + B * self.lengths[positions] / self.average)
        scores = np.zeros(len(positions))
        for weights, number in found:
            rarity = math.log(1 + (self.size - number + 0.5) / (number + 0.5))
            here = weights[positions] / QUARTERS
            scores += rarity * (K1 + 1) * here / (here + norms)
        return positions, scores

    def _weights(self, word):
        """What each document's words that begin with the word, or share its stem, weigh together."""
        weights = np.zeros(len(self.owners))
        alike, respelt = self._alike(stem(word)), respellings(word)
        for number, postings in self.layers:
            current = self._current.get(number)
            add(weights, postings, postings.beginning(word), 2, current)
            for other in respelt:
                add(weights, postings, postings.beginning(other), 1, current)
            for other in alike:
                add(weights, postings, postings.word(other), 1, current)
        return weights

    def _alike(self, root):
        """The words with this stem."""
        alike = [word for word in self.stems.get(root, ()) if word in self.counts]
        return [*alike, root] if root in self.counts and stem(root) == root else alike

    def _known_stem(self, root):
        return bool(self._alike(root))

    def suggest(self, text):
        """The text with what is misspelt in it replaced, if that finds something, or far more; else None."""
        mended = self.mended(text)
        if mended is None:
            return None
        now, then = (len(self.matches(one)[0]) for one in (text, mended))
        return mended if then > now * (Spelling.TIMES - 1) else None

    def mended(self, text):
        """The text with what is misspelt in it replaced, whether or not that finds anything; None if nothing is."""
        words = split(text)
        if all(self.counts.get(word, 0) > Spelling.RARE for word in words):
            # So it is with most searches, which then need no dictionary.
            return None
        rare = {word for word in words if self._is_rare(word)}
        replaced = self.spelling.mend(words, self.counts, rare)
        return " ".join(replaced) if replaced and replaced != words else None

    def _is_rare(self, word):
        """Whether it is a word that few documents have, and none in a name."""
        if len(word) < Spelling.LEAST or self.counts.get(word, 0) > Spelling.RARE:
            return False
        weights = self._weights(word)
        return (
            0 < np.count_nonzero(weights) <= Spelling.RARE
            and weights.max() < HALVES["aliases"] * QUARTERS / 2
        )


def too_many(sizes):
    """How many of the last layers, of these sizes, are to be merged into one now."""
    if len(sizes) > LAYERS:
        return len(sizes)
    if len(sizes) > 1 and sizes[-1] * MERGED_AT >= sizes[-2] and sum(sizes[-2:]) <= MERGED:
        return 2
    return 0


def length(found):
    return sum(len(words) for _, words in found)


def add(weights, postings, part, factor, current):
    """Add a slice of postings, ``factor`` times, to the weights by position; only ``current`` ones if given."""
    positions, more = postings.positions[part], postings.weights[part]
    if current is not None:
        kept = current[positions]
        positions, more = positions[kept], more[kept]
    if len(positions) * 4 > len(weights):
        weights += np.bincount(positions, more, minlength=len(weights)) * factor
    elif len(positions):
        np.add.at(weights, positions, more * float(factor))


def different(found):
    return set().union(*(words for _, words in found))


def grown(array, size):
    """A copy of an array that has at least so many places."""
    copy = np.zeros(max(size, len(array)), array.dtype)
    copy[: len(array)] = array
    return copy


def note_stems(stems, words):
    """Note under its stem each word that is not its own stem."""
    for word in words:
        root = stem(word)
        if root != word and word not in stems.get(root, ()):
            stems[root] = (*stems.get(root, ()), word)
