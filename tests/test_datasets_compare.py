"""Records side by side: what differs is said, bad addresses are answered, nothing hidden is told."""

import csv
import io
import re
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.curation import withdraw
from tests.examples import examples
from tests.factories import (
    DatasetFactory,
    GrantFactory,
    LicenseFactory,
    PaperFactory,
    RelationFactory,
    ToolFactory,
)
from tests.pages import count_queries, words
from tests.tables import links

pytestmark = pytest.mark.django_db


def address(*slugs, **more):
    return (
        f"/datasets/compare/?{urlencode([('slug', slug) for slug in slugs] + list(more.items()))}"
    )


def read(client, *slugs, **more):
    response = client.get(address(*slugs, **more))
    assert response.status_code == 200
    return response


def rows(response):
    """{label of a row: (whether it is marked as differing, what its cells say)} of the table."""
    found = {}
    for row in re.findall(r'<tr role="row" class="shape.*?</tr>', response.text, re.S):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        label, *said = (" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells)
        found[label.removesuffix(" ≠ differs")] = (label.endswith("differs"), said)
    return found


@pytest.fixture
def pair():
    closed = LicenseFactory(
        slug="nc",
        name="House rules",
        family="non-commercial",
        commercial_use=False,
        redistribution=None,
    )
    small = DatasetFactory(
        slug="small",
        name="Small",
        modalities=["ct"],
        anatomies=["lung", "heart"],
        sizes=[(1_000, "scans"), (50, "patients")],
        year=2019,
        countries=["NL"],
        annotations="Boxes.",
    )
    large = DatasetFactory(
        slug="large",
        name="Large",
        modalities=["ct"],
        anatomies=["lung"],
        sizes=[(2_500, "scans", "about", "of two sites")],
        license=closed,
        access="application",
        year=2019,
        countries=["NL", "FR"],
    )
    return small, large


def test_each_fact_says_whether_it_differs(client, pair):
    response = read(client, "small", "large")
    said = rows(response)
    assert said["Modality"] == (False, ["Ct", "Ct"])
    assert said["Anatomy"] == (True, ["Heart Lung", "Lung"])
    assert said["First release"] == (False, ["2019", "2019"])
    assert said["Countries"] == (True, ["Netherlands", "Netherlands France"])
    assert said["Annotations"] == (True, ["Boxes.", "Not stated"])
    assert said["Commercial use"] == (True, ["Permitted", "Not permitted"])
    assert said["Redistribution"] == (True, ["Permitted", "Not known"])
    assert said["Access"][0] and "The owner reviews each application" in said["Access"][1][1]
    assert "It does not permit commercial use." in said["In a sentence"][1][1]
    differing = sum(differs for differs, _ in said.values())
    compared = len(said) - 1
    assert f"{differing} of {compared} facts on record differ." in words(response)


def test_sizes_are_compared_unit_by_unit(client, pair):
    said = rows(read(client, "small", "large"))
    assert said["Scans"] == (
        True,
        ["1,000", "about 2,500 the largest, 2.5 times the next of two sites"],
    )
    assert said["Patients"] == (True, ["50", "Not stated"])
    assert list(said).index("Scans") < list(said).index("Patients")


@pytest.mark.parametrize(
    ("counts", "largest"),
    [
        ((100, 300, 50), ["100", "300 the largest, 3.0 times the next", "50"]),
        ((7, 7), ["7 all alike", "7 all alike"]),
        ((7, 7, 3), ["7 the largest, with another", "7 the largest, with another", "3"]),
        ((100, 99), ["100 the largest", "99"]),
    ],
)
def test_the_largest_is_named_in_words(client, counts, largest):
    for number, count in enumerate(counts):
        DatasetFactory(slug=f"s{number}", sizes=[(count, "images")])
    said = rows(read(client, *(f"s{number}" for number in range(len(counts)))))
    assert said["Images"] == (len(set(counts)) > 1, largest)


def test_only_what_differs_can_be_asked_for(client, pair):
    everything = rows(read(client, "small", "large"))
    response = read(client, "small", "large", only="differences")
    assert rows(response) == {label: row for label, row in everything.items() if row[0]}
    assert links(response.text, "Every fact") == [address("small", "large")]
    only = address("small", "large", only="differences")
    assert links(read(client, "small", "large").text, "Only what differs") == [only]


def test_twins_differ_in_nothing(client):
    for slug in "ab":
        DatasetFactory(slug=slug, name="Twin")
    response = read(client, "a", "b", only="differences")
    assert "Nothing on record differs. Show every fact" in words(response)
    assert rows(response) == {}


def test_a_dataset_stands_beside_a_tool(client, pair):
    ToolFactory(slug="tool", name="Tool", architecture="U-Net")
    response = read(client, "tool", "small")
    said = rows(response)
    assert said["Kind"] == (True, ["Tool", "Dataset"])
    assert said["Architecture"] == (True, ["U-Net", "Does not apply"])
    assert said["Annotations"] == (True, ["Does not apply", "Boxes."])
    assert 'href="/tools/tool/"' in response.text


def test_relations_are_sentences_with_extent_and_remedy(client, pair):
    small, large = pair
    third = DatasetFactory(slug="third", name="Third")
    source = DatasetFactory(slug="source", name="Source")
    hidden = DatasetFactory(slug="hidden", name="Zzhidden", published=False)
    RelationFactory(
        subject=small, object=large, extent="All scans.", remedy="Use one.", evidence=["10.1000/x"]
    )
    RelationFactory(subject=small, type="shares-images", object=third)
    for record in (small, third):
        RelationFactory(subject=record, object=source)
        RelationFactory(subject=record, object=hidden)
    page = words(read(client, "large", "small", "third"))
    assert page.count("Small is derived from Large. All scans. What to do: Use one.") == 1
    assert page.count("shares images with") == 1
    assert "Small is derived from Source, and Third is derived from it too." in page
    assert "Zzhidden" not in page
    assert "No relation between them is on record." in words(read(client, "large", "source"))


def test_what_readers_never_see_is_not_compared(client, pair):
    DatasetFactory(slug="secret", name="Zzsecret", published=False)
    page = words(read(client, "small", "secret"))
    assert "“secret” is not in the catalogue." in page and "Zzsecret" not in page


# Addresses that cannot be answered as they are


def test_bad_addresses_are_answered_with_what_is_wrong(client, pair, django_user_model):
    small, large = pair
    for number in range(6):
        DatasetFactory(slug=f"more-{number}", name=f"More {number}")
    gone = DatasetFactory(slug="gone", name="Gone")
    withdraw([gone], by=django_user_model.objects.create(), note="x")
    large.slug = "larger"
    large.save()
    assert "Add at least one more." in words(read(client, "small"))
    assert "Compare records" in words(read(client))
    assert "Small was given twice; it stands here once." in words(read(client, "small", "small"))
    several = read(client, "small", "smal", "large", "gone", x="1", only="all", format="pdf")
    page = words(several)
    assert "“smal” is not in the catalogue." in page
    assert "“large” has a new address, which is “larger”." in page
    assert "Gone was withdrawn from the catalogue on" in page
    assert "“x” was left out: this page takes slug, add, only, format." in page
    assert "“all” is not a value of “only”, which takes differences" in page
    assert "“pdf” is not a value of “format”, which takes csv and bib" in page
    assert list(rows(several)) and "Small and Large" in page
    seven = read(client, "small", "larger", *(f"more-{number}" for number in range(6)))
    assert "6 records fit beside each other; More 4 and More 5 did not." in words(seven)
    assert "6 records are the most. Remove one to add another." in words(seven)
    assert len(rows(seven)["Kind"][1]) == 6
    near = read(client, "small", "mor-3")
    assert address("small", "more-3") in links(near.text, "More 3")


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    query=st.lists(
        st.tuples(
            st.sampled_from(["slug", "slug", "slug", "only", "add", "format", "x"]),
            st.sampled_from(["small", "large", "tool", "csv", "differences", ""])
            | st.text(max_size=40),
        ),
        max_size=9,
    )
)
def test_no_address_breaks_the_page(client, pair, query):
    response = client.get(f"/datasets/compare/?{urlencode(query)}")
    assert response.status_code in (200, 302)
    if response.status_code == 302:
        assert response["Location"].startswith("/datasets/compare/?slug=")


