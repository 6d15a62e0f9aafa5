"""How facts are written on pages."""

import re
from datetime import date

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from datasets.dois import doi_url
from datasets.facets import FACETS
from datasets.models.addresses import addresses_apart

register = template.Library()


@register.filter
def thousands(number):
    """A whole number with its thousands set apart."""
    return f"{number:,}"


@register.filter
def day(text):
    """The day that a document writes as text."""
    return date.fromisoformat(text)


@register.filter
def choice(value, facet):
    """The name of a value of a closed set, such as a licence family."""
    return FACETS[facet].names[value]


@register.filter
def linked(text):
    """The text, escaped, with its web addresses and DOIs made links."""
    parts = addresses_apart(text)
    return format_html_join(
        "", "{}", ((link(part) if n % 2 else part,) for n, part in enumerate(parts))
    )


def link(address):
    """The address, or DOI, as a link."""
    url = address if address.startswith("http") else doi_url(address)
    return format_html('<a href="{}" rel="noopener">{}</a>', url, breakable(address))


@register.filter
def breakable(address):
    """An address that may be broken after its slashes, and not within its words."""
    parts = re.split(r"(?<=/)", address.removeprefix("https://").removeprefix("http://"))
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts))
