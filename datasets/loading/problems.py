"""Faults of the files, gathered so that one run names many of them."""

LIMIT = 20


class LoadError(Exception):
    """The files cannot be loaded; the text says where the fault lies and what would be right."""


class Problems:
    """Collects faults and raises them together."""

    def __init__(self):
        self.found = []

    def add(self, place, text, key=None):
        at = f"{place}, key “{key}”" if key else place
        self.found.append(printable(f"{at}: {text}"))
        if len(self.found) >= LIMIT:
            self.stop(f"The first {LIMIT} faults; there may be more.")

    def stop(self, ending=None):
        """Raise LoadError if there was any fault."""
        if self.found:
            raise LoadError("\n".join([*self.found, *([ending] if ending else [])]))


def printable(text):
    """The text with what a terminal cannot show escaped."""
    return "".join(
        char if char == "\n" or char.isprintable() else ascii(char)[1:-1] for char in text
    )
