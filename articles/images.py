"""Images as pages show them: their sizes, their addresses and their files."""

from django.core import signing
from django.http import Http404
from django.urls import reverse

SALT = "articles.preview.image"
# As long as somebody may take to read a preview.
PREVIEW_SECONDS = 3600
SIZES = ("article", "card")


def image_url(file, size, *, preview=False):
    """Where a page finds an image; a preview vouches for it, since nothing published uses it yet."""
    url = f"{reverse('articles:image', args=[file])}?size={size}"
    if preview:
        url += f"&preview={signing.dumps(file, salt=SALT)}"
    return url


def opened(image, size):
    """The open file of an image in this size, made if need be. Raises Http404 if there is none."""
    if size not in SIZES:
        raise Http404("There is no such size.")
    try:
        return image.file.storage.open(image.file.process(size))
    except (OSError, ValueError):
        raise Http404("The file is missing.") from None


def is_vouched(file, token):
    """Whether a preview made this address within the last hour."""
    try:
        return signing.loads(token, salt=SALT, max_age=PREVIEW_SECONDS) == file
    except signing.BadSignature:
        return False
