"""What may be written into a column of words, at the desk and in files alike: what can be seen, and has an end.

The lengths are far more than anybody writes, and far less than hurts a page.
"""

from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES, MaxLengthValidator
from django.db import models

from datasets.hints import shown
from datasets.models.validators import (
    validate_one_direction,
    validate_text_map,
    validate_texts,
    validate_visible,
)

MOST_LETTERS, MOST_LINES, MOST_IN_LINE = 5000, 100, 500
TOO_LONG = "This may have %(limit_value)d characters; it has %(show_value)d."

# What is asked of a text of one line; one of several may well quote what runs the other way.
ONE_LINE = [validate_visible, validate_one_direction]

validate_length = MaxLengthValidator(MOST_LETTERS, TOO_LONG)
validate_lines = MaxLengthValidator(
    MOST_LINES, "There may be %(limit_value)d lines; these are %(show_value)d."
)


def validate_each(value):
    """Of a list each line, of a mapping each name and each text."""
    texts = value.items() if isinstance(value, dict) else ((line, "") for line in value)
    for name, text in texts:
        for part, most in ((name, MOST_IN_LINE), (text, MOST_LETTERS)):
            if len(part) > most:
                raise ValidationError(
                    f"{shown(part)} has {len(part)} characters; {most} is the most."
                )


def validators_of(field):
    """What is asked of a column's words, beyond what the column itself holds to."""
    if isinstance(field, models.JSONField):
        # Other lists, such as that of the countries, end by themselves; or their model knows how many are too many.
        ends = not {validate_texts, validate_text_map} & set(field.validators)
        ends = ends or field.name in getattr(field.model, "counted", ())
        bounds = [] if ends else [validate_lines, validate_each]
        return [*ONE_LINE, *bounds]
    if isinstance(field, models.CharField):
        return ONE_LINE
    return [validate_length] if type(field) is models.TextField else []


def check(row, exclude=(), whole=False):
    """Try a row that a file describes as the desk's forms would; raises ValidationError, by field.

    Its fields alone, or the ``whole`` of it with the model's ``clean``; never against other rows.
    """
    errors = {}
    try:
        if whole:
            row.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
        else:
            row.clean_fields(exclude=set(exclude))
    except ValidationError as error:
        errors = error.update_error_dict(errors)
    for field in row._meta.fields:
        if field.name not in {*exclude, *errors} and (found := faults(field, row)):
            errors[field.name] = found
    if errors:
        raise ValidationError(errors)


def faults(field, row):
    """What is wrong with the words that a row has in a column."""
    value, found = getattr(row, field.attname), []
    for validate in validators_of(field) if value not in EMPTY_VALUES else ():
        try:
            validate(value)
        except ValidationError as error:
            found += error.error_list
    return found
