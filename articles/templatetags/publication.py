"""What pages of other parts of the site show of the publication."""

from django import template

from articles.models import Revision

register = template.Library()


@register.simple_tag
def articles_about(slug):
    """The live posts about the record with this slug, newest first."""
    return (
        Revision.objects.live()
        .with_dates()
        .filter(records__slug=slug)
        .only("slug", "title", "kind")
        .order_by("-first_published_at", "-post_id")
    )
