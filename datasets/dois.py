"""The normal form of a DOI, so that what is named twice is known to be one thing."""

import re
from urllib.parse import quote, unquote

IN_PATH = "/:;@!$&'()*+,=~"
RESOLVERS = ("doi.org", "dx.doi.org", "www.doi.org")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_ADDRESS = re.compile(rf"(?:https?://)?(?:{'|'.join(map(re.escape, RESOLVERS))})/", re.IGNORECASE)
_LABEL = re.compile(r"doi:\s*", re.IGNORECASE)


def bare_doi(text):
    """The DOI without its resolver or label, as it was written otherwise; whether it is one remains to be seen."""
    text = text.strip()
    if address := _ADDRESS.match(text):
        # In an address the DOI's own “?” is written %3F: what follows a bare one is not the DOI's.
        return unquote(re.split(r"[?#]", text[address.end() :], maxsplit=1)[0])
    if label := _LABEL.match(text):
        return unquote(text[label.end() :])
    return unquote(text) if "%2f" in text.lower() else text


def normal_doi(text):
    """A DOI in lower case without resolver or label, since case says nothing in it (ISO 26324); None if it is none."""
    bare = bare_doi(text)
    return bare.lower() if _DOI.fullmatch(bare) else None


def doi_url(doi):
    """The address that leads to what has this DOI, wherever it has moved; None for none."""
    # As they are go only the signs that mean nothing else in a path.
    return f"https://doi.org/{quote(doi, safe=IN_PATH)}" if doi else None
