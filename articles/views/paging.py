"""One page of a list; a page that is not there is told, and the nearest is shown."""

from dataclasses import dataclass
from functools import cached_property

from datasets.numbers import whole

PER_PAGE = 20
MOST_PAGES = 10**9


class Neighbours:
    """The pages before and after number ``number`` of ``pages``; None where there is none."""

    @property
    def previous(self):
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self):
        return self.number + 1 if self.number < self.pages else None


@dataclass(frozen=True)
class Place(Neighbours):
    """Where a page stands in its list of ``count`` rows."""

    number: int
    pages: int
    count: int


class Page(Neighbours):
    """``rows`` of the page that an address asks for, its number, and what was wrong with the wish."""

    def __init__(self, rows, asked, per_page=PER_PAGE):
        self.all, self.per_page = rows, per_page
        self.fault = ""
        self.asked = self.read(asked)

    def read(self, asked):
        if not asked:
            return 1
        number = whole(asked, MOST_PAGES)
        if not number:
            self.fault = "A page is a number from 1; this is the first."
        return number or 1

    @cached_property
    def count(self):
        return self.all.count()

    @cached_property
    def pages(self):
        return max(1, -(-self.count // self.per_page))

    @cached_property
    def number(self):
        if self.asked > self.pages:
            ends = "There is one page" if self.pages == 1 else f"There are {self.pages} pages"
            self.fault = f"{ends}; this is the last."
        return min(self.asked, self.pages)

    @cached_property
    def rows(self):
        start = (self.number - 1) * self.per_page
        return list(self.all[start : start + self.per_page])
