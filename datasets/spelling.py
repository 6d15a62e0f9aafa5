"""The known word that is most like an unknown one, or one that hardly anybody writes."""

import math
import re
from bisect import bisect_left
from functools import cached_property, lru_cache
from threading import Lock

import snowballstemmer

# It keeps the word at hand in itself, so one thread at a time may ask it.
_porter, _alone = snowballstemmer.stemmer("porter"), Lock()
# All that Porter's rules cut off or change ends so; most words of a large catalogue, its numbers
# above all, do not, and reading it would take a quarter longer.
ENDINGS = ("s", "ed", "ing", "y", "i", "al", "ion", "er", "or", "ism", "e", "ful", "ll", "ic")
ENDINGS += ("ant", "ent", "ou")
# A shorter word soon becomes another one.
SHORT = 5
# Not at the end, where it is an English word's.
_UMLAUT = re.compile(r"([aou])e(?=.)")
# What British and American English write differently, in both directions.
_NATIONAL = [
    (re.compile(pattern), other)
    for pattern, other in (
        (r"our", "or"),
        (r"or", "our"),
        (r"[ao]e", "e"),
        (r"(?<=[iy])s(?=(e[drs]?|ing|ations?)?\Z)", "z"),
        (r"(?<=[iy])z(?=(e[drs]?|ing|ations?)?\Z)", "s"),
        (r"(?<=[bt])re(?=s?\Z)", "er"),
        (r"(?<=[bt])er(?=s?\Z)", "re"),
        (r"ell(?=ed|ing)", "el"),
        (r"el(?=ed|ing)", "ell"),
        (r"\Agra(?=y)", "gre"),
        (r"\Agre(?=y)", "gra"),
    )
]


@lru_cache(maxsize=100_000)
def porter(word):
    with _alone:
        return _porter.stemWord(word)


def stem(word):
    """What a word has in common with its inflections, by Porter's rules."""
    return porter(word) if word.endswith(ENDINGS) else word


def respellings(word):
    """How else a word may be written: with its umlauts in another way, in British or in American English.

    What this makes of most words is none.
    """
    return {*umlauts(word), *national(word), *national(stem(word))} - {word}


def national(word):
    """“tumour” for “tumor”, “hemorrhage” for “haemorrhage”, and the other way round. Short words would become others."""
    if len(word) < SHORT:
        return
    for pattern, other in _NATIONAL:
        if pattern.search(word):
            yield pattern.sub(other, word)
    for place, letter in enumerate(word):
        if letter == "e":
            yield from (f"{word[:place]}{vowel}{word[place:]}" for vowel in "ao")


def umlauts(word):
    """How else a word may be written that has umlauts: “rontgen” as “roentgen”, and the other way round.

    What this makes of a word without any is mostly none. Short ones would become others.
    """
    if len(word) < SHORT:
        return ()
    vowels = [place for place, letter in enumerate(word[:-1], 1) if letter in "aou"]
    longer = (f"{word[:place]}e{word[place:]}" for place in vowels if word[place] != "e")
    return tuple({_UMLAUT.sub(r"\1", word), *longer} - {word})


class Spelling:
    """Finds the known words that are most like unknown ones, in bounded time."""

    # Of a text with more such words than this, no spelling makes sense.
    MOST = 3
    # A word is rare if no more documents have it, and misspelt if so many times as many have another.
    RARE, TIMES = 3, 10
    # Of shorter words too many are one change away.
    LEAST = 4

    def __init__(self, words, known_stem=None):
        self.words = sorted(words)
        self.known_stem = known_stem or self.stems.__contains__
        self.by_length = by_length(self.words)

    @cached_property
    def stems(self):
        return set(map(stem, self.words))

    def mend(self, words, counts, rare=()):
        """The words, unknown ones replaced by similar known ones; None if one cannot be.

        ``counts`` say how many documents have a word. Rare ones are replaced too, if a
        similar one is far more common.
        """
        unknown = {word for word in words if not self.known(word)}
        if len(unknown | set(rare)) > self.MOST:
            return None
        nearest = {word: self.nearest(word, counts, self.TIMES) or word for word in rare}
        nearest |= {word: self.apart(word) or self.nearest(word, counts) for word in unknown}
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

    def nearest(self, word, counts, times=0):
        """The known word fewest changes away, of several the most common; None if none is near.

        Whoever mistypes a word mostly gets its first letter right. What is to take the place
        of a known word is one change away, not shorter, and at least ``times`` as common.
        """
        mine, most = letters(word), 1 if times else changes_allowed(word)
        # Another letter makes another word of a short one: an ECG is no EEG.
        short = len(word) < SHORT
        near = [
            (far, known[0] != word[0], -counts.get(known, 0), known)
            for length in range(len(word) - most, len(word) + most + 1)
            for known, theirs in self.by_length.get(length, ())
            # Comparing letter by letter is slow: most words are ruled out by their letters alone.
            if (mine ^ theirs).bit_count() <= 2 * most
            and not (short and mine != theirs and length == len(word))
            and (far := distance(word, known, most)) <= most
        ]
        if times:
            least = times * max(1, counts.get(word, 0))
            near = [
                (far, other, count, known)
                for far, other, count, known in near
                if not other and -count >= least and len(known) >= len(word)
            ]
        return min(near)[-1] if near else None


def changes_allowed(word):
    """How many changes may lie between a word and what was meant by it."""
    return 1 if len(word) < SHORT else 2


def distance(one, other, most=math.inf):
    """How many letters to change, add, leave out or swap with the next to turn one into the other; counted up to ``most``."""
    before, last = [], list(range(len(other) + 1))
    for row, letter in enumerate(one):
        current = [row + 1]
        for column, theirs in enumerate(other):
            steps = min(last[column] + (letter != theirs), last[column + 1] + 1, current[-1] + 1)
            if row and column and (one[row - 1], letter) == (theirs, other[column - 1]):
                steps = min(steps, before[column - 1] + 1)
            current.append(steps)
        if min(current) > most and min(last) > most:
            return most + 1
        before, last = last, current
    return last[-1]


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
