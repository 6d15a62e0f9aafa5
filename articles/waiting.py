"""What of the publication waits for somebody, for the desk's first page."""

from django.urls import reverse

from articles.documents import loads, tables
from articles.models import Post, Revision
from articles.policy import may, visible_posts
from articles.state import State, with_citation_health, with_standing
from articles.tables import shows_nothing
from datasets.index import current


def emptied(posts):
    """Ids of the posts among these whose live revision has a table in which readers find nothing."""
    # Only a revision with tables notes what they held.
    live = Revision.objects.live().filter(post__in=posts).exclude(held=[])
    documents = list(live.values_list("post_id", "document"))
    index = current() if documents else None
    return [
        post_id
        for post_id, document in documents
        if any(shows_nothing(block, index) for block in tables(loads(document)))
    ]


def tasks(user):
    """What waits for the user, as (count, what, address), the most urgent first; what counts none is left out."""
    if not may(user, "view"):
        return []
    posts = visible_posts(user, Post.objects.all())
    standing = with_standing(posts)
    health = with_citation_health(posts)
    found = [
        (
            health.filter(retracted__gt=0).count(),
            "{} citing a retracted work",
            "citations=retracted",
        ),
        (len(emptied(posts)), "live {} with a table that shows nothing", "tables=empty"),
        (
            health.filter(unfounded__gt=0).count(),
            "{} citing a work without an address",
            "citations=unfounded",
        ),
        (standing.filter(state=State.SCHEDULED).count(), "{} scheduled", "state=scheduled"),
    ]
    if may(user, "approve"):
        review = standing.filter(state=State.REVIEW).count()
        found.insert(0, (review, "{} in review", "state=review"))
    address = reverse("admin:articles_post_changelist")
    return [
        (number, what.format("post" if number == 1 else "posts"), f"{address}?{query}")
        for number, what, query in found
        if number
    ]
