"""What keeps a post from being approved: each reason at the field that it concerns."""

import re

from articles.documents import pictures
from articles.models import Post
from articles.tables import TABLES, check_table, family
from datasets.index import current

HEADING = re.compile(r"<h([2-6])[ >]")


def refusals(document):
    """Messages by field, empty if the document may be published.

    Fields are keys of the document; a block is ``blocks.0``, a citation ``citations.0``.
    """
    found = {}
    for field, message in [
        *check_citations(document),
        *check_images(document),
        *check_headings(document),
        *check_tables(document),
    ]:
        found.setdefault(field, []).append(message)
    if not document["authors"]:
        found.setdefault("authors", []).append("Name an author.")
    if not document["blocks"]:
        found.setdefault("blocks", []).append("There is no text yet.")
    return found


def check_citations(document):
    if document["kind"] == Post.Kind.NEWS and not document["citations"]:
        yield "citations", "News needs a citation: what does it report on?"
    for number, work in enumerate(document["citations"]):
        if not (work["url"] or work["doi"] or work["waiver"]):
            yield (
                f"citations.{number}",
                f"“{work['title']}” has neither an address nor a DOI: give one, or say why there is none.",
            )


def check_images(document):
    for field, picture in pictures(document):
        if not (picture["alt"] or picture["decorative"]):
            yield (
                field,
                "Say what the image tells somebody who cannot see it, or mark it as decorative.",
            )


def check_headings(document):
    """Levels may rise by any number and fall by one: a table of contents has no holes."""
    level = 1
    for number, block in enumerate(document["blocks"]):
        for match in HEADING.finditer(block.get("html") or ""):
            following = int(match[1])
            if following > level + 1:
                yield (
                    f"blocks.{number}",
                    f"A heading of level {following} follows one of level {level}; level {level + 1} would be right.",
                )
            level = following


def check_tables(document):
    blocks = document["blocks"]
    numbers = [number for number, block in enumerate(blocks) if block["type"] in TABLES]
    # Read once: what is asked of the tables does not grow with them.
    index = current() if numbers else None
    for number in numbers:
        block = blocks[number]
        errors = check_table(
            family(block), block["query"] or "", block["slugs"], block["columns"], index
        )
        for messages in errors.values():
            for message in messages:
                yield f"blocks.{number}", message
