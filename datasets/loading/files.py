"""The four files of a catalogue: what stands in them, and reading them."""

import json
from dataclasses import dataclass

from datasets.hints import hint, shown
from datasets.loading.problems import LoadError, Problems, printable
from datasets.loading.shapes import (
    Boolean,
    Day,
    Integer,
    Keys,
    ListOf,
    OneOf,
    SlugList,
    Text,
    TextMap,
    TextOr,
)
from datasets.models import (
    PERMITS,
    REQUIRES,
    Access,
    Anatomy,
    AnnotationMethod,
    Host,
    License,
    Modality,
    RelationType,
    Task,
    Unit,
)
from datasets.roles import OF_PEOPLE

VOCABULARIES_FILE, DATASETS_FILE, TOOLS_FILE, RELATIONS_FILE = FILES = (
    "vocabularies.json",
    "datasets.json",
    "tools.json",
    "relations.json",
)

TEXT, TEXT_OR_NULL = Text(), Text(null=True)


def term_keys(more=None, optional=None):
    return Keys(
        {"slug": TEXT, "name": TEXT} | (more or {}),
        (optional or {})
        | {
            "description": (TEXT_OR_NULL, None),
            "synonyms": (ListOf(TEXT), []),
            "order": (Integer(), 0),
        },
    )


# Section of vocabularies.json: (model, keys of an entry).
SECTIONS = {
    "modalities": (Modality, term_keys({"dicom": ListOf(TEXT), "broader": SlugList()})),
    "anatomies": (Anatomy, term_keys({"broader": SlugList(), "uberon": TEXT_OR_NULL})),
    "tasks": (Task, term_keys()),
    "licenses": (
        License,
        term_keys(
            {
                "spdx": TEXT_OR_NULL,
                "family": TEXT,
                "permits": Keys(dict.fromkeys(PERMITS, Boolean())),
                "requires": Keys(dict.fromkeys(REQUIRES, Boolean())),
                "url": TEXT_OR_NULL,
            }
        ),
    ),
    "units": (Unit, term_keys()),
    "hosts": (Host, term_keys(optional={"url": (TEXT_OR_NULL, None)})),
}

# Sets that the code knows by name; the file states them for readers and must agree.
CLOSED = {
    "access": [{"slug": member.value, "name": member.label} for member in Access],
    "annotation_methods": AnnotationMethod.values,
    "relation_types": [
        {"slug": member.value, "name": member.label, "inverse": member.inverse}
        for member in RelationType
    ],
}

SIZE = Keys({"count": Integer(), "unit": TEXT, "qualifier": TEXT, "note": TEXT_OR_NULL})
LINK = Keys({"kind": TEXT, "url": TEXT})
EVIDENCE = Keys(
    {"source": TEXT},
    {
        "fact": (TEXT_OR_NULL, None),
        "checked_on": (Day(), None),
        "part": (TEXT_OR_NULL, None),
        "value": (TEXT_OR_NULL, None),
        "leads_because": (TEXT_OR_NULL, None),
        "seen_on": (Day(), None),
        "checked_by": (OneOf(OF_PEOPLE), None),
        "confidence": (TEXT_OR_NULL, None),
    },
)
GRANT = Keys({"license": TEXT, "covers": TEXT, "subset": TEXT_OR_NULL, "url": TEXT_OR_NULL})
PAPER = Keys(
    {
        "title": TEXT,
        "authors": TEXT_OR_NULL,
        "venue": TEXT_OR_NULL,
        "year": Integer(null=True),
        "doi": TEXT_OR_NULL,
        "arxiv": TEXT_OR_NULL,
    },
    null=True,
)
CONFIDENCE = ("url", "license", "sizes")
COMMON_BEFORE = {
    "slug": TEXT,
    "name": TEXT,
    "full_name": TEXT_OR_NULL,
    "aliases": ListOf(TEXT),
    "kind": TEXT,
    "summary": TEXT,
    "modalities": SlugList(),
    "anatomies": SlugList(),
    "tasks": SlugList(),
    "sizes": ListOf(SIZE),
}
ANNOTATIONS = {"annotations": TEXT_OR_NULL, "annotation_method": TEXT_OR_NULL}
COMMON = {
    "license": TEXT,
    "license_name": TEXT_OR_NULL,
    "license_url": TEXT_OR_NULL,
    "access": TEXT,
    "host": TEXT_OR_NULL,
    "links": ListOf(LINK),
    "paper": PAPER,
    "year": Integer(null=True),
}
COMMON_AFTER = {
    "extra": TextMap(),
    "confidence": Keys(dict.fromkeys(CONFIDENCE, TEXT_OR_NULL)),
    "evidence": ListOf(TextOr(EVIDENCE)),
}
OPTIONAL = {
    "grants": (ListOf(GRANT), []),
    "status": (TEXT, "active"),
    "replaced_by": (TEXT_OR_NULL, None),
}
DATASET = Keys(
    COMMON_BEFORE
    | ANNOTATIONS
    | COMMON
    | {"countries": ListOf(TEXT), "splits": TEXT_OR_NULL}
    | COMMON_AFTER,
    OPTIONAL,
)
TOOL = Keys(
    COMMON_BEFORE
    | COMMON
    | {"architecture": TEXT_OR_NULL, "trained_on": TEXT_OR_NULL}
    | COMMON_AFTER,
    OPTIONAL,
)
RELATION = Keys(
    {
        "subject": TEXT,
        "type": TEXT,
        "object": TEXT,
        "extent": TEXT_OR_NULL,
        "remedy": TEXT_OR_NULL,
        "evidence": ListOf(TEXT),
    }
)

