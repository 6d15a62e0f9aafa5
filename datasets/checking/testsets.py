"""What could test a model that was trained on chosen records: like them, and not linked to them.

A candidate shares a modality, an anatomy and a task with what was chosen (narrower terms
included), and no path leads to it from any chosen record. That is a place to start looking,
not a finding: where nothing is recorded, something may be unrecorded. So sets of which
relations were recorded or looked for come first.
"""

import numpy as np

from datasets import bits
from datasets.models import Access, Kind, Status

MOST = 10
SHARED = {"modality": "modalities", "anatomy": "anatomies", "task": "tasks"}
EASE = {door.value: rank for rank, door in enumerate(Access)}


def candidates(index, linked, documents):
    """The best candidates and how many there are; none where the chosen records lack terms.

    ``linked`` is the set of the records to which a path leads from the chosen ones.
    """
    wanted = {
        facet: list(dict.fromkeys(term["slug"] for one in documents for term in one[key]))
        for facet, key in SHARED.items()
    }
    found = index.sets["kind"].get(Kind.DATASET, 0) & index.sets["status"].get(Status.ACTIVE, 0)
    for facet, slugs in wanted.items():
        found &= having(index, facet, slugs)
    free = found & ~linked
    return {
        "count": free.bit_count(),
        "looked_for": {
            facet: [{"slug": slug, "name": index.name_of(facet, slug)} for slug in slugs]
            for facet, slugs in wanted.items()
        },
        "results": [candidate(index, one, wanted) for one in best(index, free, wanted)],
    }


def having(index, facet, slugs):
    found = 0
    for slug in slugs:
        found |= index.sets[facet].get(slug, 0)
    return found


def matches(index, position, facet, slugs):
    """Which of the terms a record has, itself or by a narrower one."""
    return [slug for slug in slugs if index.sets[facet].get(slug, 0) >> position & 1]


def best(index, free, wanted):
    """Recorded relations first, then whatever is most alike, then what is easiest to get."""
    free = bits.flags(free, index.size).nonzero()[0]
    alike, ease = np.zeros(index.size, int), np.full(index.size, len(EASE))
    for facet, slugs in wanted.items():
        for slug in slugs:
            alike += bits.flags(index.sets[facet].get(slug, 0), index.size)
    for door, rank in EASE.items():
        ease[bits.flags(index.sets["access"].get(door, 0), index.size)] = rank
    # The last key counts most.
    keys = index.graph.ranks, ease, -alike, ~index.graph.is_looked_at
    return free[np.lexsort([key[free] for key in keys])][:MOST].tolist()


def candidate(index, position, wanted):
    document = index.document(position)
    return {
        **{key: document[key] for key in ("slug", "name", "kind", "url", "summary")},
        "access": document["access"],
        "license": {key: document["license"][key] for key in ("slug", "name", "family")},
        "shared": {
            facet: [index.name_of(facet, slug) for slug in matches(index, position, facet, slugs)]
            for facet, slugs in wanted.items()
        },
        "relations_checked": bool(index.graph.is_looked_at[position]),
    }
