"""manage.py import_posts: bring posts from Markdown files into the publication."""

from collections import Counter
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from articles import publishing
from articles.importing import Refused, bring, read

LAUNCH = Path(__file__).resolve().parents[2] / "launch"


class Command(BaseCommand):
    help = (
        "Creates and updates posts from Markdown files, all or nothing. "
        "A post that a person edited or deleted since is kept."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "paths",
            nargs="*",
            type=Path,
            default=[LAUNCH],
            metavar="PATH",
            help="Files, or folders of *.md files; the launch posts if left out.",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Tell what would happen, and write nothing."
        )
        parser.add_argument(
            "--publish",
            action="store_true",
            help="Publish what is new or changed, in the order of the files.",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="Take the file's side where a person edited."
        )

    def handle(self, *, paths, dry_run, publish, overwrite, **options):
        drafts = read_all(files_of(paths))
        added = []
        try:
            with transaction.atomic():
                report = self.write(drafts, publish, overwrite, added)
                transaction.set_rollback(dry_run)
        except CommandError:
            discard(added)
            raise
        if dry_run:
            discard(added)
        for line in report:
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")

    def write(self, drafts, publish, overwrite, added):
        """Write the drafts, (path, draft) each, then publish; returns the lines of the report."""
        outcomes, problems, said = [], [], []
        for path, draft in drafts:
            draft.added = added
            try:
                # One file's problems must not hide those of the next.
                with transaction.atomic():
                    outcome = bring(draft, by=None, overwrite=overwrite, folder=path.parent)
            except Refused as error:
                problems += [f"{path}, {problem}" for problem in error.problems]
                continue
            outcomes.append((path, draft, outcome))
            if outcome.state == "kept":
                said.append(f"{path.name}: kept. {outcome.reason}")
        stop(problems)
        count = Counter(outcome.state for *_, outcome in outcomes)
        published = publish_all(outcomes) if publish else 0
        told = [f"{count[state]} {state}" for state in ("created", "changed", "unchanged", "kept")]
        return [*said, f"Posts: {', '.join(told)}; {published} published."]


def files_of(paths):
    """The files that the paths name, those of a folder by name; raises CommandError."""
    files = []
    for path in paths:
        found = sorted(path.glob("*.md")) if path.is_dir() else [path]
        if not found or not found[0].is_file():
            raise CommandError(f"{path}: there is no Markdown file here.")
        files += found
    return files


def read_all(files):
    """(path, draft) for each file; raises CommandError with every problem of all of them."""
    drafts, problems, seen = [], [], {}
    for path in files:
        try:
            draft, found = read(path.read_bytes(), path.parent)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}.") from None
        problems += [f"{path}, {problem}" for problem in found]
        if draft.slug and draft.slug in seen:
            problems.append(
                f"{path}, line {draft.line('slug')}: {seen[draft.slug]} has this slug too."
            )
        seen[draft.slug] = path
        drafts.append((path, draft))
    stop(problems)
    return drafts


def publish_all(outcomes):
    """Publish what is new or changed, or has never been published; returns how many."""
    problems, published = [], 0
    for path, draft, outcome in outcomes:
        post = outcome.post
        if outcome.state == "kept" or post.withdrawn_at:
            continue
        if outcome.state == "unchanged" and post.revisions.exists():
            continue
        try:
            publishing.approve(post, by=None)
        except publishing.PublishingRefused as error:
            problems += [
                f"{path}, line {draft.line(field)}: {message}"
                for field, messages in error.errors.items()
                for message in messages
            ]
        except ValidationError as error:
            problems += [f"{path}: {message}" for message in error.messages]
        published += 1
    stop(problems)
    return published


def stop(problems):
    if problems:
        raise CommandError("\n".join([*problems, "Nothing was written."]))


def discard(images):
    """Remove the files of images whose rows were taken back."""
    for image in images:
        image.file.delete(save=False)
