"""Search: what is found, what comes first, and what is suggested when nothing is."""

import os
import random
import string
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import product

import pytest
import snowballstemmer
from django.http import QueryDict
from hypothesis import example, given
from hypothesis import strategies as st

from datasets.filters import read_query
from datasets.index import current, load
from datasets.spelling import stem
from datasets.words import Words
from tests.factories import DatasetFactory, PaperFactory, ToolFactory

pytestmark = pytest.mark.django_db


def search(text, family="datasets"):
    query = QueryDict(mutable=True)
    query["search"] = text
    found = read_query(family, query, current()).check().selection
    return [document["slug"] for document in found.documents()]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Segmentation masks of the liver.", "segmentat"),
        ("Segmentations.", "segmented"),
        ("Collected by three universities.", "universit"),
        ("Collected by three universities.", "university"),
        ("Classified lesions.", "classifying"),
        ("Images of hearts.", "imaging heart"),
        ("Radiographies of the thorax.", "RADIOGRAPHIES"),
        ("Aufnahmen aus Zürich.", "zurich"),
        ("Aufnahmen aus Zurich.", "ZÜRICH"),
        ("A naïve baseline.", "nai\u0308ve"),
        ("Straßenverkehr.", "strasse"),
        ("Œdema™ of the lung.", "œdematm"),
        ("脳 MRI と CT.", "脳"),
        ("Данные КТ лёгких.", "легких"),
        ("1,018 scans.", "018"),
        ("1018 scans.", "10"),
        ("X-ray.", "x ray"),
    ],
)
def test_spelling_endings_and_accents_do_not_hide_a_record(written, asked):
    DatasetFactory(slug="wanted", name="N", summary=written)
    DatasetFactory(slug="other", name="O", summary="Nothing like it")
    assert search(asked) == ["wanted"]


@pytest.mark.parametrize(
    "asked", ["luna16", "LUNA 16", "luna-16", "Luna_16", "lun", "16", "luna 1"]
)
@pytest.mark.parametrize("name", ["LUNA16", "LUNA 16", "Luna-16"])
def test_a_name_is_found_run_together_and_apart(name, asked):
    DatasetFactory(slug="luna", name=name, summary="Nodules.")
    DatasetFactory(slug="other", name="O", summary="Nothing.")
    assert search(asked) == ["luna"]


@pytest.mark.parametrize(
    "field", ["name", "full_name", "aliases", "summary", "annotations", "paper"]
)
def test_every_searched_text_is_searched(field):
    said = {"aliases": ["quokka"], "paper": PaperFactory(title="On the quokka")}
    DatasetFactory(slug="wanted", **{field: said.get(field, "quokka")})
    DatasetFactory(slug="other", splits="quokka", extra={"quokka": "quokka"})
    assert search("quokka") == ["wanted"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("wholeslide", "whole slide"),
        ("whole slidepathology", "whole slide pathology"),
        ("covid19", "covid 19"),
    ],
)
def test_words_run_together_are_suggested_apart(asked, meant):
    DatasetFactory(summary="Whole-slide pathology images.")
    DatasetFactory(summary="COVID, as it was in 19 hospitals.")
    selection = current().select("datasets")
    assert (search(asked), selection.suggest(asked)) == ([], meant)


def test_all_words_are_needed():
    DatasetFactory(slug="both", summary="Lungs and hearts.")
    DatasetFactory(slug="one", summary="Lungs.")
    assert search("lung heart") == ["both"]
    assert search("heart lung lung") == ["both"]


def test_a_hit_in_the_name_comes_before_one_in_the_summary():
    DatasetFactory(slug="a", name="Hearts", summary="Beside the lungs: lungs, lungs and lung.")
    DatasetFactory(slug="b", name="Hearts", full_name="Of the Lungs", summary="Thorax.")
    DatasetFactory(slug="c", name="Hearts", aliases=["Lungs"], summary="Thorax.")
    DatasetFactory(slug="d", name="Lungs", summary="Thorax.")
    DatasetFactory(slug="e", name="Hearts", summary="Thorax.")
    assert search("lungs") == ["d", "c", "b", "a"]


def test_ranking_does_not_depend_on_how_the_index_came_about():
    for number in range(30):
        DatasetFactory(slug=f"r-{number:02}", name="Lungs", summary="Lungs " * (number % 3 + 1))
    first = search("lung")
    record = DatasetFactory(slug="extra", name="Lungs", summary="Lungs")
    assert search("lung") != first
    record.delete()
    assert search("lung") == first
    assert [load().slugs[p] for p in load().words.search("lung")] == first


@pytest.mark.parametrize(
    "text",
    [
        *(
            "'\"*()NEAR",
            "NEAR(lung heart)",
            "name : lung",
            "lung OR heart",
            "-lung",
            "lung^2",
            "{name} : x",
        ),
        *(
            '"',
            "*",
            "AND",
            "NOT",
            "lung AND",
            "\\",
            "%",
            "--",
            ";drop table words",
            "\ud7ff",
            "ﬀ",
            "½",
            "²",
        ),
        *(" ".join(["lung"] * 40), " ".join(string.ascii_lowercase * 3), "é" * 200, "1" * 200),
    ],
)
def test_no_text_is_read_as_syntax(text):
    DatasetFactory(slug="a", summary="Lungs near hearts.")
    assert search(text[:200]) in ([], ["a"])
    current().select("datasets").suggest(text[:200])


