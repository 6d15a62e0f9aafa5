"""The pictures that other sites show beside a link to a page; here that of a record."""

from dataclasses import dataclass

from django.urls import reverse

from datasets.models import Kind
from datasets.pictures.answers import mark_of
from datasets.pictures.drawing import Subject
from datasets.pictures.png import png

KINDS = dict(Kind.choices)


@dataclass(frozen=True)
class LinkPicture:
    """A drawing with a title, a line above and one below it."""

    subject: Subject
    title: str
    above: str
    below: str

    @property
    def key(self):
        return [self.subject.mark, self.title, self.above, self.below]

    def drawn(self):
        return png(self.subject, self.title, self.above, self.below)


def picture_of(document, index):
    """The picture of a record: its name, kind and year, size, licence and access."""
    license = document["license"]
    year = [str(document["year"])] if document["year"] else []
    terms = [*size(document, index), license["spdx"] or license["name"], document["access"]["name"]]
    return LinkPicture(
        Subject(
            document["slug"],
            document["summary"],
            tuple(term["slug"] for term in document["modalities"]),
        ),
        title=document["name"],
        above=", ".join([KINDS[document["kind"]], *year]),
        below=" · ".join(terms),
    )


def picture_url(family, document, index):
    """The address of the picture, which changes when the picture does."""
    mark = mark_of(picture_of(document, index).key)
    return f"{reverse(f'{family}:picture', args=[document['slug']])}?v={mark}"


def size(document, index):
    """The record's first figure in words, if it has one."""
    for found in document["sizes"][:1]:
        units = index.terms["unit"]
        unit = units[found["unit"]].name if found["unit"] in units else found["unit"]
        yield f"{found['count']:,} {unit}"
