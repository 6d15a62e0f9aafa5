"""The headings of the explorer's table: how it is sorted, and the links that sort it otherwise."""

from html import escape

from django.utils.safestring import mark_safe

from datasets.columns import COLUMNS


class Headings:
    """Writes the headings. Each column that can sort goes round: up, down, the usual order."""

    def __init__(self, query, state, unit):
        self.state, self.unit = state, unit
        name, self.descending, *_ = query.selection.order
        # By relevance, or a list by hand, no column sorts.
        self.sorted_by = "" if name in ("relevance", "slug") else name

    def row(self, columns):
        """The headings of these columns, as HTML."""
        return mark_safe("".join(self.heading(COLUMNS[name]) for name in columns))

    def heading(self, column):
        start = f'<th scope="col" role="columnheader" class="head-{column.name}"'
        name = column.ordering
        if not name or (name == "size" and not self.unit):
            return f"{start}>{column.label}</th>"
        now, ordering, next_ = self.turn(name)
        sorted_now = f' aria-sort="{now}"' if now else ""
        address = escape(self.state.address(ordering=ordering))
        return (
            f'{start}{sorted_now}><a href="{address}" id="sort-{column.name}">{column.label}'
            f'<span class="arrow" aria-hidden="true"></span>'
            f'<span class="visually-hidden">: {next_}</span></a></th>'
        )

    def turn(self, name):
        """(how the table is sorted by a column now, the ordering that its link asks for, the same in words)."""
        if name != self.sorted_by:
            return "", name, "sort ascending"
        if not self.descending:
            return "ascending", f"-{name}", "sort descending"
        return "descending", None, "back to the usual order"
