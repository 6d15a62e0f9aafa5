"""The Index answers as a slow reading of the documents would: every parameter, every facet."""

import random
import urllib.parse
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.http import QueryDict
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from datasets.filters import QUERIES, read_query
from datasets.index import load
from datasets.models import Modality, Record
from tests import brute_force
from tests.examples import examples
from tests.factories import (
    AnatomyFactory,
    DatasetFactory,
    HostFactory,
    LicenseFactory,
    ModalityFactory,
    PaperFactory,
    RecordFactory,
    TaskFactory,
    UnitFactory,
)
from tests.launch import put_catalogue

pytestmark = pytest.mark.django_db
thorough = settings(
    max_examples=examples(120), deadline=None, suppress_health_check=list(HealthCheck)
)

NAMES = ["Zürich", "zurich", "ÉCLAIR 3", "Luna16", "LUNA 16", "Brain-Net", "brain net", "Ångström"]
PROSE = [
    "Segmentations of the lungs by three radiologists.",
    "Universities share pneumonia radiographs; naïve labels, Übersicht.",
    "Images of the hearts, with masks. ECG too.",
    "Classified lesions (benign or malignant) in dermoscopy images.",
    "1,000 volumes: annotated, segmenting vessels.",
]
SEARCHES = [
    *(
        "lung",
        "segmentat",
        "universit",
        "image",
        "imaging",
        "RADIOLOGIST",
        "zuri",
        "zürich",
        "eclair",
    ),
    *("luna16", "luna 16", "LUNA-16", "brain net", "brainnet", "a", "1", "1000", "lung radiolog"),
    *(
        "ubersicht",
        "naive",
        "nothing of the kind",
        "heart-masks",
        "(lesion)",
        "pneumonia*",
        "!?",
        '"',
    ),
]


def random_catalogue():
    """Some 60 records in which every case of the query language occurs."""
    rng = random.Random(16)
    for narrow, *broad in (
        ["ct"],
        ["pet"],
        ["pet-ct", "pet", "ct"],
        ["low-dose-pet-ct", "pet-ct"],
        ["mri"],
    ):
        ModalityFactory(slug=narrow, broader=broad, order=rng.randint(0, 2))
    for narrow, *broad in (
        ["body"],
        ["chest", "body"],
        ["lung", "chest"],
        ["heart", "chest"],
        ["brain"],
    ):
        AnatomyFactory(slug=narrow, broader=broad)
    ModalityFactory(slug="unused")
    tasks = [
        TaskFactory(slug=slug).slug
        for slug in ("segmentation", "detection", "Écho".lower().replace("é", "e"))
    ]
    permits = [(True, True, True), (False, True, None), (None, None, None), (True, None, False)]
    licenses = []
    for place, (commercial_use, redistribution, derivatives) in enumerate(permits):
        licenses.append(
            LicenseFactory(
                slug=f"license-of-sort-{place}",
                family=["open", "non-commercial", "custom", "mixed"][place],
                commercial_use=commercial_use,
                redistribution=redistribution,
                derivatives=derivatives,
            )
        )
    hosts = [
        HostFactory(slug=slug, name=name)
        for slug, name in (("b", "a host"), ("a", "A host"), ("c", "é"))
    ]
    paper = PaperFactory(title="Ophthalmoscopy of the retinas")
    for number in range(62):
        tool = number % 6 == 5
        record = RecordFactory(
            slug=f"{rng.choice('abc')}-{number}",
            name=rng.choice(NAMES),
            kind=rng.choice(["tool", "model"] if tool else ["dataset", "dataset", "collection"]),
            full_name=rng.choice(["", "A Naïve Collection of Œdema"]),
            aliases=rng.choice([[], ["X-Ray 14"], ["Ärzte", "covid19"]]),
            summary=rng.choice(PROSE),
            modalities=rng.sample(
                ["ct", "pet", "pet-ct", "low-dose-pet-ct", "mri"], rng.randint(0, 2)
            ),
            anatomies=rng.sample(["body", "chest", "lung", "heart", "brain"], rng.randint(0, 2)),
            tasks=rng.sample(tasks, rng.randint(0, 2)),
            license=rng.choice(licenses),
            access=rng.choice(["open", "agreement", "unknown"]),
            host=rng.choice([None, *hosts]),
            paper=rng.choice([None, paper]),
            year=rng.choice([None, 2015, 2016, 2016, 2020]),
            status=rng.choice(["active", "active", "moved", "withdrawn"]),
            verified_on=rng.choice([None, date(2026, 3, 1), date(2026, 3, 2), date(2025, 12, 31)]),
            published=rng.random() > 0.15,
            sizes=rng.sample(
                [
                    (10, "scans"),
                    (10, "patients"),
                    (10**12, "scans", "about"),
                    (7, "images"),
                    (250, "scans"),
                ],
                rng.randint(0, 3),
            ),
            **{}
            if tool
            else {
                "annotations": rng.choice(["", "Masks of each nodule."]),
                "annotation_method": rng.choice(["", "expert", "mixed"]),
                "countries": rng.choice([[], ["GB"], ["US", "GB"], ["BO"]]),
            },
        )
    DatasetFactory(slug="was-called-so", name="Renamed")
    record = Record.objects.get(slug="was-called-so")
    record.slug = "is-called-so"
    record.save()
    for model, old, new in (
        (Modality, "mri", "mr"),
        (type(UnitFactory(slug="scans")), "scans", "volumes"),
    ):
        term = model.objects.get(slug=old)
        term.slug = new
        term.save()


