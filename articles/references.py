"""The normal forms of DOIs and web addresses, so that what is cited twice is one row."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from django.core.exceptions import ValidationError

from datasets import dois
from datasets.models.addresses import tracks


def normal_doi(text):
    """A DOI in its normal form; empty for an empty text. Raises ValidationError for what is no DOI."""
    text = text.strip()
    normal = dois.normal_doi(text)
    if text and not normal:
        raise ValidationError(
            f"“{text[:80]}” is no DOI; it starts with “10.”, such as 10.1148/ryai.230024."
        )
    return normal or ""


def normal_url(text):
    """A web address without tracking parameters, its host in lower case; nothing else about it is changed.

    Raises ValidationError for what is no http or https address.
    """
    text = text.strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", text):
        raise ValidationError(
            f"“{text[:80]}” is no web address; it starts with https:// or http://."
        )
    query = parts.query
    if any(tracks(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        kept = [pair for pair in query.split("&") if not tracks(unquote(pair.partition("=")[0]))]
        query = "&".join(kept)
    login, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=login + at + host.lower(), query=query))


def doi_of(url):
    """The DOI that an address of the DOI resolver leads to; empty for any other address."""
    parts = urlsplit(url)
    if parts.hostname not in dois.RESOLVERS:
        return ""
    return dois.normal_doi(f"doi:{parts.path.lstrip('/')}") or ""
