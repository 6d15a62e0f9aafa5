"""The rows that a reader picked, and where they lead: to a comparison, a check, a file, a list."""

from functools import cached_property

from django.urls import reverse

from datasets.checking.asking import MOST as MOST_CHECKED
from datasets.comparison.asked import MOST as MOST_COMPARED
from datasets.explorer.state import join
from datasets.explorer.viewing import MOST_PICKED, PICK
from datasets.exports import FILES

# A comparison stands side by side; a check asks what a combination allows.
FEWEST = 2


class Picks:
    """What the page says of the picked rows; ``shown`` are the slugs of the rows on this page."""

    def __init__(self, viewing, state, shown, file_path, columns):
        self.slugs, self.index = viewing.picked, viewing.index
        self.state, self.shown = state, shown
        self.file_path, self.columns = file_path, columns

    @property
    def count(self):
        return len(self.slugs)

    @cached_property
    def entries(self):
        """(name, address of the record, address without it) of each."""
        picked = [self.index.document(self.index.position[slug]) for slug in self.slugs]
        return [(one["name"], one["url"], self.without(one["slug"])) for one in picked]

    def without(self, slug):
        return self.state.here(**{PICK: [other for other in self.slugs if other != slug]})

    @property
    def cleared(self):
        return self.state.here(**{PICK: None})

    @cached_property
    def page_picked(self):
        """Whether every row of this page is picked."""
        return bool(self.shown) and set(self.shown) <= set(self.slugs)

    @property
    def whole_page(self):
        """The address with every row of this page picked, or none of them if all are."""
        if self.page_picked:
            return self.state.here(
                **{PICK: [slug for slug in self.slugs if slug not in self.shown]}
            )
        return self.state.here(**{PICK: list(dict.fromkeys([*self.slugs, *self.shown]))})

    @property
    def page_fits(self):
        return len({*self.slugs, *self.shown}) <= MOST_PICKED

    @property
    def comparison(self):
        """The address of their comparison; empty unless that many can be compared."""
        fits = FEWEST <= self.count <= MOST_COMPARED
        return self.of(reverse("datasets:compare")) if fits else ""

    @property
    def check(self):
        """The address that tells what using them together would mean; empty unless that many can be checked."""
        fits = FEWEST <= self.count <= MOST_CHECKED
        return self.of(reverse("datasets:check")) if fits else ""

    @property
    def files(self):
        """(label, address) of the picked records as files, in the order in which they were picked."""
        return [
            (text, self.of(self.file_path, columns=self.columns, format=name))
            for name, text in FILES.items()
        ]

    @property
    def listed(self):
        """The address of a table of just these records, to share."""
        return self.of(self.state.path)

    def of(self, path, **more):
        return join(path, {"slug": self.slugs} | more)

    @cached_property
    def elsewhere(self):
        """The picked rows that this page does not show: its form must pass them on."""
        return [slug for slug in self.slugs if slug not in self.shown]
