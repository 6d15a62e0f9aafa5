"""The parts of a post that are edited on its form: bylines, citations, blocks."""

from content_editor.admin import ContentEditorInline
from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import mark_safe

from articles.admin.forms import BlockForm, TableForm
from articles.models import (
    Byline,
    Callout,
    Citation,
    DatasetTable,
    ImageBlock,
    Quote,
    Text,
    ToolTable,
)
from articles.tables import address, check_table, read_table
from datasets.admin.inlines import Rows
from datasets.index import current

# How many of a table's records are named while it is edited.
NAMED = 8


class Parts(Rows):
    """Who may edit a post may edit its parts."""

    def has_view_permission(self, request, obj=None):
        return self.record_admin.has_view_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self.record_admin.has_change_permission(request, obj)

    def has_add_permission(self, request, obj=None):
        if obj is None or obj.pk is None:
            return self.record_admin.has_add_permission(request)
        return self.record_admin.has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.has_add_permission(request, obj)


class BylineInline(Parts, admin.TabularInline):
    model = Byline
    joined = ["author"]
    once = "author"
    fields = ["author", "order"]
    verbose_name = "author"
    verbose_name_plural = "Authors, in order"

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


class CitationInline(Parts, admin.TabularInline):
    model = Citation
    joined = ["work"]
    once = "work"
    fields = ["work", "role", "locator", "waiver", "order"]
    verbose_name_plural = "Citations, in order"

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


class BlockInline(Parts, ContentEditorInline):
    form = BlockForm
    extra = 0
    icon = "notes"

    @property
    def button(self):
        return f'<span class="material-icons" aria-hidden="true">{self.icon}</span>'


class TextInline(BlockInline):
    model = Text
    fields = ["html", "region", "ordering"]


class ImageInline(BlockInline):
    model = ImageBlock
    joined = ["image"]
    icon = "image"
    fields = ["image", "alt", "decorative", "caption", "region", "ordering"]


class QuoteInline(BlockInline):
    model = Quote
    icon = "format_quote"
    fields = ["text", "attribution", "url", "region", "ordering"]


class CalloutInline(BlockInline):
    model = Callout
    icon = "campaign"
    fields = ["tone", "heading", "html", "region", "ordering"]


class TableInline(BlockInline):
    """A live query, with what it gives now beside it."""

    form = TableForm
    icon = "table_chart"
    readonly_fields = ["now"]
    fields = ["caption", "query", "slugs", "now", "columns", "region", "ordering"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "query":
            attributes = {"rows": 2, "cols": 60, "data-table-query": self.model.family}
            return forms.CharField(
                required=False,
                max_length=4000,
                help_text=db_field.help_text,
                widget=forms.Textarea(attrs=attributes),
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @cached_property
    def index(self):
        # Inlines are made for each request: its tables are read from one state of the catalogue.
        return current()

    @admin.display(description="gives now")
    def now(self, table):
        told = ""
        if table.query or table.slugs:
            told = told_table(table.family, table.query, table.slugs, self.index)
        return mark_safe(f'<div class="table-now" aria-live="polite">{told}</div>')


class DatasetTableInline(TableInline):
    model = DatasetTable


class ToolTableInline(TableInline):
    model = ToolTable
    icon = "build"


def told_table(family, query, slugs, index=None):
    """What a query or list gives now, as HTML: how many records, which, and the way to the explorer."""
    index = index or current()
    errors = check_table(family, query, slugs, [], index)
    asked = None if errors else read_table(family, query, slugs, index)
    count = asked.selection.count() if asked else 0
    return render_to_string(
        "admin/articles/_table_now.html",
        {
            "family": family,
            "errors": errors,
            "count": count,
            "more": max(0, count - NAMED),
            "records": asked.selection.documents(0, NAMED) if asked else [],
            "address": address(query, slugs),
        },
    )


PARTS = [
    BylineInline,
    TextInline,
    ImageInline,
    QuoteInline,
    CalloutInline,
    DatasetTableInline,
    ToolTableInline,
    CitationInline,
]
