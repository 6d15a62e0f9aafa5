"""Reads the pages of the tables of datasets and of tools, for tests."""

import html
import re


def rows(text):
    """Slugs of the table's rows, in order."""
    return re.findall(r'<th scope="row"[^>]*><a href="/(?:datasets|tools)/([^/]+)/">', text)


def links(text, words):
    """Addresses of the links whose name has these words: their label, or their text without markup."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"([^>]*)>(.*?)</a>', text, re.S)
    return [
        html.unescape(address)
        for address, attributes, inner in found
        if words in named(attributes, inner)
    ]


def named(attributes, inner):
    label = re.search(r'aria-label="([^"]*)"', attributes)
    said = label[1] if label else re.sub(r"<[^>]+>", "", inner)
    return " ".join(html.unescape(said).split())


def link(text, words):
    (address,) = set(links(text, words))
    return address


def tally(text, facet, value):
    """The count beside a facet's value, None if the value is not shown."""
    found = re.search(rf'id="{facet}-{value}".*?<span class="tally">([\d,]+)</span>', text, re.S)
    return found and int(found[1].replace(",", ""))


def get(client, address, **headers):
    response = client.get(address, headers=headers)
    assert response.status_code == 200, address
    return response.text
