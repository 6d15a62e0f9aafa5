"""The few parameters of the addresses that do not speak the query language."""

from django import forms
from django.core.exceptions import ValidationError

from datasets.changefeed import CHOICES
from datasets.fields import (
    MomentField,
    OneOfField,
    SlugField,
    UntilField,
    WholeField,
    unknown_parameters,
)
from datasets.filters import HIGHEST, MOST, PAGE_SIZE, QueryError


class PlainForm(forms.Form):
    """No parameters at all."""

    def described(self):
        """Per parameter, its JSON Schema and what it means."""
        return {
            name: (json_schema(field), str(field.help_text)) for name, field in self.fields.items()
        }


class PageForm(PlainForm):
    page = WholeField(least=1, most=HIGHEST, help_text="Counted from 1.")
    page_size = WholeField(least=1, most=MOST, help_text=f"{PAGE_SIZE} unless told.")


class TermsForm(PlainForm):
    page = WholeField(least=1, most=HIGHEST, help_text="Counted from 1.")
    page_size = WholeField(least=1, most=MOST, help_text=f"{MOST} unless told.")


def limited_to(name, help_text):
    """A filter of the log of changes that has few values."""
    return OneOfField(parameter=name, valid=list(CHOICES[name]), help_text=help_text)


class ChangesQuery(PlainForm):
    cursor = WholeField(
        least=0, most=HIGHEST, help_text="What the last answer gave as `cursor`; empty for all."
    )
    page_size = WholeField(least=1, most=MOST, help_text=f"{PAGE_SIZE} unless told.")
    since = MomentField(help_text="An ISO date or time.")
    until = UntilField(help_text="An ISO date, which is included, or a time.")
    record = SlugField(help_text="A record's slug, current or former.")
    modality = SlugField(
        help_text="Of the record as it is now: a modality's slug, narrower ones included."
    )
    cause = limited_to("cause", "Why there is a new version.")
    role = limited_to("role", "In which role somebody made the change.")
    kind = limited_to("kind", "Of the record.")
    event = limited_to("event", "What happened to the record.")


def read_form(form_class, data):
    """The right values of a small form, by parameter; those not given are left out.

    Raises QueryError when a parameter is unknown, wrong or given twice.
    """
    values, errors, fields = {}, {}, form_class.base_fields
    # The form itself would copy every field, which takes longer than reading those that are given.
    for name in (name for name in fields if name in data):
        field = fields[name]
        try:
            values[name] = field.clean(field.widget.value_from_datadict(data, None, name))
        except ValidationError as error:
            errors[name] = [str(text) for text in error.messages]
    for name in (name for name in fields if len(list(filter(None, data.getlist(name)))) > 1):
        errors.setdefault(name, []).append("Give this parameter once.")
    errors |= unknown_parameters([name for name in data if name not in fields], list(fields))
    if errors:
        raise QueryError(errors)
    return {name: value for name, value in values.items() if value not in (None, "")}


def json_schema(field):
    if isinstance(field, WholeField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    if isinstance(field, OneOfField):
        return {"type": "string", "enum": list(field.valid)}
    return {"type": "string"}


def span(asked, count, default=PAGE_SIZE):
    """(number, pages, start, stop) of the page that is asked for among ``count`` things.

    Raises QueryError when there are fewer pages.
    """
    number, size = asked.get("page", 1), asked.get("page_size", default)
    pages = max(1, -(-count // size))
    if number > pages:
        raise QueryError({"page": [f"The last page is {pages}."]})
    return number, pages, (number - 1) * size, number * size
