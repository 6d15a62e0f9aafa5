"""The search of the whole site: what is found and where it leads, and what is offered when nothing is."""

import re
from html import unescape

import pytest
from django.utils.html import escape
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.settings import api_settings

from articles.models import Text
from datasets.marking import Marker
from datasets.models import Modality
from tests.examples import examples
from tests.factories import (
    AnatomyFactory,
    DatasetFactory,
    LinkFactory,
    ModalityFactory,
    PaperFactory,
    ToolFactory,
)
from tests.factories_articles import PostFactory
from tests.pages import count_queries, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    """One thing of every kind about the liver, and others beside them."""
    ModalityFactory(
        slug="ct", name="Computed tomography (CT)", synonyms=["Tomodensitometry"], dicom=["CT"]
    )
    AnatomyFactory(slug="liver", name="Liver", synonyms=["Hepar"])
    DatasetFactory(
        slug="lits", name="LiTS", summary="Livers with tumours, from Zürich.", year=2017,
        modalities=["ct"], anatomies=["liver"],
    )  # fmt: skip
    ModalityFactory(slug="radiography", name="Radiography (X-ray)")
    DatasetFactory(slug="hands", name="Hands", summary="Bones.", modalities=["radiography"])
    DatasetFactory(slug="named", name="Liver set", summary="Other.", aliases=["Hepatic <i>atlas"])
    DatasetFactory(slug="hearts", name="Hearts", summary="Cine.", modalities=["ct"])
    ToolFactory(slug="cutter", name="Cutter", summary="Segments livers.", anatomies=["liver"])
    PostFactory(
        slug="read", title="A liver read by machines", standfirst="What it saw.",
        blocks=[Text(html=f"<p>{'Words go on. ' * 60}Segmenting & measuring tumours.</p>")], publish=True,
    )  # fmt: skip
    PostFactory(slug="other", title="Of hearts", publish=True)


def ask(client, text, address="/search/"):
    response = client.get(address, {"search": text})
    assert response.status_code == 200
    return response


def hits(response):
    """{group: addresses of its hits, in their order}."""
    found = {}
    for section in re.findall(r'<section class="search-group".*?</section>', response.text, re.S):
        name = re.search(r'<h2 id="(\w+)"', section)[1]
        pattern = r'<span><a href="([^"]+)"' if name == "filters" else r'<h3><a href="([^"]+)"'
        found[name] = [unescape(address) for address in re.findall(pattern, section)]
    return found


def test_one_box_finds_everything_in_groups(client, site):
    page = ask(client, "LIVER")
    assert hits(page) == {
        "filters": ["/datasets/?anatomy=liver"],
        # A name says more than a summary.
        "datasets": ["/datasets/named/", "/datasets/lits/"],
        "tools": ["/tools/cutter/"],
        "articles": ["/articles/read/"],
    }
    said = words(page)
    assert "1 filter · 2 datasets · 1 tool · 1 article" in said
    assert "All 2 datasets in the explorer" in said and "This one in the list of articles" in said
    assert '<a href="/datasets/?search=LIVER">' in page.text
    assert '<a href="/articles/?search=LIVER">' in page.text
    assert '<a href="/tools/?anatomy=liver">1 tool<' in page.text
    assert 'content="noindex"' in page.text


@pytest.mark.parametrize(
    ("text", "group", "address"),
    [
        ("zurich", "datasets", "/datasets/lits/"),
        ("tumo", "datasets", "/datasets/lits/"),
        ("ZÜRICH tumour", "datasets", "/datasets/lits/"),
        ("segmented measure", "articles", "/articles/read/"),
        ("hepar", "filters", "/datasets/?anatomy=liver"),
        ("tomodensito", "filters", "/datasets/?modality=ct"),
        ("ct", "filters", "/datasets/?modality=ct"),
        ("X-rays", "filters", "/datasets/?modality=radiography"),
        ("xray", "filters", "/datasets/?modality=radiography"),
    ],
)
def test_endings_accents_synonyms_and_codes_find(client, site, text, group, address):
    assert hits(ask(client, text))[group][0] == address
    offered = ask(client, text, "/search/suggestions/").text
    assert f'role="option" tabindex="-1" href="{escape(address)}"' in offered


