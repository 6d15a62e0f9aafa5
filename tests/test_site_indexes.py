"""What readers ask of the histories is answered by an index, and comes as it was stored."""

import pytest
from django.db import connection
from django.db.models import Q

from articles.models import Revision as Article
from datasets.models import Revision, changing
from tests.factories import DatasetFactory

pytestmark = pytest.mark.django_db

QUERIES = {
    "revision_slug": lambda: Revision.objects.public().filter(slug__in=["lungs", "hearts"]),
    "revision_former_slug": lambda: Revision.objects.filter(
        Q(slug="lungs") | Q(former_slug="lungs")
    ),
    "revision_public_at": lambda: Revision.objects.public().order_by("-at").values("at")[:1],
    "post_revision_slug": lambda: Article.objects.filter(slug="lungs"),
    "post_revision_effective": lambda: (
        Article.objects.pending().order_by("effective_at").values("effective_at")[:1]
    ),
}


@pytest.fixture
def histories():
    """Many public revisions, of which PostgreSQL knows: of a table of no rows it takes whichever index."""
    DatasetFactory()
    one = Revision.objects.values().get()
    Revision.objects.bulk_create(
        Revision(**one | {"number": one["number"] + n, "slug": f"set-{n}", "version": 1 + n})
        for n in range(1, 1000)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Revision._meta.db_table}")
            # Those of posts are so few that they are quicker read than looked up.
            cursor.execute("SET LOCAL enable_seqscan = off")


@pytest.mark.parametrize("index", QUERIES)
def test_a_history_is_looked_up_in_an_index(index, histories):
    query = QUERIES[index]()
    if not query.query.is_sliced:
        query = query.order_by()
    assert index in query.explain()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite never packs what it keeps.")
def test_postgresql_keeps_what_the_history_says_unpacked():
    with changing():
        for paragraphs in (1, 40, 400):
            DatasetFactory(summary="The same words over and over. " * paragraphs)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_column_size(document) >= octet_length(document) FROM datasets_revision"
        )
        assert cursor.fetchall() == [(True,)] * 3
