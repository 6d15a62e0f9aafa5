"""What the form of a post was opened with: each field, and each row of its parts, as they were stored."""

from django.core import signing
from django.forms import model_to_dict

from articles.models import BLOCKS, Byline, Citation

SALT = "articles.opened"
# What a form carries beside what is written in it.
TRAVELLING = ("version", "opened", "compared")
# What belongs to the row and not to what is written in it.
LEFT_OUT = ("id", "post", "parent", "authors", "records")


def prefix_of(model):
    """The name under which a post has rows of this kind, and under which its form sends them."""
    field = "parent" if model in BLOCKS else "post"
    return model._meta.get_field(field).remote_field.get_accessor_name()


PREFIXES = [prefix_of(model) for model in (Byline, *BLOCKS, Citation)]


def snapshot(post):
    """``{"post": {field: value}, prefix: {id: {field: value}}}`` as stored, of types that JSON has."""
    records = sorted(post.records.values_list("pk", flat=True))
    found = {"post": model_to_dict(post, exclude=LEFT_OUT) | {"records": records}}
    for prefix in PREFIXES:
        rows = getattr(post, prefix).all()
        found[prefix] = {str(row.pk): model_to_dict(row, exclude=LEFT_OUT) for row in rows}
    return found


def packed(post):
    """A snapshot as a text that can travel with a form."""
    return sealed(post, snapshot(post))


def unpacked(text, post):
    """The snapshot in such a text; None if it is none, or one of another post."""
    found = unsealed(text, post)
    return found if isinstance(found, dict) and "post" in found else None


def sealed(post, said):
    """What is said of a post, as a text that nobody else can write."""
    return signing.dumps([post.pk, said], salt=SALT, compress=True)


def unsealed(text, post):
    """What such a text says; None if it is none, or one of another post."""
    try:
        pk, said = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return said if pk == post.pk else None
