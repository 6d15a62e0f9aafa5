"""The list of posts and the form on which one is written, through the client."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import publishing
from articles.models import (
    Author,
    DatasetTable,
    Post,
    Text,
    Work,
)
from tests.editors import count_queries, errors_of, is_saved, make_post, new_post, page_of, posted
from tests.factories import DatasetFactory

pytest_plugins = ["tests.editors"]
pytestmark = pytest.mark.django_db

# The list


def test_the_list_tells_each_state(newsdesk, editor):
    now = timezone.now()
    make_post("Plain draft")
    make_post("Asked for", submitted_at=now)
    publishing.approve(make_post("Out now"), by=None)
    publishing.approve(make_post("Out later"), by=None, at=now + timedelta(days=1))
    rewritten = make_post("Rewritten")
    publishing.approve(rewritten, by=None)
    Post.objects.filter(pk=rewritten.pk).update(edited_at=now + timedelta(minutes=1))
    gone = make_post("Taken back")
    publishing.approve(gone, by=None)
    publishing.withdraw(gone, by=None, notice="Wrong from start to end.")
    page = newsdesk.get("/admin/articles/post/").text
    cells = dict(
        zip(
            re.findall(r"field-title[^>]*><a[^>]*>([^<]+)", page),
            re.findall(r'field-told_state">([^<]+)', page),
            strict=True,
        )
    )
    assert {title: state.split(" for ")[0] for title, state in cells.items()} == {
        "Plain draft": "Draft",
        "Asked for": "In review",
        "Out now": "Live",
        "Out later": "Scheduled",
        "Rewritten": "Live with unpublished changes",
        "Taken back": "Withdrawn",
    }
    drafts = newsdesk.get("/admin/articles/post/?state=draft").text
    assert "Plain draft" in drafts and "Out now" not in drafts


def test_a_rollback_leaves_unpublished_changes(newsdesk):
    post = make_post()
    first = publishing.approve(post, by=None)
    Post.objects.filter(pk=post.pk).update(title="Rewritten", edited_at=timezone.now())
    post.refresh_from_db()
    publishing.approve(post, by=None)
    assert '"field-told_state">Live<' in newsdesk.get("/admin/articles/post/").text
    publishing.roll_back(first, by=None)
    changed = newsdesk.get("/admin/articles/post/?state=changed").text
    assert '"field-told_state">Live with unpublished changes<' in changed


def test_the_list_tells_the_health_of_citations(newsdesk):
    make_post("No source", citations=0)
    sick = make_post("Sick", citations=2)
    Work.objects.filter(citations__post=sick).update(url="")
    sick.citations.filter(order=1).update(waiver="The address is not known to us.")
    page = newsdesk.get("/admin/articles/post/").text
    assert "needs one" in page and "2 cited, 1 without an address, 1 waived" in page
    assert "Sick" not in newsdesk.get("/admin/articles/post/?citations=none").text


def test_queries_of_the_list_do_not_grow(newsdesk, editor):
    for number in range(2):
        publishing.approve(make_post(f"Post {number}", owner=editor), by=None)
    few = count_queries(newsdesk, "/admin/articles/post/")
    for number in range(2, 9):
        publishing.approve(make_post(f"Post {number}", owner=editor), by=None)
    assert count_queries(newsdesk, "/admin/articles/post/") == few


def test_queries_of_the_form_do_not_grow(newsdesk):
    DatasetFactory(slug="lungs")
    for title, size in (("Small", 2), ("Large", 9)):
        post = make_post(title, citations=size, texts=size)
        for number in range(size):
            DatasetTable.objects.create(
                parent=post, region="main", ordering=100 + number, slugs=["lungs"], caption="Lungs"
            )
    small, large = Post.objects.order_by("pk")
    # The first to ask reads the catalogue.
    newsdesk.get(page_of("change", small))
    few = count_queries(newsdesk, page_of("change", small))
    assert count_queries(newsdesk, page_of("change", large)) == few


# The form


def test_a_post_is_added_with_its_parts(newsdesk, editor):
    author = Author.objects.create(name="Newsroom staff", slug="staff")
    work = Work.objects.create(title="A trial", doi="10.1000/abc")
    record = DatasetFactory(slug="lungs", name="Lungs")
    data = new_post(
        title="Lungs, again",
        slug="lungs-again",
        summary_points="First point\nSecond point",
        records=[record.pk],
        **{
            "owner": editor.pk,
            "bylines-TOTAL_FORMS": "1",
            "bylines-0-author": author.pk,
            "citations-TOTAL_FORMS": "1",
            "citations-0-work": work.pk,
            "citations-0-role": "primary",
            "articles_text_set-TOTAL_FORMS": "1",
            "articles_text_set-0-html": '<p onclick="x()">Words<script>alert(1)</script></p>',
            "articles_text_set-0-ordering": "10",
            "articles_text_set-0-region": "main",
            "articles_datasettable_set-TOTAL_FORMS": "1",
            "articles_datasettable_set-0-caption": "The table",
            "articles_datasettable_set-0-query": "?slug=lungs",
            "articles_datasettable_set-0-columns": ["year", "name"],
            "articles_datasettable_set-0-ordering": "20",
        },
    )
    response = newsdesk.post("/admin/articles/post/add/", data)
    assert response.status_code == 302, errors_of(response)
    post = Post.objects.get()
    assert post.summary_points == ["First point", "Second point"]
    assert (post.owner, post.edited_by, post.version) == (editor, editor, 1)
    assert post.articles_text_set.get().html == "<p>Words</p>"
    table = post.articles_datasettable_set.get()
    assert (table.query, set(table.columns), table.region) == (
        "slug=lungs",
        {"name", "year"},
        "main",
    )
    page = newsdesk.get(page_of("change", post))
    assert "1 dataset</strong>: Lungs" in page.text
    assert "nonce=" in page.text and "importmap" in page.text


def test_ticked_columns_keep_the_order_that_they_had(newsdesk):
    DatasetFactory(slug="lungs")
    post = make_post()
    DatasetTable.objects.create(
        parent=post,
        region="main",
        query="slug=lungs",
        caption="T",
        columns=["year", "name", "size"],
    )
    url = page_of("change", post)
    data = posted(newsdesk.get(url))
    data["articles_datasettable_set-0-columns"] = ["name", "access", "size", "year"]
    assert is_saved(newsdesk.post(url, data))
    assert DatasetTable.objects.get().columns == ["year", "name", "size", "access"]


def test_two_hundred_records_may_be_picked_by_hand(newsdesk):
    """More than the lines of any other list: the rest of a post with such a table can be edited."""
    slugs = [f"d{number}" for number in range(201)]
    for slug in slugs:
        DatasetFactory(slug=slug)
    post = make_post()
    DatasetTable.objects.create(parent=post, region="main", slugs=slugs[:150], caption="T")
    url = page_of("change", post)
    data = posted(newsdesk.get(url))
    for picked, saved in ((200, True), (201, False)):
        data["articles_datasettable_set-0-slugs"] = "\n".join(slugs[:picked])
        data["version"] = post.version
        response = newsdesk.post(url, data)
        assert (response.status_code == 302) == saved
        post.refresh_from_db()
    assert "201 are too many to pick by hand; 200 is the most. Use a query." in response.text
    assert len(DatasetTable.objects.get().slugs) == 200


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("modality=nonsense", "modality"),
        ("nonsense=1", "nonsense"),
        ("search=zzzzzz", "This selects nothing now"),
        ("page=2&slug=lungs", "page"),
        ("slug=lungs&" * 1200, "4000"),
        ("slug=lungs\0", "Null"),
    ],
)
def test_a_bad_query_is_refused_beside_its_field_and_all_that_was_typed_stays(
    newsdesk, query, said
):
    DatasetFactory(slug="lungs")
    data = new_post(
        title="Kept headline",
        **{
            "articles_text_set-TOTAL_FORMS": "1",
            "articles_text_set-0-html": "<p>Kept words</p>",
            "articles_text_set-0-ordering": "10",
            "articles_datasettable_set-TOTAL_FORMS": "1",
            "articles_datasettable_set-0-caption": "Kept caption",
            "articles_datasettable_set-0-query": query,
            "articles_datasettable_set-0-ordering": "20",
        },
    )
    response = newsdesk.post("/admin/articles/post/add/", data)
    assert response.status_code == 200 and not Post.objects.exists()
    formsets = {w.formset.prefix: w.formset for w in response.context["inline_admin_formsets"]}
    table = formsets["articles_datasettable_set"].forms[0]
    assert said in " ".join(table.errors["query"])
    assert table["query"].value() == query
    for kept in ("Kept headline", "Kept words", "Kept caption"):
        assert kept in response.text


def test_a_table_tells_what_it_gives_while_it_is_written(newsdesk):
    for number in range(10):
        DatasetFactory(slug=f"lungs-{number}", name=f"Lungs {number}", modalities=["ct"])
    url = reverse("admin:articles_post_table")
    told = newsdesk.get(url, {"family": "datasets", "query": "modality=ct"}).text
    assert "10 datasets" in told and "and 2 more" in told and "?modality=ct" in told
    assert "nonsense" in newsdesk.get(url, {"query": "modality=nonsense"}).text
    assert "1 dataset<" in newsdesk.get(url, {"slugs": "lungs-3"}).text
    assert newsdesk.get(url).text == ""


def test_hostile_numbers_of_rows_are_no_fault(newsdesk, monkeypatch):
    # As many rows as may be take seconds to write out; a few show that there is an end.
    monkeypatch.setattr("datasets.admin.inlines.MOST_ROWS", 7)
    monkeypatch.setattr("datasets.admin.inlines.Rows.max_num", 7)
    post = make_post()
    for total in ("-1", "x", "99999999999999999999", "", "9" * 5000):
        data = new_post(**{"articles_text_set-TOTAL_FORMS": total})
        response = newsdesk.post("/admin/articles/post/add/", data)
        assert response.status_code in (200, 302)
        if len(total) == 20:
            formsets = [each.formset for each in response.context["inline_admin_formsets"]]
            assert [len(each.forms) for each in formsets if "text_set" in each.prefix] == [7]
    data = new_post(version="99999999999999999999", opened="{nonsense")
    assert newsdesk.post(page_of("change", post), data).status_code == 200
    for huge in ("9" * 40, "9" * 5000):
        data = new_post(category=huge, owner=huge, hero=huge, records=[huge], version="x" * 100)
        data |= {"bylines-TOTAL_FORMS": "1", "bylines-0-author": huge, "bylines-0-id": huge}
        data |= {"articles_text_set-TOTAL_FORMS": "1", "articles_text_set-0-ordering": huge}
        assert newsdesk.post(page_of("change", post), data).status_code == 200
        data |= {"articles_text_set-TOTAL_FORMS": huge}
        assert newsdesk.post(page_of("change", post), data).status_code == 200
    assert newsdesk.get("/admin/articles/post/999999999999999999999999/change/").status_code == 302


def test_a_post_of_a_hundred_blocks_and_citations_saves(newsdesk):
    post = make_post(citations=100, texts=100)
    url = page_of("change", post)
    assert is_saved(newsdesk.post(url, posted(newsdesk.get(url), title="Long one")))
    post.refresh_from_db()
    assert (post.title, post.articles_text_set.count(), post.citations.count()) == (
        "Long one",
        100,
        100,
    )


def test_blocks_of_another_post_cannot_be_copied(client, writer):
    """The block editor's own way of cloning asks nobody."""
    other, own = make_post("Other"), make_post("Own", owner=writer)
    client.force_login(writer)
    url = page_of("change", own)
    stolen = {"_clone": f"articles.text:{other.articles_text_set.get().pk}"}
    stolen |= {"_clone_region": "main", "_clone_ordering": "10"}
    assert is_saved(client.post(url, posted(client.get(url), **stolen)))
    assert Text.objects.filter(parent=other).count() == 1


def test_a_block_that_another_deleted_comes_back_with_what_was_typed(newsdesk):
    post = make_post()
    url = page_of("change", post)
    data = posted(newsdesk.get(url), **{"articles_text_set-0-html": "<p>Still here.</p>"})
    Text.objects.all().delete()
    assert is_saved(newsdesk.post(url, data))
    assert Text.objects.get().html == "<p>Still here.</p>"


def test_saving_without_a_change_makes_no_version(newsdesk, editor):
    post = make_post()
    url = page_of("change", post)
    assert is_saved(newsdesk.post(url, posted(newsdesk.get(url))))
    post.refresh_from_db()
    assert (post.version, post.edited_by) == (1, None)
