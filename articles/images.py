"""Images as pages show them: their sizes, their addresses and their files."""

from django.core import signing
from django.http import Http404
from django.urls import reverse

from articles.models import PreviewLink

SALT = "articles.preview.image"
# As long as somebody may take to read a preview.
PREVIEW_SECONDS = 3600
SIZES = ("article", "card")


def image_url(file, size, *, link=None):
    """Where a page finds an image; a preview that was shared vouches for it while its ``link`` is open.

    Whoever previews on the desk is known to it, and needs no voucher.
    """
    url = f"{reverse('articles:image', args=[file])}?size={size}"
    if link:
        url += f"&preview={signing.dumps([file, link.pk], salt=SALT)}"
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
    """Whether a preview made this address within the last hour, and its link is open still."""
    try:
        named, link = signing.loads(token, salt=SALT, max_age=PREVIEW_SECONDS)
    except (signing.BadSignature, ValueError):
        # A release before named no link.
        return False
    found = PreviewLink.objects.filter(pk=link).first() if named == file else None
    return found is not None and found.is_open
