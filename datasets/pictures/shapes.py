"""What a drawing consists of: lines, areas and discs, each in one of the drawing's tones.

A drawing is a list of these on a canvas of WIDTH by HEIGHT; ``svg`` and ``png`` write it out.
"""

import math
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 400
# The tones of a drawing: what it is drawn in, what recedes, what stands out.
INK, SOFT, SPOT = "ink", "soft", "spot"


@dataclass(frozen=True)
class Line:
    """A line through points, or with ``filled`` the area that they go round."""

    points: list
    tone: str = INK
    width: float = 3
    closed: bool = False
    filled: bool = False


@dataclass(frozen=True)
class Disc:
    """A full circle, or with ``width`` a ring."""

    x: float
    y: float
    radius: float
    tone: str = INK
    width: float = 0


# Of so many straight lines a round one is made.
RING_STEPS = 48


def ring(x, y, across, down, *, wobble=(), tone=INK, width=3, filled=False):
    """A closed round line; ``wobble`` holds (waves, depth, phase) by which it leaves the ellipse."""
    points = []
    for step in range(RING_STEPS):
        turn = math.tau * step / RING_STEPS
        swell = 1 + sum(depth * math.sin(waves * turn + phase) for waves, depth, phase in wobble)
        points.append((x + across * swell * math.cos(turn), y + down * swell * math.sin(turn)))
    return Line(points, tone, width, closed=True, filled=filled)


def arc(x, y, radius, start, end, *, tone=INK, width=3, count=20):
    """Part of a circle, from one angle to another in turns."""
    turns = [math.tau * (start + (end - start) * step / count) for step in range(count + 1)]
    return Line(
        [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns],
        tone,
        width,
    )


def bar(x, y, across, down, tone=SOFT):
    """A filled oblong."""
    corners = [(x, y), (x + across, y), (x + across, y + down), (x, y + down)]
    return Line(corners, tone, 0, closed=True, filled=True)
