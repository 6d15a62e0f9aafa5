"""What posts do when the catalogue changes under them, or checks what is cited."""

from django.dispatch import receiver

from articles.models.posts import Post
from articles.models.revisions import Revision
from articles.models.works import Work
from datasets.signals import dois_wanted, record_merged


@receiver(record_merged)
def move_mentions(sender, record, into, **kwargs):
    """Let posts and revisions that mention a merged record mention its survivor, once each."""
    for field in (Post.records, Revision.records):
        joins = field.through._default_manager
        here = field.field.m2m_field_name()
        both = list(joins.filter(record=into).values_list(here, flat=True))
        joins.filter(record=record, **{f"{here}__in": both}).delete()
        joins.filter(record=record).update(record=into)


@receiver(dois_wanted)
def cited_dois(sender, **kwargs):
    """The DOIs of works that posts with a live revision cite."""
    live = Revision.objects.live().order_by().values("post")
    works = Work.objects.filter(citations__post__in=live).exclude(doi="")
    return set(works.values_list("doi", flat=True))