@pytest.mark.parametrize("asked", ["Röntgen", "Rontgen", "roentgen", "RÖNTGENBILD"])
@pytest.mark.parametrize("written", ["Röntgenbild", "Roentgenbild", "Rontgenbilder", "RO\u0308NTGENBILD"])  # fmt: skip
def test_umlauts_are_found_however_they_are_written(client, asked, written):
    DatasetFactory(slug="rays", summary=f"A {written}.")
    page = ask(client, asked)
    assert hits(page) == {"datasets": ["/datasets/rays/"]}
    assert f"<mark>{written}</mark>" in page.text


@pytest.mark.parametrize(("asked", "written"), [("Straße", "Strasse"), ("Müller", "Mueller"), ("Gefaess", "Gefäße")])  # fmt: skip
def test_other_umlauts_are_found_too(client, asked, written):
    DatasetFactory(slug="other", summary=f"A {written}. Valuation.")
    assert hits(ask(client, asked)) == {"datasets": ["/datasets/other/"]}
    # Not every “ue” is an umlaut.
    assert hits(ask(client, "value")) == {}


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("tumours", "tumors"),
        ("haemorrhage", "hemorrhage"),
        ("oedema", "edema"),
        ("foetal", "fetal"),
        ("paediatrics", "pediatrics"),
        ("visualisation", "visualization"),
        ("centres", "centers"),
        ("labelling", "labeling"),
        ("greyscale", "grayscale"),
    ],
)
def test_both_englishes_find_each_other(client, british, american):
    for number, word in enumerate((british, american)):
        DatasetFactory(slug=f"of-{number}", summary=f"Images with {word}.")
    for word in (british, american):
        page = ask(client, word)
        assert sorted(hits(page)["datasets"]) == ["/datasets/of-0/", "/datasets/of-1/"]
        assert f"<mark>{british}</mark>" in page.text and f"<mark>{american}</mark>" in page.text


def test_filters_go_on_without_a_word_that_finds_nothing(client, site):
    page = ask(client, "ct liver zebra")
    found = re.search(r"As filters: (.+?)\.\s", words(page))
    assert (
        "without “zebra”" in found[1]
        and "zebra" not in re.search(r'search-together.*?href="([^"]*)"', page.text, re.S)[1]
    )


@pytest.mark.parametrize(
    "asked",
    ["10.1016/j.media.2017.06.015", "https://doi.org/10.1016/J.MEDIA.2017.06.015", "luna.example/"],
)
def test_a_record_is_found_by_its_doi_and_address(client, asked):
    paper = PaperFactory(doi="10.1016/j.media.2017.06.015")
    record = DatasetFactory(slug="luna16", paper=paper)
    LinkFactory(record=record, url="https://luna.example/")
    DatasetFactory(slug="other", summary="media 2017 06 015")
    asked = f"https://www.{asked}" if asked.startswith("luna") else asked
    page = ask(client, asked)
    assert hits(page)["datasets"] == ["/datasets/luna16/"]


def test_a_short_word_is_not_taken_for_another(client):
    DatasetFactory(name="EEG and Swin", summary="Lungs.")
    for asked in ("ecg", "skin"):
        assert "Did you mean" not in words(ask(client, asked))
    assert "Did you mean lungs?" in words(ask(client, "lugns"))


def test_a_filter_that_would_find_nothing_is_not_offered(client, site):
    ModalityFactory(slug="pet", name="Positron liver")
    DatasetFactory(modalities=["pet"], published=False)
    assert hits(ask(client, "positron")) == {}


def test_a_search_that_names_several_filters_is_read_as_such(client, site):
    said = words(ask(client, "hepar tomodensitometry tumour"))
    assert "As filters: Liver + Computed tomography (CT) + tumour gives 1 dataset." in said
    page = ask(client, "liver ct").text
    assert unescape(page).count("/datasets/?anatomy=liver&modality=ct") == 1
    assert "As filters" not in words(ask(client, "liver"))


def test_words_that_only_join_others_are_no_filters(client, site):
    DatasetFactory(slug="india", name="Ward", countries=["IN"])
    assert hits(ask(client, "in"))["filters"] == ["/datasets/?country=IN"]
    page = ask(client, "the tumour in a liver by CT")
    said = words(page)
    assert hits(page)["filters"] == ["/datasets/?anatomy=liver", "/datasets/?modality=ct"]
    assert "As filters: Liver + Computed tomography (CT) + tumour gives 1 dataset." in said
    assert "Without “the”" not in said and "India" not in said
    assert hits(ask(client, "of the liver"))["filters"] == ["/datasets/?anatomy=liver"]


