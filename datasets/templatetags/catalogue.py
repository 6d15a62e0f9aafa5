"""How facts are written on pages."""

import re
from datetime import date

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from datasets.facets import FACETS

register = template.Library()
_ADDRESS = re.compile(r"(https?://[^\s<>\"]+|\b10\.\d{4,9}/[^\s<>\"]+)")


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
    parts = _ADDRESS.split(text)
    return format_html_join(
        "", "{}", ((link(part) if n % 2 else part,) for n, part in enumerate(parts))
    )


def link(found):
    """The address as a link, without the punctuation that belongs to the sentence around it."""
    kept = found.rstrip(".,;:!?'")
    if kept.endswith(")") and "(" not in kept:
        kept = kept.rstrip(")")
    url = kept if kept.startswith("http") else f"https://doi.org/{kept}"
    return format_html(
        '<a href="{}" rel="noopener">{}</a>{}', url, breakable(kept), found[len(kept) :]
    )


@register.filter
def breakable(address):
    """An address that may be broken after its slashes, and not within its words."""
    parts = re.split(r"(?<=/)", address.removeprefix("https://").removeprefix("http://"))
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts))
