"""Reads the page of the map, for tests."""

import html
import re

from django.http import QueryDict

LINK = re.compile(r'<a href="([^"]*)" aria-label="([^"]*)">([^<]*)</a>')


def read(client, query=""):
    response = client.get(f"/datasets/map/?{query}" if query else "/datasets/map/")
    assert response.status_code == 200
    return response


def cells(response):
    """(address, accessible name, what is written) of the table's cells and totals that hold a link."""
    table = re.search(r'<table class="heat.*?</table>', response.text, re.S)
    found = LINK.findall(table[0]) if table else []
    return [tuple(map(html.unescape, cell)) for cell in found]


def names(response, scope):
    table = re.search(r'<table class="heat.*?</table>', response.text, re.S)[0]
    found = re.findall(rf'<th scope="{scope}"[^>]*>(?:<span>)?([^<]*)', table)
    return [html.unescape(name) for name in found]


def asked(address):
    """The query of an address as the brute force takes it."""
    return dict(QueryDict(address.partition("?")[2]).lists())


def spoken(label):
    """The number that a cell's accessible name says."""
    says = label.rpartition(": ")[2]
    found = re.search(r"has ([\d,]+)|([\d,]+) dataset", says)
    return int((found[1] or found[2]).replace(",", ""))
