"""Form fields for lists and mappings of texts, one line each."""

import re

from django import forms
from django.core.exceptions import ValidationError

# A name ends at the first colon that no backslash stands before.
NAMED = re.compile(r"((?:\\.|[^\\:])*):(.*)", re.DOTALL)


class LinesField(forms.Field):
    """A list of texts, edited as one per line; empty lines do not count."""

    widget = forms.Textarea

    def widget_attrs(self, widget):
        return {"rows": 3, "cols": 60}

    def prepare_value(self, value):
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value):
        first_seen, errors = {}, []
        for number, line in numbered(value):
            text = line.strip()
            if text in first_seen:
                errors.append(f"Line {number}: “{text}” stands in line {first_seen[text]} already.")
            elif text:
                first_seen[text] = number
        if errors:
            raise ValidationError(errors)
        return list(first_seen)

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != (self.to_python(self.prepare_value(initial)))
        except ValidationError:
            return True


class TextMapField(LinesField):
    """Names and texts, edited as “Name: text” lines.

    An indented line goes on with the text above it; a colon within a name is written ``\\:``.
    """

    def prepare_value(self, value):
        if not isinstance(value, dict):
            return value
        return "\n".join(
            re.sub(r"([\\:])", r"\\\1", name) + ": " + str(text).replace("\n", "\n  ")
            for name, text in value.items()
        )

    def to_python(self, value):
        texts, starts, errors, last = {}, {}, [], None
        for number, line in numbered(value):
            if line.startswith("  ") and last is not None:
                texts[last] += "\n" + line[2:]
                continue
            if not line.strip():
                continue
            named = NAMED.fullmatch(line)
            name = named and re.sub(r"\\(.)", r"\1", named[1]).strip()
            if not name:
                errors.append(
                    f"Line {number}, “{line.strip()}”: write a name, a colon and a text, such as “Scanner: 3 T”."
                )
            elif name in texts:
                errors.append(f"Line {number}: the name “{name}” stands further up already.")
            else:
                texts[name], starts[name], last = named[2].strip(), number, name
        errors += [
            f"Line {starts[name]}: “{name}” says nothing; write a text behind the colon."
            for name, text in texts.items()
            if not text.strip()
        ]
        if errors:
            raise ValidationError(errors)
        return {name: text.strip() for name, text in texts.items()}


def numbered(value):
    """(line number, line) of what was typed. Raises ValidationError for what no database keeps."""
    lines = re.split(r"\r\n|\r|\n", value or "")
    for number, line in enumerate(lines, 1):
        if "\0" in line:
            raise ValidationError(f"Line {number} has a character that cannot be kept (NUL).")
        yield number, line
