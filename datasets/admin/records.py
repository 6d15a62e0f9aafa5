"""Datasets and tools."""

from django.contrib import admin, messages
from django.http import HttpResponseRedirect

from datasets.admin.base import DeskAdmin, FoundBySlug, ReadOnlyAdmin, change_address
from datasets.admin.forms import RecordForm
from datasets.admin.inlines import RECORD_INLINES
from datasets.admin.lists import KindFilter, LicenseFamilyFilter, VerifiedFilter, headline
from datasets.admin.merging import MergeRecords
from datasets.admin.verbs import RecordVerbs
from datasets.documents import build_all
from datasets.ledger import CONFLICT, Ledger
from datasets.models import Dataset, Evidence, Record, Tool
from datasets.reading import fact_label


class FindRecords(FoundBySlug):
    """One way of finding a record, wherever it is looked for."""

    search_fields = ["name", "full_name", "slug", "aliases", "paper__doi", "paper__arxiv"]
    search_help_text = "Name, full name, alias, slug (also a former one), DOI or arXiv number."
    ordering = ["name", "slug"]


class RecordAdmin(RecordVerbs, MergeRecords, FindRecords, DeskAdmin):
    form = RecordForm
    actions = [*RecordVerbs.actions, "merge_chosen"]
    inlines = RECORD_INLINES
    delete_confirmation_template = "admin/datasets/delete_record.html"
    list_display = [
        "name",
        "kind",
        "licence",
        "access",
        "size",
        "published",
        "verified_on",
        "updated",
    ]
    list_filter = [
        "published",
        VerifiedFilter,
        KindFilter,
        "access",
        ("license__family", LicenseFamilyFilter),
        "status",
        ("modalities", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["license"]
    date_hierarchy = "updated_at"
    prepopulated_fields = {"slug": ["name"]}
    autocomplete_fields = [
        "modalities",
        "anatomies",
        "tasks",
        "license",
        "host",
        "paper",
        "replaced_by",
    ]
    readonly_fields = ["published", "verified_on", "verified_by"]
    terms_of_use = (
        "Terms and access",
        {"fields": ["access", "license", "license_name", "license_url", "host"]},
    )
    origin = ("Origin", {"fields": ["paper", "year", "status", "replaced_by"]})
    certainty = (
        "Certainty",
        {
            "fields": [
                ("confidence_url", "confidence_license", "confidence_sizes"),
                ("published", "verified_on", "verified_by"),
                "extra",
            ]
        },
    )
    names = (None, {"fields": ["name", "slug", "full_name", "aliases", "kind", "summary"]})

    def get_queryset(self, request):
        records = super().get_queryset(request)
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            return records.prefetch_related("sizes__unit")
        return records.select_related("license", "host", "paper", "replaced_by", "verified_by")

    def get_prepopulated_fields(self, request, obj=None):
        # A published address does not follow each correction of the name.
        return {} if obj else self.prepopulated_fields

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "kind":
            kwargs["choices"] = [(kind.value, kind.label) for kind in self.model.kinds]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if any(rows.model is Evidence and rows.has_changed() for rows in formsets):
            self.ask_why(request, form.instance)

    def ask_why(self, request, record):
        """Ask for the reason of each fact whose sources differ, if nobody gave one."""
        [(_, document)] = build_all([record.pk])
        for mark in Ledger(document).marks():
            if mark.state == CONFLICT and not mark.because:
                text = (
                    f"Its sources differ in “{fact_label(mark.fact)}”. Readers see them side by side: "
                    f"in evidence that says “{mark.figures[0].value}”, tell them under "
                    "“Leads because” why the record follows it."
                )
                self.message_user(request, text, messages.WARNING)

    def view_on_site(self, record):
        # As saved: what was typed into the form may be no address.
        saved = Record.objects.published().filter(pk=record.pk).first()
        return saved and saved.get_absolute_url()

    @admin.display(description="licence", ordering="license__name")
    def licence(self, record):
        return record.license.spdx or record.license.name

    @admin.display(description="size")
    def size(self, record):
        return headline(record)

    @admin.display(description="updated", ordering="updated_at")
    def updated(self, record):
        return record.updated_at.date()


@admin.register(Dataset)
class DatasetAdmin(RecordAdmin):
    fieldsets = [
        RecordAdmin.names,
        (
            "What it holds",
            {
                "fields": [
                    "modalities",
                    "anatomies",
                    "tasks",
                    "annotations",
                    "annotation_method",
                    "countries",
                    "splits",
                ]
            },
        ),
        RecordAdmin.terms_of_use,
        RecordAdmin.origin,
        RecordAdmin.certainty,
    ]


@admin.register(Tool)
class ToolAdmin(RecordAdmin):
    fieldsets = [
        RecordAdmin.names,
        (
            "What it does",
            {"fields": ["modalities", "anatomies", "tasks", "architecture", "trained_on"]},
        ),
        RecordAdmin.terms_of_use,
        RecordAdmin.origin,
        RecordAdmin.certainty,
    ]


@admin.register(Record)
class AnyRecordAdmin(FindRecords, ReadOnlyAdmin):
    """Finds records of every kind for the fields that name one; each is edited as what it is."""

    list_display = ["name", "kind", "published"]

    def has_view_permission(self, request, obj=None):
        return any(
            request.user.has_perm(f"datasets.{verb}_{model}")
            for verb in ("view", "change")
            for model in ("dataset", "tool")
        )

    def has_module_permission(self, request):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        record = self.get_object(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return HttpResponseRedirect(change_address(record))
