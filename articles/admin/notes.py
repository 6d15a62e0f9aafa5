"""Notes beside the fields of a form that is being drawn: they look like errors, and keep nothing from being saved."""

from django.forms.utils import ErrorList


def put_beside(form, formsets, notes):
    """Put each note where it belongs: (prefix, row, field, messages), the first three as far as it has them.

    ``formsets`` by prefix. A note on a place that the form does not show is left out.
    """
    for prefix, row, field, messages in notes:
        if prefix is None:
            beside_field(form, field, messages)
        elif prefix in formsets and row is None:
            above_rows(formsets[prefix], messages)
        elif prefix in formsets and row < len(formsets[prefix].forms):
            beside_field(formsets[prefix].forms[row], field, messages)


def beside_field(form, field, messages):
    if field in form.fields:
        # Django's own errors: an admin's page shows them, and ties them to the field for those who hear it.
        shown = [*form.errors.get(field, []), *messages]
        form.errors[field] = ErrorList(shown, "post-note", form.renderer, form[field].auto_id)


def above_rows(formset, messages):
    shown = [*formset.non_form_errors(), *messages]
    # A formset that was not sent would make both anew, without these.
    formset._errors = formset.errors
    formset._non_form_errors = ErrorList(shown, "post-note nonform", formset.renderer)
