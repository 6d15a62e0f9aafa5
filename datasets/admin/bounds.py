"""How long the texts of the desk may be: far more than anybody writes, far less than hurts a page."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

MOST_LETTERS, MOST_LINES, MOST_IN_LINE = 5000, 100, 500

validate_length = MaxLengthValidator(
    MOST_LETTERS, "This may have %(limit_value)d characters; it has %(show_value)d."
)
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
                    f"“{part[:40]}…” has {len(part)} characters; {most} is the most."
                )
