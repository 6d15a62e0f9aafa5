"""The form of a post, and of its blocks. Nothing typed is lost to an error, nor to another editor."""

from django import forms
from django.contrib.auth import get_user_model

from articles.admin.base import PublicationForm
from articles.admin.snapshots import packed
from datasets.admin.forms import PossibleIds, RowForm
from datasets.admin.opened import QuietField
from datasets.columns import COLUMNS
from datasets.numbers import MOST_VERSIONS


class OneOfFew(PossibleIds, forms.Select):
    """A plain list to choose from."""


class PostForm(PublicationForm):
    """Travels with what it was opened with, so that two people who save it at once can be brought together."""

    beside = {"post_has_a_title": "title"}

    version = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_VERSIONS, widget=forms.HiddenInput
    )
    compared = QuietField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "owner" in self.fields:
            self.fields["owner"].queryset = get_user_model().objects.filter(is_staff=True)
        if self.instance.pk:
            self.initial["version"] = self.instance.version
            if not self.is_bound:
                self.initial["opened"] = packed(self.instance)

    def meet_others(self):
        """Nothing: the rows of a post are brought together before its form is made."""

    def clean(self):
        super().clean()
        meanwhile = getattr(self.request, "meanwhile", None)
        if meanwhile and meanwhile.is_new:
            self.add_error(None, meanwhile.message)


class BlockForm(RowForm):
    """A block. One that comes without a region belongs to the only one there is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("region", "ordering"):
            if name in self.fields:
                self.fields[name].required = False

    def clean(self):
        super().clean()
        if "region" in self.fields:
            self.cleaned_data["region"] = (
                self.instance._meta.get_field("parent").related_model.regions[0].key
            )
        if "ordering" in self.fields and self.cleaned_data.get("ordering") is None:
            self.cleaned_data["ordering"] = self.instance.ordering or 0
        return self.cleaned_data


class ColumnsField(forms.MultipleChoiceField):
    """Columns as boxes to tick. Those that were chosen before keep their order."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value):
        # A column that is no more stays until somebody takes it away; the table's check says so.
        return True


class TableForm(BlockForm):
    columns = ColumnsField(
        required=False, help_text="None for the usual ones. They are shown in the order chosen."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "columns" in self.fields:
            self.fields["columns"].choices = [
                (column.name, column.label)
                for column in COLUMNS.values()
                if column.family in (None, self.instance.family)
                or column.name in self.instance.columns
            ]

    def clean_columns(self):
        chosen, before = self.cleaned_data["columns"], self.instance.columns
        kept = [name for name in before if name in chosen]
        return kept + [name for name in chosen if name not in kept]