@pytest.fixture(scope="module", params=[random_catalogue, put_catalogue], ids=["random", "launch"])
def catalogue(request, django_db_setup, django_db_blocker):
    """(Index, brute-force reading) of a catalogue that is gone from the database: neither may ask it again."""
    with django_db_blocker.unblock(), transaction.atomic():
        request.param()
        index, brute = load(), brute_force.Catalogue()
        transaction.set_rollback(True)
    return index, brute


class Drawn:
    """Draws a query of which every parameter is right, from the values of a catalogue."""

    def __init__(self, data, brute, family):
        self.draw, self.brute, self.family = data.draw, brute, family
        self.written = sorted(word[:8] for word in set().union(*map(brute.words, brute.documents)))

    def query(self):
        possible = sorted(set(QUERIES[self.family].base_filters))
        names = self.draw(st.lists(st.sampled_from(possible), max_size=6, unique=True))
        query = {name: self.values(name) for name in names}
        if {"size_min", "size_max"} & query.keys() or query.get("ordering", [""])[0].endswith(
            "size"
        ):
            query.setdefault("unit", self.values("unit"))
        if query.get("ordering", [""])[0].endswith("relevance"):
            query.setdefault("search", self.values("search"))
        return {name: values for name, values in query.items() if values}

    def values(self, name):
        facet = name.removesuffix("__not")
        one = {
            "year_min": st.integers(2013, 2022),
            "year_max": st.integers(2013, 2022),
            "unit": st.sampled_from(self.known("unit")),
            "size_min": st.sampled_from([0, 1, 7, 10, 11, 250, 10**12, 10**13]),
            "size_max": st.sampled_from([0, 1, 7, 10, 11, 250, 10**12, 10**13]),
            "updated_since": self.moments(),
            "verified_since": st.sampled_from(
                [
                    "2026-03-01",
                    "2026-03-02T05:00:00Z",
                    "2026-03-02T00:30:00+01:00",
                    "2025-01-01",
                    "2027-01-01",
                ]
            ),
            "search": st.sampled_from(SEARCHES) | st.sampled_from(self.written),
            "ordering": st.sampled_from(
                [
                    s + n
                    for n in ("name", "year", "size", "updated", "verified", "relevance")
                    for s in ("", "-")
                ]
            ),
            "page": st.integers(1, 3),
            "page_size": st.sampled_from([1, 5, 50, 200]),
            "columns": st.sampled_from(["name", "name,year"]),
            "fields": st.sampled_from(["slug", "slug,relations"]),
            "format": st.sampled_from(["json", "csv", "ndjson", "bib"]),
        }
        if name in one:
            return [str(self.draw(one[name]))]
        return self.draw(st.lists(st.sampled_from(self.known(facet)), min_size=1, max_size=3))

    def known(self, facet):
        """Current and former values."""
        if facet == "slug":
            known = [d["slug"] for d in self.brute.documents]
        elif facet == "kind":
            known = sorted(brute_force.KINDS[self.family])
        else:
            known = list(self.brute.named(facet))
            if facet == "country":
                known = ["GB", "US", "BO", "CN", "NL", "AQ"]
        namespace = "record" if facet == "slug" else facet
        return known + [slug for space, slug in self.brute.renamed if space == namespace]

    def moments(self):
        known = [datetime.fromisoformat(d["updated_at"]) for d in self.brute.documents]
        steps = st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(hours=-1)])
        return st.tuples(st.sampled_from(known), steps).map(
            lambda pair: (pair[0] + pair[1]).isoformat()
        )


