"""What the desk's forms have in common: the reason, the conflict, rows that others removed."""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone

from datasets.admin.opened import OpenedForm
from datasets.differences import changed_keys
from datasets.documents import loads
from datasets.ledger import FIGURES, is_whole_number
from datasets.models import Document, Revision
from datasets.numbers import BIGGEST_ID, MOST_VERSIONS, whole
from datasets.roles import role_of

# A safe bound for how many rows a post may claim to have.
MOST_SENT_ROWS = 1000


class DeskForm(OpenedForm):
    """Shows what the database or another rule refused as an error of the form, so that nothing typed is lost.

    ``beside`` says next to which field the violation of a constraint belongs.
    """

    request = None
    beside = {}

    reason = forms.CharField(
        label="Reason for this change",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text="Readers see it in the log of changes, with your role and the time, never with your name.",
    )

    def clean(self):
        super().clean()
        for message in getattr(self.request, "refused", ()):
            self.add_error(None, message)

    def _update_errors(self, errors):
        places = {
            constraint.get_violation_error_message(): self.beside[constraint.name]
            for _, constraints in self.instance.get_constraints()
            for constraint in constraints
            if constraint.name in self.beside
        }
        if hasattr(errors, "error_dict"):
            found = errors.error_dict
            for error in found.get(NON_FIELD_ERRORS, [])[:]:
                field = places.get(error.message)
                if field in self.fields:
                    found[NON_FIELD_ERRORS].remove(error)
                    found.setdefault(field, []).append(error)
            if not found.get(NON_FIELD_ERRORS, True):
                del found[NON_FIELD_ERRORS]
        super()._update_errors(errors)


class RecordForm(DeskForm):
    """Refuses to write over what somebody else changed since the form was opened."""

    beside = {
        "record_slug_is_not_reserved": "slug",
        "record_year_is_plausible": "year",
    }

    version = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_VERSIONS, widget=forms.HiddenInput
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["version"] = self.instance.version

    def clean(self):
        super().clean()
        replaced_by = self.cleaned_data.get("replaced_by")
        if replaced_by and replaced_by.pk == self.instance.pk:
            self.add_error("replaced_by", "A record cannot be replaced by itself.")

    def conflict(self):
        opened = self.cleaned_data.get("version") or 0
        if not self.instance.pk or "version" in self.errors:
            return super().conflict()
        # A cascade changed nothing that this form could write over.
        since = Revision.objects.filter(
            record=self.instance.pk, version__gt=opened, cause=Revision.Cause.EDIT
        )
        by = {str(row.by or "a command") for row in since.select_related("by")}
        if not by:
            return super().conflict()
        keys = ", ".join(key.replace("_", " ") for key in self.changed_since(opened))
        self.data[self.add_prefix("version")] = str(self.instance.version)
        return (
            f"{' and '.join(sorted(by))} changed this record while you had it open"
            f"{f' ({keys})' if keys else ''}. {self.told()}"
        )

    def changed_since(self, opened):
        then = (
            Revision.objects.filter(record=self.instance.pk, version__lte=opened)
            .exclude(document="")
            .first()
        )
        now = Document.objects.filter(record=self.instance.pk).first()
        return changed_keys(loads(then.document), loads(now.text)) if then and now else []


