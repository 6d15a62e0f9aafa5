"""Terms under terms, records from records: what lies beyond the next step."""


def reached(start, steps):
    """All that ``steps``, a mapping to the next ones, leads to from ``start``; itself only over a cycle."""
    found, queue = set(), [start]
    while queue:
        for following in steps.get(queue.pop(), ()):
            if following not in found:
                found.add(following)
                queue.append(following)
    return found
