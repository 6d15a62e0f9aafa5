"""What a record's page needs to ask for corrections."""

from django import template

from datasets.suggesting import facts_of

register = template.Library()


@register.simple_tag
def correctable(document):
    """(fact, label) of what a reader may correct in the record."""
    return facts_of(document)
