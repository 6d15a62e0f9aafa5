"""load_catalogue on files with faults: every one is named, and nothing is written."""

import copy
import json
import tempfile
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.loading.files import FILES
from datasets.models import Modality, Record
from tests.catalogues import load, nothing_written, paper, record, relation, small, term, write
from tests.examples import examples
from tests.factories import DatasetFactory, ModalityFactory, PaperFactory, RelationFactory

pytestmark = pytest.mark.django_db


def refusal(folder):
    """What the loader says against these files, having written nothing."""
    with nothing_written(), pytest.raises(CommandError) as refused:
        load(folder)
    said = str(refused.value)
    assert said.endswith("Nothing was written.")
    return said


def lidc(key, value):
    return lambda files: files["datasets.json"][0].__setitem__(key, value)


def vocabulary(section, change):
    return lambda files: change(files["vocabularies.json"][section])


def without(key):
    return lambda files: files["datasets.json"][0].pop(key)


def size(**more):
    return [{"count": 1, "unit": "scans", "qualifier": "exact", "note": None, **more}]


LIDC = "datasets.json, record 1 “lidc”, key "
FAULTS = {
    "an unknown term": (
        lidc("modalities", ["ctt"]),
        LIDC + "“modalities”: “ctt” is no modality; did you mean “ct",
    ),
    "an unknown licence": (lidc("license", "mine"), "“license”: “mine” is no license; give the"),
    "an unknown unit": (
        lidc("sizes", size(unit="scan")),
        "“sizes[1].unit”: “scan” is no unit; did",
    ),
    "an unknown choice": (
        lidc("access", "opne"),
        LIDC + "“access”: “opne” is unknown; did you mean “open”?",
    ),
    "a tool among datasets": (
        lidc("kind", "tool"),
        "“kind”: “tool” is no kind of this file; right would be “dataset” or “collection”",
    ),
    "a missing key": (without("splits"), LIDC + "“splits”: is missing"),
    "an unknown key": (
        lidc("licence", "x"),
        "“lidc”: unknown key “licence”; did you mean “license”?",
    ),
    "a wrong type": (lidc("name", 5), LIDC + "“name”: is a number; right would be a text"),
    "an empty text": (lidc("full_name", " "), "“full_name”: is empty; right would be null"),
    "a NUL byte": (lidc("summary", "a\0b"), "“summary”: holds a NUL character"),
    "half a surrogate": (lidc("extra", {"a": "\ud800"}), "“extra.a”: holds half of a surrogate"),
    "a text that is too long": (lidc("name", "x" * 201), "“name”: “xxx"),
    "a text without end": (
        lidc("summary", "x" * 5001),
        "This may have 5000 characters; it has 5001",
    ),
    "a line without end": (lidc("aliases", ["x" * 501]), "“aliases”: “xxx"),
    "a name that cannot be seen": (
        lidc("name", "\u200b"),
        "Nothing of this can be seen: it has only U+200B",
    ),
    "a name that turns what follows": (lidc("name", "L\u202eIDC"), "Leave out U+202E"),
    "a bad slug": (lidc("slug", "LIDC"), "“slug”: “LIDC”: Use lower-case letters"),
    "a reserved slug": (lidc("slug", "compare"), "“slug”: The slugs compare, check"),
    "a bad address": (
        lidc("license_url", "ftp://a.example/"),
        "“license_url”: “ftp://a.example/”: Give",
    ),
    "a script as a link": (
        lidc("links", [{"kind": "homepage", "url": "javascript:alert(1)"}]),
        "“links[1].url”: “javascript:alert(1)”: Give a full web address",
    ),
    "a link twice": (
        lidc("links", [{"kind": "code", "url": "https://a.example/"}] * 2),
        "“links[2]”: stands here already",
    ),
    "a bad DOI": (
        lidc("paper", paper(doi="doi:10.1")),
        "“paper.doi”: “doi:10.1”: A DOI starts with",
    ),
    "a bad arXiv number": (
        lidc("paper", paper(arxiv="190")),
        "“paper.arxiv”: “190”: Give the arXiv",
    ),
    "a paper said in two ways": (
        lambda files: files["datasets.json"][1]["paper"].update(venue="Elsewhere"),
        "“luna”, key “paper”: is said otherwise (venue) at datasets.json, record 1 “lidc”",
    ),
    "a bad country": (lidc("countries", ["UK"]), "“countries”: “UK” is not a country code"),
    "a bad date": (
        lidc("evidence", [{"source": "x", "checked_on": "2026-02-30"}]),
        "“evidence[1].checked_on”: “2026-02-30” is no date",
    ),
    "a date before the web": (
        lidc("evidence", [{"source": "x", "checked_on": "0001-01-01"}]),
        "“evidence[1].checked_on”: 0001-01-01 is too early",
    ),
    "checked before it was seen": (
        lidc("evidence", [{"source": "x", "seen_on": "2026-02-02", "checked_on": "2026-02-01"}]),
        "“evidence[1].checked_on”: 2026-02-01 is before the day on which it was first seen",
    ),
    "a year before printing": (lidc("year", 1200), "“year”: The year lies between 1900 and 2100."),
    "a year as text": (
        lidc("year", "2016"),
        "“year”: is a text; right would be a whole number or null",
    ),
    "a negative count": (lidc("sizes", size(count=-1)), "“sizes[1].count”: is negative"),
    "a count of nothing": (lidc("sizes", size(count=0)), "“sizes[1].count”: A size is at least 1"),
    "true as a count": (lidc("sizes", size(count=True)), "“sizes[1].count”: is true or false"),
    "too large a count": (lidc("sizes", size(count=2**63)), "“sizes[1].count”: is too large"),
    "a fraction": (lidc("sizes", size(count=1.5)), "“sizes[1].count”: is a fraction"),
    "a null list": (lidc("aliases", None), "“aliases”: is null; right would be a list"),
    "a term twice": (lidc("tasks", ["detection"] * 2), "“tasks”: names “detection” twice"),
    "an alias twice": (lidc("aliases", ["A", "A"]), "“aliases”: Each entry may stand once."),
    "an unknown confidence": (
        lidc("confidence", {"url": "hihg", "license": None, "sizes": None}),
        "“confidence.url”: “hihg” is unknown; did you mean “high”?",
    ),
    "itself as its successor": (
        lidc("replaced_by", "lidc"),
        "“replaced_by”: a record is not replaced",
    ),
    "a record that is a text": (
        lambda files: files["datasets.json"].append("luna"),
        "datasets.json, record 3: is a text; right would be an object",
    ),
    "a slug twice": (
        lambda files: files["tools.json"][0].update(slug="luna"),
        "tools.json, record 1 “luna”: stands already at datasets.json, record 2 “luna”",
    ),
    "a relation to nothing": (
        lambda files: files["relations.json"][0].update(object="lidk"),
        "relations.json, relation 1 “luna derived-from lidk”, key “object”: “lidk” is no record; did you mean “lidc”?",
    ),
    "a relation to itself": (
        lambda files: files["relations.json"].append(relation("luna", "part-of", "luna")),
        "“luna part-of luna”, key “object”: a record has no relation to itself",
    ),
    "a relation twice": (
        lambda files: files["relations.json"].extend(
            [relation("lidc", "shares-images", "luna"), relation("luna", "shares-images", "lidc")]
        ),
        "relation 4 “luna shares-images lidc”: stands already at relations.json, relation 3",
    ),
    "an unknown relation": (
        lambda files: files["relations.json"][0].update(type="derives"),
        "key “type”: “derives” is unknown; did you mean “derived-from”?",
    ),
    "a circle of derivation": (
        lambda files: files["relations.json"].append(relation("lidc", "derived-from", "luna")),
        "closes a circle: luna → lidc → luna; leave one step out",
    ),
    "a circle of terms": (
        vocabulary("anatomies", lambda terms: terms[0].update(broader=["lung"])),
        "closes a circle: chest → lung → chest",
    ),
    "a term under itself": (
        vocabulary("modalities", lambda terms: terms[0].update(broader=["ct"])),
        "vocabularies.json, modality 1 “ct”, key “broader”: closes a circle: ct → ct",
    ),
    "a bad permission": (
        vocabulary("licenses", lambda terms: terms[0]["permits"].update(derivatives="yes")),
        "license 1 “cc-by-4-0”, key “permits.derivatives”: is a text; right would be true, false or null",
    ),
    "an SPDX identifier twice": (
        vocabulary("licenses", lambda terms: terms.append(terms[0] | {"slug": "other"})),
        "license 2 “other”, key “spdx”: “CC-BY-4.0” is that of vocabularies.json, license 1",
    ),
    "a bad UBERON id": (
        vocabulary("anatomies", lambda terms: terms[0].update(uberon="2048")),
        "anatomy 1 “chest”, key “uberon”: “2048”: Give the identifier as UBERON:",
    ),
    "another name for a choice": (
        vocabulary("access", lambda members: members[0].update(name="Open")),
        'right would be {"slug": "open", "name": "Open download"}',
    ),
    "another inverse": (
        vocabulary("relation_types", lambda members: members[0].update(inverse="is source of")),
        "vocabularies.json, relation_types: ",
    ),
    "a choice too few": (
        vocabulary("annotation_methods", lambda members: members.pop()),
        'annotation_methods: lacks "none", as in datasets/models/choices.py',
    ),
    "a vocabulary too many": (
        lambda files: files["vocabularies.json"].update(modality=[]),
        "vocabularies.json: unknown vocabulary “modality”; did you mean “modalities”?",
    ),
    "a vocabulary too few": (
        lambda files: files["vocabularies.json"].pop("units"),
        "vocabularies.json: the vocabulary “units” is missing",
    ),
    "an object for a list": (
        lambda files: files.update({"tools.json": {}}),
        "tools.json: right would be a list",
    ),
    "broken JSON": (
        lambda files: files.update({"tools.json": '[\n  {"slug": }\n]'}),
        "tools.json is not JSON: line 2, column 12:",
    ),
    "a key twice": (
        lambda files: files.update({"tools.json": '[{"slug": "a", "name": "A", "name": "B"}]'}),
        "tools.json is not a catalogue: the key “name” stands twice in one object (“a”)",
    ),
    "no number": (
        lambda files: files.update({"tools.json": "[NaN]"}),
        "tools.json is not a catalogue: NaN is no number",
    ),
    "a number without end": (
        lambda files: files.update({"tools.json": "[" + "9" * 5000 + "]"}),
        "tools.json is not a catalogue: ",
    ),
    "lists without end": (
        lambda files: files.update({"tools.json": "[" * 100_000}),
        "tools.json is not a catalogue: its lists nest too deeply",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(fault, tmp_path):
    break_it, expected = FAULTS[fault]
    files = small()
    break_it(files)
    assert expected in refusal(write(tmp_path, files))


def test_a_fault_leaves_what_was_loaded(tmp_path):
    files = small()
    load(write(tmp_path, files))
    files["datasets.json"][0]["name"] = "Changed"
    files["relations.json"][1]["object"] = "unknown"
    refusal(write(tmp_path, files))
    assert Record.objects.get(slug="lidc").name == "LIDC"


def test_several_faults_are_named_at_once(tmp_path):
    files = small()
    files["datasets.json"][0] |= {"year": 1200, "access": "x", "host": "y"}
    files["vocabularies.json"]["units"][0]["slug"] = "No slug"
    said = refusal(write(tmp_path, files))
    for key in ("year", "access", "host", "slug"):
        assert f"key “{key}”" in said


def test_no_more_than_twenty_faults_are_named(tmp_path):
    files = small()
    files["datasets.json"] += [record(f"bad-{n}", access="x") for n in range(50)]
    said = refusal(write(tmp_path, files))
    assert said.count("key “access”") == 20
    assert "there may be more" in said


def test_a_missing_folder_and_a_missing_file_are_named(tmp_path):
    assert "is no folder" in refusal(tmp_path / "nowhere")
    write(tmp_path, small())
    (tmp_path / "tools.json").unlink()
    assert "lacks the file tools.json" in refusal(tmp_path)
    (tmp_path / "tools.json").mkdir()
    assert "tools.json cannot be read" in refusal(tmp_path)


def test_a_file_that_is_no_text_is_named(tmp_path):
    write(tmp_path, small())
    (tmp_path / "tools.json").write_bytes(b'["\xff"]')
    assert "tools.json is not UTF-8: byte 2" in refusal(tmp_path)


def test_a_circle_with_rows_that_are_here_is_named(tmp_path):
    files = small()
    load(write(tmp_path, files))
    RelationFactory(
        subject=Record.objects.get(slug="lidc"),
        object=DatasetFactory(slug="a"),
        type="derived-from",
    )
    files["datasets.json"].append(record("b"))
    files["relations.json"].append(relation("a", "derived-from", "luna"))
    assert "relation 3 “a derived-from luna”" in refusal(write(tmp_path, files))


def test_a_circle_with_terms_that_are_here_is_named(tmp_path):
    files = small()
    load(write(tmp_path, files))
    Modality.objects.get(slug="ct").broader.add(ModalityFactory(slug="imaging"))
    files["vocabularies.json"]["modalities"].append(term("mine", dicom=[], broader=[]))
    files["vocabularies.json"]["modalities"][1]["broader"] = ["imaging"]
    load(write(tmp_path, files))
    ModalityFactory(slug="imaging").broader.add(ModalityFactory(slug="mine"))
    files["vocabularies.json"]["modalities"][2]["broader"] = ["cta"]
    assert "modality 3 “mine”, key “broader”" in refusal(write(tmp_path, files))


def test_two_papers_that_are_one_in_the_file_are_named(tmp_path):
    PaperFactory(doi="10.1000/nodules")
    PaperFactory(arxiv="1901.07031")
    files = small()
    for one in files["datasets.json"]:
        one["paper"] = paper(arxiv="1901.07031")
    assert "key “paper”: DOI 10.1000/nodules and arXiv" in refusal(write(tmp_path, files))


def test_an_spdx_identifier_that_another_licence_has_here_is_named(tmp_path):
    files = small()
    load(write(tmp_path, files))
    files["vocabularies.json"]["licenses"].append(
        files["vocabularies.json"]["licenses"][0] | {"slug": "second", "spdx": "MIT"}
    )
    load(write(tmp_path, files))
    del files["vocabularies.json"]["licenses"][0]
    files["vocabularies.json"]["licenses"][0]["spdx"] = "CC-BY-4.0"
    assert "license 1 “second”" in refusal(write(tmp_path, files))


def paths(value, path=()):
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict):
        for key, item in value.items():
            yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from paths(item, (*path, number))


PLACES = [path for path in paths(small()) if path]
WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(), max_size=30),
    st.sampled_from(["", "ct", "luna", "x" * 600, "\0", "\ud800", "10.1/x", "2026-13-01"]),
    st.lists(st.one_of(st.integers(), st.text(max_size=5), st.just("ct")), max_size=3),
    st.dictionaries(st.text(max_size=5), st.one_of(st.integers(), st.text(max_size=5)), max_size=2),
)


@settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_value_whatever_is_met_by_anything_but_a_refusal(data):
    files = copy.deepcopy(small())
    *path, last = data.draw(st.sampled_from(PLACES))
    within = files
    for step in path:
        within = within[step]
    if data.draw(st.booleans()) or not path:
        within[last] = data.draw(WRONG)
    elif isinstance(within, dict):
        within[data.draw(st.text(max_size=8))] = within.pop(last)
    else:
        del within[last]
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        for name in FILES:
            Path(folder, name).write_text(json.dumps(files[name]), encoding="utf-8")
        try:
            load(folder)
        except CommandError:
            assert not Record.objects.exists()
            assert not Modality.objects.exists()
        transaction.set_rollback(True)
