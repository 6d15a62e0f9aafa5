"""DOIs and addresses have one normal form, so that what is cited twice is one row."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from articles.models import Quote, Work
from articles.prose import sanitize
from articles.references import doi_of, normal_doi, normal_url
from datasets.dois import bare_doi, doi_url
from tests.factories_articles import PostFactory, SourceFactory, WorkFactory

DOIS = st.builds(
    "10.{}/{}".format,
    st.integers(1000, 999_999_999),
    st.text(
        st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="%#?"), min_size=1
    ),
)
PARTS = st.text("abcXYZ019-_.~", min_size=1, max_size=8)
ADDRESSES = st.builds(
    lambda host, path, pairs: (
        f"https://{host}.example/{path}"
        + ("?" + "&".join(f"{key}={value}" for key, value in pairs) if pairs else "")
    ),
    st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    PARTS,
    st.lists(st.tuples(st.sampled_from(["id", "Q", "page", "a%20b"]), PARTS), max_size=3),
)


@given(DOIS)
def test_every_way_to_write_a_doi_has_one_form(doi):
    normal = normal_doi(doi)
    assert normal == doi.lower() == normal_doi(normal)
    for before in ("doi:", "DOI: ", "https://doi.org/", "http://dx.doi.org/", "HTTPS://DOI.ORG/"):
        assert normal_doi(f" {before}{doi.upper()} ") == normal


@pytest.mark.parametrize(
    "text", ["10.12/x", "11.1000/x", "10.1000/", "10.1000/a b", "x", "https://a.example/10.1/x"]
)
def test_what_is_no_doi_is_refused(text):
    with pytest.raises(ValidationError, match="is no DOI"):
        normal_doi(text)


@pytest.mark.parametrize("after", ["?utm_source=feed", "#abstract", "?a=b#c"])
def test_what_follows_a_doi_in_an_address_is_not_part_of_it(after):
    assert normal_doi(f"https://doi.org/10.1234/ABC.5{after}") == "10.1234/abc.5"
    assert normal_doi("https://doi.org/10.1234/abc%3F5") == "10.1234/abc?5"


@pytest.mark.django_db
def test_a_quote_keeps_no_tracking_parameters():
    block = Quote(parent=PostFactory(), ordering=1, region="main", text="Said.")
    block.url = "https://a.example/said?utm_source=feed&page=2"
    block.save()
    block.refresh_from_db()
    assert block.url == "https://a.example/said?page=2"


def test_links_in_a_text_keep_no_tracking_parameters():
    text = '<p><a href="{}">one</a> and <a href="mailto:a@b.example">two</a></p>'
    stored = sanitize(text.format("https://a.example/x?a=1&amp;utm_source=feed&amp;b=%22#c"))
    assert 'href="https://a.example/x?a=1&amp;b=%22#c"' in stored
    assert "mailto:a@b.example" in stored
    assert sanitize(stored) == stored
    words = '<p>&lt;a href="https://a.example/?utm_source=x"&gt;</p>'
    assert sanitize(words) == words


@given(ADDRESSES)
def test_an_address_without_tracking_stays_as_it_is(url):
    assert normal_url(url) == url


@given(
    ADDRESSES, st.sampled_from(["utm_source=x", "fbclid=y", "UTM_Campaign=z", "gclid=", "_gl=1"])
)
def test_tracking_parameters_go_and_nothing_else(url, tracking):
    joined = f"{url}{'&' if '?' in url else '?'}{tracking}"
    assert normal_url(joined) == url


def test_the_host_is_in_lower_case_and_nothing_else():
    assert normal_url("HTTPS://One.EXAMPLE:80/X?Q=Y#Z") == "https://one.example:80/X?Q=Y#Z"
    assert normal_url("https://Me:Word@ONE.example/") == "https://Me:Word@one.example/"


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "https://",
        "//a.example",
        "https://a b.example/",
        "https://[x/",
    ],
)
def test_what_is_no_web_address_is_refused(text):
    with pytest.raises(ValidationError, match="is no web address"):
        normal_url(text)


def test_typography_in_an_address_is_left_alone():
    url = "https://a.example/1–2/“x”?q=a--b#...“"
    assert normal_url(url) == url


def test_the_resolvers_address_gives_the_doi():
    assert doi_of("https://doi.org/10.1148/RYAI.230024") == "10.1148/ryai.230024"
    assert doi_of("https://other.example/10.1148/ryai.230024") == ""


@pytest.mark.django_db
class TestSameWork:
    def test_by_doi_however_it_is_written(self):
        work = WorkFactory(doi="10.1000/AbC")
        assert Work.objects.same(title="Other", doi="https://doi.org/10.1000/aBc") == work
        assert Work.objects.same(title="Other", url="https://doi.org/10.1000/abc") == work

    def test_by_address_when_the_doi_is_new(self):
        work = WorkFactory(url="https://a.example/x")
        url = "https://a.example/x?utm_source=feed"
        assert Work.objects.same(title="Other", doi="10.1000/new", url=url) == work

    def test_by_address_however_its_host_is_written(self):
        work = WorkFactory(url="https://ONE.example/x")
        assert Work.objects.same(title="Other", url="https://one.EXAMPLE/x") == work
        assert Work.objects.same(title="Other", url="https://one.example/X") is None

    def test_an_address_of_a_work_with_another_doi_is_another_work(self):
        WorkFactory(url="https://a.example/x", doi="10.1000/old")
        found = Work.objects.same(title="Other", doi="10.1000/new", url="https://a.example/x")
        assert found is None

    def test_by_title_within_its_source(self):
        work = WorkFactory(title="On images", url="")
        assert Work.objects.same(title=" on IMAGES ", source=work.source) == work
        assert Work.objects.same(title="On images", source=SourceFactory()) is None

    def test_of_two_of_one_title_the_one_of_which_no_more_is_known(self):
        known = WorkFactory(title="On images")
        bare = WorkFactory(title="On images", source=known.source, url="")
        assert Work.objects.same(title="On images", source=known.source) == bare


def test_an_odd_doi_leads_to_itself():
    odd = "10.1002/(sici)1097-0258(19980815)17:15<1661::aid-sim968>3.0.co;2-2?x#y%2f"
    url = doi_url(odd)
    assert url.startswith("https://doi.org/10.1002/(sici)1097") and bare_doi(url) == odd
    assert not set("<>?#") & set(url)
