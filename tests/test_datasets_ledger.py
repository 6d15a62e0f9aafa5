"""The fact ledger: what its marks say, where they stand, and that no door loses evidence."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import strip_tags

from datasets.curation import merge_records, merge_terms
from datasets.ledger import Ledger
from datasets.models import Unit
from tests.catalogues import load, record, small, write
from tests.desk import add_row, form_of, url
from tests.factories import (
    NO_MORE_EVIDENCE,
    DatasetFactory,
    EvidenceFactory,
    RelationFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def marks(client, slug="lungs", today=None):
    """{(fact, part): state} of the record as programs see it."""
    document = client.get(f"/api/v1/datasets/{slug}/").json()
    found = Ledger(document, today).marks()
    return {(mark.fact, mark.part): mark.state for mark in found}


def lungs(**fields):
    return DatasetFactory(
        slug="lungs",
        **{
            "sizes": [(888, "scans"), (601, "patients")],
            "links": [("homepage", "https://a.example/")],
        }
        | fields,
    )


def test_a_source_of_the_whole_record_makes_its_facts_sourced_and_no_more(client):
    found = lungs()
    assert set(marks(client).values()) == {"unsourced"}
    EvidenceFactory(record=found, checked_on="2020-01-01")
    assert set(marks(client).values()) == {"sourced"}


def test_evidence_of_one_size_is_no_evidence_of_another(client):
    found = lungs()
    scans = Unit.objects.get(slug="scans")
    today = timezone.localdate()
    EvidenceFactory(record=found, fact="sizes", unit=scans, checked_on=today)
    EvidenceFactory(record=found, fact="links", link="homepage")
    said = marks(client)
    assert said["sizes", "scans"] == "verified" and said["sizes", "patients"] == "unsourced"
    assert said["links", "homepage"] == "sourced" and said["license", None] == "unsourced"
    assert marks(client, today=today + timedelta(days=366))["sizes", "scans"] == "stale"
    assert marks(client, today=today + timedelta(days=365))["sizes", "scans"] == "verified"


def test_a_verified_record_has_verified_facts(client):
    lungs(verified_on=timezone.localdate() - timedelta(days=300))
    assert set(marks(client).values()) == {"verified"}


def test_relations_with_evidence_of_their_own_are_sourced(client):
    found = lungs()
    edge = RelationFactory(subject=found)
    assert marks(client)["relations", None] == "unsourced"
    edge.evidence = ["https://seen.example/"]
    edge.save()
    assert marks(client)["relations", None] == "sourced"


@pytest.mark.parametrize(
    ("qualifier", "value", "state"),
    [
        ("exact", "888", "sourced"),
        ("exact", "888 CT scans", "sourced"),
        ("exact", "890", "conflict"),
        ("exact", "a few", "conflict"),
        ("exact", "888e9", "conflict"),
        ("exact", "888.5", "conflict"),
        ("at-least", "1,018", "sourced"),
        ("at-least", "800", "conflict"),
        ("about", "900", "sourced"),
        ("about", "1.018", "conflict"),
    ],
)
def test_a_figure_is_compared_as_its_qualifier_allows(client, qualifier, value, state):
    found = lungs(sizes=[(888, "scans", qualifier)])
    EvidenceFactory(record=found, fact="sizes", unit=Unit.objects.get(), value=value)
    assert marks(client)["sizes", "scans"] == state


def test_names_are_compared_by_their_letters(client):
    found = lungs()
    EvidenceFactory(record=found, fact="license", value="CC BY 4.0")
    assert marks(client)["license", None] == "sourced"
    EvidenceFactory(record=found, fact="license", value="CC BY-NC 4.0")
    assert marks(client)["license", None] == "conflict"
    EvidenceFactory(record=found, fact="splits", value="None")
    assert ("splits", None) not in marks(client)


def test_the_page_shows_conflicting_figures_side_by_side_and_no_login(client, jane):
    found = lungs()
    scans = Unit.objects.get(slug="scans")
    today = timezone.localdate()
    EvidenceFactory(
        record=found,
        fact="sizes",
        unit=scans,
        source="The paper",
        value="888",
        leads_because="its authors counted the files",
        checked_on=today,
        checked_by=jane,
        checked_role="Curator",
        confidence="high",
    )
    EvidenceFactory(record=found, fact="sizes", unit=scans, source="A list", value="890")
    page = client.get("/datasets/lungs/").text
    assert "in conflict" in page and "its authors counted the files" in page
    assert page.index("<td>888") < page.index("<td>890")
    assert "(Curator)" in page and "jane" not in page
    assert b"jane" not in client.get("/api/v1/datasets/lungs/").content
    call_command("rebuild_documents", "--check")


def says_of_size(client, slug="lungs"):
    """The table under the mark of the record's size, a row of texts each, and the list below it."""
    page = client.get(f"/datasets/{slug}/").text
    says = page[page.index('class="fact-says"') :]
    says = says[: says.index("</details>")]
    table, _, rest = says.partition("</table>")
    rows = [
        [" ".join(strip_tags(cell).split()) for cell in row.split("<td>")[1:]]
        for row in table.split("<tr")[2:]
    ]
    return rows, " ".join(strip_tags(rest).split())