def test_addresses_without_end_are_read_only_so_far(client, pair):
    asked = read(client, "small", *(f"none-{number}" for number in range(3000)))
    assert "Only the first 30 records of the address were looked at." in words(asked)


# Adding, removing, taking along


def test_records_are_added_by_name_and_removed_by_a_link(client, pair):
    ToolFactory(slug="tool", name="Segmenter", aliases=["Ségment It"])
    DatasetFactory(slug="small-b", name="Small B")
    for typed in ("Segmenter", "tool", "segment it", " SEGMENTER "):
        response = client.get(address("small", only="differences", add=typed))
        assert response.status_code == 302
        assert response["Location"] == address("small", "tool", only="differences")
    several = read(client, "large", add="smal")
    assert "may mean several" in words(several)
    assert address("large", "small-b") in links(several.text, "Small B")
    assert 'value="smal"' in several.text
    assert "Nothing in the catalogue is called “zzz”." in words(read(client, "small", add="zzz"))
    assert "Small is here already." in words(read(client, "small", add="Small"))
    page = read(client, "small", "large", "tool", only="differences").text
    assert links(page, "Remove Large") == [address("small", "tool", only="differences")]
    assert '<option value="Small B">' in page and '<option value="Large">' not in page


def test_one_record_is_offered_its_relatives(client, pair):
    small, large = pair
    RelationFactory(subject=small, object=large)
    assert address("large", "small") in links(read(client, "large").text, "Small")
    assert links(client.get("/datasets/small/").text, "Compare it") == [address("small")]


