"""An invented catalogue of any size, for benchmarks and load tests: the same for the same seed.

Words, terms and figures are as unevenly spread as in the real one, since that is
what searching, sorting and counting depend on.
"""

import random
from datetime import date, timedelta
from itertools import accumulate, product

from datasets.models import (
    TOOL_KINDS,
    VOCABULARIES,
    Access,
    AnnotationMethod,
    Confidence,
    Evidence,
    Kind,
    License,
    Link,
    LinkKind,
    Paper,
    Qualifier,
    Record,
    Relation,
    RelationType,
    Size,
    Slug,
    changing,
)

# Rows are made in portions, so that memory grows with the documents alone.
PORTION = 1000
BEGINNINGS = [
    "angio",
    "arthro",
    "broncho",
    "cardio",
    "cephalo",
    "chondro",
    "colo",
    "cranio",
    "derma",
    "endo",
    "entero",
    "fibro",
    "gastro",
    "glio",
    "hemato",
    "hepato",
    "histo",
    "kerato",
    "laryngo",
    "lipo",
    "lympho",
    "mammo",
    "mela",
    "meningo",
    "myelo",
    "myo",
    "nephro",
    "neuro",
    "oculo",
    "onco",
    "osteo",
    "oto",
    "pancreato",
    "patho",
    "pneumo",
    "procto",
    "pulmo",
    "radio",
    "retino",
    "rhino",
    "sarco",
    "sclero",
    "spondylo",
    "thoraco",
    "thyro",
    "uro",
    "vaso",
]
MIDDLES = ["", "cyto", "gen", "lit", "met", "nod", "plas", "ri", "sten", "tom", "val"]
ENDINGS = [
    "algia",
    "cele",
    "ectasia",
    "emia",
    "gram",
    "graphy",
    "itis",
    "logy",
    "megaly",
    "oma",
    "osis",
    "pathy",
    "scopy",
    "trophy",
]
PLAIN = [
    "images",
    "scans",
    "slides",
    "patients",
    "annotated",
    "segmented",
    "from",
    "with",
    "labels",
    "hospital",
    "study",
    "reports",
    "radiologists",
    "masks",
    "public",
    "collection",
    "lesions",
    "training",
    "validation",
    "multi-centre",
    "clinical",
]
COUNTRIES = [
    "US",
    "CN",
    "GB",
    "DE",
    "FR",
    "NL",
    "IN",
    "JP",
    "ES",
    "IT",
    "CA",
    "BR",
    "KR",
    "CH",
    "AU",
    "SE",
    "TR",
    "PL",
    "EG",
    "ZA",
]
TERMS = {
    "modality": 24,
    "anatomy": 27,
    "task": 12,
    "license": 21,
    "host": 30,
    "unit": 12,
}
# Family, and whether commercial use, redistribution and derivatives are permitted.
PERMISSIONS = [
    ("open", True, True, True),
    ("non-commercial", False, True, True),
    ("research-only", False, False, None),
    ("data-use-agreement", None, False, None),
    ("custom", None, None, None),
    ("unspecified", None, None, None),
]


class Uneven:
    """Draws from a list in which the first few are drawn most of the time, as in Zipf's law."""

    def __init__(self, rng, things):
        self.rng, self.things = rng, list(things)
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.things))))

    def some(self, least, most):
        number = self.rng.randint(least, most)
        return self.rng.choices(self.things, cum_weights=self.weights, k=number)

    def distinct(self, least, most):
        return list(dict.fromkeys(self.some(least, most)))

    def one(self):
        return self.rng.choices(self.things, cum_weights=self.weights)[0]