def test_the_records_own_figure_leads_where_all_sources_say_another(client):
    found = lungs(sizes=[(1888, "scans")])
    scans = Unit.objects.get(slug="scans")
    own = EvidenceFactory(record=found, source="Its own page")
    for value in ("999", "777", "999"):
        EvidenceFactory(record=found, fact="sizes", unit=scans, value=value, source=f"List {value}")
    leads = "1,888 (the record follows this)"
    others = [["999", "List 999 List 999"], ["777", "List 777"]]
    rows, below = says_of_size(client)
    # No source stands there twice.
    assert rows == [[leads, "Its own page (of the record as a whole)"], *others] and not below
    own.delete()
    assert says_of_size(client) == ([[leads, "no source names it"], *others], "")
    EvidenceFactory(record=found, fact="sizes", source="The paper")
    assert says_of_size(client) == ([[leads, "The paper"], *others], "")
    assert "Why the record follows one of them is not noted" in client.get("/datasets/lungs/").text


def test_the_desk_takes_numbers_for_figures_and_asks_why_one_leads(desk):
    found = lungs()
    scans = Unit.objects.get(slug="scans")
    data = form_of(desk, url("change", found))
    add_row(data, "evidence", fact="sizes", unit=scans.pk, source="A list", value="1e9")
    page = desk.post(url("change", found), data).text
    assert "Give the figure alone, as a whole number" in page and not found.evidence.exists()
    data["evidence-0-value"] = "1,018"
    page = desk.post(url("change", found), data, follow=True).text
    assert "in evidence that says “888”, tell them" in page
    data = form_of(desk, url("change", found))
    reason = "its authors counted"
    row = {"source": "The paper", "value": "888", "leads_because": reason}
    add_row(data, "evidence", fact="sizes", unit=scans.pk, **row)
    page = desk.post(url("change", found), data, follow=True).text
    assert "was changed successfully" in page and "tell them" not in page
    rows, _ = says_of_size(client=desk)
    assert rows[0][1] == f"The paper Leads because {reason}" and rows[1] == ["1,018", "A list"]


def test_files_carry_all_that_evidence_says(tmp_path, client):
    files = small()
    rich = {
        "source": "The paper",
        "fact": "sizes",
        "part": "scans",
        "value": "890",
        "leads_because": "it is newer",
        "seen_on": "2026-01-30",
        "checked_on": "2026-01-31",
        "checked_by": "Curator",
        "confidence": "low",
    }
    link = {"source": "Its page", "fact": "links", "part": "homepage"}
    files["datasets.json"].append(record("rich", evidence=["A list", rich, link]))
    load(write(tmp_path / "in", files))
    said = client.get("/api/v1/datasets/rich/").json()["evidence"]
    assert said[1] == rich and said[2] == {"checked_on": None} | NO_MORE_EVIDENCE | link
    assert "changed" not in load(tmp_path / "in").splitlines()[-1]
    call_command("dump_catalogue", str(tmp_path / "out"), verbosity=0)
    assert "unchanged" in load(tmp_path / "out")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"fact": "sizes", "part": "scnas"}, "“scnas” is no unit"),
        ({"fact": "links", "part": "homepgae"}, "“homepgae” is unknown"),
        ({"fact": "license", "part": "homepage"}, "the fact is then “Links”"),
        ({"checked_by": "Curator"}, "Say on which day it was checked"),
        ({"checked_by": "jane", "checked_on": "2026-01-01"}, "“jane” is unknown"),
        ({"checked_by": "System", "checked_on": "2026-01-01"}, "“System” is unknown"),
        ({"confidence": "sure"}, "“sure” is unknown"),
    ],
)
def test_wrong_evidence_in_a_file_is_named(tmp_path, wrong, told):
    files = small()
    files["datasets.json"].append(record("rich", evidence=[{"source": "x"} | wrong]))
    with pytest.raises(Exception, match=told):
        load(write(tmp_path, files))


def test_the_database_refuses_parts_of_what_has_none():
    found = lungs()
    for wrong in (
        {"fact": "license", "unit": Unit.objects.get(slug="scans")},
        {"fact": "sizes", "link": "homepage"},
        {"checked_role": "Curator"},
        {"confidence": "sure"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceFactory(record=found, **wrong)


def test_whoever_notes_a_check_is_noted_in_their_role(desk, jane):
    jane.groups.add(Group.objects.get(name="Curator"))
    found = lungs()
    data = form_of(desk, url("change", found))
    scans = Unit.objects.get(slug="scans")
    add_row(
        data,
        "evidence",
        fact="sizes",
        unit=scans.pk,
        source="The paper",
        value="888",
        checked_on="2026-01-31",
    )
    assert desk.post(url("change", found), data).status_code == 302
    row = found.evidence.get()
    assert (row.checked_by, row.checked_role, row.part) == (jane, "Curator", "scans")
    data = form_of(desk, url("change", found))
    data["evidence-0-unit"], data["evidence-0-link"] = "", "homepage"
    data["evidence-0-checked_on"] = "2999-01-01"
    page = desk.post(url("change", found), data).text
    assert "the fact is then “Links”" in page and "has not come yet" in page and "The paper" in page
    data["evidence-0-link"], data["evidence-0-checked_on"] = "", ""
    assert desk.post(url("change", found), data).status_code == 302
    row.refresh_from_db()
    assert (row.checked_by, row.checked_role, row.unit) == (None, "", None)


def test_merges_keep_evidence_and_what_it_is_about(client):
    found, other = lungs(), DatasetFactory(slug="other")
    series = UnitFactory(slug="series")
    EvidenceFactory(record=other, fact="sizes", unit=series, source="A list")
    EvidenceFactory(record=other, fact="links", link="homepage", source="A list")
    merge_records(other, into=found, by=None)
    merge_terms(series, into=Unit.objects.get(slug="scans"), by=None)
    said = client.get("/api/v1/datasets/lungs/").json()["evidence"]
    assert [(row["fact"], row["part"]) for row in said] == [
        ("sizes", "scans"),
        ("links", "homepage"),
    ]
    call_command("rebuild_documents", "--check")
