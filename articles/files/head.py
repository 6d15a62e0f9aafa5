"""A post as a Markdown file tells it, read and checked; nothing is written here.

A file is YAML between two lines of ``---``, then Markdown. Fenced ``datasets``,
``tools``, ``image``, ``quote``, ``callout`` and ``prose`` are the other blocks.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from articles.files.body import read_body
from articles.files.entries import IMAGE_KEYS, ImageDraft, Problem, Reader, line_of, read_image
from articles.files.naming import STAFF, Name
from articles.files.yaml_text import YamlProblem, parse
from articles.models import Author, Category, Citation, Post, Source, Work
from datasets import legible
from datasets.hints import hint, shown
from datasets.models import Slug

MOST_BYTES = 2_000_000
KEYS = {
    *("title", "slug", "kind", "category", "authors", "standfirst", "summary_points", "hero"),
    *("evidence", "citations", "datasets", "tags"),
}
EVIDENCE_KEYS = {"study_type", "peer_reviewed", "subjects"}
CITATION_KEYS = {
    *("title", "authors", "source", "source_kind", "source_slug", "published", "url", "doi"),
    *("role", "locator", "waiver"),
}
NAME_KEYS = {"name", "slug"}


@dataclass
class CitationDraft:
    work: Work
    source: Name | None
    role: str
    locator: str
    # None: the file says nothing of one.
    waiver: str | None


@dataclass
class Draft:
    """What a file says. ``lines`` maps the fields of a post's document to lines of the file."""

    slug: str = ""
    fields: dict = field(default_factory=dict)
    category: Name | None = None
    authors: list = field(default_factory=list)
    citations: list = field(default_factory=list)
    records: list = field(default_factory=list)
    hero: ImageDraft | None = None
    blocks: list = field(default_factory=list)
    lines: dict = field(default_factory=dict)
    # Images that writing it has added, whose files a rollback would leave behind.
    added: list = field(default_factory=list)

    def line(self, path):
        return line_of(self.lines, path)


def read(text, folder=None):
    """(draft, problems) of a file's text; with problems the draft is not fit to be written.

    Images that are not on the site are looked for under ``folder``.
    """
    problems = []
    try:
        text = decoded(text)
        data, lines, body, body_line = split(text)
    except YamlProblem as error:
        return Draft(), [Problem(error.line, error.message)]
    reader = Reader(data, lines, problems)
    draft = read_head(reader, folder)
    draft.blocks = read_body(body, body_line, problems, folder)
    draft.lines |= {f"blocks.{number}": row.line for number, row in enumerate(draft.blocks)}
    draft.lines.setdefault("blocks", body_line)
    return draft, sorted(problems)


def decoded(text):
    if len(text) > MOST_BYTES:
        raise YamlProblem(1, "The file is larger than 2 MB; that is no post.")
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            line = text[: error.start].count(b"\n") + 1
            raise YamlProblem(line, "This is no UTF-8; save the file in that encoding.") from None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    if "\0" in text:
        raise YamlProblem(text[: text.index("\0")].count("\n") + 1, "A NUL character is no text.")
    return text


def split(text):
    """(data, lines, body, the body's first line) of a file."""
    rows = text.split("\n")
    if rows[0].rstrip() != "---":
        raise YamlProblem(1, "A post begins with a line of “---”, then its title and so on.")
    ends = [number for number, row in enumerate(rows[1:], 1) if row.rstrip() == "---"]
    if not ends:
        raise YamlProblem(1, "A second line of “---” must end what the first one begins.")
    data, lines = parse("\n".join(rows[1 : ends[0]]), 2)
    return data, lines, "\n".join(rows[ends[0] + 1 :]), ends[0] + 2


def read_head(reader, folder):
    data = reader.data
    reader.known(data, "", KEYS)
    draft = Draft(lines=reader.lines)
    evidence = data.get("evidence")
    evidence = {} if evidence is None else reader.mapping(evidence, "evidence", EVIDENCE_KEYS)
    draft.slug = reader.text(data, "", "slug").strip()
    draft.fields = {
        "kind": reader.text(data, "", "kind") or Post.Kind.NEWS.value,
        "title": reader.text(data, "", "title"),
        "standfirst": reader.text(data, "", "standfirst"),
        "summary_points": reader.texts(data, "", "summary_points"),
        "study_type": reader.text(evidence, "evidence", "study_type"),
        "peer_reviewed": reader.flag(evidence, "evidence", "peer_reviewed"),
        "subjects": reader.text(evidence, "evidence", "subjects"),
    }
    draft.category = read_name(reader, data.get("category"), "category", Category)
    if data.get("category") is None:
        reader.wrong("category", "Name a category, such as “category: research”.")
    draft.authors = read_authors(reader)
    draft.citations = read_citations(reader)
    draft.records = read_records(reader)
    if data.get("hero") is not None:
        hero = reader.mapping(data["hero"], "hero", IMAGE_KEYS - {"caption"})
        draft.hero = read_image(reader, hero, "hero", folder)
        draft.fields["hero_alt"] = reader.text(hero, "hero", "alt")
        draft.fields["hero_decorative"] = reader.flag(hero, "hero", "decorative", False) or False
    check_post(reader, draft)
    return draft


