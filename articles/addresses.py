"""Which post, category, source or author readers know by a slug."""

import re

from django.http import Http404

from articles.models import Post, Revision
from datasets.models import Slug
from datasets.models.slugs import SLUG_PATTERN

WELL_FORMED = re.compile(SLUG_PATTERN)


def well_formed(slugs):
    """Those that can be slugs: nothing else reaches the database, which may refuse it as text."""
    return [slug for slug in slugs if len(slug) <= 80 and WELL_FORMED.match(slug)]


def post_at(slug):
    """The post that readers have, or once had, under this slug, withdrawn or not; None if there is none.

    A working copy's new slug leads nowhere before it is published.
    """
    if not well_formed([slug]):
        return None
    # A slug never passes from one post to another, so any of its revisions will do.
    return Post.objects.filter(
        pk__in=Revision.objects.due().filter(slug=slug).values("post")
    ).first()


def slug_now(post):
    """The slug of the post's live revision; None if it has none."""
    return Revision.objects.live().filter(post=post).values_list("slug", flat=True).first()


def named(model, slugs):
    """Per slug, current or former, the row that a visible post needs; the others are left out.

    ``model`` is Category, Source or Author. Two queries, however many slugs there are.
    """
    sought = well_formed(slugs)
    if not sought:
        return {}
    owned = Slug.objects.filter(namespace=model.namespace, slug__in=sought)
    owners = dict(owned.filter(object_id__isnull=False).values_list("slug", "object_id"))
    rows = {row.pk: row for row in model.objects.visible().filter(pk__in=set(owners.values()))}
    return {slug: rows[pk] for slug, pk in owners.items() if pk in rows}


def named_or_404(model, slug):
    """The row that a visible post needs and that the slug, current or former, leads to. Raises Http404."""
    row = named(model, [slug]).get(slug)
    if row is None:
        raise Http404(f"There is no such {model.namespace}.")
    return row
