"""Posts from Markdown files: ``read`` says what a file describes, ``bring`` makes it the post.

``read(text)`` gives (draft, problems); a draft with problems is not to be brought.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.utils import timezone

from articles.documents import build, dumps
from articles.files.entries import Problem, image_file
from articles.files.head import read
from articles.models import BLOCKS, Byline, Citation, Post, Work
from articles.policy import demand
from datasets.models import Slug

__all__ = ["Outcome", "Refused", "bring", "read"]

WAIVER = "The address is not known to us."


class Refused(ValidationError):
    """The draft cannot be written as it is; ``problems`` says why, by line."""

    def __init__(self, problems):
        self.problems = problems
        super().__init__([str(problem) for problem in problems])


@dataclass
class Outcome:
    """What became of a draft: ``created``, ``changed``, ``unchanged`` or ``kept``, then with a reason."""

    state: str
    post: Post | None
    reason: str = ""


def bring(draft, *, by, overwrite=False, folder=None):
    """Write the draft unless a person's work would be lost; returns the Outcome.

    Images that the site lacks are taken from ``folder``. Raises Refused and PermissionDenied.
    """
    with transaction.atomic():
        taken = Slug.objects.filter(namespace=Post.namespace, slug=draft.slug).first()
        if taken is None:
            demand_add(by, Post, draft, "slug")
            post = Post(owner=by, imported_version=None if by else 1)
            Writer(draft, post, by, folder).write()
            return Outcome("created", post)
        if taken.object_id is None:
            return Outcome("kept", None, "The post was deleted; its address stays taken.")
        return update(draft, taken.object_id, by, overwrite, folder)


def update(draft, post_id, by, overwrite, folder):
    post = Post.objects.select_for_update().get(pk=post_id)
    demand(by, "edit", post)
    before = dumps(build(post))
    edited_since = post.version != post.imported_version
    with transaction.atomic():
        post.version += 1
        post.imported_version = None if by else post.version
        Writer(draft, post, by, folder).write()
        same = dumps(build(post)) == before
        if same or (edited_since and not overwrite):
            transaction.set_rollback(True)
    post = Post.objects.get(pk=post_id)
    if same:
        return Outcome("unchanged", post)
    if edited_since and not overwrite:
        who = f" by {post.edited_by}" if post.edited_by else ""
        when = timezone.localtime(post.edited_at)
        return Outcome("kept", post, f"The post was edited on the site{who}, {when:%d %B %Y}.")
    return Outcome("changed", post)


def demand_add(by, model, draft, path):
    if by is None:
        return
    if not (by.is_active and by.has_perm(f"articles.add_{model._meta.model_name}")):
        name = model._meta.verbose_name_plural
        if model is Post:
            raise PermissionDenied("You may not add posts.")
        message = f"This is new, and you may not add {name}: name one that is here."
        raise Refused([Problem(draft.line(path), message)])


class Writer:
    """Writes one draft over one post."""

    def __init__(self, draft, post, by, folder):
        self.draft, self.post, self.by, self.folder = draft, post, by, folder
        # By file: an image that the post shows twice is added once.
        self.images = {}

    def write(self):
        self.write_post()
        self.write_bylines()
        self.write_citations()
        self.post.records.set(self.draft.records)
        self.write_blocks()

    def write_post(self):
        post, draft = self.post, self.draft
        for name, value in draft.fields.items():
            setattr(post, name, value)
        post.slug = draft.slug
        post.category = self.named(draft.category, "category")
        post.hero = draft.hero and self.image(draft.hero, "hero")
        post.edited_by, post.edited_at = self.by, timezone.now()
        self.checked(post, "")
        post.save()
        if self.by:
            post.writers.add(self.by)

    def write_bylines(self):
        self.post.bylines.all().delete()
        authors = [
            self.named(name, f"authors.{number}") for number, name in enumerate(self.draft.authors)
        ]
        for number, author in enumerate(authors):
            if author in authors[:number]:
                raise self.refused(f"authors.{number}", f"{author} is named already.")
            Byline.objects.create(post=self.post, author=author, order=number)

    def write_citations(self):
        self.post.citations.all().delete()
        lines = {}
        for number, entry in enumerate(self.draft.citations):
            path = f"citations.{number}"
            work = self.work(entry, path)
            if work.pk in lines:
                raise self.refused(path, f"This work is cited already, on line {lines[work.pk]}.")
            lines[work.pk] = self.draft.line(path)
            waiver = entry.waiver
            if waiver is None and not work.address:
                waiver = WAIVER
            Citation.objects.create(
                post=self.post,
                work=work,
                role=entry.role,
                locator=entry.locator,
                waiver=waiver or "",
                order=number,
            )

    def write_blocks(self):
        for model in BLOCKS:
            model.objects.filter(parent=self.post).delete()
        for number, entry in enumerate(self.draft.blocks):
            block = entry.block
            block.pk, block._state.adding = None, True
            block.parent, block.region, block.ordering = self.post, "main", 10 * (number + 1)
            if entry.image:
                block.image = self.image(entry.image, f"blocks.{number}")
            block.save()

    def named(self, name, path):
        """The category, author or source of this name, made if it is new."""
        row = name.row()
        if row is None:
            demand_add(self.by, name.model, self.draft, path)
            row = self.checked(name.fresh(), path)
            row.save()
        return row

    def work(self, entry, path):
        source = entry.source and self.named(entry.source, f"{path}.source")
        told = entry.work
        work = Work.objects.same(title=told.title, doi=told.doi, url=told.url, source=source)
        if work is None:
            demand_add(self.by, Work, self.draft, path)
            names = ("title", "authors", "published", "url", "doi")
            work = Work(source=source, **{name: getattr(told, name) for name in names})
            self.checked(work, path)
            work.save()
        elif self.by is None or self.by.has_perm("articles.change_work"):
            complete(work, told, source)
        return work

    def image(self, entry, path):
        image = self.images.setdefault(entry.file, entry.image)
        if image.pk is None:
            demand_add(self.by, type(image), self.draft, path)
            with image_file(self.folder, entry.file).open("rb") as file:
                image.file.save(entry.file.rpartition("/")[2], File(file), save=False)
                self.checked(image, path)
                image.save()
            self.draft.added.append(image)
        return image

    def checked(self, row, path):
        try:
            row.full_clean()
        except ValidationError as error:
            problems = [
                Problem(self.draft.line(f"{path}.{name}" if path else name), " ".join(messages))
                for name, messages in error.message_dict.items()
            ]
            raise Refused(problems) from None
        return row

    def refused(self, path, message):
        return Refused([Problem(self.draft.line(path), message)])


def complete(work, told, source):
    """Fill in what is not known of a work yet; what is known stays."""
    missing = {name: getattr(told, name) for name in ("authors", "published")}
    for name in ("url", "doi"):
        value = getattr(told, name)
        if value and not Work.objects.filter(**{name: value}).exists():
            missing[name] = value
    missing = {name: value for name, value in missing.items() if value and not getattr(work, name)}
    if source and not work.source:
        missing["source"] = source
    if missing:
        for name, value in missing.items():
            setattr(work, name, value)
        work.save()
