"""The forms of values that columns alone cannot hold to."""

import re
import unicodedata

import pycountry
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

# \Z, since $ lets a line break pass at the end.
validate_doi = RegexValidator(
    re.compile(r"^10\.\d{4,9}/\S+\Z"),
    "A DOI starts with “10.”, such as 10.1148/ryai.230024; leave out https://doi.org/.",
)
validate_arxiv = RegexValidator(
    re.compile(r"^(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})\Z"),
    "Give the arXiv number alone, such as 1901.07031.",
)
validate_spdx = RegexValidator(
    re.compile(r"^[A-Za-z0-9.+-]+\Z"), "Give the SPDX identifier, such as CC-BY-4.0."
)
validate_uberon = RegexValidator(
    re.compile(r"^UBERON:\d{7}\Z"), "Give the identifier as UBERON:0002048."
)

# Letters and a pattern of Braille by their category, and yet empty.
BLANK = set("\u115f\u1160\u2800\u3164\uffa0")
# They open and close a stretch of text that runs the other way: what follows is not where it seems to be.
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def validate_visible(value):
    """A text, or each of several, that shows something; of a mapping names and texts."""
    for text in [*texts_of(value), *(value.values() if isinstance(value, dict) else ())]:
        if not any(map(is_visible, text)):
            raise ValidationError(
                f"Nothing of this can be seen: it has only {', '.join(map(told, sorted(set(text))))}."
            )


def validate_one_direction(value):
    """A text, or each of several, without characters that turn the direction of those beside it."""
    for text in texts_of(value):
        if turns := TURNS.findall(text):
            raise ValidationError(
                f"Leave out {', '.join(map(told, sorted(set(turns))))}: it cannot be seen, "
                "and shows what follows in another order."
            )


def texts_of(value):
    return [value] if isinstance(value, str) else value


def is_visible(character):
    return unicodedata.category(character)[0] in "LNPS" and character not in BLANK


def told(character):
    name = unicodedata.name(character, "").lower()
    return f"U+{ord(character):04X}{f' ({name})' if name else ''}"


def validate_texts(value):
    """A list of distinct, non-empty texts."""
    if not isinstance(value, list) or not all(
        isinstance(text, str) and text.strip() for text in value
    ):
        raise ValidationError("Give a list of texts, one a line.")
    if len(set(value)) < len(value):
        raise ValidationError("Each entry may stand once.")


def validate_text_map(value):
    """A mapping from names to texts."""
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and key.strip() and isinstance(text, str)
        for key, text in value.items()
    ):
        raise ValidationError('Give names and texts, such as {"Terms": "Research use only"}.')


def validate_countries(value):
    """A list of distinct ISO 3166-1 alpha-2 codes, in upper case."""
    validate_texts(value)
    for code in value:
        if code != code.upper() or pycountry.countries.get(alpha_2=code) is None:
            raise ValidationError(
                f"“{code}” is not a country code; use ISO 3166-1, such as GB or US."
            )
