"""How a reader looks at a table: the rows that are picked, those that are open, how tightly they stand.

These parameters belong to the pages alone. They do not say which records a table
holds, so the API, exports and feeds refuse them like any other unknown one.
"""

from datasets.fields import nor
from datasets.hints import shorten

PICK, OPEN, DENSITY = "pick", "open", "density"
PARAMETERS = (PICK, OPEN, DENSITY)
DENSITIES = {"comfortable": "Roomy", "compact": "Compact"}
# Every link of the page repeats the picked rows, and open ones are read whole.
MOST_PICKED, MOST_OPEN = 100, 20


def query_part(data):
    """The parameters of an address that are the query language's own."""
    if not any(name in data for name in PARAMETERS):
        return data
    rest = data.copy()
    for name in PARAMETERS:
        rest.pop(name, None)
    return rest


class Viewing:
    """The right values of these parameters in an address; ``messages`` says what was wrong with others.

    ``query`` is the address's own, less these.
    """

    def __init__(self, data, query):
        self.index, self.family, self.like = query.queryset.index, query.family, query.like
        self.messages = []
        self.picked = self.records(data.getlist(PICK), MOST_PICKED, "selected")
        self.opened = self.records(data.getlist(OPEN), MOST_OPEN, "open")
        self.density = self.one_density(data.getlist(DENSITY))

    def records(self, slugs, most, state):
        """The current slugs of the records meant, in the order given."""
        found, wrong = {}, {}
        for slug in filter(None, slugs):
            current = self.index.resolve("slug", slug)
            known = current is not None and self.of_family(current)
            (found if known else wrong)[current if known else slug] = None
        if wrong:
            self.messages.append(self.unknown(list(wrong), state))
        if len(found) > most:
            self.messages.append(f"At most {most} rows can be {state}: these are the first {most}.")
        return list(found)[:most]

    def of_family(self, slug):
        return self.index.families[self.family] >> self.index.position[slug] & 1

    def unknown(self, slugs, state):
        first, *others = slugs
        near = [
            slug for slug in self.like(first, self.index.values("slug")) if self.of_family(slug)
        ]
        hint = f" Did you mean “{near[0]}”?" if near else ""
        more = f" {nor(len(others))}" if others else ""
        return f"“{shorten(first)}” is none of these {self.family} and is not {state}.{hint}{more}"

    def one_density(self, values):
        value = ([value for value in values if value] or ["comfortable"])[-1]
        if value in DENSITIES:
            return value
        self.messages.append(
            f"“{shorten(value)}” is not a known density. Valid ones: {', '.join(DENSITIES)}."
        )
        return "comfortable"

    @property
    def given(self):
        """The parameters as an address has them: what is usual is left out."""
        density = "" if self.density == "comfortable" else self.density
        return {PICK: self.picked, OPEN: self.opened, DENSITY: [density] if density else []}
