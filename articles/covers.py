"""The cover of a post: drawn from its own facts where it has no photograph."""

import base64
from collections import Counter
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from articles.models import Post
from articles.tables import published
from datasets.pictures.answers import mark_of
from datasets.pictures.drawing import Subject
from datasets.pictures.links import LinkPicture
from datasets.pictures.svg import svg

# More than these would not be told apart.
MODALITIES = 3


@dataclass(frozen=True)
class Cover:
    """The picture beside a post."""

    subject: Subject

    @property
    def key(self):
        return [self.subject.mark]

    def drawn(self):
        return svg(self.subject).encode()


def cover_of(document, index):
    return Cover(subject_of(document, index))


def link_picture_of(document, index, first_published_at):
    return LinkPicture(
        subject_of(document, index),
        title=document["title"],
        above=f"{Post.Kind(document['kind']).label} · {document['category']['name']}",
        below=date_format(localtime(first_published_at), "j F Y"),
    )


def subject_of(document, index):
    """What the cover of a document is drawn from: its words, or what the records in it show."""
    shown = Counter(
        term["slug"]
        for slug in published(document["datasets"], index)
        for term in index.document(index.position[slug])["modalities"]
    )
    # The most frequent first; a tie is broken by name, so that each process draws the same.
    modalities = sorted(shown, key=lambda slug: (-shown[slug], slug))
    return Subject(
        slug=document["slug"],
        words=f"{document['title']} {document['standfirst'] or ''}",
        modalities=tuple(modalities),
        many=document["kind"] == Post.Kind.GUIDE,
    )


def cover_url(document, index, *, preview=False):
    """The address of the cover, which changes when the cover does; a preview has the picture in it."""
    cover = cover_of(document, index)
    if preview:
        return f"data:image/svg+xml;base64,{base64.b64encode(cover.drawn()).decode()}"
    return f"{reverse('articles:cover', args=[document['slug']])}?v={mark_of(cover.key)}"


def social_url(document, index, first_published_at):
    """The address of the picture that other sites show beside a link to the post."""
    mark = mark_of(link_picture_of(document, index, first_published_at).key)
    return f"{reverse('articles:social', args=[document['slug']])}?v={mark}"