def test_a_filter_whose_name_has_such_words_is_found_with_and_without_them(client, site):
    AnatomyFactory(slug="floor", name="Floor of the mouth")
    DatasetFactory(modalities=["ct"], anatomies=["floor"])
    for asked in ("floor of the mouth CT", "CT floor mouth"):
        assert "Floor of the mouth" in words(ask(client, asked)).partition("gives 1 dataset")[0]


def test_matches_are_marked_and_everything_else_is_escaped(client, site):
    DatasetFactory(slug="evil", name="<b>liver</b> & co", summary="<script>alert('liver')</script>")
    page = ask(client, "liver").text
    assert "&lt;b&gt;<mark>liver</mark>&lt;/b&gt; &amp; co" in page
    assert "&lt;script&gt;alert(&#x27;<mark>liver</mark>&#x27;)&lt;/script&gt;" in page
    assert "<mark>Livers</mark> with tumours" in page
    page = ask(client, "hepatic").text
    assert "Also known as:</span> <mark>Hepatic</mark> &lt;i&gt;atlas" in page
    # From the middle of a long text: where its words stand.
    page = ask(client, "segmenting tumours").text
    assert re.search(
        r"<p>…[\w. ]+<mark>Segmenting</mark> &amp; measuring <mark>tumours</mark>", page
    )


def test_a_wrong_spelling_is_mended(client, site):
    said = words(ask(client, "livver"))
    assert "Nothing has “livver”" in said and "Did you mean liver?" in said
    assert "Did you mean machines?" in words(ask(client, "machimes"))
    assert "tomodensitometry" in words(ask(client, "tomodensytometry"))
    offered = ask(client, "livver", "/search/suggestions/").text
    assert 'href="/search/?search=liver">liver</a>' in offered


def test_help_with_spelling_is_offered_beside_the_little_that_is_found(client, site):
    AnatomyFactory(slug="breast", name="Breast")
    DatasetFactory(slug="bretagne", name="Coast", summary="From Brest.")
    DatasetFactory.create_batch(12, summary="Of the breast.", anatomies=["breast"])
    page = ask(client, "brest")
    assert hits(page)["datasets"] == ["/datasets/bretagne/"]
    assert "Did you mean breast?" in words(page)
    # Nothing has both words, but each of them is the name of a filter. That goes before other words.
    PostFactory(title="The best of CT", publish=True)
    page = ask(client, "brest ct")
    assert hits(page) == {"filters": ["/datasets/?modality=ct"]}
    assert "Did you mean breast ct or best ct?" in words(page)
    assert "Did you mean" not in words(ask(client, "breast"))


def test_the_spelling_that_is_least_another_comes_first(client, site):
    DatasetFactory(slug="set", name="Set", summary="Sleep.")
    PostFactory(title="The spleen", publish=True)
    assert "Did you mean spleen or sleep?" in words(ask(client, "spleem"))


def test_words_that_are_never_together_can_be_left_out(client, site):
    page = ask(client, "cine machines")
    said = words(page)
    assert "Without “cine” 1 result" in said and "Without “machines” 1 result" in said
    assert '<a href="/search/?search=machines">' in page.text
    assert "Suggest a dataset or a tool" in said
    assert '/suggest/?name=cine%20machines"' in page.text


def test_a_filter_that_part_of_the_words_name_hides_no_help(client, site):
    page = ask(client, "hepar machimes cine")
    assert hits(page) == {"filters": ["/datasets/?anatomy=liver"]}
    assert "Nothing has all of “hepar machimes cine”" in words(page)
    assert "Did you mean liver machines?" in words(ask(client, "liver machimes"))


def test_an_empty_search_shows_where_to_begin(client, site):
    for query in ("", "?search=", "?search=%20"):
        page = client.get(f"/search/{query}")
        assert page.status_code == 200
        assert "Datasets by modality Computed tomography (CT) 2" in words(page)
    assert client.get("/search/suggestions/").text.strip() == ""
    assert "There is no word to look for in “?!”" in words(ask(client, "?!"))


