"""The one grammar of lists of posts: what the API refuses and the site tells beside its list."""

from django import forms
from django.db.models import F
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from articles.addresses import named
from articles.models import Author, Category, Post, Revision, Source
from articles.search import matching
from datasets.fields import SEARCH_LENGTH, MomentField, SearchField, ValuesField
from datasets.filters import HIGHEST, MOST, PAGE_SIZE, Query
from datasets.parameters import OneOfFilter, PageFilter, RecordsFilter

ORDERINGS = ("published", "title", "updated")


class ManyFilter(RecordsFilter):
    """Repeated values are alternatives."""

    many = True

    def __init__(self, label):
        super().__init__(label, help_text=f"{label}: repeat for alternatives.")

    def describe(self):
        return {"type": "array", "items": {"type": "string"}}


class NameFilter(ManyFilter):
    """The posts under a category, from a source or by an author, by slug; former slugs are followed."""

    def __init__(self, label, names, lookup):
        super().__init__(label)
        self.names, self.lookup = names, lookup

    @cached_property
    def rows(self):
        return named(self.names, self.parent.data.getlist(self.field_name))

    def make_field(self):
        return ValuesField(
            parameter=self.field_name,
            resolve=lambda slug: slug if slug in self.rows else None,
            valid=self.valid,
            label=self.label,
        )

    def valid(self):
        return list(self.names.objects.visible().values_list("slug", flat=True))

    def filter(self, posts, value):
        rows = [self.rows[slug] for slug in value]
        # Not a join: a post that has two of the rows is one post.
        found = Revision.objects.filter(**{f"{self.lookup}__in": rows})
        return posts.filter(pk__in=found.values("pk"))


class KindFilter(ManyFilter):
    def make_field(self):
        return ValuesField(
            parameter="kind",
            resolve=lambda value: value if value in Post.Kind.values else None,
            valid=lambda: Post.Kind.values,
            label=self.label,
        )

    def filter(self, posts, value):
        return posts.filter(kind__in=value)

    def describe(self):
        return {"type": "array", "items": {"type": "string", "enum": Post.Kind.values}}


class MentionsFilter(ManyFilter):
    """The posts that mention a published record of the catalogue."""

    @property
    def index(self):
        return self.parent.index

    def make_field(self):
        return ValuesField(
            parameter="dataset",
            resolve=lambda slug: self.index.resolve("slug", slug),
            valid=lambda: self.index.values("slug"),
            label=self.label,
        )

    def filter(self, posts, value):
        ids = [self.index.ids[self.index.position[slug]] for slug in value]
        found = Revision.objects.filter(records__in=ids)
        return posts.filter(pk__in=found.values("pk"))


class WordsFilter(RecordsFilter):
    form_field = SearchField

    def filter(self, posts, value):
        return posts.filter(pk__in=matching(value))

    def describe(self):
        return {"type": "string", "maxLength": SEARCH_LENGTH}


class PublishedSinceFilter(RecordsFilter):
    form_field = MomentField

    def filter(self, posts, value):
        return posts.filter(first_published_at__gte=value)


class PostFilter(Query):
    """The parameters of a list of posts. Give it a QueryDict, live revisions and the Index."""

    category = NameFilter("Category", Category, "category")
    kind = KindFilter("Kind")
    source = NameFilter("Source", Source, "sources")
    author = NameFilter("Author", Author, "authors")
    dataset = MentionsFilter("Dataset or tool")
    search = WordsFilter(
        "Search", help_text="Words in titles, texts and what is cited; prefixes match."
    )
    published_since = PublishedSinceFilter(
        "Published since", help_text="First published at or after an ISO date or time."
    )
    ordering = OneOfFilter(
        "Order",
        parameter="ordering",
        valid=[f"{sign}{name}" for name in ORDERINGS for sign in ("", "-")],
        help_text="-published unless told; a leading minus sorts descending.",
    )
    page = PageFilter("Page", least=1, most=HIGHEST, help_text="Counted from 1.")
    page_size = PageFilter(
        "Posts a page", least=1, most=MOST, help_text=f"{PAGE_SIZE} unless told."
    )

    class Meta:
        form = forms.Form

    def __init__(self, data, posts, index):
        self.index = index
        super().__init__(data, posts.for_list().with_corrections())

    def _ordered(self, posts):
        name = self.right.get("ordering", "-published")
        columns = {
            "published": F("first_published_at"),
            "title": Lower("title"),
            "updated": F("updated_at"),
        }
        column = columns[name.removeprefix("-")]
        if name.startswith("-"):
            return posts.order_by(column.desc(), "-post_id")
        return posts.order_by(column.asc(), "post_id")
