"""A large dict of which copies with small changes cost little."""

from collections.abc import Mapping

_NOTHING = object()
# Changes are written into a copy of the whole once they are one part in so many of it.
PART = 8


class Layered(Mapping):
    """Reads as ``base`` with some keys set and some removed. Immutable."""

    def __init__(self, base, changes=None, size=None):
        self.base = base
        self.changes = changes or {}
        self.size = len(base) if size is None else size

    def changed(self, removed, added):
        """This mapping without some keys, and with those of a dict; keys in both are kept."""
        changes, size = self.changes.copy(), self.size
        for key in removed:
            if key not in added and changes.get(key, self.base.get(key, _NOTHING)) is not _NOTHING:
                changes[key] = _NOTHING
                size -= 1
        for key, value in added.items():
            size += changes.get(key, self.base.get(key, _NOTHING)) is _NOTHING
            changes[key] = value
        after = Layered(self.base, changes, size)
        return Layered(dict(after.items())) if len(changes) * PART > len(self.base) else after

    def __getitem__(self, key):
        value = self.changes.get(key, _NOTHING)
        if value is not _NOTHING:
            return value
        if key in self.changes:
            raise KeyError(key)
        return self.base[key]

    def __contains__(self, key):
        if key in self.changes:
            return self.changes[key] is not _NOTHING
        return key in self.base

    def __iter__(self):
        yield from (key for key in self.base if key not in self.changes)
        yield from (key for key, value in self.changes.items() if value is not _NOTHING)

    def __len__(self):
        return self.size
