"""The tables inside articles: live queries, the same rows everywhere, and what changed in them."""

import re

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import DatasetTable, Revision, ToolTable
from datasets.models import Modality, Record
from tests.factories import DatasetFactory, ToolFactory
from tests.factories_articles import (
    PostFactory,
)
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide():
    """A live guide with a query for CT and a list picked by hand; and its records."""
    for name in ("Alpha", "Beta", "Gamma"):
        DatasetFactory(slug=name.lower(), name=name, modalities=["ct"], year=2000 + len(name))
    DatasetFactory(slug="ultra", name="Ultra", modalities=["ultrasound"])
    return PostFactory(
        slug="guide",
        kind="guide",
        blocks=[
            DatasetTable(query="modality=ct&ordering=-year", caption="CT sets"),
            DatasetTable(slugs=["ultra", "alpha"], columns=["name", "year"], caption="Picked"),
        ],
        publish=True,
    )


def rows(page, number=0):
    """The addresses of a table's records, in their order."""
    tables = re.findall(r"<tbody.*?</tbody>", page, re.S)
    return re.findall(r'class="cell-name"><a href="([^"]+)"', tables[number])


class TestTables:
    def test_the_explorer_shows_the_same_rows_in_the_same_order(self, client, guide):
        page = client.get("/articles/guide/").text
        links = re.findall(r'<a href="([^"]+)">Open in the explorer', page)
        assert links[1] == "/datasets/?slug=ultra&amp;slug=alpha"
        for number, link in enumerate(links):
            explorer = client.get(link.replace("&amp;", "&")).text
            assert rows(page, number) == rows(explorer) != []
        assert rows(page, 1) == ["/datasets/ultra/", "/datasets/alpha/"]

    def test_a_table_says_how_many_and_when(self, client, guide):
        page = words(client.get("/articles/guide/"))
        today = f"{timezone.localdate():%-d %B %Y}"
        assert f"CT sets 3 datasets, as of {today}" in page
        assert f"Picked 2 datasets, as of {today} Name Year" in page

    def test_csv_and_json_have_the_same_rows(self, client, guide):
        page = client.get("/articles/guide/").text
        for label in ("CSV", "JSON"):
            for number, link in enumerate(re.findall(rf'<a href="([^"]+)">{label}', page)):
                answer = client.get(link.replace("&amp;", "&"))
                assert answer.status_code == 200
                if label == "JSON":
                    found = [row["url"] for row in answer.json()["results"]]
                    assert found == rows(page, number)
                else:
                    text = answer.getvalue().decode() if answer.streaming else answer.text
                    assert len(text.splitlines()) == 1 + len(rows(page, number))

    def test_a_new_record_is_in_the_table_at_once_and_in_what_changed(self, client, guide):
        page = words(client.get("/articles/guide/"))
        assert "Nothing: they hold the same records" in page
        DatasetFactory(slug="delta", name="Delta", modalities=["ct"])
        response = client.get("/articles/guide/")
        assert "/datasets/delta/" in rows(response.text)
        assert "Delta was added to “CT sets”." in words(response)

    def test_what_left_and_what_changed_is_told(self, client, guide):
        beta, ultra = (Record.objects.get(slug=slug) for slug in ("beta", "ultra"))
        beta.modalities.set([Modality.objects.get(slug="ultrasound")])
        beta.save()
        ultra.summary = "Said anew."
        ultra.save()
        gamma = Record.objects.get(slug="gamma")
        gamma.published = False
        gamma.save()
        response = client.get("/articles/guide/")
        page = words(response)
        assert "Beta left “CT sets”." in page
        assert "Gamma was taken out of the catalogue, and so left “CT sets”." in page
        assert "Ultra changed (summary) in “Picked”." in page
        assert "/datasets/gamma/" not in response.text

    def test_an_empty_table_says_so(self, client, guide):
        for record in Record.objects.filter(modalities__slug="ct"):
            record.published = False
            record.save()
        page = words(client.get("/articles/guide/"))
        assert "CT sets No record of the catalogue fits this table today" in page
        assert "1 of the records named for this table is no longer in the catalogue." in page
        ultra = Record.objects.get(slug="ultra")
        ultra.published = False
        ultra.save()
        response = client.get("/articles/guide/")
        assert response.status_code == 200
        assert "2 of the records named" in words(response)

    def test_a_query_goes_on_without_the_records_that_are_gone(self, client):
        for slug in ("acdc", "drive", "other"):
            DatasetFactory(slug=slug, name=slug.upper(), modalities=["ct"])
        named = DatasetTable(query="slug=acdc&slug=drive", caption="Named")
        beside = DatasetTable(query="modality=ct&slug__not=drive", caption="Others")
        alone = DatasetTable(query="slug=drive", caption="Alone")
        PostFactory(slug="guide", blocks=[named, beside, alone], publish=True)
        Record.objects.get(slug="drive").delete()
        response = client.get("/articles/guide/")
        page = words(response)
        assert "cannot be shown" not in page
        assert "DRIVE was taken out of the catalogue, and so left “Named”, “Alone”." in page
        assert page.count("1 of the records named for this table is no longer") == 3
        assert "Alone No record of the catalogue fits this table today" in page
        assert response.text.count(">ACDC</a>") == 2 and response.text.count(">OTHER</a>") == 1
        for address in re.findall(r'href="(/[^"]*)"[^>]*>(?:Open in the|CSV|JSON)', response.text):
            answer = client.get(address.replace("&amp;", "&"))
            assert answer.status_code == 200 and "drive" not in address

    def test_a_query_that_became_invalid_says_so(self, client, guide):
        revision = Revision.objects.get()
        Revision.objects.update(document=revision.document.replace("modality=ct", "modality=xyz"))
        response = client.get("/articles/guide/")
        page = words(response)
        assert "CT sets This table cannot be shown." in page and "“xyz”" in page
        assert len(re.findall("Open in the explorer", page)) == 1
        assert client.get("/feeds/articles.atom").status_code == 200

    def test_tools_have_tables_too(self, client):
        ToolFactory(slug="reader", name="Reader", year=2020)
        PostFactory(
            slug="guide",
            kind="guide",
            blocks=[ToolTable(query="year_min=2000", caption="Tools")],
            publish=True,
        )
        page = client.get("/articles/guide/")
        assert rows(page.text) == ["/tools/reader/"]
        assert "Tools 1 tool, as of" in words(page)
        assert 'href="/tools/?year_min=2000"' in page.text

    def test_a_list_of_which_nothing_is_left_holds_nothing_when_it_is_published_again(self, client):
        for slug in ("alpha", "beta"):
            DatasetFactory(slug=slug, name=slug.capitalize())
        blocks = [DatasetTable(slugs=["alpha"], caption="Picked")]
        post = PostFactory(slug="guide", kind="guide", blocks=blocks, publish=True)
        alpha = Record.objects.get(slug="alpha")
        alpha.published = False
        alpha.save()
        again = publishing.roll_back(post.revisions.get(), by=None)
        assert again.held == [[]]
        page = words(client.get("/articles/guide/"))
        assert "Nothing: they hold the same records" in page and "Beta" not in page
