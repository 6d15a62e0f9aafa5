"""The desk: its lists, history and first page; senseless addresses; queries."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from datasets.models import (
    Record,
    Revision,
    Suggestion,
    changing,
)
from tests.desk import form_of, url
from tests.factories import (
    AnatomyFactory,
    DatasetFactory,
    EvidenceFactory,
    GrantFactory,
    HostFactory,
    LicenseFactory,
    LinkFactory,
    ModalityFactory,
    PaperFactory,
    RelationFactory,
    SizeFactory,
    TaskFactory,
    ToolFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
User = get_user_model()


def one_line(page):
    return re.sub(r"\s+", " ", page.text)


# History, lookup, first page


def test_a_revision_tells_what_changed(desk):
    record = DatasetFactory(sizes=[(888, "scans")], summary="Before.")
    data = form_of(desk, url("change", record)) | {"summary": "After.", "sizes-0-count": 1018}
    desk.post(url("change", record), data)
    page = desk.get(url("change", record.revisions.first()))
    for line in (
        "<del>Before.</del>",
        "<ins>After.</ins>",
        "<del>888 scans</del>",
        "<ins>1,018 scans</ins>",
    ):
        assert line in page.text
    assert desk.post(url("change", record.revisions.first()), {}).status_code == 403


def test_every_revision_of_a_full_record_can_be_shown(desk):
    record = DatasetFactory(
        modalities=["ct"],
        sizes=[(1, "scans", "about", "n")],
        evidence=["s"],
        host="h",
        links=[("homepage", "https://a.example/")],
        paper=PaperFactory(),
        extra={"a": "b"},
        aliases=["x"],
        countries=["GB"],
        confidence_url="high",
    )
    GrantFactory(record=record)
    RelationFactory(subject=record, evidence=["e"], extent="All.")
    record.published = False
    record.save()
    record.delete()
    for revision in Revision.objects.all():
        assert desk.get(url("change", revision)).status_code == 200


def test_first_page_says_what_waits(desk):
    Suggestion.objects.create(name="Lung CT")
    DatasetFactory(published=False)
    ToolFactory(verified_on="2020-01-01")
    page = one_line(desk.get("/admin/"))
    for line in (
        '<a href="/admin/datasets/suggestion/?state__exact=new"><strong>1</strong> suggestion waiting',
        '<a href="/admin/datasets/dataset/?published__exact=0"><strong>1</strong> dataset not published',
        '<a href="/admin/datasets/tool/?verified=stale"><strong>1</strong> tool verified more than',
    ):
        assert line in page
        assert desk.get(re.search(r'"(.+?)"', line)[1].replace("&amp;", "&")).status_code == 200
    assert "Newsroom desk" in page


@pytest.mark.parametrize("word", ["Alias Name", "full written", "former", "10.1234/x", "shown"])
def test_records_are_found_by_any_of_their_names(desk, word):
    record = DatasetFactory(
        slug="former",
        name="Shown",
        full_name="Full written name",
        aliases=["Alias name"],
        paper=PaperFactory(doi="10.1234/x"),
    )
    record.slug = "current"
    record.save()
    DatasetFactory(name="Other")
    for address in (url("changelist", model="dataset"), url("changelist", model="record")):
        page = desk.get(address, {"q": word})
        assert [row.name for row in page.context["cl"].result_list] == ["Shown"]


# Bad addresses


@pytest.mark.parametrize("id_", ["abc", "9" * 40, "0", "-1", "%00", "a/b", "_5F"])
@pytest.mark.parametrize(
    "page", ["change", "delete", "history", "publish", "verify", "withdraw", "merge"]
)
def test_unknown_ids_lead_back(desk, id_, page):
    DatasetFactory()
    address = f"/admin/datasets/dataset/{id_}/{page}/"
    assert desk.get(address).status_code in (302, 404, 405)
    assert desk.post(address, {"note": "x"}).status_code in (302, 404)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "x" * 5000,
        "q='%22*()%25",
        "p=99999",
        "p=x",
        "o=9.9.9",
        "o=x",
        "published__exact=%00",
        "published__exact=7",
        "verified=nonsense",
        "license__family=%00",
        "license__family__exact=x",
        "modalities__id__exact=abc",
        "modalities__id__exact=" + "9" * 40,
        "license__pk__in=abc",
        "updated_at__year=99999999",
        "updated_at__year=2024&updated_at__month=99",
        "updated_at__year=x",
        "nonsense=1",
        "name__regex=(",
        "_facets=x",
        "all=x",
    ],
)
@pytest.mark.parametrize("model", ["dataset", "record"])
def test_bad_queries_are_no_fault_of_ours(desk, query, model):
    DatasetFactory()
    page = desk.get(url("changelist", model=model) + "?" + query)
    assert page.status_code in (200, 302, 400)


@pytest.mark.parametrize(
    "query",
    ["", "term=%00", "term=ct&page=99", "page=x", "field_name=nonsense", "term=" + "9" * 99],
)
def test_autocomplete_bears_anything(desk, query):
    start = "app_label=datasets&model_name=record&field_name=modalities&"
    assert desk.get(f"/admin/autocomplete/?{start}{query}").status_code in (200, 403, 404)


def test_choosing_rows_that_cannot_be_is_no_fault_of_ours(desk):
    DatasetFactory()
    chosen = {"action": "delete_selected", "_selected_action": ["x", "9" * 40, "9" * 5000]}
    assert desk.post(url("changelist", model="paper"), chosen).status_code in (200, 302)


@pytest.mark.parametrize("id_", ["abc", "%00", "9" * 40, "9" * 5000, "1,abc", "", "1"])
@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("dataset", "modalities"),
        ("dataset", "license"),
        ("modality", "broader"),
        ("relation", "object"),
    ],
)
def test_an_address_may_fill_in_a_form_with_anything(desk, model, field, id_):
    DatasetFactory()
    assert desk.get(f"/admin/datasets/{model}/add/?{field}={id_}").status_code == 200


# Queries


def fill(count):
    """That many rows of everything, and one record beside which they stand."""
    with changing():
        return filled(count)


def filled(count):
    hub = DatasetFactory(slug=f"hub-{count}")
    for _ in range(count):
        n = Record.objects.count()
        record = DatasetFactory(
            modalities=[ModalityFactory(broader=[ModalityFactory()])],
            anatomies=[AnatomyFactory(broader=[AnatomyFactory()])],
            tasks=[TaskFactory()],
            host=HostFactory(),
            license=LicenseFactory(),
            paper=PaperFactory(),
            sizes=[(5, "scans")],
            replaced_by=hub,
        )
        ToolFactory(modalities=record.modalities.all(), license=record.license)
        hub.modalities.add(*record.modalities.all())
        SizeFactory(record=hub, unit=UnitFactory())
        LinkFactory(record=hub)
        EvidenceFactory(record=hub)
        GrantFactory(record=hub, license=record.license)
        RelationFactory(subject=hub, object=record)
        RelationFactory(subject=record, object=hub, type="part-of")
        Suggestion.objects.create(name=f"S{n}", record=record, result=record)
        ModalityFactory(slug=f"narrow-{n}", broader=[*record.modalities.all()])
    return hub


MODELS = [
    "dataset",
    "tool",
    "record",
    "modality",
    "anatomy",
    "task",
    "license",
    "host",
    "unit",
    "paper",
    "relation",
    "suggestion",
    "revision",
    "slug",
]


def count_queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def settled(client, address):
    """The queries that the page takes; the first to come after a change reads the Index anew."""
    count_queries(client, address)
    return count_queries(client, address)


def test_queries_of_lists_do_not_grow(desk):
    lists = {model: url("changelist", model=model) for model in MODELS}
    fill(2)
    few = {model: settled(desk, address) for model, address in lists.items()}
    fill(9)
    many = {model: settled(desk, address) for model, address in lists.items()}
    assert {model: count for model, count in many.items() if count > few[model]} == {}


def test_queries_of_a_form_do_not_grow_with_its_rows(desk, looker):
    small, large = fill(2), fill(11)
    for client in (desk, looker):
        count_queries(client, url("change", small))
        assert count_queries(client, url("change", large)) == count_queries(
            client, url("change", small)
        )


def test_queries_of_other_forms_do_not_grow(desk):
    models = fill(2)._meta.apps
    forms = {
        model: url("change", models.get_model("datasets", model).objects.first())
        for model in MODELS
        if model not in ("record", "dataset")
    }
    few = {model: settled(desk, address) for model, address in forms.items()}
    fill(9)
    assert {model: settled(desk, address) for model, address in forms.items()} == few