def check_post(reader, draft):
    post = Post(slug=draft.slug or "x", **draft.fields)
    exclude = {"category", "hero", "owner", "edited_by", "submitted_by", "slug"}
    names = {
        **{key: f"evidence.{key}" for key in EVIDENCE_KEYS},
        "hero_alt": "hero.alt",
    }
    # Whether the slug is free is asked when the post is written.
    try:
        legible.check(post, exclude - ({"slug"} if draft.slug else set()))
    except ValidationError as error:
        reader.told(error, post, "", names)
    if not draft.slug:
        reader.wrong("slug", "slug: Give the last part of the post's address.")


def read_name(reader, value, path, model):
    """A name, given as a text (for a category: its slug) or as a mapping of name and slug."""
    if value is None:
        return None
    if isinstance(value, str):
        given = {"slug": value} if model is Category else {"name": value}
    else:
        given = reader.mapping(value, path, NAME_KEYS)
    name = Name(model, reader.text(given, path, "name"), reader.text(given, path, "slug"))
    return check_name(reader, name, path)


def check_name(reader, name, path):
    if not (name.name.strip() or name.slug.strip()):
        reader.wrong(path, "This is empty; give a name.")
        return None
    try:
        legible.check(name.fresh(), {"kind"} if name.kind is None else ())
    except ValidationError as error:
        # Of a list it is the list that has a name.
        label = next(part for part in reversed(path.split(".")) if not part.isdigit())
        for key, messages in error.message_dict.items():
            reader.wrong(f"{path}.{key}", f"{label}: {' '.join(messages)}")
    return name


def read_authors(reader):
    value = reader.data.get("authors")
    if value is None:
        return [Name(Author, STAFF)]
    if not isinstance(value, list):
        reader.wrong("authors", "“authors” is a list of names: [First Author, Second Author].")
        return []
    names = []
    for number, entry in enumerate(value):
        name = read_name(reader, entry, f"authors.{number}", Author)
        if name in names:
            reader.wrong(f"authors.{number}", f"{shown(name.name)} is named already.")
        elif name:
            names.append(name)
    return names


def read_citations(reader):
    value = reader.data.get("citations")
    if value is None:
        return []
    if not isinstance(value, list):
        reader.wrong("citations", "“citations” is a list; each entry begins with “- title: …”.")
        return []
    return [
        read_citation(reader, reader.mapping(entry, f"citations.{number}", CITATION_KEYS), number)
        for number, entry in enumerate(value)
    ]


def read_citation(reader, entry, number):
    path = f"citations.{number}"
    source = None
    if reader.text(entry, path, "source").strip() or reader.text(entry, path, "source_slug"):
        source = Name(
            Source,
            reader.text(entry, path, "source"),
            reader.text(entry, path, "source_slug"),
            reader.text(entry, path, "source_kind") or None,
        )
        source = check_name(reader, source, f"{path}.source")
    title = reader.text(entry, path, "title").strip()
    if not title:
        where = f" in {source.name}" if source else ""
        title = f"Article{where} (title not known to us)"
    work = Work(
        title=title,
        **{
            key: reader.text(entry, path, key).strip()
            for key in ("authors", "published", "url", "doi")
        },
    )
    reader.checked(work, path, exclude={"source"})
    waiver = reader.text(entry, path, "waiver") if "waiver" in entry else None
    citation = Citation(
        role=reader.text(entry, path, "role") or Citation.Role.PRIMARY.value,
        locator=reader.text(entry, path, "locator"),
        waiver=waiver or "",
    )
    reader.checked(citation, path, exclude={"post", "work"})
    return CitationDraft(work, source, citation.role, citation.locator, waiver)


def read_records(reader):
    """Ids of the catalogue's records that ``datasets`` names, by slugs that they have or had."""
    slugs = reader.texts(reader.data, "", "datasets")
    rows = Slug.objects.filter(namespace="record")
    known = dict(rows.values_list("slug", "object_id")) if slugs else {}
    for number, slug in enumerate(slugs):
        if slug not in known:
            reader.wrong(
                f"datasets.{number}",
                f"The catalogue has no record {shown(slug)}{hint(slug, known) or '.'}",
            )
    # A record that was deleted here keeps its slug and is mentioned no more.
    return [known[slug] for slug in slugs if known.get(slug)]
