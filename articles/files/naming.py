"""Categories, authors and sources as files name them: one row for one name."""

from dataclasses import dataclass

from django.utils.text import slugify

from articles.models import Category, Source
from datasets.models import Slug

# Who signs a post whose file names nobody.
STAFF = "Newsroom staff"


@dataclass
class Name:
    """A row that a file names, by its name, its slug or both."""

    model: type
    name: str
    slug: str = ""
    kind: str | None = None

    def __post_init__(self):
        self.name, self.slug = self.name.strip(), self.slug.strip()

    def row(self):
        """The row that is meant, by slug (current or former), else by name; None if it is new."""
        if self.slug:
            owner = Slug.objects.owner(self.model.namespace, self.slug)
            if owner is not None or self.model is Category:
                return self.model.objects.filter(pk=owner).first()
        return self.model.objects.filter(name__iexact=self.name).order_by("pk").first()

    def fresh(self):
        """A new row of this name, not stored yet."""
        name = self.name or self.slug.replace("-", " ").capitalize()
        row = self.model(name=name, slug=self.slug or slug_for(name))
        if self.model is Source and self.kind:
            row.kind = self.kind
        return row


def slug_for(name):
    return slugify(name)[:80].strip("-") or "unnamed"


def plainly_named(row):
    """Whether the name alone leads to this row, here and where it would be made anew."""
    return slug_for(row.name) == row.slug and Name(type(row), row.name).row() == row
