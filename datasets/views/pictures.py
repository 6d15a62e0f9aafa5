"""The picture of a record for links on other sites."""

from django.http import Http404
from django.views.decorators.http import require_safe

from datasets.index import current
from datasets.models import Kind
from datasets.pictures.answers import picture
from datasets.pictures.drawing import Subject
from datasets.pictures.png import png

KINDS = dict(Kind.choices)


@require_safe
def record_picture(request, slug, family):
    """A PNG with the record's name, size, licence and access; 404 for what is not published."""
    index = current()
    if slug not in index.position:
        raise Http404(slug)
    document = index.document(index.position[slug])
    if not document["url"].startswith(f"/{family}/"):
        raise Http404(slug)
    subject = Subject(
        slug, document["summary"], tuple(term["slug"] for term in document["modalities"])
    )
    license = document["license"]
    above = ", ".join(
        [KINDS[document["kind"]], *([str(document["year"])] if document["year"] else [])]
    )
    below = " · ".join(
        [*size(document, index), license["spdx"] or license["name"], document["access"]["name"]]
    )
    key = [subject.mark, document["name"], above, below]
    return picture(request, "image/png", key, lambda: png(subject, document["name"], above, below))


def size(document, index):
    """The record's first figure in words, if it has one."""
    for found in document["sizes"][:1]:
        units = index.terms["unit"]
        unit = units[found["unit"]].name if found["unit"] in units else found["unit"]
        yield f"{found['count']:,} {unit}"
