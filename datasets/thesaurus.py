"""The values that the catalogue can be filtered by, found by their words: names, synonyms, codes."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from datasets.facets import FACETS
from datasets.words import Words, split, stem

# What every record has says nothing about what is looked for.
LEFT_OUT = ("kind", "status")
LONGEST = 6
# Words that only join others. “in” beside them is no country, and “of” nothing to look for.
JOINING = {"a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it"}
JOINING |= {"of", "on", "or", "that", "the", "their", "this", "to", "with"}
_ASIDE = re.compile(r"\(([^)]*)\)")


@dataclass(frozen=True)
class Heading:
    """A value of a facet, by which at least one published record can be found."""

    facet: str
    slug: str
    name: str
    others: tuple
    description: str
    counts: dict = field(hash=False)

    @property
    def label(self):
        return FACETS[self.facet].label

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def names(self):
        """All that it may be called by: what stands in brackets is a name too."""
        return [self.name, _ASIDE.sub(" ", self.name), *self.aliases]

    @property
    def aliases(self):
        return [*_ASIDE.findall(self.name), *self.others]


def telling(words):
    """The words less those that only join others; all of them if none is left."""
    return [word for word in words if word not in JOINING] or words


class Thesaurus:
    """The headings of an Index. Immutable once made."""

    def __init__(self, index):
        self.headings = [
            heading
            for facet in FACETS
            if facet not in LEFT_OUT
            for value in index.values(facet)
            if (heading := heading_of(index, facet, value)).total
        ]
        self.words = Words(map(as_document, self.headings))

    @cached_property
    def phrases(self):
        """The heading that a run of words means; of several, the one with most records."""
        found = {}
        for heading in sorted(self.headings, key=lambda heading: heading.total):
            for name in heading.names:
                found[tuple(map(stem, telling(split(name))))] = heading
        found.pop((), None)
        return found

    def search(self, text):
        """The headings that have every word of the text, the best match first."""
        told = " ".join(telling(split(text)))
        return [self.headings[position] for position in self.words.search(told)]

    def within(self, text):
        """(headings that runs of the text's words name, the telling words that are left)."""
        words, found, left = telling(split(text)), [], []
        while words:
            for length in range(min(LONGEST, len(words)), 0, -1):
                heading = self.phrases.get(tuple(map(stem, words[:length])))
                if heading:
                    found.append(heading)
                    break
            else:
                length = 1
                left.append(words[0])
            words = words[length:]
        return list(dict.fromkeys(found)), left

    def suggest(self, text):
        return self.words.suggest(text)


def heading_of(index, facet, value):
    entry = index.terms.get(facet, {}).get(value)
    document = entry.document if entry else {}
    codes = [document.get("uberon"), document.get("spdx")]
    # The codes of a closed set's values are words of ours, but for countries.
    own = [value] if facet == "country" else []
    members = index.sets[facet].get(value, 0)
    return Heading(
        facet,
        value,
        index.name_of(facet, value),
        (*document.get("synonyms", ()), *document.get("dicom", ()), *filter(None, codes), *own),
        document.get("description") or "",
        {name: (members & family).bit_count() for name, family in index.families.items()},
    )


def as_document(heading):
    """The heading under the names by which words are weighted."""
    return {
        "name": heading.name,
        # What stands in brackets by itself too: “xray” is “X-ray” run together.
        "aliases": heading.aliases,
        "full_name": None,
        "paper": None,
        "summary": heading.description,
    }