def test_a_parameter_that_is_unknown_is_told_as_the_explorer_tells_it(client, site):
    page = client.get("/search/", {"search": "liver", "serach": "heart", "modality": "ct"})
    told = [
        "“serach” is not a known parameter and was left out. Did you mean “search”?",
        "“modality” is not a known parameter and was left out.",
    ]
    assert all(sentence in words(page) for sentence in told)
    assert hits(page) == hits(ask(client, "liver"))
    assert told[0] in words(client.get("/datasets/?serach=heart"))
    assert "was left out" not in words(ask(client, "liver"))
    many = client.get("/search/?" + "&".join(f"{'<b>' * 50}{n}" for n in range(50)))
    assert (
        many.text.count("was left out") == 3
        and "47 others" in words(many)
        and "<b>" not in many.text
    )


def test_no_more_than_a_page_of_each_kind(client):
    for number in range(12):
        DatasetFactory(name=f"Spleen {number}")
        PostFactory(title=f"Spleen {number}", publish=True)
    found = hits(ask(client, "spleen"))
    assert (len(found["datasets"]), len(found["articles"])) == (8, 5)
    assert "12 datasets · 12 articles" in words(ask(client, "spleen"))
    few = ask(client, "spleen", "/search/suggestions/").text
    assert few.count('role="option"') == 4 + 3 + 1


def test_queries_do_not_grow_with_what_is_found(client, site):
    few = count_queries(client, "/search/?search=liver")
    for number in range(4):
        DatasetFactory(name=f"Liver {number}")
        PostFactory(title=f"Liver {number}", publish=True)
    assert count_queries(client, "/search/?search=liver") == few


def test_searching_too_often_is_told_and_typing_is_counted_apart(client, site, monkeypatch):
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "search", "1/min")
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "typing", "1/min")
    for address in ("/search/suggestions/?search=liver", "/search/?search=liver"):
        assert client.get(address).status_code == 200
        refused = client.get(address)
        assert refused.status_code == 429 and 0 < int(refused["Retry-After"]) <= 60
    assert client.get("/search/").status_code == 200


BAD = [
    "a\0b",
    "lung\0",
    "x" * 10_000,
    "a " * 99,
    '"',
    '"liver" OR *',
    "name:liver NEAR(a b)",
    "-liver",
    "^",
    "(((",
    "'; --",
]


@pytest.mark.parametrize("address", ["/search/", "/search/suggestions/"])
def test_bad_input_is_told_and_never_a_fault_of_ours(client, site, address):
    for text in BAD:
        ask(client, text, address)
    for raw in ("%ff%fe", "%ed%a0%80", "%00", "%F0%9F%92%A9", "liver&search=%ff"):
        assert client.get(f"{address}?search={raw}").status_code == 200
    assert "not text in UTF-8" in client.get("/search/?search=%ff%fe").text
    page = ask(client, "x" * 201)
    assert "Search for at most 200 characters." in page.text
    assert f'value="{"x" * 201}"' in page.text and 'aria-invalid="true"' in page.text
    assert client.get(f"{address}?search={'x' * 70_000}").status_code == 400
    # What would be syntax elsewhere is only words here.
    assert "datasets" in hits(ask(client, '"liver" -set'))


TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(["liver", "ct", "hepar", "LiTS", "tumour", '"', "*", "OR", "é", "𝒳", "\u0301", "\0"])
).map(" ".join)  # fmt: skip


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=TEXTS)
def test_no_search_breaks_the_page(client, site, text):
    for address in ("/search/", "/search/suggestions/"):
        page = client.get(address, {"search": text.encode(errors="replace")})
        assert page.status_code == 200
        assert "<script>" not in page.text


@settings(max_examples=150, deadline=None)
@given(text=TEXTS, of=TEXTS)
def test_marking_changes_nothing_but_marks(text, of):
    marker = Marker(text)
    assert marker.mark(of).replace("<mark>", "").replace("</mark>", "") == escape(of)
    shown = marker.excerpt(of, 20).replace("<mark>", "").replace("</mark>", "")
    assert unescape(shown).strip("…") in of


def test_a_renamed_term_is_found_by_its_new_name(client, site):
    assert "filters" in hits(ask(client, "tomodensitometry"))
    term = Modality.objects.get(slug="ct")
    term.synonyms = ["Scanography"]
    term.save()
    assert "filters" not in hits(ask(client, "tomodensitometry"))
    assert "filters" in hits(ask(client, "scanography"))
