"""How far each fact of a record can be trusted: read from its document, as of a day.

A source noted for the record as a whole makes each of its facts *sourced*, never
verified: nobody said which of them it was compared with. A fact is *verified* when a
person compared it, or the whole record, with a source within the last year, and *stale*
when that is longer ago. Where sources give different values it is *in conflict*, whoever
checked it; the values then stand side by side, the record's own first.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from datasets.models import FACTS, Qualifier
from datasets.reading import QUALIFIERS

# After this long a check no longer counts.
STALE_AFTER = timedelta(days=365)
VERIFIED, SOURCED, UNSOURCED, STALE, CONFLICT = (
    "verified",
    "sourced",
    "unsourced",
    "stale",
    "conflict",
)
WORDS = {CONFLICT: "in conflict"}
# Facts that have parts, each with evidence of its own: the key that tells a part.
PARTS = {"sizes": "unit", "links": "kind"}
GROUPED = r"\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+(?!\d)|\d+"
# Neither a piece of a word, such as the 1 of “1e9”, nor of a fraction.
NUMBER = re.compile(rf"(?<![\w.,])(?:{GROUPED})(?![^\W_]|[.,]\d)")
# The facts that are figures: what a source says of them is a number.
FIGURES = ("sizes", "year")


def stale_before(today=None):
    """A check before this day is stale."""
    return (today or timezone.localdate()) - STALE_AFTER


@dataclass(frozen=True)
class Figure:
    """One value, beside what other sources say: ``evidence`` is who says it, maybe nobody."""

    value: str
    evidence: tuple
    agrees: bool

    @property
    def because(self):
        """Why the record follows it, by whichever source that was noted."""
        return next(filter(None, (row.get("leads_because") for row in self.evidence)), None)


@dataclass(frozen=True)
class Mark:
    """What can be said for one fact. ``evidence`` is its own, without that of the whole record."""

    fact: str
    part: str | None
    state: str
    evidence: tuple
    figures: tuple
    checked_on: date | None

    @property
    def word(self):
        return WORDS.get(self.state, self.state)

    @property
    def beside(self):
        """Its evidence that does not stand with one of the figures."""
        told = [row for figure in self.figures for row in figure.evidence]
        return [row for row in self.evidence if row not in told]

    @property
    def because(self):
        """Why the record follows the value that it does; None if nobody noted it."""
        reasons = (figure.because for figure in self.figures if figure.agrees)
        return next(filter(None, reasons), None)


class Ledger:
    """The marks of a document's facts on a day; stale depends on it."""

    def __init__(self, document, today=None):
        self.document = document
        self.before = stale_before(today)
        self.wide = [row for row in document["evidence"] if row["fact"] is None]

    def marks(self):
        """The marks of all facts that the record states, in the order of FACTS; parts one by one."""
        return [
            self.mark(fact, part)
            for fact, _ in FACTS
            if self.states(fact)
            for part in self.parts(fact)
        ]

    def states(self, fact):
        return self.document.get(fact) not in (None, "", [], {})

    def parts(self, fact):
        if fact not in PARTS:
            return [None]
        return list(dict.fromkeys(row[PARTS[fact]] for row in self.document[fact]))

    def mark(self, fact, part=None):
        """The mark of a fact, or of a part of it; None if the record says nothing of it."""
        if not self.states(fact):
            return None
        rows = [
            row
            for row in self.document["evidence"]
            if row["fact"] == fact and (part is None or row.get("part") in (None, part))
        ]
        figures = self.figures(fact, part, rows)
        checked_on = self.checked_on(rows)
        return Mark(
            fact=fact,
            part=part,
            state=self.state(fact, rows, figures, checked_on),
            evidence=tuple(rows),
            figures=figures,
            checked_on=checked_on,
        )

    def checked_on(self, rows):
        days = [row["checked_on"] for row in rows] + [self.document["verified_on"]]
        return max((date.fromisoformat(day) for day in days if day), default=None)

    def state(self, fact, rows, figures, checked_on):
        if not all(figure.agrees for figure in figures):
            return CONFLICT
        if checked_on:
            return STALE if checked_on < self.before else VERIFIED
        edges = self.document["relations"] if fact == "relations" else ()
        if rows or self.wide or (edges and all(edge["evidence"] for edge in edges)):
            return SOURCED
        return UNSOURCED

    def figures(self, fact, part, rows):
        """What the sources say of the fact, those that agree with the record first."""
        said = [row for row in rows if row.get("value")]
        agrees = agreement(self.document, fact, part) or same_as_first(said)
        alike = {}
        for row in said:
            alike.setdefault(row["value"].strip(), []).append(row)
        found = [Figure(value, tuple(same), agrees(value)) for value, same in alike.items()]
        if found and not any(figure.agrees for figure in found):
            # Sources that say nothing else are taken to say what the record does.
            silent = [row for row in rows if not row.get("value")] or self.wide
            found.append(Figure(own_value(self.document, fact, part), tuple(silent), True))
        return tuple(sorted(found, key=lambda figure: not figure.agrees))


def own_value(document, fact, part):
    """What the record itself says of a fact that has an ``agreement``, in words."""
    value = document[fact]
    if fact == "sizes":
        sizes = [size for size in value if part in (None, size["unit"])]
        return ", ".join(
            f"{QUALIFIERS[Qualifier(size['qualifier'])]} {size['count']:,}".strip()
            for size in sizes
        )
    if fact == "year":
        return str(value)
    return (fact == "license" and document["license_name"]) or value["name"]


def agreement(document, fact, part):
    """A test of whether a source's value is what the record says; None where words cannot tell."""
    value = document[fact]
    if fact == "sizes":
        sizes = [size for size in value if part in (None, size["unit"])]
        return lambda said: any(fits(number_in(said), size) for size in sizes)
    if fact == "year":
        return lambda said: number_in(said) == value
    if fact in ("license", "access", "host"):
        names = {plain(value[key]) for key in ("slug", "name", "spdx") if value.get(key)}
        names |= {plain(document["license_name"] or "")} if fact == "license" else set()
        return lambda said: plain(said) in names
    return None


def same_as_first(rows):
    """Without a value of the record to compare with, the first source leads."""
    return lambda said: plain(said) == plain(rows[0]["value"])


def fits(number, size):
    """Whether a source's number is what a size says, its qualifier allowed for."""
    if number is None:
        return False
    match size["qualifier"]:
        case "at-least":
            return number >= size["count"]
        case "about":
            return abs(number - size["count"]) * 10 <= size["count"]
    return number == size["count"]


def number_in(text):
    """The first whole number of a text, its thousands set apart in whichever way; None without one."""
    found = NUMBER.search(text)
    return int(re.sub(r"\D", "", found[0])) if found else None


def is_whole_number(text):
    """Whether the text is one whole number and nothing else."""
    return re.fullmatch(GROUPED, text.strip(), re.ASCII) is not None


def plain(text):
    """The letters and digits of a text: “CC BY 4.0” and “cc-by-4-0” are the same words."""
    return re.sub(r"[\W_]+", "", text).casefold()
