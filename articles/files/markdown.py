"""Formatted text as Markdown: what an editor's text looks like in a file, and back.

HTML in Markdown is let through: the sanitiser of the text field decides what stays.
"""

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML

from articles.prose import sanitize

NEW_BLOCK = "<!-- new block -->"
HEADINGS = ("h2", "h3", "h4")


class Renderer(RendererHTML):
    """HTML in the form in which the editor writes it, so that opening a text changes nothing.

    That is: no line breaks between elements, and paragraphs in list items and cells.
    """

    def renderToken(self, tokens, idx, options, env):
        token = tokens[idx]
        mark = f"{'</' if token.nesting == -1 else '<'}{token.tag}{self.renderAttrs(token)}>"
        if token.type in ("th_open", "td_open"):
            return f'<{token.tag} colspan="1" rowspan="1"><p>'
        if token.type in ("th_close", "td_close"):
            return f"</p>{mark}"
        return mark

    def thead_open(self, tokens, idx, options, env):
        return "<tbody>"

    def thead_close(self, tokens, idx, options, env):
        # A table without further rows has no body of its own to end.
        following = tokens[idx + 1].type if idx + 1 < len(tokens) else ""
        return "" if following == "tbody_open" else "</tbody>"

    def tbody_open(self, tokens, idx, options, env):
        return ""

    def fence(self, tokens, idx, options, env):
        code = escapeHtml(tokens[idx].content.removesuffix("\n"))
        return f"<pre><code>{code}</code></pre>"

    def code_block(self, tokens, idx, options, env):
        return self.fence(tokens, idx, options, env)

    def html_block(self, tokens, idx, options, env):
        return tokens[idx].content.rstrip("\n")

    def softbreak(self, tokens, idx, options, env):
        return " "

    def hardbreak(self, tokens, idx, options, env):
        return "<br>"


MARKDOWN = MarkdownIt(
    "commonmark", {"html": True, "xhtmlOut": False, "maxNesting": 60}, renderer_cls=Renderer
).enable(["table", "strikethrough"])


def tokens_of(text):
    """The tokens of Markdown, and the link targets that it defines."""
    env = {}
    return MARKDOWN.parse(text, env), env


def rendered(tokens, env):
    """Tokens as sanitised HTML."""
    return sanitize(MARKDOWN.renderer.render(tokens, MARKDOWN.options, env))


def to_html(text):
    """Markdown as the HTML that is stored for it."""
    return rendered(*tokens_of(text))


def faults(tokens):
    """(line from 0, message) for what would be lost in these tokens."""
    for token in tokens:
        line = token.map[0] if token.map else 0
        if token.type == "heading_open" and token.tag not in HEADINGS:
            yield (
                line,
                "Headings are written with ##, ### or ####: the title of the post is the first.",
            )
        if token.type == "inline":
            yield from (
                (line, "An image is a block of its own: write an ```image directive.")
                for child in token.children
                if child.type == "image"
            )
