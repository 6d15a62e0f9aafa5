"""The form fields of the query language: they read what was typed, and say what would be right."""

import re
from datetime import UTC, datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError

from datasets.hints import shorten, similar
from datasets.numbers import whole

# More valid values than this are not listed in an error.
LISTED = 60
# So many unknown values are named one by one: to look for what is like them takes time.
NAMED = 3
SEARCH_LENGTH = 200
# A greatest number beyond this is no help to whoever typed a wrong one.
ENDLESS = 10**9


class PartlyUnknown(ValidationError):
    """Some of the values are unknown; ``good`` are the others."""

    def __init__(self, message, good):
        super().__init__(message, code="unknown")
        self.good = good


def unknown_value(parameter, value, valid, good=(), *, listing=True, like=similar):
    """The error for a value that is none of the valid ones: what would be right, with a list of all if they are few."""
    near = like(value, valid, count=1)
    hint = f" Did you mean “{near[0]}”?" if near else ""
    listed = f" Valid values: {', '.join(valid)}." if listing and len(valid) <= LISTED else ""
    return PartlyUnknown(
        f"“{shorten(value)}” is not a known {parameter.replace('_', ' ')}.{hint}{listed}",
        list(good),
    )


def left_out(name, message, *others):
    """What a page says of a parameter that it does not know, by the messages of its error."""
    hint = short(message).partition("Did you mean ")[2]
    said = f"“{shorten(name)}” is not a known parameter and was left out."
    return " ".join([said, *([f"Did you mean {hint}"] if hint else []), *others])


def short(message):
    """A message without its list of valid values, where these stand right below it."""
    return message.partition(" Valid values:")[0]


def unknown_parameters(names, valid):
    """The errors of unknown parameters: of each of the first of them, the last with a count of all others."""
    if not valid:
        said = {name: ["This address takes no parameters."] for name in names[:NAMED]}
    else:
        said = {
            name: list(unknown_value("parameter", name, valid).messages) for name in names[:NAMED]
        }
    if others := len(names) - len(said):
        said[names[NAMED - 1]].append(nor(others))
    return said


def nor(count):
    """Of so many more values that are not known either."""
    return "Nor is 1 other." if count == 1 else f"Nor are {count} others."


class ValuesField(forms.Field):
    """A parameter that may be repeated. ``resolve`` gives a value's current form, None if it is unknown.

    ``like`` looks among the valid values for what an unknown one may mean.
    """

    widget = forms.MultipleHiddenInput

    def __init__(self, *, parameter, resolve, valid, like=similar, **kwargs):
        super().__init__(required=False, **kwargs)
        self.parameter, self.resolve, self.valid = parameter, resolve, valid
        self.like = like

    def clean(self, value):
        given = list(dict.fromkeys(filter(None, value or ())))
        resolved = {value: self.resolve(value) for value in given}
        good = list(dict.fromkeys(filter(None, resolved.values())))
        bad = [value for value, current in resolved.items() if current is None]
        if bad:
            raise ValidationError(self._unknown(bad, good))
        return good

    def _unknown(self, bad, good):
        """An error for each of the first of these values, and one for all others."""
        valid = self.valid()
        errors = [
            unknown_value(self.parameter, value, valid, good, listing=not number, like=self.like)
            for number, value in enumerate(bad[:NAMED])
        ]
        if others := len(bad) - len(errors):
            errors.append(PartlyUnknown(nor(others), good))
        return errors


class NamesField(forms.Field):
    """Names from a list, separated by commas or repeated."""

    widget = forms.MultipleHiddenInput

    def __init__(self, *, parameter, valid, **kwargs):
        super().__init__(required=False, **kwargs)
        self.parameter, self.valid = parameter, valid

    def clean(self, value):
        names = [name.strip() for part in value or () for name in part.split(",")]
        names = list(dict.fromkeys(filter(None, names)))
        good = [name for name in names if name in self.valid]
        for name in names:
            if name not in self.valid:
                raise unknown_value(self.parameter, name, list(self.valid), good)
        return good


class OneOfField(forms.CharField):
    """One name from a list."""

    def __init__(self, *, parameter, valid, **kwargs):
        super().__init__(required=False, **kwargs)
        self.parameter, self.valid = parameter, valid

    def validate(self, value):
        if value and value not in self.valid:
            raise unknown_value(self.parameter, value, list(self.valid))


class WholeField(forms.IntegerField):
    """A whole number within bounds that the database and the Index can hold."""

    def __init__(self, *, least, most, **kwargs):
        super().__init__(required=False, **kwargs)
        # Set here rather than given to IntegerField, whose messages name only the bound that was missed.
        self.min_value, self.max_value = least, most
        bounds = f"from {least} to {most}" if most < ENDLESS else f"of at least {least}"
        self.error_messages["invalid"] = f"Give a whole number {bounds}."

    def to_python(self, value):
        # Python takes “1_0”, “1.0” and the digits of any script for numbers.
        text = "" if value is None else str(value).strip()
        number = whole(text, self.max_value)
        if text and number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def validate(self, value):
        super().validate(value)
        if value is not None and not self.min_value <= value <= self.max_value:
            raise ValidationError(self.error_messages["invalid"], code="invalid")


class MomentField(forms.CharField):
    """An ISO date or time; a time without a zone is in UTC. Cleans to a datetime."""

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=40, **kwargs)

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        # An unescaped “+01:00” arrives with a space in place of its plus sign.
        text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text)
        try:
            when = datetime.fromisoformat(text)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(
                f"“{shorten(text)}” is no date or time; write 2026-03-01 or 2026-03-01T12:00:00Z."
            ) from None


class UntilField(MomentField):
    """The end of a span: a date includes its whole day."""

    def clean(self, value):
        when = super().clean(value)
        whole_day = when is not None and re.fullmatch(r"\d{4}-?\d\d-?\d\d", value.strip())
        try:
            return when + timedelta(days=1) if whole_day else when
        except OverflowError:
            return when


class SlugField(forms.CharField):
    """A slug, as long as one may be. Whether anything has it, who asks must see."""

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=80, **kwargs)


class SearchField(forms.CharField):
    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=SEARCH_LENGTH, **kwargs)
        self.error_messages["max_length"] = f"Search for at most {SEARCH_LENGTH} characters."

    def validate(self, value):
        super().validate(value)
        # What stands for bytes that are none; nobody looks for it.
        if "\ufffd" in value:
            raise ValidationError(
                "The address is not text in UTF-8 where it says “\ufffd”: type the search again."
            )


class OneUnitField(ValuesField):
    def clean(self, value):
        found = super().clean(value)
        if len(found) > 1:
            raise ValidationError("Give one unit.")
        return found
