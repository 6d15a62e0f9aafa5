"""The action that merges rows which were entered twice: choose them, say which one stays."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied, ValidationError
from django.template.response import TemplateResponse

from articles.merging import merge

# More than this is no slip of the hand.
MOST = 20


class MergeForm(forms.Form):
    into = forms.ModelChoiceField(
        queryset=None,
        label="The one that stays",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "Say which one stays."},
    )


class MergeChosen:
    """To be mixed in before the admin class; ``shown_in_merge`` are the fields by which to tell rows apart."""

    actions = ["merge_chosen"]
    shown_in_merge = []

    @admin.action(description="Merge…", permissions=["delete"])
    def merge_chosen(self, request, queryset):
        rows = list(queryset.order_by("pk")[: MOST + 1])
        if not 2 <= len(rows) <= MOST:
            text = f"Choose two to {MOST} to merge; on the next page you say which one stays."
            self.message_user(request, text, messages.WARNING)
            return None
        form = MergeForm(request.POST if "confirmed" in request.POST else None)
        form.fields["into"].queryset = self.model.objects.filter(pk__in=[row.pk for row in rows])
        form.fields["into"].label_from_instance = self.told
        if form.is_valid() and self.merged(request, rows, form):
            return None
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": f"Merge {self.opts.verbose_name_plural}",
            "media": self.media,
            "rows": rows,
            "form": form,
            "checkbox": helpers.ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/articles/merge.html", context)

    def merged(self, request, rows, form):
        """Whether it was done; a refusal is shown on the form."""
        into = form.cleaned_data["into"]
        try:
            count = merge(rows, into, by=request.user)
        except (ValidationError, PermissionDenied) as error:
            form.add_error("into", getattr(error, "messages", [str(error)]))
            return False
        self.message_user(request, f"{count} merged into “{into}”.", messages.SUCCESS)
        return True

    def told(self, row):
        facts = (str(getattr(row, name) or "") for name in self.shown_in_merge)
        return " · ".join([str(row), *filter(None, facts)])
