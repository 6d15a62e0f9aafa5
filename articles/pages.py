"""What the page of a post shows, made from a document."""

from datetime import date

from django.utils.formats import date_format

from articles.covers import cover_url
from articles.documents import harmless, plain_text
from articles.headings import Headings
from articles.images import image_url
from articles.live_tables import LiveTable
from articles.models import Citation, Correction, Post, Source
from articles.since import changes
from articles.tables import TABLES, published
from datasets.dois import doi_url
from datasets.index import current
from datasets.models.addresses import web_address

ROLES = dict(Citation.Role.choices)
SOURCE_KINDS = dict(Source.Kind.choices)
KINDS = dict(Post.Kind.choices)
WORDS_A_MINUTE = 230


def render_context(document, *, post=None, preview=False, link=None, revision=None):
    """The context of ``articles/post_detail.html``; ``preview`` when it is made from a working copy.

    ``link`` is the PreviewLink by which a reader came to it.
    ``revision`` is the live one, with its dates; its post's corrections are shown with it.
    """
    index = current()
    post = revision.post if revision else post
    corrections = post.corrections.all() if post and post.pk else []
    context = reading(document, corrections, index, preview=preview, link=link)
    held = revision.held if revision else []
    return context | {
        "post": post,
        "preview": preview,
        "revision": revision,
        "records": records_mentioned(document, index),
        "changes": changes(context["live_tables"], held, index),
        "updated_at": updated_at(revision),
    }


def reading(document, corrections, index, *, preview=False, link=None):
    """The parts of a document as they are read, on its page and in a feed; no query of its own."""
    headings = Headings()
    blocks, live_tables = blocks_shown(document, index, headings, link)
    retraction = Correction.Kind.RETRACTION
    return {
        "document": document,
        "index": index,
        "kind": KINDS[document["kind"]],
        "hero": document["hero"] and picture_shown(document["hero"], link),
        "cover": cover_url(document, index, preview=preview),
        "minutes": minutes(document),
        "blocks": blocks,
        "live_tables": live_tables,
        "contents": contents(document, headings.entries),
        "evidence": evidence(document),
        "citations": [citation_shown(work) for work in document["citations"]],
        "corrections": [row for row in corrections if row.kind != retraction],
        "retractions": [row for row in corrections if row.kind == retraction],
    }


def updated_at(revision):
    """When the text changed after it was first published; None if it never did."""
    if revision is None or revision.effective_at == revision.first_published_at:
        return None
    return revision.effective_at


def blocks_shown(document, index, headings, link):
    """(blocks with what their templates need, the live tables among them)."""
    shown, live_tables = [], []
    for block in map(harmless, document["blocks"]):
        if block["type"] in TABLES:
            table = LiveTable(block, index, len(live_tables) + 1)
            live_tables.append(table)
            shown.append({"type": "table", "table": table})
        elif block["type"] == "image":
            shown.append({"type": "image", "picture": picture_shown(block, link)})
        elif "html" in block:
            shown.append(block | {"html": headings.mark(block["html"])})
        else:
            shown.append(block)
    return shown, live_tables


def picture_shown(picture, link=None):
    """A picture with its addresses."""
    return picture | {
        "url": image_url(picture["file"], "article", link=link),
        "card_url": image_url(picture["file"], "card", link=link),
    }


def minutes(document):
    """How long the text takes to read, in whole minutes."""
    return max(1, round(len(plain_text(document).split()) / WORDS_A_MINUTE))


def contents(document, entries):
    """The headings worth a table of contents: of guides, and only where there is a choice."""
    chosen = [entry for entry in entries if entry.level <= 3]
    return chosen if document["kind"] == Post.Kind.GUIDE and len(chosen) > 1 else []


def evidence(document):
    """(label, words) of what the reported study is; unknown is said as unknown."""
    told = document["evidence"]
    if document["kind"] == Post.Kind.GUIDE and all(value is None for value in told.values()):
        # A guide reports on no study.
        return []
    reviewed = {True: "Yes", False: "No", None: "Not known to us"}
    return [
        ("Study type", told["study_type"] or "Not known to us"),
        ("Peer reviewed", reviewed[told["peer_reviewed"]]),
        ("Who or what was studied", told["subjects"] or "Not known to us"),
    ]


def citation_shown(work):
    """A citation with its role, date and source in words, and the address where it is found."""
    source = work["source"]
    return work | {
        "role_name": ROLES[work["role"]],
        "doi_url": doi_url(work["doi"]),
        "address": doi_url(work["doi"]) or web_address(work["url"]),
        "published_words": partial_date(work["published"]),
        "source_kind": source and SOURCE_KINDS[source["kind"]],
    }


def partial_date(text):
    """2026, July 2026 or 1 July 2026, as precisely as it is known."""
    parts = [int(part) for part in (text or "").split("-") if part]
    if not parts:
        return ""
    day = date(*(parts + [1, 1])[:3])
    return date_format(day, ("Y", "F Y", "j F Y")[len(parts) - 1])


def records_mentioned(document, index):
    """List documents of the published records that the post is about, each once, in their order."""
    return [index.document(index.position[slug]) for slug in published(document["datasets"], index)]
