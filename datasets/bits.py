"""Sets of record positions as Python integers: bit p is set when position p is in the set.

Intersections and counts of such sets run at the speed of the machine's words,
and cost nothing to share between threads. To walk a set, or to make one of many
positions, it becomes an array.
"""

import numpy as np


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
