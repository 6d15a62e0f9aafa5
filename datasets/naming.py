"""The record that somebody means by what they typed: a slug, a name, or words."""

from dataclasses import dataclass

from datasets.fields import SEARCH_LENGTH
from datasets.words import fold

# So many are offered to choose from.
OFFERED = 12
# Of so many of the best hits the names are looked at: a common word is in every other record.
LOOKED_AT = 200


@dataclass(frozen=True)
class Found:
    """Records by slug, the best first. ``sure`` if there is but one that can be meant."""

    slugs: list
    documents: list
    sure: bool
    suggestion: str | None = None


def find(typed, index):
    """What is Found by the text; ``suggestion`` is another spelling, if nothing is."""
    text = typed[:SEARCH_LENGTH]
    slug = index.resolve("slug", text.lower())
    if slug:
        return found(index, [index.position[slug]], sure=True)
    positions = index.search(text)
    named = [one for one in positions[:LOOKED_AT] if is_called(index.document(one), text)]
    if len(named) == 1 or len(positions) == 1:
        return found(index, named or positions, sure=True)
    suggestion = None if positions else index.words.suggest(text)
    return found(index, (named or positions)[:OFFERED], sure=False, suggestion=suggestion)


def found(index, positions, *, sure, suggestion=None):
    documents = [index.document(one) for one in positions]
    return Found([one["slug"] for one in documents], documents, sure, suggestion)


def is_called(document, text):
    """Whether the text is a name of the record, whole."""
    called = (document["name"], document["full_name"], *document["aliases"])
    return fold(text) in (fold(name) for name in called if name)
