"""The answers about the publication as OpenAPI components."""

from articles.models import Callout, Citation, Correction, Post, Source
from datasets.api.schema import (
    MOMENT,
    REFERENCE,
    SLUG,
    URL,
    YES,
    many,
    maybe,
    number,
    one_of,
    page,
    ref,
    text,
    thing,
)
from datasets.models import Kind

PAGE = text("Relative to the site.")
COUNT = number("Published posts that have it.")
PICTURE = {
    "url": PAGE,
    "width": maybe(number()),
    "height": maybe(number()),
    "alt": text("Empty for what is only decoration."),
    "decorative": {"type": "boolean"},
    "credit": maybe(text()),
    "license": maybe(text()),
}
SAID = {"html": text("As HTML."), "text": text("As plain text.")}
TABLE = {
    "query": maybe(text("In the query language of the catalogue; null for a list.")),
    "slugs": many(SLUG),
    "columns": many(text()),
    "caption": text(),
    "url": maybe(text("The same rows in the explorer, relative to the site.")),
    "api_url": maybe(URL),
    "count": maybe(number("Of the rows now; null if the query has become wrong.")),
}


def block(kinds, keys):
    return thing({"type": one_of(kinds)} | keys | SAID)


HEAD = {
    "slug": SLUG,
    "kind": one_of(Post.Kind),
    "title": text(),
    "standfirst": maybe(text()),
    "summary_points": many(text()),
    "url": PAGE,
    "category": ref("Reference"),
    "authors": many(ref("Reference")),
    "published_at": MOMENT,
    "updated_at": MOMENT,
    "hero": maybe(ref("Picture")),
    "evidence": thing(
        {"study_type": maybe(text()), "peer_reviewed": YES, "subjects": maybe(text())}
    ),
    "datasets": many(
        thing(REFERENCE | {"kind": one_of(Kind), "url": PAGE})
        | {"description": "Published records that the post is about."}
    ),
    "corrections": many(ref("Correction")),
}
COMPONENTS = {
    "Picture": thing(PICTURE),
    "Correction": thing({"kind": one_of(Correction.Kind), "text": text(), "at": MOMENT}),
    "Citation": thing(
        {
            "title": text(),
            "authors": maybe(text()),
            "source": maybe(thing(REFERENCE | {"kind": one_of(Source.Kind)})),
            "published": maybe(text("2026, 2026-07 or 2026-07-01.")),
            "url": maybe(URL),
            "doi": maybe(text()),
            "role": one_of(Citation.Role),
            "locator": maybe(text()),
            "waiver": maybe(text("Why it has no address.")),
            "doi_url": maybe(URL),
        }
    ),
    "TextBlock": block(["text"], {}),
    "ImageBlock": block(["image"], PICTURE | {"caption": maybe(text())}),
    "QuoteBlock": block(["quote"], {"attribution": maybe(text()), "url": maybe(URL)}),
    "CalloutBlock": block(["callout"], {"tone": one_of(Callout.Tone), "heading": maybe(text())}),
    "TableBlock": block(["dataset-table", "tool-table"], TABLE),
    "PostRow": thing(HEAD),
    "PostPage": page("PostRow"),
    "Category": thing(REFERENCE | {"description": maybe(text()), "url": PAGE, "count": COUNT}),
    "Source": thing(
        REFERENCE
        | {
            "kind": one_of(Source.Kind),
            "homepage": maybe(URL),
            "issn": maybe(text()),
            "feed_url": maybe(URL),
            "url": PAGE,
            "count": COUNT,
        }
    ),
    "Author": thing(
        REFERENCE
        | {
            "about": maybe(text()),
            "homepage": maybe(URL),
            "orcid": maybe(text()),
            "url": PAGE,
            "count": COUNT,
        }
    ),
}
BLOCKS = [f"{kind}Block" for kind in ("Text", "Image", "Quote", "Callout", "Table")]
COMPONENTS["Post"] = thing(
    HEAD
    | {
        "citations": many(ref("Citation")),
        "blocks": many({"oneOf": [ref(name) for name in BLOCKS]}),
        "html": text("All blocks as HTML."),
        "text": text("All blocks as plain text."),
    }
)
COMPONENTS |= {f"{name}Page": page(name) for name in ("Category", "Source", "Author")}
