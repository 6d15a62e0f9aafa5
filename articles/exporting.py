"""A post's document as a file: the same format that is imported, and nothing of the document is lost."""

from articles.files.markdown import NEW_BLOCK
from articles.files.markup import to_markdown
from articles.files.naming import STAFF, Name, plainly_named
from articles.files.yaml_text import dump
from articles.models import Author, Category, Image, Source


def to_file(document):
    """The text of the file that says what the document says."""
    front = {
        "title": document["title"],
        "slug": document["slug"],
        "kind": document["kind"],
        "category": category(document["category"]),
    }
    authors = [author(reference) for reference in document["authors"]]
    if authors != [STAFF]:
        front["authors"] = authors
    front |= filled({key: document[key] for key in ("standfirst", "summary_points")})
    if document["hero"]:
        front["hero"] = picture(document["hero"])
    if any(value is not None for value in document["evidence"].values()):
        front["evidence"] = document["evidence"]
    if document["citations"]:
        front["citations"] = [citation(work) for work in document["citations"]]
    if document["datasets"]:
        front["datasets"] = document["datasets"]
    body = "\n\n".join(blocks(document["blocks"]))
    return f"---\n{dump(front, flow=('datasets',))}---\n\n{body}\n"


def filled(values):
    return {key: value for key, value in values.items() if value not in (None, "", [], False)}


def category(reference):
    if Name(Category, "", reference["slug"]).fresh().name == reference["name"]:
        return reference["slug"]
    return dict(reference)


def author(reference):
    return reference["name"] if is_plain(Author, reference) else dict(reference)


def is_plain(model, reference):
    """Whether the name alone leads back to the row."""
    row = model.objects.filter(slug=reference["slug"], name=reference["name"]).first()
    return row is not None and plainly_named(row)


def citation(work):
    source = work["source"]
    entry = {"title": work["title"], "authors": work["authors"]}
    if source:
        entry |= {"source": source["name"], "source_kind": source["kind"]}
        if not is_plain(Source, source):
            entry["source_slug"] = source["slug"]
    entry |= {key: work[key] for key in ("published", "url", "doi", "role")}
    entry |= filled({"locator": work["locator"], "waiver": work["waiver"]})
    if not (work["url"] or work["doi"] or work["waiver"]):
        # Said, because without a word the importer gives the usual one.
        entry["waiver"] = None
    return entry


def picture(shown):
    """An image as it is used, and what else is known of it, so that another site can add it."""
    image = Image.objects.filter(file=shown["file"]).first()
    known = {"title": image.title, "source_url": image.source_url} if image else {}
    told = {key: shown.get(key) for key in ("alt", "decorative", "caption", "credit", "license")}
    return {"file": shown["file"]} | filled(told | known)


def blocks(documents):
    """The parts of the body; two texts in a row are kept apart."""
    before = None
    for document in documents:
        part = block(document)
        text = document["type"] == "text" and not part.startswith(("```prose", "````"))
        if text and before:
            yield NEW_BLOCK
        yield part
        before = text


def block(document):
    match document["type"]:
        case "text":
            return to_markdown(document["html"]) or directive("prose", {"html": document["html"]})
        case "image":
            return directive("image", picture(document))
        case "quote":
            keys = ("text", "attribution", "url")
            return directive("quote", filled({key: document[key] for key in keys}))
        case "callout":
            return directive("callout", callout(document))
        case "dataset-table":
            return directive("datasets", table(document))
        case "tool-table":
            return directive("tools", table(document))


def callout(document):
    entry = {"tone": document["tone"]} | filled({"heading": document["heading"]})
    text = to_markdown(document["html"])
    return entry | ({"text": text} if text else {"html": document["html"]})


def table(document):
    columns = document["columns"]
    plain = columns and all(name.replace("_", "").isalnum() for name in columns)
    return {
        "query": document["query"] or "",
        "include": document["slugs"],
        "columns": ", ".join(columns) if plain else columns,
        "caption": document["caption"],
    }


def directive(name, data):
    text = dump(data, flow=("include",))
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{name}\n{text}{fence}"
