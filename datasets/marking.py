"""What a search shows of a text: its matching words marked, and the piece of it that has them."""

import re
from collections import Counter

from django.utils.html import escape
from django.utils.safestring import mark_safe

from datasets.spelling import respellings, stem
from datasets.words import split

# A written word, accents that stand as characters of their own included.
_WRITTEN = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
LENGTH = 220
BEFORE = 70


class Marker:
    """Marks the words of texts by which a search matches, by the rule of ``datasets.words``."""

    def __init__(self, text):
        self.words = tuple(dict.fromkeys(split(text)))
        self._meant = {}

    def meant(self, written):
        """The words of the search that a written word matches."""
        if written not in self._meant:
            parts = split(written)
            stems = set(map(stem, parts))
            self._meant[written] = frozenset(
                word
                for word in self.words
                if stem(word) in stems
                or any(part.startswith((word, *respellings(word))) for part in parts)
            )
        return self._meant[written]

    def matches(self, text):
        """(start, end, words of the search) of each written word that matches."""
        for match in _WRITTEN.finditer(text):
            if words := self.meant(match[0]):
                yield match.start(), match.end(), words

    def found(self, text):
        """The words of the search that are somewhere in the text."""
        return frozenset().union(*(words for _, _, words in self.matches(text)))

    def mark(self, text):
        """The text as HTML, escaped, with ``<mark>`` around what matches."""
        pieces, done = [], 0
        for start, end, _ in self.matches(text):
            pieces += [escape(text[done:start]), f"<mark>{escape(text[start:end])}</mark>"]
            done = end
        return mark_safe("".join([*pieces, escape(text[done:])]))

    def excerpt(self, text, length=LENGTH):
        """About ``length`` characters of the text, where most words of the search stand together, marked."""
        first = self.best(text, length - BEFORE)
        start = 0
        if first > length - BEFORE:
            start = first - BEFORE
            # At a word's beginning, if one comes before the match.
            start = min(first, text.find(" ", start, first) + 1 or start)
        piece = text[start : start + length]
        if start + length < len(text):
            piece = (piece.rpartition(" ")[0] or piece).rstrip(" ,;:") + "…"
        return mark_safe(f"{'…' if start else ''}{self.mark(piece)}")

    def best(self, text, reach):
        """Where the first piece of this reach begins that has most words of the search; 0 if none has any."""
        matches = list(self.matches(text))
        best, most, last = 0, 0, 0
        inside = Counter()
        for start, _, words in matches:
            while last < len(matches) and matches[last][0] < start + reach:
                inside.update(matches[last][2])
                last += 1
            if (count := sum(number > 0 for number in inside.values())) > most:
                best, most = start, count
            inside.subtract(words)
        return best
