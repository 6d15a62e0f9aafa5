"""One page of a list; a page that is not there is told, and the nearest is shown."""

from dataclasses import dataclass
from functools import cached_property

from datasets.numbers import is_plain

PER_PAGE = 20


class Neighbours:
    """The pages around number ``number`` of ``pages``, as an address names them: the first needs no number."""

    @property
    def previous(self):
        return self.number - 1 if self.number > 2 else None

    @property
    def next(self):
        return self.number + 1


@dataclass(frozen=True)
class Place(Neighbours):
    """Where a page stands in its list of ``count`` rows."""

    number: int
    pages: int
    count: int


class Page(Neighbours):
    """``rows`` of the page that an address asks for, its number, and in ``fault`` what was wrong with the wish."""

    def __init__(self, rows, asked, per_page=PER_PAGE):
        self.all, self.per_page = rows, per_page
        self.count = rows.count()
        self.pages = max(1, -(-self.count // per_page))
        self.number, self.fault = self.read(asked)

    def read(self, asked):
        """(the number of the page to show, why not the one that was asked for)."""
        if not asked:
            return 1, ""
        if not (is_plain(asked) and asked.strip("0")):
            return 1, "A page is a number from 1; this is the first."
        # Python reads no number of thousands of digits.
        if len(asked) > 9 or int(asked) > self.pages:
            only = "is only one page" if self.pages == 1 else f"are only {self.pages} pages"
            return self.pages, f"There {only}; this is the last."
        return int(asked), ""

    @cached_property
    def rows(self):
        start = (self.number - 1) * self.per_page
        return list(self.all[start : start + self.per_page])
