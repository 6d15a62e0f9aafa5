"""The vocabularies."""

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html

from datasets.admin.base import DeskAdmin, FoundBySlug
from datasets.admin.forms import DeskForm
from datasets.admin.merging import MergeTerms
from datasets.admin.verbs import Verbs
from datasets.models import PERMITS, REQUIRES, Anatomy, Host, License, Modality, Record, Task, Unit


class TermForm(DeskForm):
    beside = {"license_spdx_once": "spdx"}

    def clean(self):
        super().clean()
        for broader in self.cleaned_data.get("broader") or ():
            if self.instance.pk in {broader.pk, *broader.ancestor_ids()}:
                self.add_error(
                    "broader",
                    ValidationError(
                        f"“{broader}” lies under “{self.instance}” already, or is the same: "
                        "a term cannot lie under itself."
                    ),
                )


class TermAdmin(Verbs, MergeTerms, FoundBySlug, DeskAdmin):
    form = TermForm
    buttons = ("merge",)
    actions = ["merge_chosen"]
    list_display = ["name", "slug", "uses", "order"]
    search_fields = ["name", "slug", "synonyms"]
    search_help_text = "Name, slug (also a former one) or synonym."
    ordering = ["order", "name"]
    prepopulated_fields = {"slug": ["name"]}
    # How a record names a term of this vocabulary.
    used_as = ""

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(uses=self.count_of_uses())

    def count_of_uses(self):
        # Counted per term in a query of its own: a join would multiply with the search's.
        joins = Record.objects.filter(**{self.used_as: OuterRef("pk")}).order_by()
        counted = joins.values(self.used_as).annotate(count=Count("pk", distinct=True))
        return Coalesce(Subquery(counted.values("count")[:1]), 0)

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else self.prepopulated_fields

    def get_deleted_objects(self, objs, request):
        listed, counts, lacking, protected = super().get_deleted_objects(objs, request)
        for term in objs:
            used = set(term.records())
            if used:
                protected.append(f"{len(used)} records that name “{term}”: merge it instead")
        return listed, counts, lacking, protected

    @admin.display(description="records", ordering="uses")
    def uses(self, term):
        if self.used_as == "sizes__unit" or not term.uses:
            return term.uses
        address = reverse("admin:datasets_record_changelist")
        return format_html(
            '<a href="{}?{}__id__exact={}">{}</a>', address, self.used_as, term.pk, term.uses
        )


class BroaderTermAdmin(TermAdmin):
    list_display = ["name", "slug", "under", "uses", "order"]
    autocomplete_fields = ["broader"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("broader")

    @admin.display(description="broader")
    def under(self, term):
        return ", ".join(broader.name for broader in term.broader.all()) or "–"


@admin.register(Modality)
class ModalityAdmin(BroaderTermAdmin):
    used_as = "modalities"
    fields = ["name", "slug", "description", "synonyms", "broader", "dicom", "order"]


@admin.register(Anatomy)
class AnatomyAdmin(BroaderTermAdmin):
    used_as = "anatomies"
    fields = ["name", "slug", "description", "synonyms", "broader", "uberon", "order"]


@admin.register(Task)
class TaskAdmin(TermAdmin):
    used_as = "tasks"
    fields = ["name", "slug", "description", "synonyms", "order"]


@admin.register(Unit)
class UnitAdmin(TermAdmin):
    used_as = "sizes__unit"
    fields = ["name", "slug", "description", "synonyms", "order"]


@admin.register(Host)
class HostAdmin(TermAdmin):
    used_as = "host"
    fields = ["name", "slug", "url", "description", "synonyms", "order"]


@admin.register(License)
class LicenseAdmin(TermAdmin):
    used_as = "license"
    list_display = ["name", "spdx", "family", *PERMITS, "uses"]
    list_filter = ["family", *PERMITS]
    search_fields = ["name", "slug", "spdx", "synonyms"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "spdx", "url", "family", "description", "synonyms"]}),
        ("Permits", {"fields": [*PERMITS]}),
        ("Requires", {"fields": [*REQUIRES]}),
        ("Order", {"fields": ["order"]}),
    ]
