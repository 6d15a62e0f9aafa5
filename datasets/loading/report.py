"""What a load did, file by file."""

from collections import Counter

from datasets.loading.files import FILES
from datasets.loading.problems import printable

OUTCOMES = ("created", "changed", "unchanged", "kept")


class Report:
    """Counts outcomes and remembers why entries were kept."""

    def __init__(self):
        self.counts = {name: Counter() for name in FILES}
        self.reasons = []

    def note(self, entry, outcome, reason=""):
        self.counts[entry.file][outcome] += 1
        if reason:
            self.reasons.append(printable(f"kept {entry.place}: {reason}"))

    def total(self, outcome):
        return sum(counts[outcome] for counts in self.counts.values())

    def lines(self):
        """A table of counts, then a line for each entry that was left alone."""
        yield f"{'':<18}" + "".join(f"{outcome:>11}" for outcome in OUTCOMES)
        for name, counts in self.counts.items():
            yield f"{name:<18}" + "".join(f"{counts[outcome]:>11}" for outcome in OUTCOMES)
        yield f"{'total':<18}" + "".join(f"{self.total(outcome):>11}" for outcome in OUTCOMES)
        yield from self.reasons
