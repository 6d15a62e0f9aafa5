"""What the database promises of posts, attacked past every form."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from articles import publishing
from articles.models import (
    Byline,
    Callout,
    Citation,
    DatasetTable,
    ImageBlock,
    Text,
    ToolTable,
    Work,
)
from tests.factories_articles import (
    AuthorFactory,
    CategoryFactory,
    ImageFactory,
    PostFactory,
    SourceFactory,
    WorkFactory,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def change(factory, **values):
    def attack():
        row = factory()
        type(row)._base_manager.filter(pk=row.pk).update(**values)

    return attack


def twice(factory, **values):
    def attack():
        factory(**values), factory(**values)

    return attack


def repeat_byline():
    line = Byline.objects.get(post=PostFactory())
    Byline.objects.create(post=line.post, author=line.author)


def repeat_citation():
    row = Citation.objects.get(post=PostFactory())
    Citation.objects.create(post=row.post, work=row.work)


def repeat_number():
    revision = published()
    publishing.approve(revision.post, by=None)
    revision.post.revisions.update(number=1)


def published():
    return PostFactory(publish=True).revisions.get()


def citation():
    return Citation.objects.get(post=PostFactory())


def correction():
    return publishing.correct(PostFactory(publish=True), by=None, text="It was so.")


def callout():
    return Callout.objects.create(parent=PostFactory(), region="main", ordering=1, html="<p>x</p>")


def table(model):
    def make(**values):
        values = {"query": "modality=ct", "caption": "Tables"} | values
        return model.objects.create(parent=PostFactory(), region="main", ordering=1, **values)

    return make


ATTACKS = {
    "post_slug_is_well_formed": [
        change(PostFactory, slug="No Slug"),
        change(PostFactory, slug="a--b"),
    ],
    "post_has_a_title": [change(PostFactory, title="")],
    "post_kind_is_known": [change(PostFactory, kind="rumour")],
    "post_withdrawn_says_why": [change(PostFactory, withdrawn_at=NOW)],
    "byline_once_each": [repeat_byline],
    "citation_once_each": [repeat_citation],
    "citation_role_is_known": [change(citation, role="tertiary")],
    "correction_has_a_text": [change(correction, text="")],
    "correction_kind_is_known": [change(correction, kind="excuse")],
    "category_slug_is_well_formed": [change(CategoryFactory, slug="-a")],
    "category_has_a_name": [change(CategoryFactory, name="")],
    "source_slug_is_well_formed": [change(SourceFactory, slug="a_b")],
    "source_has_a_name": [change(SourceFactory, name="")],
    "source_issn_once": [twice(SourceFactory, issn="2638-6100")],
    "author_slug_is_well_formed": [change(AuthorFactory, slug="É")],
    "author_has_a_name": [change(AuthorFactory, name="")],
    "work_has_a_title": [change(WorkFactory, title="")],
    "work_doi_once": [twice(WorkFactory, doi="10.1000/x")],
    "work_url_once": [twice(WorkFactory, url="https://a.example/x")],
    "work_url_is_a_web_address": [
        change(WorkFactory, url="javascript:alert(1)"),
        change(WorkFactory, url="data:text/html,x"),
    ],
    "image_has_a_title": [change(ImageFactory, title="")],
    "callout_tone_is_known": [change(callout, tone="shout")],
    "datasettable_query_or_list": [
        change(table(DatasetTable), query=""),
        change(table(DatasetTable), slugs=["luna16"]),
    ],
    "datasettable_has_a_caption": [change(table(DatasetTable), caption="")],
    "tooltable_query_or_list": [
        change(table(ToolTable), query=""),
        change(table(ToolTable), slugs=["monai"]),
    ],
    "tooltable_has_a_caption": [change(table(ToolTable), caption="")],
    "post_revision_number_once": [repeat_number],
    "post_revision_effective_after_both": [
        change(published, effective_at=NOW - timedelta(days=9)),
        change(published, publish_at=NOW + timedelta(days=9)),
    ],
    "post_revision_cancelled_before_it_took_effect": [
        change(published, cancelled_at=NOW + timedelta(days=9))
    ],
}


def named_constraints():
    for model in apps.get_app_config("articles").get_models():
        for constraint in model._meta.constraints:
            yield constraint.name


def test_every_named_constraint_is_attacked():
    assert set(named_constraints()) == set(ATTACKS)


@pytest.mark.parametrize(
    ("name", "attack"), [(name, attack) for name, attacks in ATTACKS.items() for attack in attacks]
)
def test_the_database_refuses(name, attack, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        attack()
    # SQLite names the columns of a broken uniqueness, not the constraint.
    if connection.vendor == "postgresql" or "CHECK" in str(refused.value):
        assert name in str(refused.value)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda post: post.category, "category"),
        (lambda post: post.bylines.get().author, "author"),
        (lambda post: post.citations.get().work, "work"),
        (lambda post: post.citations.get().work.source, "source"),
        (lambda post: post, "post"),
    ],
)
def test_what_readers_see_cannot_be_deleted(make, what):
    with pytest.raises(models.ProtectedError):
        make(PostFactory(publish=True)).delete()


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (lambda revision: revision.authors.get(), "author"),
        (lambda revision: revision.sources.get(), "source"),
        (lambda revision: revision.images.get(), "image"),
    ],
)
def test_it_cannot_be_deleted_when_the_working_copy_has_dropped_it(make, what, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    post = PostFactory(
        blocks=[Text(html="<p>Words.</p>"), ImageBlock(image=ImageFactory(), alt="A scan.")]
    )
    revision = publishing.approve(post, by=None)
    post.bylines.all().delete()
    post.citations.all().delete()
    Work.objects.all().delete()
    ImageBlock.objects.all().delete()
    with pytest.raises(models.ProtectedError):
        make(revision).delete()
