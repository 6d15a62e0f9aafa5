"""A form of a post as it was sent: its fields and its rows, to be compared, changed and written back."""

from dataclasses import dataclass
from math import inf

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.utils.datastructures import MultiValueDict

from articles.differences import marked_words, readable
from datasets.admin.forms import MOST_SENT_ROWS
from datasets.numbers import BIGGEST_ID, whole

# What is decided together: another picture needs other words.
TOGETHER = {"hero": ("hero", "hero_alt", "hero_decorative")}


@dataclass(frozen=True)
class Part:
    """The rows of one kind. ``once`` is the field in which no two of them may agree."""

    prefix: str
    label: str
    fields: dict
    once: str | None

    @property
    def place(self):
        return "ordering" if "ordering" in self.fields else "order"

    @property
    def group(self):
        """Blocks of all kinds stand in one order; the rows of another kind in one of their own."""
        return "blocks" if self.place == "ordering" else self.prefix

    @property
    def content(self):
        apart = (self.place, "region")
        return {name: field for name, field in self.fields.items() if name not in apart}


@dataclass
class Row:
    part: Part
    key: str
    data: MultiValueDict
    came: bool = True

    @property
    def pk(self):
        return self.data.get("id", "").strip()

    @property
    def is_deleted(self):
        return "DELETE" in self.data

    @property
    def is_blank(self):
        """A row that was added and left empty."""
        initial = {name: field.initial for name, field in self.part.content.items()}
        typed = self.pk or self.data.get(self.part.place)
        return not (typed or differs(self.part.content, initial, self.data))

    @property
    def place(self):
        place = whole(self.data.get(self.part.place, "").strip(), BIGGEST_ID)
        return inf if place is None else place

    @property
    def says(self):
        return told(self.part.content, self.data)

    def replace(self, stored):
        """Make it say what is stored, where it stands."""
        said = filled(self.part.content, stored)
        self.data.pop("DELETE", None)
        for name, values in said.lists():
            self.data.setlist(name, values)


class Sent:
    """``data`` with the fields of the post; ``rows`` by prefix, without those whose number makes no sense."""

    def __init__(self, data, fields, parts):
        self.data = data.copy()
        self.fields = fields
        self.parts = parts
        found = {}
        for key in data:
            prefix, _, rest = key.rpartition("-")
            prefix, _, number = prefix.rpartition("-")
            place = whole(number, MOST_SENT_ROWS)
            if prefix and place is not None:
                row = found.setdefault((prefix, place), MultiValueDict())
                row.setlist(rest, data.getlist(key))
        self.rows = {}
        for part in parts:
            total = whole(data.get(f"{part.prefix}-TOTAL_FORMS", "").strip(), MOST_SENT_ROWS)
            if total is not None:
                self.rows[part.prefix] = [
                    Row(
                        part,
                        key_of(part, found[part.prefix, number], number),
                        found[part.prefix, number],
                    )
                    for number in range(total)
                    if (part.prefix, number) in found
                ]

    def units(self):
        """The fields of the post, those together that are decided together."""
        later = {name for names in TOGETHER.values() for name in names[1:]}
        for name in self.fields:
            if name not in later:
                names = TOGETHER.get(name, (name,))
                yield {each: self.fields[each] for each in names if each in self.fields}

    def replace(self, unit, stored):
        for name, values in filled(unit, stored).lists():
            self.data.setlist(name, values)

    def written(self):
        """The data again with the rows as they are now, those that are stored first."""
        for part in self.parts:
            rows = self.rows.get(part.prefix)
            if rows is None:
                continue
            for key in [key for key in self.data if is_of_row(key, part.prefix)]:
                del self.data[key]
            rows.sort(key=lambda row: (not row.pk, row.place))
            for number, row in enumerate(rows):
                for name, values in row.data.lists():
                    self.data.setlist(f"{part.prefix}-{number}-{name}", values)
            self.data[f"{part.prefix}-TOTAL_FORMS"] = str(len(rows))
            self.data[f"{part.prefix}-INITIAL_FORMS"] = str(sum(bool(row.pk) for row in rows))
        return self.data


def key_of(part, data, number):
    pk = data.get("id", "").strip()
    return f"{part.prefix}:{pk}" if pk else f"{part.prefix}:new {number}"


def is_of_row(key, prefix):
    return key.startswith(f"{prefix}-") and key[len(prefix) + 1 :].split("-")[0].isdigit()


def value_of(name, field, data):
    value = field.widget.value_from_datadict(data, {}, name)
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def differs(fields, stored, data):
    """Whether what was sent in these fields is something else than what is stored."""

    def before(name):
        value = stored.get(name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value

    return any(
        field.has_changed(before(name), value_of(name, field, data))
        for name, field in fields.items()
    )


def filled(fields, stored):
    """What a browser would send of these fields if nothing were typed."""
    data = MultiValueDict()
    for name, field in fields.items():
        value = field.prepare_value(stored.get(name))
        values = value if isinstance(value, list) else ["" if value is None else value]
        data.setlist(name, [str(each) for each in values])
    return data


def told(fields, data):
    """What was sent in these fields, for a person to read: the only one alone, of several each with its label."""
    found = [
        (field.label, text)
        for name, field in fields.items()
        if (text := in_words(name, field, value_of(name, field, data)))
    ]
    if len(fields) == 1:
        return "".join(text for _, text in found)
    return "\n".join(f"{label}: {text}" for label, text in found)


def in_words(name, field, value):
    if name == "html":
        return marked_words(value or "")
    if isinstance(field, ModelChoiceField):
        return named(field, value) if value else ""
    if value is False:
        return ""
    choices = dict(getattr(field, "choices", ()) if isinstance(value, str) else ())
    return readable(choices.get(value, value))


def named(field, value):
    try:
        rows = field.clean(value)
    except (ValidationError, OverflowError):
        return "(what is no longer there)"
    return "\n".join(sorted(map(str, rows))) if isinstance(rows, QuerySet) else str(rows)
