"""The facts of several records, one row each: what every record says, and whether they differ."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils.formats import date_format

from datasets.reading import QUALIFIERS, paper_url

SOLE = {"Country": "Countries"}


@dataclass(frozen=True)
class Value:
    """One thing that a record says. ``shared`` if all the others say it too; ``tone`` names its colour."""

    text: str
    url: str | None = None
    more: str = ""
    tone: str = ""
    shared: bool = False


@dataclass
class Cell:
    """What one record says of a fact: nothing if it is not stated; ``applies`` if a record of its kind could.

    ``odd`` if more of the others agree on something else.
    """

    values: list = field(default_factory=list)
    applies: bool = True
    said: object = None

    odd: bool = False

    def __post_init__(self):
        if self.said is None:
            self.said = frozenset((value.text, value.more) for value in self.values)


@dataclass(frozen=True)
class Figure:
    """A size in the row's unit, with its share of the largest in percent (0 if it is the only one), and how it compares in words."""

    count: int
    about: str
    note: str
    percent: int
    rank: str = ""


@dataclass
class Row:
    """A fact. ``shape`` says how its cells are drawn."""

    label: str
    cells: list
    shape: str = "words"
    compared: bool = True
    differs: bool = False

    def __post_init__(self):
        (most, times), *others = Counter(cell.said for cell in self.cells).most_common(2)
        self.differs = self.compared and bool(others)
        # Most records being counted in no such unit is no agreement.
        agreed = self.differs and times > others[0][1] and self.shape != "size"
        for cell in self.cells:
            cell.odd = agreed and cell.said != most

    @property
    def stated(self):
        return any(cell.values for cell in self.cells)


@dataclass
class Group:
    label: str
    rows: list


def groups(readings):
    """All that the records state, in groups of rows."""
    found = [
        Group("What it is", [summary(readings), *facts(readings), *texts(readings)]),
        Group("How much there is", sizes(readings)),
        Group("What its licence says", licence(readings)),
        Group("How to get it", [access(readings)]),
        Group("How far to trust the record", trust(readings)),
    ]
    for group in found:
        group.rows = [row for row in group.rows if row.stated]
    return [group for group in found if group.rows]


def summary(readings):
    cells = [Cell([Value(reading.document["summary"])]) for reading in readings]
    return Row("In short", cells, "prose", compared=False)


def facts(readings):
    """What the record pages list as facts; a term that all have is told apart from one that some have."""
    told = [{SOLE.get(label, label): found for label, found, _ in r.facts} for r in readings]
    labels = sorted(
        dict.fromkeys(label for each in told for label in each),
        key=lambda label: label != "Kind",
    )
    return [fact(label, [each.get(label, []) for each in told]) for label in labels]


def fact(label, told):
    several = any(len(each) > 1 for each in told)
    return Row(label, entries(told), "several" if several else "words")


def entries(told):
    """A cell for each record's entries; shared are those of all records that state any."""
    shared = set.intersection(*({entry.name for entry in each} for each in told if each))
    return [
        Cell([Value(entry.name, entry.url, shared=entry.name in shared) for entry in each])
        for each in told
    ]


def texts(readings):
    labels = {
        "annotations": "Annotations",
        "splits": "Official split",
        "architecture": "Architecture",
        "trained_on": "Trained on",
    }
    return [
        Row(label, [text_cell(reading.document, key) for reading in readings], "prose")
        for key, label in labels.items()
    ]


def text_cell(document, key):
    text = document.get(key)
    return Cell([Value(text)] if text else [], applies=key in document)


def sizes(readings):
    """A row for each unit that any of the records is counted in: first those that most are."""
    counted = {}
    for place, reading in enumerate(readings):
        for size in reading.sizes:
            per_record = counted.setdefault(size["unit"], {})
            per_record.setdefault(place, []).append(size)
    return [
        Row(found_name(found), size_cells(found, len(readings)), "size")
        for found in sorted(counted.values(), key=lambda found: -len(found))
    ]


def found_name(found):
    name = next(iter(found.values()))[0]["unit_name"]
    return name[:1].upper() + name[1:]


def size_cells(found, width):
    """Of a record's figures in a unit the first is the one compared; the others stand below it."""
    counts = [found[place][0]["count"] if place in found else None for place in range(width)]
    known = sorted(count for count in counts if count is not None)
    largest = known[-1] if len(known) > 1 else 0
    return [
        size_cell(found.get(place, []), rank(counts[place], known), largest)
        for place in range(width)
    ]


def size_cell(figures, rank, largest):
    values = [
        Figure(
            size["count"],
            QUALIFIERS[size["qualifier"]],
            size["note"] or "",
            percent(size["count"], largest),
            "" if place else rank,
        )
        for place, size in enumerate(figures)
    ]
    return Cell(values, said=(values[0].about, values[0].count) if values else ())


def percent(count, largest):
    return min(100, max(1, round(100 * count / largest))) if largest else 0


def rank(count, known):
    """How the largest of several figures compares, in words; nothing for the others."""
    if count is None or len(known) < 2 or count != known[-1]:
        return ""
    if known[0] == count:
        return "all alike"
    if known[-2] == count:
        return "the largest, with another"
    times = count / known[-2] if known[-2] else 0
    return f"the largest, {times:,.1f} times the next" if times >= 1.1 else "the largest"


def licence(readings):
    """What each permits and requires, side by side and in sentences."""
    told = [reading.license for reading in readings]
    names = [
        Cell([Value(each["entry"].name, each["entry"].url, each["own_name"] or "")])
        for each in told
    ]
    families = [
        Cell([Value(each["family"].name, each["family"].url, tone=each["family_slug"])])
        for each in told
    ]
    terms = zip(*(each["rows"] for each in told), strict=True)
    return [
        Row("Licence", names),
        Row("Licence family", families, "family"),
        *(
            Row(
                cells[0][0],
                [Cell([Value(says, tone=state)]) for _, says, state in cells],
                "permit",
            )
            for cells in terms
        ),
        Row("In a sentence", [Cell([Value(each["sentence"])]) for each in told], "prose"),
        Row("Licences of parts", [Cell(list(map(part, each["grants"]))) for each in told]),
        Row("The terms themselves", [addresses(each["texts"]) for each in told]),
    ]


def addresses(entries):
    # Where a link leads is what it says: two pages may be called alike.
    values = [Value(entry.name, entry.url) for entry in entries]
    return Cell(values, said=frozenset(value.url for value in values))


def part(grant):
    subset = f" ({grant['subset']})" if grant["subset"] else ""
    return Value(f"{grant['covers']}{subset}: {grant['license']['name']}", grant["url"])


def access(readings):
    told = [reading.access for reading in readings]
    cells = [
        Cell([Value(each["entry"].name, each["entry"].url, each["sentence"], each["slug"])])
        for each in told
    ]
    return Row("Access", cells, "access")


def trust(readings):
    days = [reading.verified_on for reading in readings]
    sure = [", ".join(f"{what} {level.lower()}" for what, level in r.confidence) for r in readings]
    return [
        Row("Paper", [Cell(paper(reading.document)) for reading in readings]),
        Row("Last verified", [Cell([Value(verified(day))]) for day in days]),
        Row("How sure we are", [Cell([Value(text)] if text else []) for text in sure]),
    ]


def verified(day):
    return date_format(day, "j F Y") if day else "Not yet verified"


def paper(document):
    paper = document["paper"]
    return [Value(paper["title"], paper_url(paper))] if paper else []
