"""Numbers that came as text, and how great they may be."""

# What the columns of the database hold.
MOST_VERSIONS = 2**31 - 1
BIGGEST_ID = 2**63 - 1


def whole(text, most):
    """The number that these plain digits write; None for anything else, and for more than ``most``.

    Python itself refuses to read some thousand digits, with an error.
    """
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    number = int(text) if plain else None
    return number if plain and number <= most else None
