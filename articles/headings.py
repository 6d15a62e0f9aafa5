"""Headings with addresses of their own, and the table of contents made from them."""

import html
import re
from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.text import slugify

HEADING = re.compile(r"<h([2-4])>(.*?)</h\1>", re.S)
# Ids that the page itself uses; those that it counts hold a full stop, which no anchor has.
TAKEN = {
    *("main", "mark", "contents", "corrections", "citations", "datasets-mentioned", "changes"),
    *("evidence", "summary", "related"),
}
# How ids begin that the page's head uses, or gives to what it offers while somebody types.
OURS = ("masthead-", "search-group-")


@dataclass(frozen=True)
class Entry:
    level: int
    text: str
    anchor: str


class Headings:
    """Gives each heading of a post an id, unique on its page; ``entries`` lists them in order."""

    def __init__(self):
        self.entries = []
        self.taken = set(TAKEN)

    def mark(self, markup):
        """The sanitised HTML with an id in each heading."""
        return HEADING.sub(self.marked, markup)

    def marked(self, match):
        level, content = match.groups()
        text = " ".join(html.unescape(strip_tags(content)).split())
        if not text:
            return ""
        anchor = self.free(slugify(text)[:60].strip("-") or "section")
        self.entries.append(Entry(int(level), text, anchor))
        return f'<h{level} id="{anchor}">{content}</h{level}>'

    def free(self, wanted):
        if wanted.startswith(OURS):
            wanted = f"section-{wanted}"
        anchor, number = wanted, 2
        while anchor in self.taken:
            anchor, number = f"{wanted}-{number}", number + 1
        self.taken.add(anchor)
        return anchor