KEYS = {model.namespace: keys for model, keys in SECTIONS.values()} | {"relation": RELATION}


@dataclass
class Entry:
    """One entry of a file, with every optional key, and where it stands (counted from 1)."""

    file: str
    namespace: str
    number: int
    data: dict

    @property
    def key(self):
        """What tells it from the others of its namespace, as the file says it."""
        if self.namespace == "relation":
            return "|".join(self.data[end] for end in ("subject", "type", "object"))
        return self.data["slug"]

    @property
    def place(self):
        return place(self.file, self.namespace, self.number, self.data)


def place(file, namespace, number, data):
    """Where an entry stands, named as well as it can be while nothing of it is checked."""
    data = data if isinstance(data, dict) else {}
    keys = ("subject", "type", "object") if namespace == "relation" else ("slug",)
    names = [data[key] for key in keys if isinstance(data.get(key), str)]
    return f"{file}, {namespace} {number}" + (f" {shown(' '.join(names))}" if names else "")


def read(folder):
    """The entries of all files below ``folder``, in the order in which they must be written.

    Raises LoadError for what is missing, malformed or of the wrong type.
    """
    if not folder.is_dir():
        raise LoadError(f"{folder} is no folder; name one that holds {', '.join(FILES)}.")
    said = {name: parse(folder, name) for name in FILES}
    problems = Problems()
    entries = read_vocabularies(said[VOCABULARIES_FILE], problems)
    for file, namespace, keys in (
        (DATASETS_FILE, "record", DATASET),
        (TOOLS_FILE, "record", TOOL),
        (RELATIONS_FILE, "relation", RELATION),
    ):
        entries += read_list(file, file, namespace, said[file], keys, problems)
    problems.stop()
    return entries


def parse(folder, name):
    try:
        text = (folder / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LoadError(f"{folder} lacks the file {name}.") from None
    except OSError as error:
        raise LoadError(f"{name} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise LoadError(f"{name} is not UTF-8: byte {error.start} belongs to no text.") from None
    try:
        return json.loads(text, object_pairs_hook=distinct, parse_constant=no_number)
    except json.JSONDecodeError as error:
        raise LoadError(
            f"{name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except RecursionError:
        raise LoadError(f"{name} is not a catalogue: its lists nest too deeply.") from None
    except ValueError as error:
        raise LoadError(printable(f"{name} is not a catalogue: {error}.")) from None


def distinct(pairs):
    """An object, refused when a key stands in it twice: the first value would be lost unseen."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        near = next((shown(value) for key, value in pairs if key == "slug"), None)
        raise ValueError(f"the key {shown(twice)} stands twice in one object" + near_text(near))
    return found


def near_text(near):
    return f" ({near})" if near else ""


def no_number(text):
    raise ValueError(f"{text} is no number")


def read_vocabularies(said, problems):
    if not isinstance(said, dict):
        problems.add(VOCABULARIES_FILE, "right would be an object of vocabularies")
        return []
    known = [*SECTIONS, *CLOSED]
    for section in said.keys() - set(known):
        problems.add(
            VOCABULARIES_FILE, f"unknown vocabulary {shown(section)}{hint(section, known)}"
        )
    entries = []
    for section in known:
        if section not in said:
            problems.add(VOCABULARIES_FILE, f"the vocabulary “{section}” is missing")
        elif section in CLOSED:
            compare_closed(section, said[section], problems)
        else:
            model, keys = SECTIONS[section]
            entries += read_list(
                VOCABULARIES_FILE, section, model.namespace, said[section], keys, problems
            )
    return entries


def compare_closed(section, said, problems):
    """The members of a closed set, in any order, must be those of the code."""
    right = CLOSED[section]
    where = f"{VOCABULARIES_FILE}, {section}"
    if not isinstance(said, list):
        problems.add(where, "right would be a list")
        return
    for member in said:
        if member not in right:
            name = member.get("slug") if isinstance(member, dict) else member
            match = next((one for one in right if name in (one, slug_of(one))), None)
            as_in_code = f"; right would be {json.dumps(match)}" if match else ""
            problems.add(
                where,
                f"{shown(member)} differs from datasets/models/choices.py"
                + (as_in_code or hint(name, list(map(slug_of, right)))),
            )
    for member in right:
        if member not in said:
            problems.add(where, f"lacks {json.dumps(member)}, as in datasets/models/choices.py")
    if len(said) > len(right):
        problems.add(where, "names a member twice")


def slug_of(member):
    return member["slug"] if isinstance(member, dict) else member


def read_list(file, name, namespace, said, keys, problems):
    """Entries of one list; those with a fault are left out, since the fault ends the load."""
    if not isinstance(said, list):
        problems.add(file if file == name else f"{file}, {name}", "right would be a list")
        return []
    entries = []
    for number, data in enumerate(said, 1):
        faults = list(keys.faults(data))
        for path, text in faults:
            problems.add(place(file, namespace, number, data), text, key=path.lstrip("."))
        if not faults:
            entries.append(Entry(file, namespace, number, keys.complete(data)))
    return entries
