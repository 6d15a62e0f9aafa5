"""What two documents of a record tell differently, key by key, with names for slugs."""

from collections import Counter

from datasets.facets import COUNTRIES, FACETS
from datasets.models import BOOKKEEPING, Confidence, Covers, LinkKind
from datasets.reading import CONFIDENCE, fact_label, part_name, unit_name

# Keys whose values are of a closed set: what readers call them.
CHOICES = {key: FACETS[key].names for key in ("kind", "annotation_method", "status")}
CHOICES["countries"] = COUNTRIES
LINKS, COVERS = dict(LinkKind.choices), dict(Covers.choices)
LEVELS = dict(Confidence.choices)

# How an entry of a list is told in one line, for the shapes that have no name.
SHAPES = {
    "sizes": lambda row, index: " ".join(
        filter(
            None,
            [quantity(row), unit_name(row["unit"], index), row["note"] and f"({row['note']})"],
        )
    ),
    "links": lambda row, index: f"{LINKS.get(row['kind'], row['kind'])}: {row['url']}",
    "evidence": lambda row, index: evidence_line(row, index),
    "grants": lambda row, index: ", ".join(
        filter(None, [f"{covered(row)}: {row['license']['name']}", row["subset"], row["url"]])
    ),
    "relations": lambda row, index: ". ".join(
        filter(
            None,
            [f"{row['label']} {row['name']}", row["extent"], row["remedy"], *row["evidence"]],
        )
    ),
    "paper": lambda row, index: ", ".join(str(value) for value in row.values() if value),
}


def changed_keys(before, after):
    """Keys whose values differ, in the order of the newer document."""
    keys = [*after, *(key for key in before if key not in after)]
    return [key for key in keys if key not in BOOKKEEPING and before.get(key) != after.get(key)]


def differences(before, after, index):
    """Per changed key, its label and the lines that went, came and stayed."""
    rows = []
    for key in changed_keys(before, after):
        old, new = (lines(key, document.get(key), index) for document in (before, after))
        went, came = Counter(old) - Counter(new), Counter(new) - Counter(old)
        rows.append(
            {
                "key": key,
                "label": key.replace("_", " "),
                "went": list(went.elements()),
                "came": list(came.elements()),
                "moved": not went and not came,
            }
        )
    return rows


def lines(key, value, index):
    """The value of a key as lines for a person to read; names that it lacks are the Index's."""
    if value is None or value in ("", [], {}):
        return []
    if isinstance(value, list):
        return [one_line(key, row, index) for row in value]
    if key == "confidence":
        return [
            f"{CONFIDENCE[what]}: {LEVELS.get(level, level)}"
            for what, level in value.items()
            if level
        ]
    if isinstance(value, dict) and key not in SHAPES and "name" not in value:
        return [f"{name.replace('_', ' ')}: {text}" for name, text in value.items() if text]
    return [one_line(key, value, index)]


def one_line(key, value, index):
    if isinstance(value, dict):
        return SHAPES[key](value, index) if key in SHAPES else value["name"]
    if key == "replaced_by":
        found = index.resolve("slug", value)
        return index.name_of("slug", found) if found else value
    return CHOICES.get(key, {}).get(value) or str(value)


def evidence_line(row, index):
    """Evidence in one line: what it is about, where, what it says, and when somebody looked."""
    about = row["fact"] and " ".join(
        filter(None, [fact_label(row["fact"]), part_name(row["fact"], row.get("part"), index)])
    )
    told = [row["source"], row.get("value") and f"“{row['value']}”", row.get("leads_because")]
    days = [
        row.get("seen_on") and f"seen {row['seen_on']}",
        row["checked_on"] and f"checked {row['checked_on']}",
        row.get("checked_by"),
        row.get("confidence") and f"confidence {row['confidence']}",
    ]
    return ": ".join(filter(None, [about, ", ".join(filter(None, [*told, *days]))]))


def covered(grant):
    return COVERS.get(grant["covers"], grant["covers"])


def quantity(size):
    mark = {"exact": "", "at-least": "≥ ", "about": "≈ "}[size["qualifier"]]
    return f"{mark}{size['count']:,}"
