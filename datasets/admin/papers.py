"""Papers, and relations between records."""

from django.contrib import admin
from django.db.models import Count

from datasets.admin.base import DeskAdmin, record_link
from datasets.admin.forms import DeskForm
from datasets.models import Paper, Relation


class PaperForm(DeskForm):
    beside = {
        "paper_doi_once": "doi",
        "paper_arxiv_once": "arxiv",
        "paper_year_is_plausible": "year",
    }


@admin.register(Paper)
class PaperAdmin(DeskAdmin):
    form = PaperForm
    list_display = ["title", "year", "venue", "doi", "arxiv", "uses"]
    search_fields = ["title", "authors", "venue", "doi", "arxiv"]
    search_help_text = "Title, authors, venue, DOI or arXiv number."
    ordering = ["title"]
    fields = ["title", "authors", "venue", "year", "doi", "arxiv"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(uses=Count("record"))

    @admin.display(description="records", ordering="uses")
    def uses(self, paper):
        return paper.uses


class RelationForm(DeskForm):
    beside = {
        "relation_joins_two_records": "object",
        "relation_symmetric_once": "object",
    }


@admin.register(Relation)
class RelationAdmin(DeskAdmin):
    form = RelationForm
    list_display = ["__str__", "type", "subject_link", "object_link", "extent"]
    list_filter = ["type"]
    search_fields = ["subject__name", "subject__slug", "object__name", "object__slug"]
    search_help_text = "Name or slug of either record."
    autocomplete_fields = ["subject", "object"]
    fields = ["subject", "type", "object", "extent", "remedy", "evidence"]

    @admin.display(description="record", ordering="subject__name")
    def subject_link(self, relation):
        return record_link(relation.subject)

    @admin.display(description="other record", ordering="object__name")
    def object_link(self, relation):
        return record_link(relation.object)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("subject", "object")
