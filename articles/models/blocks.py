"""The blocks of a post, in order: text, image, quote, callout, and tables that are live queries."""

from content_editor.models import create_plugin_base
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from articles.models.images import Image
from articles.models.posts import Post
from articles.prose import ProseField
from articles.references import normal_url
from articles.tables import check_table
from datasets.models.addresses import WebAddressField
from datasets.models.validators import validate_texts

Block = create_plugin_base(Post)


class Text(Block):
    kind = "text"

    html = ProseField("text")

    class Meta(Block.Meta):
        verbose_name = "text"
        verbose_name_plural = "texts"

    def __str__(self):
        return self.get_html_excerpt()


class ImageBlock(Block):
    kind = "image"

    image = models.ForeignKey(Image, on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(
        "alternative text",
        max_length=300,
        blank=True,
        help_text="What the image tells somebody who cannot see it.",
    )
    decorative = models.BooleanField(default=False, help_text="It tells nothing of its own.")
    caption = models.CharField(max_length=500, blank=True)

    class Meta(Block.Meta):
        verbose_name = "image"

    def __str__(self):
        return self.caption or str(self.image)


class Quote(Block):
    kind = "quote"

    text = models.TextField()
    attribution = models.CharField(max_length=200, blank=True, help_text="Who said or wrote it.")
    url = WebAddressField("address", blank=True)

    class Meta(Block.Meta):
        verbose_name = "quote"

    def __str__(self):
        return self.text[:80]

    def save(self, *args, **kwargs):
        self.url = normal_url(self.url)
        super().save(*args, **kwargs)


class Callout(Block):
    kind = "callout"

    class Tone(models.TextChoices):
        NOTE = "note", "Note"
        WARNING = "warning", "Warning"

    tone = models.CharField(max_length=10, choices=Tone, default=Tone.NOTE)
    heading = models.CharField(max_length=120, blank=True)
    html = ProseField("text")

    class Meta(Block.Meta):
        verbose_name = "callout"
        constraints = [
            models.CheckConstraint(
                condition=Q(tone__in=["note", "warning"]), name="callout_tone_is_known"
            )
        ]

    def __str__(self):
        return self.heading or self.get_html_excerpt()


class Table(Block):
    """A live query into the catalogue, or a list picked by hand: exactly one of the two."""

    family = None
    # What ``check_table`` counts.
    counted = {"slugs"}

    query = models.TextField(
        blank=True, help_text="As after the “?” of an explorer address: modality=ct&anatomy=lung."
    )
    slugs = models.JSONField(
        "picked by hand",
        default=list,
        blank=True,
        validators=[validate_texts],
        help_text="Slugs, one a line, in the order in which they are shown.",
    )
    columns = models.JSONField(default=list, blank=True, help_text="Empty for the usual ones.")
    caption = models.CharField(max_length=200)

    class Meta(Block.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(query="", slugs__isnull=False) & ~Q(slugs=[])
                | ~Q(query="") & Q(slugs=[]),
                name="%(class)s_query_or_list",
                violation_error_message="Give either a query or a list picked by hand.",
            ),
            models.CheckConstraint(condition=~Q(caption=""), name="%(class)s_has_a_caption"),
        ]

    def __str__(self):
        return self.caption

    def clean(self):
        super().clean()
        self.query = self.query.strip().removeprefix("?")
        errors = check_table(self.family, self.query, self.slugs, self.columns)
        if errors:
            raise ValidationError(errors)


class DatasetTable(Table):
    kind = "dataset-table"
    family = "datasets"

    class Meta(Table.Meta):
        verbose_name = "dataset table"


class ToolTable(Table):
    kind = "tool-table"
    family = "tools"

    class Meta(Table.Meta):
        verbose_name = "tool table"


BLOCKS = (Text, ImageBlock, Quote, Callout, DatasetTable, ToolTable)
