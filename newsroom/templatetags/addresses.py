"""Addresses that stand on every page."""

from functools import cache

from django import template
from django.urls import get_script_prefix, get_urlconf, reverse

register = template.Library()


@register.simple_tag
def page(name):
    """The address of a page that needs nothing but its name.

    As ``url`` gives it, but looked for once: a page has some twenty, and each would take
    as long as a row of a table.
    """
    return address(name, get_urlconf(), get_script_prefix())


@cache
def address(name, urlconf, prefix):
    return reverse(name, urlconf)
