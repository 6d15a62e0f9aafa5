"""The verbs of publishing: what each does, and what it refuses."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles import publishing
from articles.documents import loads
from articles.models import (
    Callout,
    Category,
    Citation,
    DatasetTable,
    ImageBlock,
    Post,
    Quote,
    Text,
    ToolTable,
)
from datasets import curation
from tests.factories import DatasetFactory, ToolFactory
from tests.factories_articles import (
    CategoryFactory,
    ImageFactory,
    PostFactory,
    WorkFactory,
    add_blocks,
    member,
    rewrite,
)
from tests.posts import HOUR, live, set_clock  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def refused(post):
    with pytest.raises(publishing.PublishingRefused) as refusal:
        publishing.approve(post, by=None)
    assert not post.revisions.exists()
    return refusal.value.errors


class TestRefusals:
    def test_news_without_a_citation(self):
        assert "needs a citation" in refused(PostFactory(works=[]))["citations"][0]

    @pytest.mark.parametrize("kind", ["guide", "explainer"])
    def test_other_kinds_need_none(self, kind):
        PostFactory(works=[], kind=kind, publish=True)

    def test_a_work_without_address_doi_or_waiver(self):
        post = PostFactory(works=[WorkFactory(), WorkFactory(url="", title="Lost")])
        assert "“Lost”" in refused(post)["citations.1"][0]
        post.citations.filter(work__title="Lost").update(waiver="It is out of print.")
        publishing.approve(post, by=None)

    def test_a_doi_will_do(self):
        PostFactory(works=[WorkFactory(url="", doi="10.1000/x")], publish=True)

    def test_an_image_without_alternative_text(self):
        image = ImageFactory()
        post = PostFactory(hero=image, blocks=[ImageBlock(image=image)])
        assert set(refused(post)) == {"hero", "blocks.0"}
        Post.objects.filter(pk=post.pk).update(hero_decorative=True)
        ImageBlock.objects.update(alt="A lung.")
        publishing.approve(post, by=None)

    @pytest.mark.parametrize("html", ["<h3>Third</h3>", "<h2>Second</h2><h4>Fourth</h4>"])
    def test_a_skipped_heading(self, html):
        message = refused(PostFactory(blocks=[Text(html=html)]))["blocks.0"][0]
        assert "would be right" in message

    def test_headings_are_followed_over_blocks(self):
        second, fourth = Text(html="<h2>Two</h2>"), Callout(html="<h4>Four</h4>")
        assert set(refused(PostFactory(blocks=[second, fourth]))) == {"blocks.1"}

    @pytest.mark.parametrize(
        "query", ["modality=x-rays", "flavour=sweet", "page=2", "search=nothing"]
    )
    def test_a_table_query_that_is_wrong_or_empty(self, query):
        DatasetFactory(modalities=["ct"])
        post = PostFactory(blocks=[DatasetTable(query=query, caption="Sets")])
        assert set(refused(post)) == {"blocks.0"}

    def test_an_unknown_column(self):
        DatasetFactory(modalities=["ct"])
        table = DatasetTable(query="modality=ct", columns=["price"], caption="Sets")
        assert "price" in refused(PostFactory(blocks=[table]))["blocks.0"][0]

    def test_a_tool_in_a_list_of_datasets(self):
        table = DatasetTable(slugs=[ToolFactory().slug], caption="Sets")
        assert set(refused(PostFactory(blocks=[table]))) == {"blocks.0"}

    def test_no_author_and_no_text(self):
        assert set(refused(PostFactory(authors=[], blocks=[]))) == {"authors", "blocks"}

    def test_all_that_is_wrong_is_told_at_once(self):
        post = PostFactory(works=[], authors=[], blocks=[Text(html="<h4>x</h4>")])
        assert set(refused(post)) == {"citations", "authors", "blocks.0"}

    def test_a_withdrawn_post(self):
        post = PostFactory(publish=True)
        publishing.withdraw(post, by=None, notice="It was wrong.")
        with pytest.raises(publishing.PublishingRefused, match="reinstate"):
            publishing.approve(post, by=None)
        with pytest.raises(ValidationError, match="reinstate"):
            publishing.roll_back(post.revisions.get(), by=None)

    @pytest.mark.parametrize("text", ["", "  \n"])
    def test_a_reason_that_says_nothing(self, text):
        post = PostFactory(publish=True)
        for verb in (
            lambda: publishing.withdraw(post, by=None, notice=text),
            lambda: publishing.correct(post, by=None, text=text),
        ):
            with pytest.raises(ValidationError):
                verb()
        assert live(post) and not post.corrections.exists()

    def test_a_correction_of_what_nobody_has_read(self):
        post = PostFactory()
        publishing.approve(post, by=None, at=timezone.now() + HOUR)
        with pytest.raises(ValidationError, match="not been published"):
            publishing.correct(post, by=None, text="It was so.")


class TestRevisions:
    def test_readers_see_the_approved_words_and_not_the_working_copy(self):
        post = PostFactory(title="Old", publish=True)
        rewrite(post, "New")
        assert live(post) == "Old"
        publishing.approve(post, by=None)
        assert live(post) == "New"

    def test_a_revision_keeps_the_whole_document_and_its_rows(self):
        record, tool = DatasetFactory(slug="luna16", modalities=["ct"]), ToolFactory(slug="monai")
        image = ImageFactory(credit="J. Doe")
        post = PostFactory(
            title="On images",
            slug="on-images",
            hero=image,
            hero_alt="A lung.",
            standfirst="Short.",
            summary_points=["One", "Two"],
            peer_reviewed=True,
            records=[record],
            works=[WorkFactory(doi="10.1000/x", authors="Doe J", published="2026-07")],
            blocks=[
                Text(html="<p>Words.</p>"),
                Quote(text="So.", attribution="J. Doe"),
                Callout(html="<p>Mind.</p>", tone="warning"),
                DatasetTable(query="modality=ct", columns=["name"], caption="Sets"),
                ToolTable(slugs=["monai"], caption="Tools"),
            ],
        )
        editor = member("Editor")
        revision = publishing.approve(post, by=editor, note="Checked.")
        document = loads(revision.document)
        assert [block["type"] for block in document["blocks"]] == [
            *("text", "quote", "callout", "dataset-table", "tool-table")
        ]
        assert document["hero"]["credit"] == "J. Doe"
        assert (revision.number, revision.approver, revision.note) == (1, editor, "Checked.")
        assert (revision.slug, revision.title) == ("on-images", "On images")
        assert revision.held == [[["luna16", record.version]], [["monai", tool.version]]]
        assert set(revision.records.values_list("slug", flat=True)) == {"luna16", "monai"}
        assert list(revision.images.all()) == [image]
        assert [row.name for row in revision.authors.all()] == ["Staff"]
        assert revision.sources.get() == Citation.objects.get(post=post).work.source
        assert "Mind." in revision.text and "<p>" not in revision.text

    def test_a_renamed_category_is_found_by_its_former_slug(self):
        post = PostFactory(category=CategoryFactory(slug="old"), publish=True)
        category = Category.objects.get(slug="old")
        category.slug = "new"
        category.save()
        again = publishing.roll_back(post.revisions.get(), by=None)
        assert again.category == category

    def test_approval_ends_the_review(self):
        post = PostFactory()
        publishing.submit(post, by=None)
        assert Post.objects.get(pk=post.pk).submitted_at
        publishing.approve(post, by=None)
        assert Post.objects.get(pk=post.pk).submitted_at is None

    def test_a_post_goes_back_to_its_writer(self):
        writer = member("Writer")
        post = PostFactory(owner=writer)
        publishing.submit(post, by=writer)
        publishing.return_to_writer(post, by=member("Editor"))
        assert Post.objects.get(pk=post.pk).submitted_by is None


def test_a_retraction_stays_readable():
    post = PostFactory(title="Wrong", publish=True)
    assert (
        publishing.correct(post, by=None, text="We were wrong.", kind="retraction").kind
        == "retraction"
    )
    assert live(post) == "Wrong"


class TestMergedRecords:
    def test_mentions_move_to_the_survivor(self):
        gone, stays = DatasetFactory(slug="gone"), DatasetFactory(slug="stays")
        one = PostFactory(records=[gone], publish=True)
        both = PostFactory(records=[gone, stays], publish=True)
        curation.merge_records(gone, into=stays, by=None)
        for post in (one, both):
            assert list(post.records.values_list("slug", flat=True)) == ["stays"]
            revision = post.revisions.get()
            assert list(revision.records.values_list("slug", flat=True)) == ["stays"]

    def test_a_list_picked_by_hand_still_finds_it(self):
        gone, stays = DatasetFactory(slug="gone"), DatasetFactory(slug="stays")
        post = PostFactory(publish=True)
        add_blocks(post, DatasetTable(slugs=["gone"], caption="Sets"))
        curation.merge_records(gone, into=stays, by=None)
        assert publishing.approve(post, by=None).held == [[["stays", stays.version + 1]]]
