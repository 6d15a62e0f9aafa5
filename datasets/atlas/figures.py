"""Numbers as the map writes them, and how strong their colour is."""

import math
from bisect import bisect_right

LEVELS = 5


def compact(number):
    """The number in few characters: 9,999, 112k, 1.3M."""
    if number < 10_000:
        return f"{number:,}"
    for limit, divisor, letter in ((999_500, 1e3, "k"), (999_500_000, 1e6, "M")):
        if number < limit:
            return shortened(number / divisor) + letter
    return shortened(number / 1e9) + "bn"


def shortened(number):
    return f"{number:.1f}".removesuffix(".0") if number < 9.95 else f"{number:,.0f}"


class Scale:
    """Levels 1 to 5 for numbers from 1 on, by their magnitude: counts and sizes are spread over powers of ten.

    ``least`` has the least number of each level; small numbers need fewer levels.
    """

    def __init__(self, numbers):
        known = [number for number in numbers if number]
        low, high = min(known, default=1), max(known, default=1)
        steps = [low * (high / low) ** (level / LEVELS) for level in range(1, LEVELS)]
        self.least = sorted(
            {low, *(number for number in map(rounded, steps) if low < number <= high)}
        )

    def level(self, number):
        return bisect_right(self.least, number)


def rounded(number):
    """The number rounded up to two digits that count."""
    unit = 10 ** max(0, math.floor(math.log10(number)) - 1)
    return math.ceil(number / unit - 1e-9) * unit
