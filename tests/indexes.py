"""What an Index says, in a form that does not depend on where in it a record lies."""

from django.http import QueryDict

from datasets import bits
from datasets.duplicates import published_matches
from datasets.filters import read_query
from datasets.index import FAMILIES

QUERIES = [
    "",
    "modality=ct&ordering=-year",
    "modality__not=ct&ordering=-updated",
    "license_family=open&ordering=verified",
    "year_min=2016&ordering=-name",
    "unit=scans&ordering=-size",
    "unit=scans&size_min=2&ordering=size",
    "updated_since=2020-01-01&page_size=2",
    "search=one",
    "search=dat+two",
    "search=segmentations&ordering=-relevance",
    "search=o&ordering=year",
]
WORDS = ["one", "two", "thre", "imaging", "segment", "segmentations", "scan", "dataset-1", "a", "2"]
MISSPELT = ["thrae", "imagse", "segmantation", "onee dataset"]


def told(index):
    """All that can be asked of an Index, with slugs in place of positions."""
    slugs = index.slugs
    return {
        "stamp": index.stamp,
        "size": (index.size, len(slugs), len(index.ids), len(index.lists)),
        "records": {slugs[p]: (index.ids[p], index.lists[p]) for p in range(index.size)},
        "position": sorted(index.position) == sorted(slugs)
        and all(slugs[position] == slug for slug, position in index.position.items()),
        "places": index.places(index.ids) == {pk: p for p, pk in enumerate(index.ids)},
        "terms": {name: list(terms.items()) for name, terms in index.terms.items()},
        "former": index.former,
        "families": {name: names(index, index.families[name]) for name in FAMILIES},
        "direct": named(index, index.direct),
        "sets": named(index, index.sets),
        "orders": {name: ordered(index, order) for name, order in index.orders.items()},
        "sizes": {unit: ordered(index, order) for unit, order in index.size_orders.items()},
        "slugs": ordered(index, index.by_slug),
        "graph": joined(index),
        "ranks": [index.slugs[p] for p in index.ranks.argsort()],
        "meant": {word: [index.slugs[p] for p in index.search(word)] for word in WORDS},
        "headings": [str(heading) for heading in index.thesaurus.headings],
        "words": dict(index.words.counts),
        "found": {word: found(index, word) for word in WORDS},
        "alike": {slugs[p]: alike(index, p) for p in range(index.size)},
        "suggested": [index.words.suggest(text) for text in MISSPELT],
        "answers": {
            (family, query): answer(index, family, query)
            for family in FAMILIES
            for query in QUERIES
        },
    }


def alike(index, position):
    """The records known by the same as one, with what they share."""
    document = index.document(position)
    matches = published_matches(
        index,
        name=document["name"],
        url=next((link["url"] for link in document["links"]), ""),
        doi=(document["paper"] or {}).get("doi") or "",
    )
    return [(match.document["slug"], match.by) for match in matches]


def names(index, members):
    return sorted(
        index.slugs[position] for position in bits.flags(members, index.size).nonzero()[0]
    )


def named(index, facets):
    return {
        facet: {value: names(index, members) for value, members in sets.items()}
        for facet, sets in facets.items()
    }


def ordered(index, order):
    return (
        [index.slugs[position] for position in order.sequence],
        [index.slugs[position] for position in order.descending],
        [str(value) for value in order.values],
    )


def joined(index):
    """The relations, each record with its neighbours in the order in which paths are looked for."""
    graph, slugs = index.graph, index.slugs
    near = {
        slug: [[slugs[p] for p in rows[position]] for rows in (graph.up, graph.down)]
        for slug, position in index.position.items()
    }
    edges = [
        (slugs[edge.subject], edge.type, slugs[edge.object], edge.says) for edge in graph.edges()
    ]
    looked_at = graph.is_looked_at.nonzero()[0]
    sets = [sorted(slugs[p] for p in some) for some in (graph.collections, looked_at)]
    return near, edges, sets


def found(index, word):
    positions, scores = index.words.matches(word)
    pairs = zip(positions, scores, strict=True)
    return sorted((index.slugs[position], score) for position, score in pairs)


def answer(index, family, text):
    """A page and the facets of a query, or what is wrong with it."""
    query = read_query(family, QueryDict(text), index)
    if query.errors:
        return query.errors
    selection = query.selection
    return selection.count(), selection.raw(*query.span()), selection.raw(), selection.facets()
