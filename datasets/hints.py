"""What a message says about something unknown: how it quotes it, and what is like it."""

from difflib import get_close_matches

# To look through more than this takes time.
LONG = 1000


def shorten(text):
    """The text as it can be quoted in a message."""
    plain = "".join(character if character.isprintable() else "�" for character in text[:61])
    return plain[:60] + "…" if len(plain) > 60 else plain


def similar(slug, known, count=3):
    """The known slugs most like this one, of about its length.

    Before them comes what it is but for capitals, and those that begin with it.
    """
    sought = slug[:80].lower().strip()
    same = [one for one in known if one.lower() == sought]
    near = [one for one in known if abs(len(one) - len(sought)) <= 5]
    begun = sorted((one for one in known if len(sought) > 3 and one.startswith(sought)), key=len)
    return list(dict.fromkeys(same + begun + get_close_matches(sought, near, n=count)))[:count]


class Likenesses:
    """What is like the unknown values of one request: of a long list, such as all slugs, for the first of them only."""

    def __init__(self):
        self.looked = False

    def __call__(self, value, known, count=3):
        if len(known) > LONG:
            if self.looked:
                return []
            self.looked = True
        return similar(value, known, count)


def hint(value, known):
    """“; did you mean …?” if one of the known ones is close, else nothing; for the end of a sentence about a file."""
    near = similar(value, known, count=1) if isinstance(value, str) else ()
    return f"; did you mean “{near[0]}”?" if near else ""


def shown(value):
    """A value of any type as a message quotes it."""
    return f"“{shorten(value if isinstance(value, str) else repr(value))}”"
