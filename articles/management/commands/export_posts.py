"""manage.py export_posts: write posts out as the files that import_posts reads."""

from pathlib import Path

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

from articles.documents import build, loads, pictures
from articles.exporting import to_file
from articles.models import Post, Revision
from datasets.models import Slug


class Command(BaseCommand):
    help = "Writes posts as Markdown files, and their images beside them."

    def add_arguments(self, parser):
        parser.add_argument(
            "slugs", nargs="*", metavar="SLUG", help="Which posts; all if left out."
        )
        parser.add_argument(
            "--to", type=Path, metavar="DIR", help="The folder; without it, one post is printed."
        )
        parser.add_argument(
            "--live", action="store_true", help="What readers see, not the working copy."
        )

    def handle(self, *, slugs, to, live, **options):
        documents = list(live_documents(slugs) if live else working_copies(slugs))
        if to is None and len(documents) != 1:
            raise CommandError("Name one post to print it, or a folder with --to.")
        for document in documents:
            if to is None:
                self.stdout.write(to_file(document), ending="")
            else:
                store(document, to)
        if to is not None:
            self.stdout.write(f"{len(documents)} posts written to {to}.")


def posts(slugs):
    """The posts of these slugs, current or former; all if none is given."""
    if not slugs:
        return Post.objects.order_by("pk")
    ids = {slug: Slug.objects.owner(Post.namespace, slug) for slug in slugs}
    unknown = [slug for slug, post_id in ids.items() if post_id is None]
    if unknown:
        raise CommandError(f"There is no post “{'”, “'.join(unknown)}”.")
    return Post.objects.filter(pk__in=ids.values()).order_by("pk")


def working_copies(slugs):
    return (build(post) for post in posts(slugs))


def live_documents(slugs):
    revisions = Revision.objects.live().filter(post__in=posts(slugs)).order_by("post_id")
    return [loads(revision.document) for revision in revisions]


def store(document, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{document['slug']}.md").write_text(
        to_file(document), encoding="utf-8", newline="\n"
    )
    for _, picture in pictures(document):
        name = picture["file"]
        if default_storage.exists(name):
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            with default_storage.open(name) as file:
                copy.write_bytes(file.read())