class Inventor:
    """Makes rows. ``first`` is the number of the first record, which its slug carries."""

    def __init__(self, seed, first):
        self.rng = rng = random.Random(seed)
        invented = ["".join(parts) for parts in product(BEGINNINGS, MIDDLES, ENDINGS)]
        rng.shuffle(invented)
        self.first = first
        self.words = Uneven(rng, PLAIN + invented)
        self.terms = {
            model.namespace: Uneven(rng, model.objects.order_by("pk")) for model in VOCABULARIES
        }
        self.countries = Uneven(rng, COUNTRIES)
        self.access = Uneven(rng, Access.values)
        self.methods = Uneven(rng, ["", *AnnotationMethod.values])

    def chance(self, share):
        return self.rng.random() < share

    def phrase(self, least, most):
        return " ".join(self.words.some(least, most)).capitalize()

    def paper(self, number):
        return Paper(
            title=self.phrase(6, 14),
            authors=f"{self.phrase(1, 1)} A, {self.phrase(1, 1)} B, et al.",
            venue=self.phrase(2, 4),
            year=self.rng.randint(2005, 2026),
            doi=f"10.5555/synthetic.{number}",
        )

    def record(self, number, paper):
        rng = self.rng
        kind = rng.choices(Kind.values, weights=[85, 4, 4, 7])[0]
        name = f"{rng.choice(BEGINNINGS)}{rng.choice(ENDINGS)}".capitalize()
        name += rng.choice(["", "Net", " Atlas", f"-{rng.randint(2, 40)}", f" {number}"])
        record = Record(
            slug=f"{name.lower().replace(' ', '-')}-s{number}",
            name=name,
            full_name=self.phrase(4, 8) if self.chance(0.4) else "",
            aliases=[f"{name[:3].upper()}{number}"] if self.chance(0.2) else [],
            kind=kind,
            summary=self.phrase(20, 40) + ".",
            access=self.access.one(),
            license=self.terms["license"].one(),
            host=self.terms["host"].one() if self.chance(0.95) else None,
            paper=paper,
            year=int(rng.triangular(2000, 2027, 2022)) if self.chance(0.95) else None,
            published=True,
            verified_on=date(2026, 1, 1) + timedelta(days=rng.randrange(300))
            if self.chance(0.3)
            else None,
            confidence_url=rng.choice(Confidence.values),
        )
        if kind in TOOL_KINDS:
            record.architecture, record.trained_on = self.phrase(2, 5), self.phrase(4, 10)
        else:
            record.annotations, record.splits = self.phrase(5, 15), self.phrase(3, 9)
            record.annotation_method = self.methods.one()
            record.countries = self.countries.distinct(0, 3)
        return record

    def joins(self, field, record):
        """Rows that give the record one to three terms of a vocabulary."""
        model, name = field.remote_field.through, field.m2m_reverse_field_name()
        terms = self.terms[field.related_model.namespace].distinct(1, 3)
        return [model(record=record, **{name: term}) for term in terms]

    def sizes(self, record):
        units = self.terms["unit"].distinct(0, 3)
        return [
            Size(
                record=record,
                count=int(10 ** self.rng.uniform(1, 6)),
                unit=unit,
                qualifier=self.rng.choice(Qualifier.values),
                order=order,
            )
            for order, unit in enumerate(units)
        ]

    def links(self, record):
        return [
            Link(record=record, kind=kind, url=f"https://{record.slug}.example/{kind}", order=order)
            for order, kind in enumerate(self.rng.sample(LinkKind.values, k=2))
        ]

    def evidence(self, record):
        source = f"https://{record.slug}.example/paper"
        return [Evidence(record=record, source=source)]

    def relations(self, record, earlier):
        """Up to two relations to records made before, so that nothing derives from itself."""
        kinds = [RelationType.DERIVED_FROM, RelationType.SHARES_IMAGES, RelationType.PART_OF]
        if record.is_tool:
            kinds = [RelationType.TRAINED_ON]
        others = {self.rng.choice(earlier) for _ in range(self.rng.randint(0, 2)) if earlier}
        return [
            Relation(
                subject=record,
                type=self.rng.choice(kinds),
                object_id=other,
                extent=self.phrase(3, 8),
            )
            for other in sorted(others)
        ]


def make(number, *, seed, progress=lambda made: None):
    """Add ``number`` published records in one change; ``progress`` is told how many more are made."""
    with changing(note=f"Synthetic catalogue of {number} records, seed {seed}."):
        for model in VOCABULARIES:
            make_terms(model)
        first = 1 + Slug.objects.filter(namespace=Record.namespace).count()
        inventor = Inventor(seed, first)
        made = []
        for start in range(first, first + number, PORTION):
            numbers = range(start, min(start + PORTION, first + number))
            make_records(inventor, numbers, made)
            progress(len(numbers))


def make_terms(model):
    """Invent the terms of a vocabulary that has none: every third is broad, those after it narrower."""
    if model.objects.exists():
        return
    name = model.namespace
    terms = model.objects.bulk_create(
        model(slug=f"{name}-{place}", name=f"{name.capitalize()} {place}", order=place, **more)
        for place, more in zip(range(TERMS[name]), permissions(model), strict=False)
    )
    if hasattr(model, "broader"):
        for place, term in enumerate(terms):
            if place % 3:
                term.broader.add(terms[place - place % 3])


def permissions(model):
    while True:
        for family, commercial_use, redistribution, derivatives in PERMISSIONS:
            yield (
                model is License
                and {
                    "family": family,
                    "commercial_use": commercial_use,
                    "redistribution": redistribution,
                    "derivatives": derivatives,
                }
                or {}
            )


def make_records(inventor, numbers, made):
    """Write a portion of records with their rows, and add their ids to those ``made``."""
    papers = {number: inventor.paper(number) for number in numbers if inventor.chance(0.7)}
    Paper.objects.bulk_create(papers.values())
    records = Record.objects.bulk_create(
        inventor.record(number, papers.get(number)) for number in numbers
    )
    for field in Record._meta.many_to_many:
        field.remote_field.through.objects.bulk_create(
            join for record in records for join in inventor.joins(field, record)
        )
    for model, rows in (
        (Size, inventor.sizes),
        (Link, inventor.links),
        (Evidence, inventor.evidence),
    ):
        model.objects.bulk_create(row for record in records for row in rows(record))
    relations = []
    for record in records:
        relations += inventor.relations(record, made)
        made.append(record.pk)
    Relation.objects.bulk_create(relations)
