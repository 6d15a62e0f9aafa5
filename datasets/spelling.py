"""The known word that is most like an unknown one."""

from bisect import bisect_left
from difflib import get_close_matches
from functools import cached_property, lru_cache
from threading import Lock

import snowballstemmer

# It keeps the word at hand in itself, so one thread at a time may ask it.
_porter, _alone = snowballstemmer.stemmer("porter"), Lock()
# All that Porter's rules cut off or change ends so; most words of a large catalogue, its numbers
# above all, do not, and reading it would take a quarter longer.
ENDINGS = ("s", "ed", "ing", "y", "i", "al", "ion", "er", "or", "ism", "e", "ful", "ll", "ic")
ENDINGS += ("ant", "ent", "ou")


@lru_cache(maxsize=100_000)
def porter(word):
    with _alone:
        return _porter.stemWord(word)


def stem(word):
    """What a word has in common with its inflections, by Porter's rules."""
    return porter(word) if word.endswith(ENDINGS) else word


class Spelling:
    """Finds the known words that are most like unknown ones, in bounded time."""

    # Of a text with more unknown words than this, no spelling makes sense.
    MOST = 3

    def __init__(self, words, known_stem=None):
        self.words = sorted(words)
        self.known_stem = known_stem or self.stems.__contains__
        self.by_length = by_length(self.words)

    @cached_property
    def stems(self):
        return set(map(stem, self.words))

    def mend(self, words):
        """The words, unknown ones replaced by similar known ones; None if one cannot be."""
        unknown = {word for word in words if not self.known(word)}
        if len(unknown) > self.MOST:
            return None
        nearest = {word: self.apart(word) or self.nearest(word) for word in unknown}
        mended = [nearest.get(word, word) for word in words]
        return None if None in mended else mended

    def apart(self, word):
        """The two known words, or a word and a number, that stand here run together; None if it is no such word."""
        for place in range(2, len(word) - 1):
            parts = word[:place], word[place:]
            if all((len(part) > 2 or part.isdigit()) and self.has(part) for part in parts):
                return " ".join(parts)
        return None

    def has(self, word):
        place = bisect_left(self.words, word)
        return place < len(self.words) and self.words[place] == word

    def known(self, word):
        """Whether a search for the word alone finds anything."""
        place = bisect_left(self.words, word)
        begins = place < len(self.words) and self.words[place].startswith(word)
        return begins or self.known_stem(stem(word))

    def nearest(self, word):
        """The known word most like this one; None if none is near."""
        mine = letters(word)
        near = [
            known
            for length in range(len(word) - 2, len(word) + 3)
            for known, theirs in self.by_length.get(length, ())
            # Comparing letter by letter is slow: most words are ruled out by their letters alone.
            if (mine ^ theirs).bit_count() <= 4
        ]
        return next(iter(get_close_matches(word, near, n=1, cutoff=0.75)), None)


def by_length(words):
    """Per length, the words that a misspelt one may stand for, with the set of their letters."""
    found = {}
    for word in words:
        if word.isalpha():
            found.setdefault(len(word), []).append((word, letters(word)))
    return found


def letters(word):
    """The set of the word's letters, as the bits of a number."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