def test_operators_are_words():
    DatasetFactory(slug="both", summary="Lungs or hearts, not near kidneys, and more.")
    DatasetFactory(slug="one", summary="Lungs.")
    assert search("lungs OR hearts") == ["both"]
    assert search("lungs NOT hearts") == ["both"]
    assert search("NEAR(lungs hearts)") == ["both"]


def test_tools_are_searched_apart():
    DatasetFactory(slug="images", summary="Lungs.")
    ToolFactory(slug="network", summary="Lungs.")
    assert (search("lung"), search("lung", "tools")) == (["images"], ["network"])


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [
        ("pnuemonia", "pneumonia"),
        ("Pneumonai", "pneumonia"),
        ("pnuemonia radiograph", "pneumonia radiograph"),
        ("chest pnuemonia radiogarphs", "chest pneumonia radiographs"),
        # Nothing to mend: it finds something, or no spelling would.
        ("pneumonia", None),
        ("pneu", None),
        ("kidney", None),
        ("pneumonia kidney", None),
        ("", None),
        ("!?", None),
        ("123456", None),
    ],
)
def test_another_spelling_is_suggested_where_it_finds_something(asked, suggested):
    DatasetFactory(slug="a", summary="Pneumonia in chest radiographs.")
    DatasetFactory(slug="b", summary="Other pictures of 123457 people.")
    assert current().select("datasets").suggest(asked) == suggested


@pytest.mark.parametrize(
    ("asked", "suggested"),
    [
        # Fewest changes first, then the same first letter, then what most records have.
        ("chexprt", "chexpert"),
        ("hart", "heart"),
        ("lnug", "lung"),
        ("lunb", None),
        # A word of few records, where ten times as many have one like it.
        ("brest", "breast"),
        ("brest expert", "breast expert"),
        # A record's own name, a beginning, and one that says no less.
        ("hert", None),
        ("breas", None),
        ("experts", None),
    ],
)
def test_the_likeliest_of_several_spellings_is_suggested(asked, suggested):
    DatasetFactory(slug="chex", name="CheXpert", summary="Labels. A part of the lunt.")
    DatasetFactory(slug="hert", name="Hert", summary="In Brest.")
    DatasetFactory.create_batch(12, summary="Breast, heart and lung, by an expert.")
    DatasetFactory.create_batch(14, summary="A part by experts.")
    assert current().select("datasets").suggest(asked) == suggested


def test_words_that_are_all_known_but_nowhere_together_get_no_suggestion():
    DatasetFactory(summary="Pneumonia.")
    DatasetFactory(summary="Retina.")
    assert search("pneumonia retina") == []
    assert current().select("datasets").suggest("pneumonia retina") is None


def test_nonsense_is_answered_in_bounded_time():
    rng = random.Random(3)

    def invented(length):
        return "".join(rng.choices("aeiourstlnmcdp", k=length))

    vocabulary = [invented(rng.randint(4, 12)) for _ in range(20_000)]
    document = dict.fromkeys(["full_name", "annotations", "paper"]) | {"name": "N", "aliases": []}
    words = Words({**document, "summary": " ".join(vocabulary[n::50])} for n in range(50))
    words.suggest("a first question prepares the spellings")
    for text in (
        invented(200),
        " ".join(invented(8) for _ in range(22)),
        " ".join(invented(11) for _ in range(3)),
        " ".join(string.ascii_lowercase * 3),
    ):
        start = time.process_time()
        words.suggest(text[:200])
        assert time.process_time() - start < 0.15, text


def test_suggestions_are_the_same_in_every_process():
    """They are drawn from sets of words, whose order differs from process to process."""
    code = (
        "from datasets.words import Spelling\n"
        "print([Spelling({'casts', 'cards', 'carts', 'carps'}).nearest(w, {}) for w in ('carxs', 'caxxs')])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", "import django; django.setup()\n" + code],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in (1, 2)
    }
    assert len(said) == 1


PARTS = "s sses ies ed eed ing y i al ational tional enci izer abli alli entli eli ousli ization ation ator"
PARTS += " alism iveness fulness aliti iviti biliti icate ative alize iciti ical ful ness ance er ic able"
PARTS += (
    " ible ant ement ment ent sion tion ou ism ate ous ive ize e ll bl at iz hop rat conflat vari 2"
)


@example("adoption").via("-ion after t")
@given(st.lists(st.sampled_from(PARTS.split()) | st.text("abeilosty", max_size=3)).map("".join))
def test_words_that_no_rule_touches_are_told_by_their_endings(word):
    assert stem(word) == snowballstemmer.stemmer("porter").stemWord(word)


def test_threads_do_not_mix_up_each_others_words():
    made = [
        "".join(part) for part in product("bdlmprst", "aeiou", "blmnt", ["ings", "ations", "ied"])
    ]
    alone = snowballstemmer.stemmer("porter")
    with ThreadPoolExecutor(4) as pool, quick_turns():
        found = list(pool.map(lambda words: list(map(stem, words)), [made[n::4] for n in range(4)]))
    assert found == [list(map(alone.stemWord, made[n::4])) for n in range(4)]


@contextmanager
def quick_turns():
    """Threads that take turns at every few steps, so that what can go wrong between them does."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
