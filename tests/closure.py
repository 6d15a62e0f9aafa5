"""Which records a path joins, told anew from plain edges: every path is walked and looked at.

Kept apart from the code it judges: nothing here comes from datasets.checking.
"""

# Steps that may be read either way; the others lead from the subject up to its source.
EITHER = {"shares-images", "part-of"}
UP, DOWN = "up", "down"


def joined(edges, collections):
    """The pairs (as sets) that some path joins; ``edges`` are (subject, type, object)."""
    steps = {}
    for subject, kind, source in edges:
        steps.setdefault(subject, []).append((source, {UP, DOWN} if kind in EITHER else {UP}))
        steps.setdefault(source, []).append((subject, {UP, DOWN} if kind in EITHER else {DOWN}))
    found = set()
    for start in steps:
        walk([start], [], steps, collections, found)
    return found


def walk(path, readings, steps, collections, found):
    if len(path) > 1:
        found.add(frozenset((path[0], path[-1])))
        if path[-1] in collections:
            return
    for other, ways in steps[path[-1]]:
        if other not in path and up_then_down([*readings, ways]):
            walk([*path, other], [*readings, ways], steps, collections, found)


def up_then_down(readings):
    """Whether the steps can be read as going up first and down afterwards."""
    return any(
        all(UP in ways for ways in readings[:turn])
        and all(DOWN in ways for ways in readings[turn:])
        for turn in range(len(readings) + 1)
    )