class PossibleIds:
    """Takes an id that no row can have as 0: the field refuses that instead of failing, and no row is shown."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return list(map(possible, value)) if isinstance(value, list) else possible(value)

    def optgroups(self, name, value, attr=None):
        # An address may fill in the form, with anything.
        return super().optgroups(name, list(map(possible, value)), attr)


def possible(value):
    return value if not value or whole(value, BIGGEST_ID) is not None else "0"


class OneOf(PossibleIds, AutocompleteSelect):
    pass


class SomeOf(PossibleIds, AutocompleteSelectMultiple):
    pass


class KnownAutocomplete(OneOf):
    """Prints the chosen row without asking the database for it, when the form has it already."""

    known = None

    def optgroups(self, name, value, attr=None):
        if self.known is None or list(map(str, value)) != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        label = self.choices.field.label_from_instance(self.known)
        options.append(self.create_option(name, self.known.pk, label, True, len(options)))
        return [(None, options, 0)]


class RowForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, row in self.instance._state.fields_cache.items():
            if name in self.fields:
                widget = self.fields[name].widget
                getattr(widget, "widget", widget).known = row
        if "order" in self.fields:
            self.fields["order"].required = False
            if not self.instance.pk:
                self.initial["order"] = None


class EvidenceRowForm(RowForm):
    """``user`` is who has the form open: a new day of checking is theirs."""

    user = None

    def clean(self):
        data = super().clean()
        evidence = self.instance
        if not self.cleaned_data.get("checked_on"):
            evidence.checked_by, evidence.checked_role = None, ""
        elif "checked_on" in self.changed_data:
            evidence.checked_by, evidence.checked_role = self.user, role_of(self.user)
        if self.cleaned_data.get("unit") and self.cleaned_data.get("fact") != "sizes":
            self.add_error("unit", "A unit says which size is meant; the fact is then “Sizes”.")
        if self.cleaned_data.get("link") and self.cleaned_data.get("fact") != "links":
            self.add_error("link", "A kind says which link is meant; the fact is then “Links”.")
        self.check_figure()
        for name in ("seen_on", "checked_on"):
            day = self.cleaned_data.get(name)
            if day and day > timezone.localdate():
                self.add_error(name, f"{day:%d %B %Y} has not come yet.")
        return data

    def check_figure(self):
        """What a source says of a figure is one; what was written before this was asked stays."""
        value = self.cleaned_data.get("value")
        typed = value and {"fact", "value"} & set(self.changed_data)
        is_figure = self.cleaned_data.get("fact") in FIGURES
        if typed and is_figure and not is_whole_number(value):
            self.add_error("value", "Give the figure alone, as a whole number: “1,018”.")


class RelationRowForm(RowForm):
    def validate_unique(self):
        super().validate_unique()
        # Django leaves out those constraints that speak of the record whose form this is.
        if self.instance.subject_id and self.instance.object_id:
            try:
                self.instance.validate_constraints()
            except ValidationError as error:
                self._update_errors(error)


class RowFormSet(forms.BaseInlineFormSet):
    """Rows of a record, of which somebody may have removed some while the form was open.

    Django finds the posted rows by position, which then is wrong; here they are found
    by id, and one that is gone comes back as a new row, with what was typed in it.
    """

    def __init__(self, data=None, files=None, instance=None, prefix=None, queryset=None, **kwargs):
        prefix = prefix or self.get_default_prefix()
        if data is not None:
            there = (
                queryset.filter(**{self.fk.name: instance}).values_list("pk", flat=True)
                if instance is not None and instance.pk
                else ()
            )
            data = sorted_rows(data, prefix, set(map(str, there)))
        super().__init__(data, files, instance=instance, prefix=prefix, queryset=queryset, **kwargs)

    def clean(self):
        super().clean()
        forms_kept = [
            form
            for form in self.forms
            if form.has_changed() or form.instance.pk
            if form not in self.deleted_forms and hasattr(form.instance, "order")
        ]
        orders = [form.cleaned_data.get("order") for form in forms_kept]
        last = max((order for order in orders if order is not None), default=-1)
        for form, order in zip(forms_kept, orders, strict=True):
            if order is None:
                last += 1
                form.instance.order = last


def sorted_rows(data, prefix, there):
    """The post with the rows that are ``there`` first and counted rightly, the others as new ones."""
    try:
        total = int(data.get(f"{prefix}-TOTAL_FORMS", ""))
        initial = int(data.get(f"{prefix}-INITIAL_FORMS", ""))
    except ValueError:
        return data
    if not 0 <= total <= MOST_SENT_ROWS:
        return data
    ids = [data.get(f"{prefix}-{number}-id", "").strip() for number in range(total)]
    old = [number for number in range(total) if ids[number] in there]
    old = [number for number in old if ids.index(ids[number]) == number]
    new = [number for number in range(total) if number not in old]
    if initial == len(old) and [*old, *new] == list(range(total)) and not any(ids[initial:]):
        return data
    sorted_data = data.copy()
    for key in data:
        if key.startswith(f"{prefix}-") and key[len(prefix) + 1 :].split("-")[0].isdigit():
            del sorted_data[key]
    for place, number in enumerate([*old, *new]):
        start = f"{prefix}-{number}-"
        for key in data:
            if key.startswith(start):
                sorted_data.setlist(f"{prefix}-{place}-{key[len(start) :]}", data.getlist(key))
        if number in new:
            sorted_data[f"{prefix}-{place}-id"] = ""
    sorted_data[f"{prefix}-INITIAL_FORMS"] = str(len(old))
    return sorted_data
