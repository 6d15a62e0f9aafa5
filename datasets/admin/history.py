"""What was: revisions with their differences, and slugs. Nothing here can be written."""

from django.contrib import admin
from django.template.loader import render_to_string

from datasets.admin.base import ReadOnlyAdmin, record_link
from datasets.differences import differences
from datasets.documents import loads
from datasets.index import current
from datasets.models import Revision, Slug


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ["number", "at", "slug", "version", "event", "cause", "public", "by", "note"]
    list_display_links = ["number", "slug"]
    list_filter = ["event", "cause", "public", "kind", "at"]
    search_fields = ["slug", "former_slug", "name", "note", "by__username"]
    search_help_text = "Slug, name, note or user."
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False
    fields = [
        ("number", "version"),
        ("event", "cause", "public"),
        "of_record",
        "merged_into",
        "former_slug",
        ("by", "at"),
        "note",
        "what_changed",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("record", "by").defer("document")

    @admin.display(description="record")
    def of_record(self, revision):
        return record_link(revision.record) if revision.record else f"{revision.name} (gone)"

    @admin.display(description="what changed")
    def what_changed(self, revision):
        before = (
            Revision.objects.filter(record=revision.record_id, number__lt=revision.number)
            .exclude(document="")
            .first()
            if revision.record_id
            else None
        )
        then = before and loads(before.document) or {}
        told = loads(revision.document) if revision.document else None
        return render_to_string(
            "admin/datasets/_differences.html",
            {
                "revision": revision,
                "before": before,
                "rows": differences(then, told, current()) if told else [],
            },
        )


@admin.register(Slug)
class SlugAdmin(ReadOnlyAdmin):
    """Finds out whose a slug is or was."""

    list_display = ["slug", "namespace", "current", "taken_by"]
    list_filter = ["namespace", "current"]
    search_fields = ["slug"]
    ordering = ["namespace", "slug"]
    fields = ["slug", "namespace", "current", "taken_by"]

    @admin.display(description="leads to")
    def taken_by(self, slug):
        if slug.object_id is None:
            return "deleted; stays taken"
        return f"{slug.namespace} {slug.object_id}"
