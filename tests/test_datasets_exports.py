"""Tables as files."""

import csv
import io
import re

import pytest

from datasets.bibtex import address, authors, bibtex, escape
from tests.factories import DatasetFactory, PaperFactory, ToolFactory

pytestmark = pytest.mark.django_db


def export(client, query, family="datasets"):
    response = client.get(f"/api/v1/{family}/?{query}")
    assert response.status_code == 200, response.content
    assert response.streaming
    return response.getvalue().decode()


def test_a_whole_csv(client):
    DatasetFactory(
        slug="lungs",
        name='Lungs, "both"',
        modalities=["ct", "mri"],
        anatomies=["lung"],
        tasks=["detection"],
        sizes=[(888, "scans"), (7, "patients")],
        host="zenodo",
        year=2016,
        summary="Two\nlines; déjà vu 肺.",
    )
    assert export(client, "format=csv") == (
        "slug,name,modality,anatomy,task,size,license,access,host,year\r\n"
        'lungs,"Lungs, ""both""",Ct; Mri,Lung,Detection,888 scans,Cc by 4 0,Open download,Zenodo,2016\r\n'
    )
    text = export(client, "format=csv&columns=summary,year")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["slug", "summary", "year"],
        ["lungs", "Two\nlines; déjà vu 肺.", "2016"],
    ]


def test_a_tools_csv_has_its_own_columns(client):
    ToolFactory(slug="cutter", name="Cutter", architecture="U-Net")
    assert export(client, "format=csv", "tools").splitlines() == [
        "slug,name,summary,task,license,host,year",
        "cutter,Cutter,What Cutter holds.,,Cc by 4 0,,",
    ]


def test_a_file_holds_all_records_unless_a_page_is_asked_for(client):
    for number in range(5):
        DatasetFactory(slug=f"d{number}", name=f"D {number}")
    assert len(export(client, "format=ndjson&page_size=2").splitlines()) == 5
    response = client.get("/api/v1/datasets/?format=csv&columns=name&page_size=2&page=2")
    assert response["Content-Disposition"] == 'attachment; filename="datasets-page-2.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.getvalue() == b"slug,name\r\nd2,D 2\r\nd3,D 3\r\n"


def test_a_long_file_is_written_in_portions(client, monkeypatch):
    monkeypatch.setattr("datasets.exports.CHUNK", 2)
    for number in range(5):
        DatasetFactory(slug=f"d{number}", name=f"D {number}")
    response = client.get("/api/v1/datasets/?format=ndjson&fields=slug,evidence")
    portions = list(response.streaming_content)
    assert [portion.count(b"\n") for portion in portions] == [2, 2, 1]
    assert len(export(client, "format=csv").splitlines()) == 6


def test_an_empty_table_is_an_empty_file(client):
    assert export(client, "format=csv&columns=name") == "slug,name\r\n"
    assert export(client, "format=ndjson") == export(client, "format=bib") == ""


def test_a_whole_bibliography(client):
    paper = PaperFactory(
        title="On 50% of {lungs} & more_",
        authors="Armato SG III, de Bel T, et al.",
        venue="Medical Physics",
        year=2011,
        doi="10.1118/1.3528204",
    )
    DatasetFactory(slug="a", name="A", full_name="All of it", paper=paper, host="zenodo", year=2010)
    DatasetFactory(slug="b", name="B", paper=paper, links=[("paper", "https://p.example/")])
    DatasetFactory(
        slug="c",
        name="C",
        links=[("code", "https://code.example/"), ("homepage", "https://c.example/{x}?y=1_2#z")],
    )
    assert export(client, "format=bib") == (
        "@misc{a,\n"
        "  title = {{A: All of it}},\n"
        "  year = {2010},\n"
        "  howpublished = {Zenodo},\n"
        "  url = {http://127.0.0.1:8000/datasets/a/},\n"
        "  note = {Described in \\cite{armato2011-c346eb}},\n"
        "}\n\n"
        "@article{armato2011-c346eb,\n"
        "  title = {{On 50\\% of \\textbraceleft{}lungs\\textbraceright{} \\& more\\_}},\n"
        "  author = {Armato, III, SG and de Bel, T and others},\n"
        "  journal = {Medical Physics},\n"
        "  year = {2011},\n"
        "  doi = {10.1118/1.3528204},\n"
        "}\n\n"
        "@misc{b,\n"
        "  title = {{B}},\n"
        "  url = {http://127.0.0.1:8000/datasets/b/},\n"
        "  note = {Described in \\cite{armato2011-c346eb}},\n"
        "}\n\n"
        "@misc{c,\n"
        "  title = {{C}},\n"
        "  url = {https://c.example/%7Bx%7D?y=1_2#z},\n"
        "}\n\n"
    )


def test_a_papers_key_is_the_same_in_every_export(client):
    paper = PaperFactory(title="Shared", authors="Abràmoff MD", arxiv="2001.00001")
    DatasetFactory(slug="a", paper=paper)
    DatasetFactory(slug="b", paper=paper)
    both, one = export(client, "format=bib"), export(client, "format=bib&slug=b")
    keys = re.findall(r"@misc\{(abramoff-\w+),", both)
    assert len(keys) == 1 and keys == re.findall(r"@misc\{(abramoff-\w+),", one)
    assert "eprint = {2001.00001}" in both and "url = {https://arxiv.org/abs/2001.00001}" in both


@pytest.mark.parametrize(
    ("written", "entry"),
    [
        ("Irvin J, Ko M, et al.", "Irvin, J and Ko, M and others"),
        ("Jack CR Jr, Fox NC", "Jack, Jr, CR and Fox, NC"),
        (
            "National Lung Screening Trial Research Team",
            "{National Lung Screening Trial Research Team}",
        ),
        ("Smith & Jones, Inc.", "{Smith \\& Jones, Inc.}"),
        ("Abràmoff MD", "Abràmoff, MD"),
        ("et al.", ""),
        ("", ""),
    ],
)
def test_authors_are_told_apart(written, entry):
    assert authors(written) == entry


@pytest.mark.parametrize(
    "text", ["{", "}}", "\\", "a \\} b", "~^%$#_&", "two\nlines", "{{{}", "100 % {unclosed"]
)
def test_no_text_ends_its_field(text):
    for written in (escape(text), address(text)):
        assert written.count("{") == written.count("}") and "\n" not in written
        depth = 0
        for character in written:
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth >= 0


def test_entries_take_any_document(client):
    """What the site's pages show for one record comes from the same function."""
    DatasetFactory(slug="lungs", name="Lungs")
    document = client.get("/api/v1/datasets/lungs/").json()
    assert "".join(bibtex([document])) == export(client, "format=bib")
