"""The body of a file: Markdown, and fenced directives that are blocks of other kinds."""

from dataclasses import dataclass
from difflib import get_close_matches

from articles.files.entries import IMAGE_KEYS, ImageDraft, Problem, Reader, read_image
from articles.files.markdown import NEW_BLOCK, faults, rendered, to_html, tokens_of
from articles.files.yaml_text import YamlProblem, parse
from articles.models import Callout, DatasetTable, ImageBlock, Quote, Text, ToolTable

DIRECTIVES = ("datasets", "tools", "image", "quote", "callout", "prose")
TABLE_KEYS = {"query", "include", "columns", "caption"}


@dataclass
class BlockDraft:
    """A block that is not stored yet, its image if it has one, and the line that it begins on."""

    line: int
    block: object
    image: ImageDraft | None = None


def read_body(body, first_line, problems, folder=None):
    """The blocks that the body of a file describes; what is wrong is added to ``problems``."""
    tokens, env = tokens_of(body)
    rows = body.split("\n")
    blocks, run = [], []
    for token in [*tokens, None]:
        name = token and directive(token)
        if token and not name:
            run.append(token)
            continue
        if run:
            blocks.append(text_block(run, env, first_line, problems))
            run = []
        if token and name != NEW_BLOCK:
            block = read_directive(token, name, rows, first_line, problems, folder)
            blocks += [block] if block else []
    return blocks


def directive(token):
    """The directive that a token is, or None; the mark between two texts counts as one."""
    if token.level:
        return None
    if token.type == "html_block" and token.content.strip() == NEW_BLOCK:
        return NEW_BLOCK
    info = token.info.split() if token.type == "fence" else []
    if not info:
        return None
    # A misspelt directive would be shown to readers as code.
    meant = get_close_matches(info[0], DIRECTIVES, 1, 0.85)
    return info[0] if info[0] in DIRECTIVES or meant else None


def text_block(tokens, env, first_line, problems):
    for line, message in faults(tokens):
        problems.append(Problem(first_line + line, message))
    start = next((token.map[0] for token in tokens if token.map), 0)
    return BlockDraft(first_line + start, Text(html=rendered(tokens, env)))


def read_directive(token, name, rows, first_line, problems, folder):
    start, end = token.map
    line = first_line + start
    if name not in DIRECTIVES:
        meant = get_close_matches(name, DIRECTIVES, 1, 0.85)[0]
        problems.append(Problem(line, f"“{name}” is no directive; did you mean “{meant}”?"))
        return None
    if end - start < 2 or set(rows[end - 1].strip()) != {token.markup[0]}:
        problems.append(Problem(line, f"This {name} directive has no end; write {token.markup}."))
        return None
    try:
        data, lines = parse(token.content, line + 1)
    except YamlProblem as error:
        problems.append(Problem(error.line, error.message))
        return None
    reader = Reader(data, lines | {"": line}, problems)
    return MAKERS[name](reader, data, line, folder)


def make_table(model):
    def make(reader, data, line, folder):
        reader.known(data, "", TABLE_KEYS)
        columns = data.get("columns")
        if isinstance(columns, str):
            columns = [name.strip() for name in columns.split(",") if name.strip()]
            data["columns"] = columns
        block = model(
            query=reader.text(data, "", "query"),
            slugs=reader.texts(data, "", "include"),
            columns=reader.texts(data, "", "columns"),
            caption=reader.text(data, "", "caption"),
        )
        return checked(reader, block, line, names={"slugs": "include"})

    return make


def make_image(reader, data, line, folder):
    reader.known(data, "", IMAGE_KEYS)
    image = read_image(reader, data, "", folder)
    block = ImageBlock(
        alt=reader.text(data, "", "alt"),
        decorative=reader.flag(data, "", "decorative", False) or False,
        caption=reader.text(data, "", "caption"),
    )
    return image and checked(reader, block, line, image=image)


def make_quote(reader, data, line, folder):
    reader.known(data, "", {"text", "attribution", "url"})
    block = Quote(**{key: reader.text(data, "", key) for key in ("text", "attribution", "url")})
    return checked(reader, block, line)


def make_callout(reader, data, line, folder):
    reader.known(data, "", {"tone", "heading", "text", "html"})
    text = reader.text(data, "", "text")
    if text:
        for _, message in faults(tokens_of(text)[0]):
            reader.wrong("text", message)
    block = Callout(
        tone=reader.text(data, "", "tone") or Callout.Tone.NOTE.value,
        heading=reader.text(data, "", "heading"),
        html=to_html(text) if text else reader.text(data, "", "html"),
    )
    return checked(reader, block, line, names={"html": "text"})


def make_prose(reader, data, line, folder):
    """Text that Markdown cannot say, as the HTML that is stored."""
    reader.known(data, "", {"html"})
    return checked(reader, Text(html=reader.text(data, "", "html")), line)


def checked(reader, block, line, image=None, names=None):
    # A draft may lack any text; approval is where an empty one is refused.
    exclude = {"parent", "image", "region", "ordering"} | (
        {"html"} if hasattr(block, "html") else set()
    )
    reader.checked(block, "", exclude=exclude, names=names)
    return BlockDraft(line, block, image)


MAKERS = {
    "datasets": make_table(DatasetTable),
    "tools": make_table(ToolTable),
    "image": make_image,
    "quote": make_quote,
    "callout": make_callout,
    "prose": make_prose,
}
