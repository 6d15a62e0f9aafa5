"""The rows of the explorer's table: a record's cells, the box that picks it and the link that opens it."""

from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from datasets.documents import loads
from datasets.explorer.cells import Cells
from datasets.explorer.viewing import OPEN
from datasets.exports import stored
from datasets.reading import Reading


class Rows:
    """Writes the table's body. ``state`` is where links start, ``applied`` where those of terms do."""

    def __init__(self, index, columns, state, applied, viewing, unit):
        self.index, self.state = index, state
        self.cells = Cells(index, columns, applied, unit)
        self.width = len(columns) + 1
        self.picked, self.opened = set(viewing.picked), state.view[OPEN]
        address = state.here()
        self.opens = escape(f"{address}{'&' if '?' in address else '?'}{OPEN}=")

    def body(self, documents):
        """All rows, each open one with a row of its details below it."""
        details = self.details()
        return mark_safe(
            "\n".join(
                self.row(document) + details.get(document["slug"], "") for document in documents
            )
        )

    def row(self, document):
        slug, name = document["slug"], escape(document["name"])
        checked = " checked" if slug in self.picked else ""
        if slug in self.opened:
            address, expanded = escape(self.closing(slug)), f'true" aria-controls="detail-{slug}'
        else:
            address, expanded = f"{self.opens}{slug}", "false"
        return (
            f'<tr role="row" class="row{" picked" if checked else ""}" id="row-{slug}">'
            f'<td role="cell" class="cell-pick" hx-boost="true"><input type="checkbox" name="pick" value="{slug}" '
            f'form="selection" id="pick-{slug}" aria-label="Select {name}"{checked}>'
            f'<a class="toggle" id="open-{slug}" href="{address}" '
            f'aria-label="Details of {name}" aria-expanded="{expanded}"></a></td>'
            f"{self.cells.row(document)}</tr>"
        )

    def closing(self, slug):
        return self.state.here(**{OPEN: [other for other in self.opened if other != slug]})

    def details(self):
        """Slug to the row of details, of the records that are open; read in one query."""
        positions = [self.index.position[slug] for slug in self.opened]
        documents = map(loads, stored(self.index, positions) if positions else ())
        return {document["slug"]: self.detail(document) for document in documents}

    def detail(self, document):
        context = {
            "document": document,
            "reading": Reading(document, self.index),
            "width": self.width,
            "close": self.closing(document["slug"]),
        }
        return render_to_string("datasets/_detail.html", context)
