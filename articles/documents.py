"""A post as the document that a revision freezes: written here and nowhere else.

It holds what was written. What belongs to the moment (dates, corrections, the rows
of a table) is added where it is shown.
"""

import hashlib
import html

import orjson
from content_editor.contents import contents_for_item
from django.utils.html import strip_tags

from articles.models import BLOCKS
from articles.prose import sanitize
from articles.tables import TABLES, holdings, published, read_block
from datasets.index import current
from datasets.models.addresses import web_address


def build(post):
    """The document of a post's working copy; the keys stand in the order that readers are promised."""
    return {
        "slug": post.slug,
        "kind": post.kind,
        "title": post.title,
        "standfirst": post.standfirst or None,
        "summary_points": post.summary_points,
        "category": reference(post.category),
        "authors": [reference(author) for author in post.bylines_in_order()],
        "hero": post.hero and picture(post.hero, post.hero_alt, post.hero_decorative),
        "evidence": {
            "study_type": post.study_type or None,
            "peer_reviewed": post.peer_reviewed,
            "subjects": post.subjects or None,
        },
        "blocks": [block_document(block) for block in blocks_of(post)],
        "citations": [citation(row) for row in post.citations.select_related("work__source")],
        "datasets": sorted(post.records.values_list("slug", flat=True)),
    }


def blocks_of(post):
    """The blocks of the working copy in their order: one query a type."""
    return list(contents_for_item(post, BLOCKS)["main"])


def reference(row):
    return {"slug": row.slug, "name": row.name}


def picture(image, alt, decorative):
    return {
        "file": image.file.name,
        "width": image.file_width,
        "height": image.file_height,
        "alt": "" if decorative else alt,
        "decorative": decorative,
        "credit": image.credit or None,
        "license": image.license or None,
    }


def block_document(block):
    match block.kind:
        case "text":
            content = {"html": block.html}
        case "image":
            content = picture(block.image, block.alt, block.decorative) | {
                "caption": block.caption or None
            }
        case "quote":
            content = {
                "text": block.text,
                "attribution": block.attribution or None,
                "url": block.url or None,
            }
        case "callout":
            content = {"tone": block.tone, "heading": block.heading or None, "html": block.html}
        case _:
            content = {
                "query": block.query or None,
                "slugs": block.slugs,
                "columns": block.columns,
                "caption": block.caption,
            }
    return harmless({"type": block.kind} | content)


def harmless(block):
    """A block without anything that a browser would run, whoever wrote it into the database and how."""
    made = {}
    if "html" in block:
        made["html"] = sanitize(block["html"])
    if "url" in block:
        made["url"] = web_address(block["url"])
    return block | made


def citation(row):
    work = row.work
    return {
        "title": work.title,
        "authors": work.authors or None,
        "source": work.source and reference(work.source) | {"kind": work.source.kind},
        "published": work.published or None,
        "url": work.url or None,
        "doi": work.doi or None,
        "role": row.role,
        "locator": row.locator or None,
        "waiver": row.waiver or None,
    }


def tables(document):
    """The table blocks of a document, in order."""
    return [block for block in document["blocks"] if block["type"] in TABLES]


def pictures(document):
    """(field, picture) for each image that a document shows; fields as ``checks.refusals`` names them."""
    if document["hero"]:
        yield "hero", document["hero"]
    for number, block in enumerate(document["blocks"]):
        if block["type"] == "image":
            yield f"blocks.{number}", block


def held_now(document):
    """For each table, (slug, version) of the records that it holds in today's catalogue."""
    index = current()
    held = [holdings(read_block(block, index)) for block in tables(document)]
    return [[list(pair) for pair in table.items()] for table in held]


def mentioned(document):
    """Ids of the published records that the post is about or picks by hand."""
    index = current()
    slugs = [
        *document["datasets"],
        *(slug for block in tables(document) for slug in block["slugs"]),
    ]
    return [index.ids[index.position[slug]] for slug in published(slugs, index)]


def plain_text(document):
    """The words of a post without mark-up, a line a part."""
    parts = [document["title"], document["standfirst"] or "", *document["summary_points"]]
    for block in document["blocks"]:
        parts += [
            block.get("heading"),
            block.get("caption"),
            block.get("text"),
            block.get("attribution"),
        ]
        parts.append(words_of(block.get("html") or ""))
    return "\n\n".join(part for part in parts if part)


def words_of(markup):
    """The text of sanitised HTML; what closes a block ends a line."""
    for tag in ("</p>", "</li>", "</h2>", "</h3>", "</h4>", "</tr>", "</blockquote>", "<br>"):
        markup = markup.replace(tag, f"{tag}\n")
    lines = (line.strip() for line in html.unescape(strip_tags(markup)).splitlines())
    return "\n".join(line for line in lines if line)


def dumps(document):
    return orjson.dumps(document).decode()


def loads(text):
    return orjson.loads(text)


def digest(text):
    """SHA-256 of a stored document, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
