"""The state of an explorer page, which is its address, and the links that change one thing in it."""

from functools import lru_cache
from urllib.parse import urlencode

from django.http import QueryDict

from datasets.filters import read_query


class State:
    """The known parameters of an address, as they were given. Links made from it start at page 1.

    ``view`` are those that only the page takes; links keep them, and nothing is narrowed by them.
    """

    def __init__(self, path, data, known, view=None):
        self.path = path
        self.view = view or {}
        self.given = {
            name: values
            for name in data
            if name in known and (values := list(dict.fromkeys(filter(None, data.getlist(name)))))
        }

    def all(self, name):
        """The values given for a parameter."""
        return self.given.get(name, [])

    def one(self, name):
        """The value given for a parameter that takes one; empty if there is none."""
        values = self.given.get(name)
        return values[-1] if values else ""

    def address(self, **changes):
        """The address of this state with some parameters replaced, or left out where they are None."""
        return join(self.path, self.given | {"page": None} | self.view | changes)

    def here(self, **changes):
        """The address of this very page of this state, with some parameters replaced."""
        return self.address(page=self.all("page"), **changes)

    def changed(self, **changes):
        """This state with some parameters replaced."""
        state = State(self.path, {}, ())
        state.given = self.given | changes
        return state

    def without(self, name, values):
        """The address of this state less some values of a parameter."""
        return self.address(**{name: [value for value in self.all(name) if value not in values]})

    def beginning(self, name):
        """What to write before a plain value to have the address where it is the parameter's only one."""
        address = self.address(**{name: None})
        return f"{address}{'&' if '?' in address else '?'}{name}="

    def dropped(self, *names):
        """The parameters as a QueryDict, less these."""
        kept = {name: values for name, values in self.given.items() if name not in names}
        return to_query(kept)

    def applied(self, query):
        """This state as far as its query found it right, so that strict doors accept its addresses."""
        if not query.errors:
            return self
        index, family = query.selection.index, query.family
        state = self
        # A parameter can become wrong when one that it needs goes: a size without its unit.
        while (errors := query.errors) and state.given:
            kept = {
                name: right_values(state, query, name)
                for name in state.given
                if name not in errors or getattr(query.filters.get(name), "many", False)
            }
            state = State(self.path, to_query(kept), kept, self.view)
            query = read_query(family, to_query(state.given), index)
        return state


def right_values(state, query, name):
    known = query.filters[name]
    if not known.many:
        return state.all(name)
    return [value for value in state.all(name) if known.resolve(value)]


def to_query(given):
    return QueryDict(urlencode(given, doseq=True))


def join(path, parameters):
    """An address with these parameters, without those that have no value."""
    parts = [
        encoded(name, tuple(values) if isinstance(values, list) else values)
        for name, values in parameters.items()
        if values
    ]
    return f"{path}?{'&'.join(parts)}" if parts else path


# The links of a page differ in one parameter each; the others need not be written anew.
@lru_cache(512)
def encoded(name, values):
    return urlencode({name: values}, doseq=True)
