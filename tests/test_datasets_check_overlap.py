"""What the check says that records share."""

import json
import re
from itertools import combinations, pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import datasets
from datasets import bits
from datasets.checking.graph import Climbs, Graph
from datasets.models import changing
from tests.closure import joined
from tests.factories import DatasetFactory, EvidenceFactory, RelationFactory, ToolFactory
from tests.launch import launch  # noqa: F401

pytestmark = pytest.mark.django_db
CATALOGUE = Path(datasets.__file__).parent / "catalogue"
GROUP = 15


def read(name):
    return json.loads((CATALOGUE / f"{name}.json").read_text())


def check(client, *slugs):
    response = client.get("/api/v1/datasets/check/", {"slug": slugs})
    assert response.status_code == 200, response.text
    return response.json()


def pairs(client, *slugs):
    return {
        (pair["a"]["slug"], pair["b"]["slug"]): pair
        for pair in check(client, *slugs)["overlap"]["pairs"]
    }


def status(client, a, b):
    (pair,) = pairs(client, a, b).values()
    return pair["status"], [record["slug"] for record in pair["through"]]


def every_pair(client, slugs):
    """All pairs of many records, over as many checks as they need."""
    groups = [slugs[start : start + GROUP] for start in range(0, len(slugs), GROUP)]
    found = {}
    for one, other in combinations(groups, 2):
        found |= pairs(client, *one, *other)
    return found


def test_every_pair_of_launch_records_agrees_with_an_independent_closure(launch, client):  # noqa: F811
    records = {record["slug"]: record["kind"] for record in read("datasets") + read("tools")}
    edges = [(row["subject"], row["type"], row["object"]) for row in read("relations")]
    collections = {slug for slug, kind in records.items() if kind == "collection"}
    related = {frozenset((subject, source)) for subject, _, source in edges}
    possible = joined(edges, collections)
    named = {end for pair in related for end in pair}

    def right(a, b):
        if frozenset((a, b)) in related:
            return "known"
        if frozenset((a, b)) in possible:
            return "possible"
        return "none-recorded" if {a, b} <= named else "not-checked"

    slugs = sorted(records)
    told, turned = every_pair(client, slugs), every_pair(client, slugs[::-1])
    assert len(told) == len(records) * (len(records) - 1) / 2
    wrong = {pair: one["status"] for pair, one in told.items() if one["status"] != right(*pair)}
    assert wrong == {}
    for (a, b), pair in told.items():
        other = turned[b, a]
        assert other["status"] == pair["status"]
        assert other["through"] == pair["through"][::-1]
        assert other["also_through"] == pair["also_through"]
        way = [a, *(record["slug"] for record in pair["through"]), b] if pair["steps"] else []
        assert [(step["from"]["slug"], step["to"]["slug"]) for step in pair["steps"]] == list(
            pairwise(way)
        )
        for step in pair["steps"]:
            for relation in step["relations"]:
                stated = relation["subject"], relation["type"], relation["object"]
                # Sharing reads the same from both ends.
                assert stated in edges or (stated[1] == "shares-images" and stated[::-1] in edges)
        assert not collections & set(way[1:-1])


LAUNCH_PAIRS = [
    ("luna16", "lidc-idri", "known", []),
    ("rsna-pneumonia-detection", "nih-chestx-ray14", "known", []),
    ("abdomenatlas-1-1", "amos-2022", "known", []),
    ("phikon", "pannuke", "possible", ["tcga"]),
    ("radnli", "mimic-cxr-jpg", "possible", ["mimic-cxr"]),
    ("uni", "gtex", "known", []),
    ("phikon", "tcga", "known", []),
    ("ctranspath", "tcga", "known", []),
    ("ctranspath", "paip", "known", []),
    ("ctranspath", "monuseg", "possible", ["tcga"]),
    ("monai-model-zoo", "lidc-idri", "possible", ["luna16"]),
    # What lies in an archive is not linked by it, but it overlaps with the archive.
    ("lidc-idri", "nlst", "none-recorded", []),
    ("lidc-idri", "tcia", "known", []),
    ("luna16", "tcia", "possible", ["lidc-idri"]),
    ("hecktor", "lidc-idri", "none-recorded", []),
    # Sources of one compilation, and training sets of one model, are not linked by it.
    ("btcv", "word", "none-recorded", []),
    ("camelyon16", "luna16", "none-recorded", []),
    ("uni", "tcga", "none-recorded", []),
    ("verse-2020", "luna16", "not-checked", []),
]


def test_the_pairs_that_people_ask_about(launch, client):  # noqa: F811
    told = [(a, b, *status(client, a, b)) for a, b, *_ in LAUNCH_PAIRS]
    assert told == LAUNCH_PAIRS


