"""Posts, and what belongs to them, for tests; what a test is not about is filled in."""

import io
from importlib import import_module
from types import SimpleNamespace

import factory
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone
from factory.django import DjangoModelFactory
from PIL import Image as Picture

from articles import publishing
from articles.models import Author, Byline, Category, Citation, Image, Post, Source, Text, Work

roles = import_module("articles.migrations.0002_roles")


def member(role=None, name=None, **fields):
    """A member of staff in a role (Writer, Editor, Curator), or in none."""
    name = name or (role or "stranger").lower()
    user = get_user_model().objects.create_user(name, is_staff=True, **fields)
    if role:
        if not Group.objects.filter(name=role).exists():
            # A test with real transactions has emptied all tables.
            roles.make_roles(apps, SimpleNamespace(connection=connection))
        user.groups.add(Group.objects.get(name=role))
    return user


def tiny_png(size=(3, 2)):
    buffer = io.BytesIO()
    Picture.new("RGB", size, "teal").save(buffer, "PNG")
    return buffer.getvalue()


class NamedFactory(DjangoModelFactory):
    class Meta:
        abstract = True
        django_get_or_create = ("slug",)

    name = factory.LazyAttribute(lambda row: row.slug.replace("-", " ").capitalize())


class CategoryFactory(NamedFactory):
    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"category-{n}")


class AuthorFactory(NamedFactory):
    class Meta:
        model = Author

    slug = factory.Sequence(lambda n: f"author-{n}")


class SourceFactory(NamedFactory):
    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"source-{n}")


class WorkFactory(DjangoModelFactory):
    class Meta:
        model = Work

    title = factory.Sequence(lambda n: f"A study of images, part {n}")
    source = factory.SubFactory(SourceFactory)
    url = factory.Sequence(lambda n: f"https://journal.example/{n}")


class ImageFactory(DjangoModelFactory):
    """An image with a real file of six pixels."""

    class Meta:
        model = Image

    title = factory.Sequence(lambda n: f"Image {n}")
    file = factory.LazyFunction(lambda: ContentFile(tiny_png(), "tiny.png"))


class PostFactory(DjangoModelFactory):
    """A news post that is ready to be published; ``publish=True`` publishes it.

    Takes ``authors`` (rows or slugs), ``works`` (cited as primary), ``records`` and
    ``blocks``, which are not stored yet: ``blocks=[Text(html="<p>Words.</p>")]``.
    """

    class Meta:
        model = Post

    title = factory.Sequence(lambda n: f"Post {n}")
    slug = factory.Sequence(lambda n: f"post-{n}")
    category = factory.SubFactory(CategoryFactory, slug="research")

    @classmethod
    def _create(
        cls,
        model_class,
        *args,
        authors=("staff",),
        works=None,
        records=(),
        blocks=None,
        publish=False,
        **kwargs,
    ):
        post = super()._create(model_class, *args, **kwargs)
        for order, author in enumerate(authors):
            row = AuthorFactory(slug=author) if isinstance(author, str) else author
            Byline.objects.create(post=post, author=row, order=order)
        for order, work in enumerate([WorkFactory()] if works is None else works):
            Citation.objects.create(post=post, work=work, order=order)
        post.records.set(records)
        add_blocks(post, *([Text(html="<p>Words.</p>")] if blocks is None else blocks))
        if publish:
            publishing.approve(post, by=None)
        return post


def add_blocks(post, *blocks):
    """Put blocks at the end of a post."""
    start = max((block.ordering for block in Text.objects.filter(parent=post)), default=0)
    for number, block in enumerate(blocks, 1):
        block.parent, block.region, block.ordering = post, "main", start + 10 * number
        block.save()


def rewrite(post, title):
    """Give the working copy another title, as an editor would."""
    Post.objects.filter(pk=post.pk).update(title=title, edited_at=timezone.now())
    post.refresh_from_db()
    return post
