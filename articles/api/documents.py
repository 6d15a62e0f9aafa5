"""Posts, categories, sources and authors as the JSON that readers are given."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from articles.documents import harmless, loads, words_of
from articles.images import image_url
from articles.live_tables import LiveTable
from articles.pages import records_mentioned
from articles.tables import TABLES, published
from datasets.documents import moment
from datasets.dois import doi_url
from datasets.models.addresses import web_address


def row(revision, index):
    """A live revision, fetched by a PostFilter, as lists show it."""
    return head(revision, loads(revision.document), index)


def whole(revision, index, absolute):
    """A live revision with its text; ``absolute`` makes an address of ours absolute."""
    document = loads(revision.document)
    blocks = [block_document(harmless(block), index, absolute) for block in document["blocks"]]
    return head(revision, document, index) | {
        "citations": [citation(work) for work in document["citations"]],
        "blocks": blocks,
        "html": "\n".join(block["html"] for block in blocks),
        "text": "\n\n".join(filter(None, (block["text"] for block in blocks))),
    }


def head(revision, document, index):
    """What a post says about itself. Names stand as they did when it was approved."""
    return {
        "slug": document["slug"],
        "kind": document["kind"],
        "title": document["title"],
        "standfirst": document["standfirst"],
        "summary_points": document["summary_points"],
        "url": reverse("articles:detail", args=[document["slug"]]),
        "category": document["category"],
        "authors": document["authors"],
        "published_at": moment(revision.first_published_at),
        "updated_at": moment(revision.updated_at),
        "hero": document["hero"] and picture(document["hero"]),
        "evidence": document["evidence"],
        "datasets": [record(row) for row in records_mentioned(document, index)],
        "corrections": [correction(one) for one in revision.post.corrections.all()],
    }


def record(document):
    return {key: document[key] for key in ("slug", "name", "kind", "url")}


def correction(row):
    return {"kind": row.kind, "text": row.text, "at": moment(row.at)}


def citation(work):
    return work | {"url": web_address(work["url"]), "doi_url": doi_url(work["doi"])}


def picture(image):
    """An image as readers see it: where it is rather than how its file is called."""
    shown = {key: value for key, value in image.items() if key not in ("type", "file", "caption")}
    return {"url": image_url(image["file"], "article")} | shown


def block_document(block, index, absolute):
    """A block with what it says as ``html`` and as plain ``text``."""
    kind = block["type"]
    if kind in TABLES:
        said = table(block, index, absolute)
        return said | {"html": table_html(said), "text": block["caption"]}
    if kind == "image":
        said = {"type": kind} | picture(block) | {"caption": block["caption"]}
        return said | {"html": image_html(said), "text": block["caption"] or ""}
    if kind == "quote":
        return block | {"html": quote_html(block)}
    if kind == "callout":
        text = "\n".join(filter(None, [block["heading"], words_of(block["html"])]))
        return block | {"html": callout_html(block), "text": text}
    return block | {"text": words_of(block["html"])}


def table(block, index, absolute):
    """A live query with where its rows are, and how many they are now.

    Records that are no longer published are left out; ``count`` is null
    when a query has become one that cannot be answered.
    """
    live = LiveTable(block, index)
    asked = f"?{live.query}"
    return block | {
        "slugs": published(block["slugs"], index),
        "url": live.path + asked if live.query else None,
        "api_url": absolute(live.api_path + asked) if live.query else None,
        "count": None if live.faults else live.count,
    }


def table_html(block):
    if block["url"] is None:
        return format_html("<p>{}</p>", block["caption"])
    return format_html('<p><a href="{}">{}</a></p>', block["url"], block["caption"])


def image_html(block):
    img = format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        block["url"],
        block["alt"],
        block["width"],
        block["height"],
    )
    said = " ".join(filter(None, [block["caption"], block["credit"], block["license"]]))
    below = format_html("<figcaption>{}</figcaption>", said) if said else ""
    return format_html("<figure>{}{}</figure>", img, below)


def quote_html(block):
    by = block["attribution"]
    if by and block["url"]:
        by = format_html('<a href="{}">{}</a>', block["url"], by)
    below = format_html("<figcaption>{}</figcaption>", by) if by else ""
    return format_html(
        "<figure><blockquote><p>{}</p></blockquote>{}</figure>", block["text"], below
    )


def callout_html(block):
    heading = (
        format_html("<p><strong>{}</strong></p>", block["heading"]) if block["heading"] else ""
    )
    # Cleaned when it was stored and again when it was read.
    inner = mark_safe(block["html"])  # noqa: S308
    return format_html("<aside>{}{}</aside>", heading, inner)


def category(row):
    return {
        "slug": row.slug,
        "name": row.name,
        "description": row.description or None,
        "url": row.get_absolute_url(),
        "count": row.count,
    }


def source(row):
    return {
        "slug": row.slug,
        "name": row.name,
        "kind": row.kind,
        "homepage": row.url or None,
        "issn": row.issn or None,
        "feed_url": row.feed_url or None,
        "url": row.get_absolute_url(),
        "count": row.count,
    }


def author(row):
    return {
        "slug": row.slug,
        "name": row.name,
        "about": row.bio or None,
        "homepage": row.url or None,
        "orcid": row.orcid or None,
        "url": row.get_absolute_url(),
        "count": row.count,
    }
