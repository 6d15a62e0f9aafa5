"""What the desk's first page says of the publication."""

from django import template

from articles.waiting import tasks

register = template.Library()


@register.simple_tag(takes_context=True)
def publication_tasks(context):
    """What of the publication waits for the user, as (count, what, address), the most urgent first."""
    return tasks(context["request"].user)
