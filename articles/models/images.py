"""Images: stored once, shown only where a visible revision uses them."""

import secrets
from pathlib import Path

from django.db import models
from django.db.models import ProtectedError, Q
from imagefield.fields import ImageField

from datasets.models.addresses import WebAddressField


def unguessable_path(instance, filename):
    return f"images/{secrets.token_hex(16)}{Path(filename).suffix.lower()[:6]}"


class Image(models.Model):
    """A picture with its credit. What it shows is told where it is used."""

    file = ImageField(
        upload_to=unguessable_path,
        auto_add_fields=True,
        formats={
            "article": ["default", ("thumbnail", (1280, 1280))],
            "card": ["default", ("thumbnail", (640, 640))],
        },
    )
    title = models.CharField(max_length=200, help_text="To find it again; readers do not see it.")
    credit = models.CharField(
        max_length=300, blank=True, help_text="Who made it, as they want to be named."
    )
    license = models.CharField(
        "licence",
        max_length=100,
        blank=True,
        help_text="For example CC BY 4.0, or “with permission”.",
    )
    source_url = WebAddressField("found at", blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="image_has_a_title")]

    def __str__(self):
        return self.title

    def delete(self, *args, **kwargs):
        # What only older revisions show may go: a picture may have to, for want of a licence.
        shown = set(self.revisions.live()) | set(self.revisions.pending())
        if shown:
            titles = ", ".join(sorted(f"“{revision.title}”" for revision in shown))
            raise ProtectedError(
                f"“{self.title}” is shown in {titles}: publish that without it first.", shown
            )
        return super().delete(*args, **kwargs)
