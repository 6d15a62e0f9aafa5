"""Merging two terms or two records: choose the survivor, see what will move, confirm."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect

from datasets import curation
from datasets.admin.forms import OneOf
from datasets.differences import differences
from datasets.documents import loads
from datasets.index import current
from datasets.models import Document, Record, Size, Unit


def merge_form(model_admin, data, row):
    """A form with one field, ``into``: another row of the same kind."""
    source = model_admin.merge_source()
    form = forms.Form(data)
    form.fields["into"] = forms.ModelChoiceField(
        label="Merge into",
        queryset=type(row)._default_manager.exclude(pk=row.pk),
        widget=OneOf(source, model_admin.admin_site),
        help_text="The one that stays. Its name and facts are kept.",
    )
    return form


class MergeVerb:
    """The page behind the merge button of Verbs, and the action that leads there."""

    def merge_view(self, request, row):
        data = request.POST if request.method == "POST" else request.GET or None
        form = merge_form(self, data, row)
        into = form.cleaned_data["into"] if form.is_valid() else None
        if request.method == "POST" and into:
            try:
                self.merge(row, into, request.user)
            except ValidationError as error:
                form.add_error("into", error)
            else:
                text = f"“{row}” was merged into “{into}”; its address leads there."
                self.message_user(request, text, messages.SUCCESS)
                return HttpResponseRedirect(self.address("change", into))
        return self.page(
            request,
            "admin/datasets/merge.html",
            f"Merge {row}",
            row=row,
            into=into,
            form=form,
            media=self.media + form.media,
            moves=self.moves(row, into) if into else [],
            facts=self.facts(row, into) if into else [],
            other_way=into and self.address("merge", into),
        )

    def facts(self, row, into):
        return []

    @admin.action(description="Merge two…", permissions=["change"])
    def merge_chosen(self, request, queryset):
        rows = list(queryset[:3])
        if len(rows) != 2:
            text = "Choose exactly two to merge; on the next page you say which one stays."
            self.message_user(request, text, messages.WARNING)
            return None
        return HttpResponseRedirect(f"{self.address('merge', rows[0])}?into={rows[1].pk}")


class MergeRecords(MergeVerb):
    def merge_source(self):
        return Record._meta.get_field("replaced_by")

    def merge(self, record, into, by):
        return curation.merge_records(record, into=into, by=by)

    def moves(self, record, into):
        """What leads to the survivor afterwards: (count, what)."""
        return [
            (record.relations.count() + record.inverse_relations.count(), "relations"),
            (record.evidence.count(), "rows of evidence"),
            (record.suggestions.count(), "suggestions"),
            (record.replaces.count(), "records that it replaces"),
            (1 + len(record.aliases), "names, as aliases"),
        ]

    def facts(self, record, into):
        """What the two say differently; of these the survivor's stay."""
        said = Document.objects.in_bulk([record.pk, into.pk])
        told = [loads(said[row.pk].text) for row in (record, into) if row.pk in said]
        moved = {"aliases", "evidence", "relations", "slug", "url", "name"}
        if len(told) < 2:
            return []
        return [row for row in differences(*told, current()) if row["key"] not in moved]


class MergeTerms(MergeVerb):
    def merge_source(self):
        if self.model is Unit:
            return Size._meta.get_field("unit")
        return next(
            field for field in Record._meta.get_fields() if field.related_model is self.model
        )

    def merge(self, term, into, by):
        return curation.merge_terms(term, into=into, by=by)

    def moves(self, term, into):
        rows = [(term.records().distinct().count(), "records")]
        if hasattr(term, "broader"):
            rows += [
                (term.broader.count(), "broader terms"),
                (term.narrower.count(), "narrower terms"),
            ]
        return [*rows, (1 + len(term.synonyms), "names, as synonyms")]
