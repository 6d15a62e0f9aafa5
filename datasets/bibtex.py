"""Records as BibTeX: one entry for each record, and one for each paper that describes them."""

import hashlib
import re
from urllib.parse import quote

from django.conf import settings

from datasets.words import split

# Of the characters that LaTeX reads as commands. A brace is written by name, since BibTeX counts
# even an escaped one.
ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "&%$#_"},
    }
)
_PERSON = re.compile(r"(?P<family>.+?) (?P<initials>[A-Z]{1,4})(?: (?P<suffix>Jr|Sr|II|III|IV))?")
_AND_OTHERS = re.compile(r",?\s*et al\.?$")
# The kinds of link that lead to a record itself, the best first.
LINKS = ("homepage", "download", "code")


def bibtex(documents):
    """Yield the BibTeX entries of these list documents, in their order; a shared paper comes once."""
    cited = set()
    for document in documents:
        yield entry("misc", document["slug"], record_fields(document))
        paper = document["paper"]
        if paper and paper_key(paper) not in cited:
            cited.add(paper_key(paper))
            yield entry(paper_type(paper), paper_key(paper), paper_fields(paper))


def entry(kind, key, fields):
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{key},\n{lines}}}\n\n"


def record_fields(document):
    name, full_name = document["name"], document["full_name"]
    title = f"{name}: {full_name}" if full_name and full_name != name else name
    paper, host = document["paper"], document["host"]
    return {
        "title": f"{{{escape(title)}}}",
        "year": document["year"],
        "howpublished": escape(host["name"] if host else ""),
        "url": address(record_url(document)),
        "note": f"Described in \\cite{{{paper_key(paper)}}}" if paper else "",
    }


def record_url(document):
    """Where the record is found: its own page on the web, or else the one here."""
    links = {link["kind"]: link["url"] for link in reversed(document["links"])}
    own = next((links[kind] for kind in LINKS if kind in links), None)
    return own or settings.SITE_URL + document["url"]


def paper_type(paper):
    return "article" if paper["venue"] and not is_preprint(paper) else "misc"


def is_preprint(paper):
    return bool(paper["arxiv"]) and (paper["venue"] or "arxiv").lower() == "arxiv"


def paper_fields(paper):
    arxiv = paper["arxiv"]
    url = ""
    if not paper["doi"] and arxiv:
        url = f"https://arxiv.org/abs/{arxiv}"
    return {
        "title": f"{{{escape(paper['title'])}}}",
        "author": authors(paper["authors"] or ""),
        "journal": escape(paper["venue"] or "") if paper_type(paper) == "article" else "",
        "howpublished": escape(paper["venue"] or "") if paper_type(paper) == "misc" else "",
        "year": paper["year"],
        "doi": address(paper["doi"] or ""),
        "eprint": address(arxiv or ""),
        "archiveprefix": "arXiv" if arxiv else "",
        "url": address(url),
    }


def paper_key(paper):
    """A key that the paper has in every export: its first author, its year, and a mark of its own."""
    first = split(re.split(r"[ ,]", paper["authors"] or "")[0])
    word = re.sub(r"[^a-z]", "", "".join(first)) or "paper"
    identity = paper["doi"] or paper["arxiv"] or paper["title"]
    mark = hashlib.sha256(identity.lower().encode()).hexdigest()[:6]
    return f"{word}{paper['year'] or ''}-{mark}"


def authors(text):
    """Names as BibTeX separates them. What is not a list of people stays whole, as a body's name."""
    shortened = _AND_OTHERS.search(text)
    plain = text[: shortened.start()] if shortened else text
    people = [_PERSON.fullmatch(part.strip()) for part in plain.split(",") if part.strip()]
    if not people:
        return ""
    named = [person_name(person) for person in people] if all(people) else [f"{{{escape(plain)}}}"]
    return " and ".join([*named, "others"] if shortened else named)


def person_name(person):
    parts = [person["family"], person["suffix"], person["initials"]]
    return escape(", ".join(filter(None, parts)))


def escape(text):
    """The text on one line, with LaTeX's own characters escaped; other alphabets stay as they are."""
    return " ".join(text.split()).translate(ESCAPES)


def address(text):
    """A URL or identifier, which is read as it stands: only what would end the field is encoded."""
    return quote(text, safe="!#$%&'()*+,/:;=?@[]~<>") if text else ""
