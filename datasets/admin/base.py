"""What all of the desk's pages have in common."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, models
from django.db.models import ProtectedError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from datasets.admin.forms import DeskForm, OneOf, SomeOf, possible
from datasets.forms import LinesField, TextMapField
from datasets.legible import validators_of
from datasets.models import Slug, changing

# What the database may refuse although every form was content: somebody else was quicker.
REFUSALS = (ValidationError, IntegrityError, DataError, OverflowError)


def in_words(error):
    """The lines to show for an error that was caught while saving."""
    if isinstance(error, ValidationError):
        return error.messages
    return [
        "The database refused this: two rows would say the same, or a value is too large. "
        "Nothing was saved; change that and save again."
    ]


def change_address(record):
    """Where a record of any kind is edited."""
    model = "tool" if record.is_tool else "dataset"
    return reverse(f"admin:datasets_{model}_change", args=[record.pk])


def record_link(record):
    return format_html('<a href="{}">{}</a>', change_address(record), record) if record else "–"


class DeskFields:
    """Edits the JSON columns as lines of text, and long texts in boxes of a size that fits."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, models.JSONField):
            field_class = TextMapField if db_field.default is dict else LinesField
            return field_class(
                label=db_field.verbose_name[:1].upper() + db_field.verbose_name[1:],
                required=not db_field.blank,
                help_text=f"{db_field.help_text} {self.how(db_field)}".strip(),
                validators=validators_of(db_field),
            )
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.CharField):
            field.validators += validators_of(db_field)
        if field and type(db_field) is models.TextField:
            field.widget = forms.Textarea(attrs={"rows": 3, "cols": 60})
        # Deleting a term is nothing to do in passing, beside the field of a record.
        if field and hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False
        return field

    def how(self, db_field):
        return "One “Name: text” a line." if db_field.default is dict else "One a line."


class ForgivingLists:
    """Answers an address that makes no sense with the plain list and a message."""

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST":
            self.drop_impossible_choices(request)
        try:
            page = super().changelist_view(request, extra_context)
            if request.GET and hasattr(page, "render"):
                # Some queries run only now.
                page.render()
            return page
        except (ProtectedError, *REFUSALS, DatabaseError, ValueError) as error:
            if request.method == "POST":
                text = cannot_delete(error)
            elif request.GET:
                text = "That address made no sense to the database; here is the whole list."
            else:
                raise
        self.message_user(request, text, messages.ERROR)
        return HttpResponseRedirect(request.path)

    def get_search_results(self, request, queryset, search_term):
        # No name has a NUL, and PostgreSQL does not even look.
        term = search_term.replace("\0", "")
        found, duplicates = super().get_search_results(request, queryset, term)
        known = self.known_as(term.strip())
        return (found | queryset.filter(pk=known) if known else found), duplicates

    def known_as(self, term):
        """The key of the row that the term names in its own way, besides what ``search_fields`` find; or None."""

    def drop_impossible_choices(self, request):
        """Leave out the chosen rows that no database could have: the action would fail on them."""
        name = helpers.ACTION_CHECKBOX_NAME
        chosen = request.POST.getlist(name)
        request.POST = request.POST.copy()
        request.POST.setlist(name, [pk for pk in chosen if possible(pk) == pk])


class ReadOnlyAdmin(ForgivingLists, admin.ModelAdmin):
    """Shows rows that nobody writes here."""

    actions = None

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class FoundBySlug:
    """Finds a row by each slug that it has or had, besides what ``search_fields`` finds."""

    def known_as(self, term):
        return Slug.objects.owner(self.model.namespace, term) if term else None


def cannot_delete(error):
    if isinstance(error, ProtectedError):
        return str(error.args[0])
    return " ".join(in_words(error))


class DeskAdmin(ForgivingLists, DeskFields, admin.ModelAdmin):
    """Makes each save one change of the catalogue, and each error a message instead of a fault."""

    form = DeskForm
    list_per_page = 50
    change_form_template = "admin/datasets/change_form.html"

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"request": request})

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", OneOf(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SomeOf(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view = super().changeform_view
        if request.method != "POST":
            return view(request, object_id, form_url, extra_context)
        try:
            with self.writing(request, request.POST.get("reason", "").strip()):
                self.before_saving(request, object_id)
                return view(request, object_id, form_url, extra_context)
        except REFUSALS as error:
            # Once more, and the form will say so: it keeps what was typed.
            request.refused = in_words(error)
            return view(request, object_id, form_url, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        try:
            with self.writing(request, "Deleted."):
                return super().delete_view(request, object_id, extra_context)
        except (ProtectedError, *REFUSALS) as error:
            self.message_user(request, cannot_delete(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def delete_queryset(self, request, queryset):
        with self.writing(request, "Deleted."):
            super().delete_queryset(request, queryset)

    def writing(self, request, note):
        """What is saved or deleted within this context is one change."""
        return changing(by=request.user, note=note)

    def before_saving(self, request, object_id):
        """Looks at a form that was sent before anything reads it, within the change that saves it."""
