"""What JSON values look like: their types alone. What they may say, the models know.

Every shape has ``faults(value)``, which yields (path, text) for each fault found.
"""

from dataclasses import dataclass, field
from datetime import date

from datasets.hints import hint, shown

NAMES = {
    type(None): "null",
    bool: "true or false",
    int: "a number",
    float: "a fraction",
    str: "a text",
    list: "a list",
    dict: "an object",
}


def wrong_type(value, right, null=False):
    yield "", f"is {NAMES[type(value)]}; right would be {right}{' or null' if null else ''}"


@dataclass(frozen=True)
class Text:
    null: bool = False

    def faults(self, value):
        if value is None and self.null:
            return
        if not isinstance(value, str):
            yield from wrong_type(value, "a text", self.null)
        elif not value.strip():
            yield "", f"is empty; right would be {'null' if self.null else 'a text'}"
        else:
            yield from unstorable(value)


def unstorable(text):
    """Texts that JSON can carry and a database cannot."""
    if "\0" in text:
        yield "", "holds a NUL character; leave it out"
    try:
        text.encode()
    except UnicodeEncodeError:
        yield "", "holds half of a surrogate pair; write the character itself"


@dataclass(frozen=True)
class Integer:
    null: bool = False

    def faults(self, value):
        # True and False are integers to Python, never to us.
        if type(value) is not int and not (value is None and self.null):
            yield from wrong_type(value, "a whole number", self.null)
        elif value is not None and not 0 <= value < 2**63:
            yield (
                "",
                f"is {'negative' if value < 0 else 'too large'}; right would be a count from 0",
            )


@dataclass(frozen=True)
class Boolean:
    """True, false, or null for unknown."""

    def faults(self, value):
        if value is not None and not isinstance(value, bool):
            yield from wrong_type(value, "true, false", null=True)


@dataclass(frozen=True)
class Day:
    """A date as 2026-01-31, or null."""

    def faults(self, value):
        if value is None:
            return
        try:
            right = date.fromisoformat(value).isoformat() == value
        except (TypeError, ValueError):
            right = False
        if not right:
            yield "", f"{shown(value)} is no date; right would be one such as 2026-01-31, or null"


@dataclass(frozen=True)
class OneOf:
    """One of these texts, or null."""

    values: tuple

    def faults(self, value):
        if value is not None and value not in self.values:
            right = f"one of {', '.join(self.values)}, or null"
            yield "", f"{shown(value)} is unknown; right would be {right}"


@dataclass(frozen=True)
class ListOf:
    item: object

    def faults(self, value):
        if not isinstance(value, list):
            yield from wrong_type(value, "a list")
            return
        for number, item in enumerate(value, 1):
            for path, text in self.item.faults(item):
                yield f"[{number}]{path}", text


@dataclass(frozen=True)
class SlugList(ListOf):
    """Slugs, each once."""

    item: object = field(default_factory=Text)

    def faults(self, value):
        found = list(super().faults(value))
        yield from found
        if not found:
            for slug in sorted({slug for slug in value if value.count(slug) > 1}):
                yield "", f"names {shown(slug)} twice; once is right"


@dataclass(frozen=True)
class TextMap:
    def faults(self, value):
        if not isinstance(value, dict):
            yield from wrong_type(value, 'an object of texts, such as {"Terms": "Research use"}')
            return
        for name, text in value.items():
            for _, fault in Text().faults(name):
                yield "", f"the name {shown(name)} {fault}"
            for _, fault in Text().faults(text):
                yield f".{name[:60]}", fault


@dataclass(frozen=True)
class Keys:
    """An object with these keys and no others; optional ones map to (shape, default)."""

    required: dict
    optional: dict = field(default_factory=dict)
    null: bool = False

    def faults(self, value):
        if value is None and self.null:
            return
        if not isinstance(value, dict):
            yield from wrong_type(value, f"an object with {', '.join(self.required)}", self.null)
            return
        known = self.shapes()
        for key in value.keys() - known.keys():
            yield "", f"unknown key {shown(key)}{hint(key, known)}"
        for key in self.required:
            if key not in value:
                yield f".{key}", "is missing"
        for key, item in value.items():
            if key in known:
                for path, text in known[key].faults(item):
                    yield f".{key}{path}", text

    def shapes(self):
        return self.required | {key: shape for key, (shape, _) in self.optional.items()}

    def complete(self, value):
        """The object with every optional key."""
        return {key: default for key, (_, default) in self.optional.items()} | value

    def brief(self, value):
        """The object without the optional keys that say nothing; required ones first."""
        return {key: value[key] for key in self.required} | {
            key: value[key]
            for key, (_, default) in self.optional.items()
            if value.get(key, default) != default
        }


@dataclass(frozen=True)
class TextOr:
    """A text, or an object that says more."""

    other: Keys

    def faults(self, value):
        shape = self.other if isinstance(value, dict) else Text()
        yield from shape.faults(value)
