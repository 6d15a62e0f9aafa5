"""What readers ask of the histories is answered by an index: no table of revisions is read whole."""

import pytest
from django.db import connection
from django.db.models import Q

from articles.models import Revision as Article
from datasets.models import Revision

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


@pytest.mark.parametrize("index", QUERIES)
def test_a_history_is_looked_up_in_an_index(index):
    query = QUERIES[index]()
    if connection.vendor == "postgresql":
        # A table of no rows is quicker read than looked up.
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    if not query.query.is_sliced:
        query = query.order_by()
    assert index in query.explain()
