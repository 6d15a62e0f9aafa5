"""Posts in lists: what a card shows of a live revision."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from articles.covers import cover_url
from articles.documents import loads
from articles.models import Correction
from articles.pages import KINDS, picture_shown


@dataclass(frozen=True)
class Card:
    """A post as lists show it, from its live revision alone."""

    url: str
    kind: str
    title: str
    standfirst: str | None
    category: dict
    authors: list
    hero: dict | None
    cover: str
    first_published_at: datetime
    retracted: bool = False


def card(revision, index, *, retracted=False):
    document = loads(revision.document)
    return Card(
        url=reverse("articles:detail", args=[revision.slug]),
        kind=KINDS[document["kind"]],
        title=document["title"],
        standfirst=document["standfirst"],
        category={"slug": revision.category.slug, "name": revision.category.name},
        authors=document["authors"],
        hero=document["hero"] and picture_shown(document["hero"]),
        cover=cover_url(document, index),
        first_published_at=revision.first_published_at,
        retracted=retracted,
    )


def cards(revisions, index):
    """Cards of revisions that ``for_list()`` gave: one query more, however many there are."""
    revisions = list(revisions)
    found = Correction.objects.filter(
        kind=Correction.Kind.RETRACTION, post__in=[revision.post_id for revision in revisions]
    )
    retracted = set(found.values_list("post_id", flat=True))
    return [
        card(revision, index, retracted=revision.post_id in retracted) for revision in revisions
    ]
