"""Sanitised HTML as Markdown. What Markdown cannot say exactly is kept as HTML in one line.

Every element is read back before it is given out, so that a text that is written and
read again is the same to the letter.
"""

import html
import re
from html.parser import HTMLParser

from articles.files.markdown import to_html

VOID = ("br", "hr")
MARKS = {"strong": "**", "em": "*", "s": "~~"}
SPECIAL = re.compile(r"([\\`*\[\]<~|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;))")
# At the start of a line these would begin a heading, a quotation, a list or a rule.
OPENING = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|>|[-+](?=\s|$|-)|=+\s*$|\d{1,9}(?=[.)](\s|$)))")


class Element:
    """An element of the text: its tag, attributes and what it holds, in order."""

    def __init__(self, tag, attributes=()):
        self.tag, self.attributes, self.children = tag, dict(attributes), []

    def markup(self):
        attributes = "".join(
            f' {name}="{escaped(value or "", quotes=True)}"'
            for name, value in self.attributes.items()
        )
        if self.tag in VOID:
            return f"<{self.tag}{attributes}>"
        return f"<{self.tag}{attributes}>{self.inside()}</{self.tag}>"

    def inside(self):
        return "".join(
            escaped(child) if isinstance(child, str) else child.markup() for child in self.children
        )

    def elements(self):
        """The children if all of them are elements, else None."""
        mixed = any(isinstance(child, str) for child in self.children)
        return None if mixed else self.children


def escaped(text, quotes=False):
    text = text.replace("&", "&amp;").replace("\xa0", "&nbsp;")
    if quotes:
        return text.replace('"', "&quot;")
    return text.replace("<", "&lt;").replace(">", "&gt;")


class Tree(HTMLParser):
    """Builds Elements from HTML that the sanitiser wrote, in which every tag is closed."""

    def __init__(self):
        super().__init__(convert_charrefs=False)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        element = Element(tag, attrs)
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        if len(self.open) > 1 and self.open[-1].tag == tag:
            self.open.pop()

    def handle_data(self, data):
        children = self.open[-1].children
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)

    def handle_entityref(self, name):
        self.handle_data(html.unescape(f"&{name};"))

    def handle_charref(self, name):
        self.handle_data(html.unescape(f"&#{name};"))


def tree(markup):
    parser = Tree()
    parser.feed(markup)
    parser.close()
    return parser.root


class Inexpressible(ValueError):
    """Markdown has no way to say this."""


def to_markdown(markup):
    """Markdown that reads back as exactly this HTML; None if there is none."""
    if markup == "":
        return None
    parts, previous = [], None
    for child in tree(markup).children:
        if isinstance(child, str):
            return None
        part = element_markdown(
            child, second=previous == child.tag in ("ul", "ol") and is_odd(parts)
        )
        parts.append(part)
        previous = child.tag
    text = "\n\n".join(parts)
    return text if to_html(text) == markup else None


def is_odd(parts):
    """Whether the list before began with the first kind of mark: the next one takes the second."""
    return re.match(r"-|\d+\.", parts[-1]) is not None


def element_markdown(element, second=False):
    """One element of the top level, in the most readable way that reads back the same."""
    wanted = element.markup()
    for write in (Writer(), Writer(marks=False)):
        try:
            text = write.block(element, second)
        except Inexpressible:
            continue
        if to_html(text) == wanted:
            return text
    return wanted