def test_a_known_pair_says_how_much_what_to_do_and_where_it_was_seen(launch, client):  # noqa: F811
    (pair,) = pairs(client, "lidc-idri", "luna16").values()
    assert pair["says"] == "Some of the same data is in both."
    assert pair["advice"] == [
        "Do not treat them as independent sets; match by series instance UID."
    ]
    assert pair["steps"][0]["relations"] == [
        {
            "subject": "luna16",
            "type": "derived-from",
            "object": "lidc-idri",
            "says": "LIDC-IDRI is a source of LUNA16.",
            "extent": "888 of the 1,018 LIDC-IDRI scans; those with slices thicker than 2.5 mm were left out.",
            "remedy": "Do not treat them as independent sets; match by series instance UID.",
            "evidence": ["https://luna16.grand-challenge.org/Data/"],
        }
    ]
    (model,) = pairs(client, "tcga", "phikon").values()
    assert model["says"] == (
        "Phikon has seen data of TCGA: its results there are not results on unseen data."
    )


def test_what_is_not_recorded_is_never_called_good_news(launch, client):  # noqa: F811
    found = check(client, "lidc-idri", "nlst", "btcv", "word", "verse-2020", "chexpert", "uni")
    said = [
        f"{pair['says']} {' '.join(pair['advice'])}"
        for pair in found["overlap"]["pairs"]
        if pair["status"] in ("none-recorded", "not-checked")
    ]
    assert len(said) == 21
    praise = re.compile(r"\b(safe|independent|clean|disjoint|separate|no overlap|no risk)", re.I)
    assert [text for text in said if praise.search(text)] == []
    (pair,) = pairs(client, "btcv", "word").values()
    assert [record["slug"] for record in pair["both_in"]] == ["abdomenatlas-1-1"]
    assert "Both went into AbdomenAtlas 1.1" in pair["says"]


def test_somebody_who_looked_for_relations_makes_the_difference(client):
    alone = DatasetFactory(slug="alone")
    with changing():
        RelationFactory(subject__slug="one", object__slug="other")
    assert status(client, "alone", "one") == ("not-checked", [])
    EvidenceFactory(record=alone, fact="license")
    assert status(client, "alone", "one") == ("not-checked", [])
    EvidenceFactory(record=alone, fact="relations")
    assert status(client, "alone", "one") == ("none-recorded", [])


def test_a_path_never_leads_over_what_readers_do_not_see(client):
    with changing():
        source = DatasetFactory(slug="source")
        for slug in ("left", "right"):
            RelationFactory(subject=DatasetFactory(slug=slug), object=source)
    assert status(client, "left", "right") == ("possible", ["source"])
    source.published = False
    source.save()
    assert status(client, "left", "right") == ("not-checked", [])
    assert client.get("/api/v1/datasets/check/?slug=source").status_code == 400


def test_models_carry_what_they_have_seen_to_models_made_from_them(client):
    with changing():
        data, other = DatasetFactory(slug="data"), DatasetFactory(slug="other")
        base = ToolFactory(slug="base", kind="model")
        tuned = ToolFactory(slug="tuned", kind="model")
        RelationFactory(subject=base, type="trained-on", object=data)
        RelationFactory(subject=tuned, type="derived-from", object=base)
        RelationFactory(subject=tuned, type="trained-on", object=other)
    assert status(client, "tuned", "data") == ("possible", ["base"])
    assert status(client, "data", "other") == ("none-recorded", [])


TYPES = ("derived-from", "shares-images", "part-of", "trained-on")


@st.composite
def graphs(draw):
    size = draw(st.integers(2, 7))
    ends = st.integers(0, size - 1)
    edges = draw(st.lists(st.tuples(ends, st.sampled_from(TYPES), ends), max_size=9))
    edges = list({edge: None for edge in edges if edge[0] != edge[2]})
    return size, edges, draw(st.sets(ends, max_size=2))


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_any_graph_agrees_with_walking_every_path(graph):
    size, edges, collections = graph
    made = Graph(
        SimpleNamespace(
            size=size,
            # The names stand in another order than the positions.
            ranks=np.arange(size)[::-1],
            direct={"kind": {"collection": bits.from_positions(collections, size)}},
            position={str(position): position for position in range(size)},
            relations=[
                json.dumps(
                    [(kind, str(source), {}) for owner, kind, source in edges if owner == position]
                ).encode()
                for position in range(size)
            ],
        )
    )
    right = joined(edges, collections)
    climbs = Climbs(made, range(size))
    for a, b in combinations(range(size), 2):
        way, sources = climbs.path(a, b)
        assert bool(way) == (frozenset((a, b)) in right), (a, b)
        assert climbs.path(b, a) == (way[::-1], sources)
        if way:
            assert (way[0], way[-1]) == (a, b) and len(set(way)) == len(way)
            assert all(made.direct(*step) for step in pairwise(way))
            assert not collections & set(way[1:-1])
            turn = way.index(sources[0])
            assert all(one in made.up[other] for other, one in pairwise(way[: turn + 1]))
            assert all(one in made.up[other] for one, other in pairwise(way[turn:]))
    for a in range(size):
        reached = {b for b in range(size) if b == a or frozenset((a, b)) in right}
        assert set(np.flatnonzero(bits.flags(Climbs(made, [a]).linked(), size))) == reached