def read(index, family, query):
    pairs = [(name, value) for name, values in query.items() for value in values]
    return read_query(family, QueryDict(urllib.parse.urlencode(pairs)), index)


families = pytest.mark.parametrize("family", ["datasets", "tools"])


@families
@thorough
@given(data=st.data())
def test_a_selection_is_what_a_slow_reading_finds(catalogue, family, data):
    index, brute = catalogue
    asked = Drawn(data, brute, family).query()
    query = read(index, family, asked)
    expected = [d["slug"] for d in brute.select(family, asked)]
    found = [d["slug"] for d in query.selection.documents()]
    beyond = query.number > query.pages
    assert set(query.errors) == ({"page"} if beyond else set())
    assert query.selection.count() == len(expected)
    assert query.pages == max(1, -(-len(expected) // query.per_page))
    if "search" in asked and asked.get("ordering", ["relevance"])[0].endswith("relevance"):
        assert sorted(found) == sorted(expected)
    else:
        assert found == expected
    start, stop = query.span()
    page = [index.slugs[position] for position in query.selection.positions(start, stop)]
    number = min(query.number, query.pages)
    assert page == found[(number - 1) * query.per_page : number * query.per_page]


@families
@thorough
@given(data=st.data())
def test_facet_counts_are_what_a_slow_count_gives(catalogue, family, data):
    index, brute = catalogue
    asked = Drawn(data, brute, family).query()
    facets = read(index, family, asked).selection.facets()
    counted = {
        name: [(value.slug, value.name, value.count, value.selected) for value in values]
        for name, values in facets.items()
    }
    assert counted == brute.facets(family, asked)
    assert list(counted) == list(brute.facets(family, {}))


@thorough
@given(data=st.data())
def test_any_words_find_what_a_slow_reading_finds(catalogue, data):
    index, brute = catalogue
    vocabulary = sorted(set().union(*map(brute.words, brute.documents)))
    parts = st.tuples(st.sampled_from(vocabulary), st.integers(1, 12)).map(
        lambda pair: pair[0][: pair[1]]
    )
    text = data.draw(st.lists(parts | st.text(max_size=6), min_size=1, max_size=3).map(" ".join))
    assume(text.strip() and len(text) <= 200)
    found = {index.slugs[position] for position in index.words.search(text)}
    assert found == {d["slug"] for d in brute.documents if brute.finds(d, text)}


@thorough
@given(data=st.data())
def test_descending_relevance_is_the_other_way_round(catalogue, data):
    index, _ = catalogue
    search = data.draw(st.sampled_from(SEARCHES))
    best_first = read(index, "datasets", {"search": [search]}).selection
    for ordering, expected in (
        ("relevance", best_first.positions()),
        ("-relevance", best_first.positions()[::-1]),
    ):
        again = read(index, "datasets", {"search": [search], "ordering": [ordering]})
        assert again.selection.positions() == expected


def test_nothing_unpublished_is_in_the_index(catalogue):
    index, brute = catalogue
    hidden = {document["slug"] for document in brute.hidden}
    assert not hidden & set(index.slugs)
    assert all(index.resolve("slug", slug) is None for slug in hidden)
    assert sorted(index.slugs) == sorted(document["slug"] for document in brute.documents)
    for document in index.select("datasets").documents() + index.select("tools").documents():
        whole = next(d for d in brute.documents if d["slug"] == document["slug"])
        heavy = {"relations", "evidence", "grants", "extra"}
        assert document == {key: whole[key] for key in whole if key not in heavy}
