"""What keeps a post from being approved, each with the place on its form that it concerns."""

from collections import Counter
from dataclasses import dataclass

from articles.admin.snapshots import prefix_of
from articles.documents import blocks_of
from articles.models import Byline, Citation
from articles.tables import TABLES

# Where on a block the reason stands; on a table it is what selects its rows.
FIELDS = {"text": "html", "callout": "html", "image": "alt"}


@dataclass(frozen=True)
class Reason:
    """``prefix``, ``row`` and ``field`` say where on the form it stands, as far as it has such a place."""

    where: str
    anchor: str
    messages: list
    prefix: str | None = None
    row: int | None = None
    field: str | None = None


def told_refusals(post, errors):
    """A Reason for each of the errors of ``checks.refusals``."""
    if not errors:
        return []
    authors, citations = prefix_of(Byline), prefix_of(Citation)
    places = {
        "authors": ("Authors", f"{authors}-group", authors),
        "citations": ("Citations", f"{citations}-group", citations),
        "hero": ("Lead image", "id_hero_alt", None, None, "hero_alt"),
        "blocks": ("Text", "blocks"),
        "__all__": ("", ""),
    }
    counted = Counter()
    for number, block in enumerate(blocks_of(post)):
        prefix = prefix_of(type(block))
        row = counted[prefix]
        counted[prefix] += 1
        where = f"{block._meta.verbose_name.capitalize()}, block {number + 1}"
        places[f"blocks.{number}"] = (where, f"{prefix}-{row}", prefix, row, field_of(block))
    told = []
    for name, messages in errors.items():
        if name.startswith("citations."):
            row = int(name.partition(".")[2])
            place = (f"Citation {row + 1}", f"{citations}-{row}", citations, row, "waiver")
        else:
            place = places.get(name, (name.capitalize(), f"id_{name}", None, None, name))
        where, anchor, *rest = place
        told.append(Reason(where, anchor, messages, *rest))
    return told


def field_of(block):
    if block.kind in TABLES:
        return "query" if block.query else "slugs"
    return FIELDS.get(block.kind)


def reason_notes(reasons):
    """Where each reason stands on the form, as ``notes.put_beside`` takes it."""
    return [
        (each.prefix, each.row, each.field, [f"Before approval: {text}" for text in each.messages])
        for each in reasons
        if each.prefix or each.field
    ]
