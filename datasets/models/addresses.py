"""Addresses on the web, as the web has them."""

import re

from django import forms
from django.core.validators import URLValidator
from django.db import models
from django.utils.deconstruct import deconstructible

_WRITTEN = re.compile(r"(https?://[^\s<>\"]+|\b10\.\d{4,9}/[^\s<>\"]+)")
# Parameters by which a link tells where its reader came from, never what it leads to.
_TRACKING = re.compile(
    r"(utm_.*|fbclid|gclid|dclid|msclkid|yclid|mc_[ce]id|igshid|_hsenc|_hsmi|_ga|_gl)", re.I
)


def addresses_apart(text):
    """The text in parts: every second one is an address or a DOI, without the punctuation of the sentence around it."""
    parts = _WRITTEN.split(text)
    for place in range(1, len(parts), 2):
        found = parts[place]
        kept = found.rstrip(".,;:!?'")
        if kept.endswith(")") and "(" not in kept:
            kept = kept.rstrip(")")
        parts[place], parts[place + 1] = kept, found[len(kept) :] + parts[place + 1]
    return parts


def addresses_in(text):
    """The web addresses and DOIs that a text names."""
    return addresses_apart(text)[1::2]


def tracks(parameter):
    """Whether a parameter of an address says nothing of what it leads to."""
    return bool(_TRACKING.fullmatch(parameter))


@deconstructible
class WebAddressValidator(URLValidator):
    """An http or https address. Its host may hold underscores: no registry allows them, servers use them."""

    schemes = ["http", "https"]
    message = "Give a full web address that starts with https:// or http://."

    def __call__(self, value):
        if not isinstance(value, str):
            return super().__call__(value)
        scheme, separator, rest = value.partition("://")
        host, slash, path = rest.partition("/")
        super().__call__(scheme + separator + host.replace("_", "x") + slash + path)


def web_address(text):
    """The text if a browser may be led there, else None: it acts on other schemes itself."""
    return text if text and text.lower().startswith(("http://", "https://")) else None


class WebAddressFormField(forms.URLField):
    default_validators = [WebAddressValidator()]

    def __init__(self, **kwargs):
        super().__init__(**{"assume_scheme": "https"} | kwargs)


class WebAddressField(models.URLField):
    """A column for an address; says the same thing in forms, in files and in the shell."""

    default_validators = [WebAddressValidator()]

    def __init__(self, *args, max_length=500, **kwargs):
        super().__init__(*args, max_length=max_length, **kwargs)

    def from_db_value(self, value, expression, connection):
        # Only forms and files are checked: a row written past them leads nowhere.
        return None if value is None else web_address(value) or ""

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": WebAddressFormField} | kwargs)
