"""The rows beside a record, edited on its form."""

from django.contrib import admin

from datasets.admin.base import DeskFields, record_link
from datasets.admin.forms import (
    EvidenceRowForm,
    KnownAutocomplete,
    RelationRowForm,
    RowForm,
    RowFormSet,
)
from datasets.models import Evidence, Grant, Link, Relation, RelationType, Size

# Enough for any record or post; a number made up by somebody is not believed beyond it.
MOST_ROWS = 500


class Rows(DeskFields):
    """Who may change a record may change its rows."""

    form = RowForm
    formset = RowFormSet
    extra = 0
    max_num = MOST_ROWS
    # What each row prints of others, and which of these are chosen in it.
    joined = ()

    @property
    def record_admin(self):
        return self.admin_site.get_model_admin(self.parent_model)

    def has_view_permission(self, request, obj=None):
        return self.record_admin.has_view_permission(request)

    def has_change_permission(self, request, obj=None):
        return self.record_admin.has_change_permission(request)

    def has_add_permission(self, request, obj=None):
        if obj is None:
            return self.record_admin.has_add_permission(request)
        return self.record_admin.has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request)

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, **({"absolute_max": MOST_ROWS} | kwargs))

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        return rows.select_related(*self.joined) if self.joined else rows

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and hasattr(field.widget, "can_change_related"):
            field.widget.can_change_related = field.widget.can_view_related = False
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.joined:
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SizeInline(Rows, admin.TabularInline):
    model = Size
    joined = ["unit"]
    fields = ["count", "unit", "qualifier", "note", "order"]
    verbose_name_plural = "Sizes: the headline figure first"

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


class LinkInline(Rows, admin.TabularInline):
    model = Link
    fields = ["kind", "url", "order"]

    def get_extra(self, request, obj=None, **kwargs):
        return 0 if obj else 1


class EvidenceInline(Rows, admin.StackedInline):
    """Whoever notes a day of checking is noted with it, in the role that readers see.

    Stacked, since one row of all its fields is twice as wide as a screen; folded, since there may be many.
    """

    model = Evidence
    classes = ["collapse"]
    form = EvidenceRowForm
    joined = ["unit"]
    # What every piece of evidence has comes first; the rest is for figures that differ.
    fields = [
        ("fact", "checked_on", "checked"),
        "source",
        ("value", "unit", "link"),
        "leads_because",
        ("seen_on", "confidence", "order"),
    ]
    readonly_fields = ["checked"]
    verbose_name_plural = "Evidence: where each fact was seen, and who checked it"

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("unit", "checked_by")

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = type(formset.form.__name__, (formset.form,), {"user": request.user})
        return formset

    @admin.display(description="checked by")
    def checked(self, evidence):
        names = [str(evidence.checked_by or ""), evidence.checked_role]
        return ", ".join(filter(None, names)) or "–"


class GrantInline(Rows, admin.TabularInline):
    model = Grant
    joined = ["license"]
    fields = ["covers", "license", "subset", "url"]
    verbose_name_plural = "Grants: where parts are licensed differently"


class RelationInline(Rows, admin.StackedInline):
    model = Relation
    fk_name = "subject"
    form = RelationRowForm
    joined = ["subject", "object"]
    fields = ["type", "object", "extent", "remedy", "evidence"]
    verbose_name_plural = "Relations that this record states"


class NamedByInline(Rows, admin.TabularInline):
    """The same edges seen from the other end: they are edited where they are stated."""

    model = Relation
    fk_name = "object"
    joined = ["subject", "object"]
    fields = readonly_fields = ["read_from_here", "record", "extent", "remedy"]
    verbose_name = "relation"
    verbose_name_plural = "Relations that name this record (edited there)"
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description="this record")
    def read_from_here(self, relation):
        return RelationType(relation.type).inverse

    @admin.display(description="record")
    def record(self, relation):
        return record_link(relation.subject)


RECORD_INLINES = [
    SizeInline,
    LinkInline,
    EvidenceInline,
    GrantInline,
    RelationInline,
    NamedByInline,
]
