"""What two documents of a record tell differently, key by key."""

from collections import Counter

from datasets.models import BOOKKEEPING
from datasets.reading import fact_label

# How an entry of a list is told in one line, for the shapes that have no name.
SHAPES = {
    "sizes": lambda row: " ".join(
        filter(None, [quantity(row), row["unit"], row["note"] and f"({row['note']})"])
    ),
    "links": lambda row: f"{row['kind']}: {row['url']}",
    "evidence": lambda row: evidence_line(row),
    "grants": lambda row: ", ".join(
        filter(None, [f"{row['covers']}: {row['license']['name']}", row["subset"], row["url"]])
    ),
    "relations": lambda row: ". ".join(
        filter(
            None,
            [f"{row['label']} {row['name']}", row["extent"], row["remedy"], *row["evidence"]],
        )
    ),
    "paper": lambda row: ", ".join(str(value) for value in row.values() if value),
}


def changed_keys(before, after):
    """Keys whose values differ, in the order of the newer document."""
    keys = [*after, *(key for key in before if key not in after)]
    return [key for key in keys if key not in BOOKKEEPING and before.get(key) != after.get(key)]


def differences(before, after):
    """Per changed key, its label and the lines that went, came and stayed."""
    rows = []
    for key in changed_keys(before, after):
        old, new = lines(key, before.get(key)), lines(key, after.get(key))
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


def lines(key, value):
    """The value of a key as lines for a person to read."""
    if value is None or value in ("", [], {}):
        return []
    if isinstance(value, list):
        return [one_line(key, row) for row in value]
    if isinstance(value, dict) and key not in SHAPES and "name" not in value:
        return [f"{name.replace('_', ' ')}: {text}" for name, text in value.items() if text]
    return [one_line(key, value)]


def one_line(key, value):
    if not isinstance(value, dict):
        return str(value)
    return SHAPES[key](value) if key in SHAPES else value["name"]


def evidence_line(row):
    """Evidence in one line: what it is about, where, what it says, and when somebody looked."""
    about = " ".join(filter(None, [row["fact"] and fact_label(row["fact"]), row.get("part")]))
    told = [row["source"], row.get("value") and f"“{row['value']}”", row.get("leads_because")]
    days = [
        row.get("seen_on") and f"seen {row['seen_on']}",
        row["checked_on"] and f"checked {row['checked_on']}",
        row.get("checked_by"),
        row.get("confidence") and f"confidence {row['confidence']}",
    ]
    return ": ".join(filter(None, [about, ", ".join(filter(None, [*told, *days]))]))


def quantity(size):
    mark = {"exact": "", "at-least": "≥ ", "about": "≈ "}[size["qualifier"]]
    return f"{mark}{size['count']:,}"
