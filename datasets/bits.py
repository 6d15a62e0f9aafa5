"""Sets of record positions as Python integers: bit p is set when position p is in the set.

Intersections and counts of such sets run at the speed of the machine's words,
and cost nothing to share between threads. To walk a set, or to make one of many
positions, it becomes an array.
"""

import numpy as np


class Stack:
    """The sets of a dict, all below ``size``, as rows of one array: counted together in a fifth of the time."""

    def __init__(self, sets, size):
        self.names, self.width = list(sets), (size + 63) // 64
        rows = b"".join(map(self._octets, sets.values()))
        self.rows = np.frombuffer(rows, np.uint64).reshape(len(sets), self.width)

    def _octets(self, members):
        return members.to_bytes(self.width * 8, "little")

    def counts(self, members):
        """By name, how many members of a set each of these sets has."""
        words = np.frombuffer(self._octets(members), np.uint64)
        found = np.bitwise_count(self.rows & words).sum(axis=1)
        return dict(zip(self.names, found.tolist(), strict=True))


def from_positions(positions, size):
    """The set of these positions, all below ``size``."""
    buffer = bytearray((size + 7) // 8)
    for position in positions:
        buffer[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(buffer, "little")


def from_flags(flags):
    """The set of the positions at which an array holds true."""
    return int.from_bytes(np.packbits(flags, bitorder="little"), "little")


def from_array(positions, size):
    """The set of the positions in an array, all below ``size``."""
    flags = np.zeros(size, bool)
    flags[positions] = True
    return from_flags(flags)


def flags(bits, size):
    """An array of ``size`` truths: whether each position is in the set."""
    packed = np.frombuffer(bits.to_bytes((size + 7) // 8, "little"), np.uint8)
    return np.unpackbits(packed, count=size, bitorder="little").view(bool)
