"""Merging what was entered twice: works, and sources. What named the one names the other afterwards."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from articles.models import Citation, Revision, Source, Work

FILLED = {
    Work: ("authors", "source", "published", "url", "doi"),
    Source: ("url", "issn", "feed_url"),
    Citation: ("locator", "waiver"),
}
# Two rows that differ in this are two, whatever else they share.
IDENTITY = {Work: "doi", Source: "issn"}


def merge(rows, into, *, by):
    """Merge works, or sources, into one of their kind that stays; returns how many went.

    What the survivor does not know it takes over. Raises PermissionDenied, and
    ValidationError when any two of all these name a different DOI or ISSN.
    """
    model = type(into)
    if by is not None and not by.has_perm(f"articles.delete_{model._meta.model_name}"):
        raise PermissionDenied(f"You may not merge {model._meta.verbose_name_plural}.")
    with transaction.atomic():
        into = model.objects.select_for_update().get(pk=into.pk)
        others = list(model.objects.select_for_update().filter(pk__in=[row.pk for row in rows]))
        others = [row for row in others if row.pk != into.pk]
        refuse_two_identities([into, *others])
        move = move_work if model is Work else move_source
        for row in others:
            move(row, into)
        fill(others, into)
    return len(others)


def refuse_two_identities(rows):
    name = IDENTITY[type(rows[0])]
    known = {getattr(row, name): row for row in rows if getattr(row, name)}
    if len(known) > 1:
        told = [f"“{row}” has the {name.upper()} {identity}" for identity, row in known.items()]
        raise ValidationError(f"{', '.join(told[:-1])} and {told[-1]}: they are not one.")


def move_work(work, into):
    # A post that cites both cites the survivor once, with what either citation says.
    kept = {citation.post_id: citation for citation in into.citations.all()}
    for citation in work.citations.filter(post__in=kept):
        fill([citation], kept[citation.post_id])
        citation.delete()
    work.citations.update(work=into)
    work.delete()


def move_source(source, into):
    Work.objects.filter(source=source).update(source=into)
    for revision in Revision.objects.filter(sources=source).only("pk"):
        revision.sources.add(into)
    # Its slug leads to the survivor, so that published documents still find their source.
    source.revisions.clear()
    source.delete(survivor=into)


def fill(others, into):
    for row in others:
        for name in FILLED[type(into)]:
            if not getattr(into, name):
                setattr(into, name, getattr(row, name))
    into.save()