class Writer:
    """Writes Elements as Markdown; without ``marks``, emphasis is left as HTML."""

    def __init__(self, marks=True):
        self.marks = marks

    def block(self, element, second=False):
        match element.tag:
            case "p":
                return self.paragraph(element)
            case "h2" | "h3" | "h4":
                return f"{'#' * int(element.tag[1])} {self.line(element)}"
            case "hr":
                return "---"
            case "pre":
                return self.code(element)
            case "blockquote":
                return prefixed(self.blocks(element), "> ", "> ")
            case "ul" | "ol":
                return self.list(element, second)
            case "table":
                return self.table(element)
        raise Inexpressible

    def blocks(self, element):
        children, parts, previous = element.elements(), [], None
        if not children:
            raise Inexpressible
        for child in children:
            twice = previous == child.tag in ("ul", "ol") and is_odd(parts)
            parts.append(self.block(child, twice))
            previous = child.tag
        return "\n\n".join(parts)

    def paragraph(self, element):
        text = self.inline(element, "\\\n")
        return "\n".join(OPENING.sub(escape_opening, line) for line in text.split("\n"))

    def line(self, element):
        """What stands in one line: a heading or a cell."""
        text = self.inline(element, "<br>")
        if "\n" in text:
            raise Inexpressible
        return re.sub(r"(#+)$", r"\\\1", text)

    def code(self, element):
        inner = element.elements()
        if not inner or len(inner) > 1 or inner[0].tag != "code":
            raise Inexpressible
        code = "".join(child for child in inner[0].children if isinstance(child, str))
        fence = "`" * max(3, 1 + longest_run(code))
        return f"{fence}\n{code}\n{fence}"

    def list(self, element, second):
        items = element.elements()
        if not items or set(element.attributes) - {"start"}:
            raise Inexpressible
        start = element.attributes.get("start", "1") or ""
        # Markdown counts with nine digits at most.
        if not re.fullmatch(r"[0-9]{1,9}", start):
            raise Inexpressible
        number = int(start)
        lines = []
        for item in items:
            if element.tag == "ul":
                mark = "* " if second else "- "
            else:
                mark = f"{number}{')' if second else '.'} "
                number += 1
            lines.append(prefixed(self.blocks(item), mark, " " * len(mark)))
        simple = all(len(item.children) == 1 for item in items)
        return ("\n" if simple else "\n\n").join(lines)

    def table(self, element):
        body = element.elements()
        if not body or len(body) > 1 or body[0].tag != "tbody":
            raise Inexpressible
        rows = [
            [self.cell(cell) for cell in row.elements() or ()] for row in body[0].elements() or ()
        ]
        if not rows or not rows[0]:
            raise Inexpressible
        rows.insert(1, ["---"] * len(rows[0]))
        return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)

    def cell(self, cell):
        inner = cell.elements()
        if not inner or len(inner) > 1 or inner[0].tag != "p":
            raise Inexpressible
        return self.line(inner[0])

    def inline(self, element, hard_break):
        return "".join(
            SPECIAL.sub(r"\\\1", child) if isinstance(child, str) else self.mark(child, hard_break)
            for child in element.children
        )

    def mark(self, element, hard_break):
        tag = element.tag
        if tag == "br":
            return hard_break
        if self.marks and tag == "code":
            return code_span(element)
        inside = self.inline(element, hard_break)
        if self.marks and tag in MARKS and not element.attributes:
            return f"{MARKS[tag]}{inside}{MARKS[tag]}"
        if self.marks and tag == "a" and set(element.attributes) == {"href"}:
            return f"[{inside}]({target(element.attributes['href'])})"
        opening = Element(tag, element.attributes).markup().removesuffix(f"</{tag}>")
        return f"{opening}{inside}</{tag}>"


def escape_opening(match):
    space, mark = match[1], match[2]
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def prefixed(text, first, following):
    """The text with ``first`` before its first line and ``following`` before the others that say anything."""
    lines = text.split("\n")
    rest = (following + line if line else following.rstrip() for line in lines[1:])
    return "\n".join([first + lines[0], *rest])


def longest_run(text):
    return max(map(len, re.findall("`+", text)), default=0)


def code_span(element):
    code = "".join(child for child in element.children if isinstance(child, str))
    fence = "`" * (1 + longest_run(code))
    pad = " " if code.startswith(("`", " ")) or code.endswith(("`", " ")) else ""
    return f"{fence}{pad}{code}{pad}{fence}"


def target(href):
    if re.fullmatch(r"[^\s<>()\\]+", href):
        return href
    escaped_href = re.sub(r"([<>\\])", r"\\\1", href)
    return f"<{escaped_href}>"
