"""Numbers that came as text, and how great they may be."""

# What the columns of the database hold.
MOST_VERSIONS = 2**31 - 1
BIGGEST_ID = 2**63 - 1


def is_plain(text):
    """Whether a text is the digits 0 to 9 and nothing else: Python reads those of every script."""
    return text.isascii() and text.isdigit()


def whole(text, most):
    """The number that these plain digits write; None for anything else, and for more than ``most``.

    Python itself refuses to read some thousand digits, with an error.
    """
    number = int(text) if is_plain(text) and len(text) <= len(str(most)) else None
    return None if number is None or number > most else number
