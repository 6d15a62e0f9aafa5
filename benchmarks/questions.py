"""The questions that are asked: each as often as wanted, and never the same twice."""

import random
from dataclasses import dataclass
from urllib.parse import urlencode

from datasets.models import VOCABULARIES, Record

API = "/api/v1/datasets/"
FAMILIES = ["open", "non-commercial", "research-only", "data-use-agreement", "custom"]


@dataclass(frozen=True)
class Question:
    """``here`` is its path, ``obvious`` the path of the same in the obvious way, if that can be asked."""

    name: str
    here: str
    obvious: str = ""
    cold_only: bool = False


QUESTIONS = [
    Question("first page", API, "/obvious/datasets/"),
    Question("one modality", API, "/obvious/datasets/"),
    Question("filter and sort", API, "/obvious/datasets/"),
    Question("text and task", API, "/obvious/datasets/"),
    Question("facets", f"{API}facets/", "/obvious/datasets/facets/"),
    Question("page 200", API, "/obvious/datasets/"),
    Question("one record", API, "/obvious/datasets/"),
    Question("changes", "/api/v1/changes/"),
    Question("explorer", "/datasets/"),
]


class Asker:
    """Makes addresses. The catalogue is the one of the database that Django is set to."""

    def __init__(self, seed=1):
        self.rng = random.Random(seed)
        self.seen = set()
        self.terms = {
            model.namespace: list(model.objects.order_by("order").values_list("slug", flat=True))
            for model in VOCABULARIES
        }
        datasets = Record.objects.filter(kind__in=["dataset", "collection"])
        self.records = list(datasets.order_by("pk").values_list("slug", "summary")[:5000])
        self.count = datasets.count()
        self.versions = Record.objects.count()

    def ask(self, question):
        """(address here, address in the obvious way or "") of a question that was never asked."""
        while True:
            query, tail = getattr(self, question.name.replace(" ", "_"))()
            text = urlencode(query)
            if (question.name, text, tail) not in self.seen:
                break
        self.seen.add((question.name, text, tail))
        here, there = (
            f"{path}{tail}{'?' if text else ''}{text}" if path else ""
            for path in (question.here, question.obvious)
        )
        return here, there

    def one(self, name, most=9):
        return self.rng.choice(self.terms[name][:most])

    def year(self):
        """A year that leaves nobody out who has one, and makes an address that is new."""
        return ("year_min", self.rng.randint(1, 1900))

    def first_page(self):
        return [self.year()], ""

    def one_modality(self):
        return [("modality", self.one("modality", 24)), self.year()], ""

    def narrow(self):
        return [
            ("modality", self.one("modality")),
            ("anatomy", self.one("anatomy")),
            ("license_family", self.rng.choice(FAMILIES)),
        ]

    def filter_and_sort(self):
        sort = [("unit", self.one("unit", 5)), ("ordering", "-size")]
        return [*self.narrow(), *sort, self.year()], ""

    def text_and_task(self):
        words = self.rng.choice(self.records)[1].strip(".").split()
        search = " ".join(self.rng.sample(words, k=self.rng.randint(1, 2)))
        return [("search", search), ("task", self.one("task")), self.year()], ""

    def facets(self):
        return [*self.narrow(), self.year()], ""

    def page_200(self):
        size = max(1, min(50, int(self.count * 0.9) // 200))
        return [("page", 200), ("page_size", size), self.year()], ""

    def one_record(self):
        return [], f"{self.rng.choice(self.records)[0]}/"

    def changes(self):
        return [("cursor", self.rng.randrange(self.versions))], ""

    def explorer(self):
        return [*self.narrow(), self.year()], ""
