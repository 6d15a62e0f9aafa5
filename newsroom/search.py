"""What one search finds on the whole site: records, articles, and the filters that its words name."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.http import urlencode

from articles.cards import cards
from articles.models import Revision
from articles.search import matching, words_now
from datasets.duplicates import published_matches
from datasets.marking import Marker
from datasets.reading import NOUNS, family_of, listed
from datasets.spelling import Spelling, distance, stem
from datasets.thesaurus import telling
from datasets.words import split

PAGE = {"filters": 8, "datasets": 8, "tools": 4, "articles": 5}
TYPING = {"filters": 3, "datasets": 4, "tools": 2, "articles": 3}
# Of a longer search than this, no single word is to blame.
MOST_WORDS = 8


@dataclass(frozen=True)
class Group:
    """The best hits of one kind, how many there are, and where all of them stand."""

    name: str
    title: str
    count: int
    hits: list
    noun: str = ""
    address: str = ""
    # Whether its hits have all the words.
    whole: bool = True

    @property
    def said(self):
        return f"{self.count:,} {self.noun}{'' if self.count == 1 else 's'}"


@dataclass(frozen=True)
class Hit:
    """One thing that was found; ``name`` and ``excerpt`` are HTML with their matches marked."""

    name: str
    url: str
    excerpt: str = ""
    label: str = ""
    about: object = None


def said(count, family):
    """How many records of a family, in words."""
    return f"{count:,} {NOUNS[family][count != 1]}"


class Search:
    """A search for a text in an Index and in the articles that are live; ``shown`` says how many hits of each kind."""

    def __init__(self, text, index, shown=PAGE):
        self.text, self.index, self.shown = text, index, shown
        self.marker = Marker(text)

    @property
    def words(self):
        return self.marker.words

    @cached_property
    def groups(self):
        """The kinds of which something was found."""
        found = [self.filters(), *map(self.records, NOUNS), self.articles()]
        return [group for group in found if group.count]

    @cached_property
    def identified(self):
        """The records with the DOI or address that is searched for, the likeliest first; mostly none."""
        return published_matches(self.index, url=self.text, doi=self.text)

    def records(self, family):
        singular, plural = NOUNS[family]
        known = [one.document for one in self.identified if family_of(one.document) == family]
        if known:
            slugs, found = [document["slug"] for document in known], known
            address, count = listed(family, slug=slugs), len(known)
        else:
            selection = self.index.select(family).search(self.text)
            count, address = selection.count(), listed(family, search=self.text)
            found = selection.documents(0, self.shown[family])
        hits = [self.record(document) for document in found[: self.shown[family]]]
        return Group(family, plural.capitalize(), count, hits, singular, address)

    def record(self, document):
        texts = [
            ("", document["summary"]),
            ("Also known as", ", ".join(document["aliases"])),
            ("In full", document["full_name"]),
            ("Annotations", document.get("annotations")),
            ("Paper", (document["paper"] or {}).get("title")),
        ]
        return self.hit(document["name"], document["url"], texts, document)

    def hit(self, name, url, texts, about):
        """A hit with the first of its texts that has most of the words which the name has not."""
        sought = set(self.words) - self.marker.found(name)
        label, text = max(
            ((label, text) for label, text in texts if text),
            key=lambda row: len(sought & self.marker.found(row[1])) if sought else 0,
            default=("", ""),
        )
        return Hit(self.marker.mark(name), url, self.marker.excerpt(text), label, about)

    def articles(self):
        ids = matching(self.text)
        best = ids[: self.shown["articles"]]
        # Asked again for what is live, since that may have changed a moment ago.
        live = Revision.objects.live().filter(pk__in=best).for_list().defer(None).defer("held")
        rows = sorted(live, key=lambda revision: best.index(revision.pk))
        hits = [
            self.hit(
                card.title, card.url, [("", card.standfirst), ("", self.body(revision, card))], card
            )
            for revision, card in zip(rows, cards(rows, self.index), strict=True)
        ]
        address = f"{reverse('articles:list')}?{urlencode({'search': self.text})}"
        return Group("articles", "Articles", len(ids), hits, "article", address)

    def body(self, revision, card):
        """The words of an article after those that stand above it anyway."""
        parts = (" ".join(part.split()) for part in revision.text.split("\n\n"))
        return " ".join(part for part in parts if part not in (card.title, card.standfirst))

    def filters(self):
        """The headings that have all the words; if there are none, those that some of the words name."""
        whole = self.index.thesaurus.search(self.text)
        found = whole or self.named[0]
        hits = [self.heading(heading) for heading in found[: self.shown["filters"]]]
        return Group("filters", "Filters", len(found), hits, "filter", whole=bool(whole))

    def heading(self, heading):
        known = set(split(heading.name))
        others = [
            other
            for other in heading.others
            if self.marker.found(other) and not known.issuperset(split(other))
        ]
        ways = [
            (listed(family, **{heading.facet: heading.slug}), said(heading.counts[family], family))
            for family in sorted(NOUNS, key=lambda family: -heading.counts[family])
            if heading.counts[family]
        ]
        name, also = self.marker.mark(heading.name), self.marker.mark(", ".join(others))
        return Hit(name, ways[0][0], also, heading.label, ways)

    @cached_property
    def named(self):
        return self.index.thesaurus.within(self.text)

    @cached_property
    def together(self):
        """The text read as filters of the explorer, if it names several and they find something; else None.

        The words that name none are searched for, or left out if that finds nothing.
        """
        headings, left = self.named
        facets = {heading.facet: heading for heading in reversed(headings)}
        if len(facets) < len(headings) or len(headings) + bool(left) < 2 or not headings:
            return None
        return self.filtered(headings, left) or (
            left and len(headings) > 1 and self.filtered(headings, [], left_out=left)
        )

    def filtered(self, headings, words, left_out=()):
        """What the explorer finds by these filters and words; None if that is nothing."""
        query = {heading.facet: heading.slug for heading in headings}
        if words:
            query["search"] = " ".join(words)
        for family in NOUNS:
            selection = self.index.select(family)
            for heading in headings:
                selection = selection.having(heading.facet, [heading.slug])
            if words:
                selection = selection.search(query["search"])
            if count := selection.count():
                return {
                    "names": [*(heading.name for heading in headings), *words],
                    "left_out": left_out,
                    "address": listed(family, **query),
                    "said": said(count, family),
                }
        return None

    @cached_property
    def total(self):
        """How many things have all the words."""
        return sum(group.count for group in self.groups if group.whole)

    @cached_property
    def spellings(self):
        """Other spellings that find something where this one does not, or far more; the likeliest first."""
        sources = (self.index.words, self.index.thesaurus, words_now())
        found = [text for one in sources if (text := one.suggest(self.text))]
        if self.total:
            enough = self.total * Spelling.TIMES
            found = [text for text in found if self.count(text) >= enough]
        else:
            # Even if nothing has all words of another spelling, they may name more filters.
            thesaurus, named = self.index.thesaurus, len(self.named[0])
            mended = (words.mended(self.text) for words in (thesaurus.words, self.index.words))
            naming = [text for text in mended if text and len(thesaurus.within(text)[0]) > named]
            found = naming + found
        typed, apart = " ".join(split(self.text)), {}
        for text in sorted(found, key=lambda text: distance(typed, text)):
            # Of “lung” and “lungs” one will do.
            apart.setdefault(tuple(map(stem, split(text))), text)
        return list(apart.values())

    def count(self, text):
        """How many records and articles have all words of a text."""
        return sum(len(words.matches(text)[0]) for words in (self.index.words, words_now()))

    @cached_property
    def drops(self):
        """(the word to leave out, the text without it, what that finds), where all words together find nothing."""
        if self.total or not 1 < len(self.words) <= MOST_WORDS:
            return []
        found = []
        for word in telling(self.words):
            rest = " ".join(other for other in split(self.text) if other != word)
            if count := self.count(rest):
                found.append((word, rest, f"{count:,} result{'' if count == 1 else 's'}"))
        return found
