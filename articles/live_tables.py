"""The tables of a post as readers see them: rows of today's catalogue, and how to ask for them elsewhere."""

from functools import cached_property

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from articles.tables import family, holdings, read_left, remains
from datasets.columns import COLUMNS, DEFAULT_COLUMNS
from datasets.explorer.cells import Cells
from datasets.explorer.state import State
from datasets.filters import MOST, PAGE_SIZE
from datasets.reading import NOUNS


class LiveTable:
    """What the templates ask of a table block: everything is read from the Index."""

    def __init__(self, block, index, number=None):
        """``number`` counts the tables of a page, for their ids there."""
        self.block, self.index, self.number = block, index, number
        self.family = family(block)
        self.caption = block["caption"]
        self.query, self.gone = remains(block, index)
        self.asked = read_left(block, self.query, index)

    @property
    def faults(self):
        """What has become wrong with the query, in words; empty if nothing."""
        if self.asked is None:
            return []
        return [
            f"{name.replace('_', ' ')}: {text}"
            for name, texts in self.asked.errors.items()
            for text in texts
        ]

    @cached_property
    def selection(self):
        """The records that the table holds; None while its query cannot be answered."""
        return None if self.asked is None or self.asked.errors else self.asked.selection

    @cached_property
    def count(self):
        return self.selection.count() if self.selection is not None else 0

    @property
    def noun(self):
        return NOUNS[self.family][self.count != 1]

    @property
    def columns(self):
        known = [name for name in self.block["columns"] if name in COLUMNS]
        return known or DEFAULT_COLUMNS[self.family]

    @property
    def headings(self):
        return [COLUMNS[name] for name in self.columns]

    @cached_property
    def documents(self):
        return self.selection.documents(0, MOST) if self.selection is not None else []

    @property
    def unit(self):
        """The unit of sizes that the query asks for; None if it asks for none."""
        return next(iter(self.asked.right.get("unit", ())), None) if self.asked else None

    @property
    def incomparable(self):
        """The column that has no order of its own, if any: patients are neither more nor less than scans."""
        units = {document["sizes"][0]["unit"] for document in self.documents if document["sizes"]}
        return "size" if len(units) > 1 and not self.unit else None

    @property
    def rows(self):
        # A term leads to the whole explorer narrowed to it, not into this table's query.
        cells = Cells(self.index, self.columns, State(self.path, QueryDict(), ()), self.unit)
        return [cells.row(document) for document in self.documents]

    @property
    def plain_rows(self):
        """The cells as text, for readers of feeds."""
        columns = self.headings
        return [
            (document["url"], [column.text(document) for column in columns])
            for document in self.documents
        ]

    @property
    def hidden_rows(self):
        return self.count - len(self.documents)

    @property
    def path(self):
        return reverse(f"{self.family}:list")

    @property
    def api_path(self):
        return reverse(f"api:{self.family}:list")

    @property
    def explorer_url(self):
        """The explorer with the same rows in the same order."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def json_url(self):
        size = f"&page_size={MOST}" if self.count > PAGE_SIZE else ""
        return f"{self.api_path}?{self.query}{size}"

    @property
    def csv_url(self):
        shape = {"format": "csv"}
        if self.block["columns"]:
            shape["columns"] = ",".join(self.columns)
        return f"{self.api_path}?{self.query}&{urlencode(shape)}"

    def holds(self):
        """Slug to version of all its records now, in its order."""
        return holdings(self.asked)