def test_files_hold_the_same_records_of_both_families(client, pair):
    ToolFactory(slug="tool", name="Tool", architecture="U-Net", paper=PaperFactory(title="Nets"))
    page = read(client, "large", "tool", "small").text
    (table,) = links(page, "CSV")
    response = client.get(table)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="comparison.csv"'
    found = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["slug"] for row in found] == ["large", "tool", "small"]
    assert found[0]["size"] == "2500 scans" and found[1]["architecture"] == "U-Net"
    (citations,) = links(page, "BibTeX")
    entries = re.findall(r"@misc{([\w-]+),", client.get(citations).text)
    assert entries[0] == "large" and entries[-1] == "small" and "tool" in entries
    wrong = read(client, "large", "nothing", format="csv")
    assert "No file was made, since not all of the address was understood." in words(wrong)


def test_robots_keep_to_the_bare_page(client, pair):
    page = read(client, "small", "large").text
    assert '<meta name="robots" content="noindex">' in page
    assert re.search(r'<link rel="canonical" href="[^"?]*/datasets/compare/">', page)
    assert "noindex" not in client.get("/datasets/compare/").text


def test_what_people_typed_is_escaped(client):
    for slug in "ab":
        record = DatasetFactory(slug=slug, name=f"<b>{slug}</b>", summary="<script>x</script>")
        GrantFactory(record=record, subset="<i>")
    page = read(client, "a", "b", add='"><u>').text
    for raw in ("<b>a", "<script>x", "<i>", '"><u>'):
        assert raw not in page


def test_queries_do_not_grow_with_records(client, pair):
    for number in range(4):
        RelationFactory(subject=DatasetFactory(slug=f"n{number}"), object=pair[0])
    few = count_queries(client, address("small", "large"))
    assert count_queries(client, address("small", "large", "n0", "n1", "n2", "n3")) == few <= 3
