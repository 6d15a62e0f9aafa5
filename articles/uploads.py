"""Which image files are taken: real, still, whole, and not larger than they need be."""

import warnings
from pathlib import Path

from django.core.exceptions import ValidationError
from PIL import Image as Picture

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
# A longer strip leaves nothing of its narrow side on a card.
MOST_TIMES_AS_LONG = 100
# Format as Pillow names it, to the endings that such a file may have.
FORMATS = {
    "JPEG": (".jpg", ".jpeg"),
    "PNG": (".png",),
    "WEBP": (".webp",),
    "AVIF": (".avif",),
}
TAKEN = "JPEG, PNG, WebP or AVIF"

# Pillow warns of pictures that are refused below all the same. Said once: to change what is warned of
# for the time of one upload would change it for what other threads do meanwhile.
warnings.simplefilter("ignore", Picture.DecompressionBombWarning)


def check_upload(upload):
    """Raise ValidationError, saying what would be right, unless the file is an image that we take."""
    if upload.size > MOST_BYTES:
        size = upload.size / 1024 / 1024
        raise ValidationError(f"The file has {size:.1f} MB; 20 MB is the most. Save it smaller.")
    ending = Path(upload.name).suffix.lower()
    if ending in (".svg", ".svgz"):
        raise ValidationError(
            f"SVG files can hold scripts and are not taken; export it as {TAKEN}."
        )
    try:
        check_picture(upload, ending)
    except Picture.DecompressionBombError:
        raise too_many_pixels() from None
    finally:
        upload.seek(0)


def check_picture(upload, ending):
    upload.seek(0)
    try:
        picture = Picture.open(upload, formats=[*FORMATS, "GIF"])
    except Picture.UnidentifiedImageError:
        raise ValidationError(f"This is no image that we know; save it as {TAKEN}.") from None
    except (OSError, ValueError, SyntaxError):
        raise broken() from None
    if picture.width * picture.height > MOST_PIXELS:
        raise too_many_pixels()
    if max(picture.size) > MOST_TIMES_AS_LONG * min(picture.size):
        raise ValidationError(
            f"The picture has {picture.width} by {picture.height} pixels: one side may be at most "
            f"{MOST_TIMES_AS_LONG} times as long as the other."
        )
    if getattr(picture, "n_frames", 1) > 1:
        raise ValidationError("The image moves; give one still picture.")
    if picture.format == "GIF":
        raise ValidationError(f"GIF is not taken; save it as {TAKEN}.")
    if ending not in FORMATS[picture.format]:
        endings = " or ".join(FORMATS[picture.format])
        raise ValidationError(
            f"The file is called “{ending or 'without ending'}” and holds {picture.format}; "
            f"its name should end in {endings}."
        )
    try:
        picture.load()
    except (OSError, ValueError, SyntaxError):
        raise broken() from None


def broken():
    return ValidationError("The file is damaged or cut off; save it again from the original.")


def too_many_pixels():
    return ValidationError(
        f"The image has more than {MOST_PIXELS // 1_000_000} million pixels; save it smaller."
    )
