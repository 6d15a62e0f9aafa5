"""manage.py load_catalogue: bring the catalogue's files into the database."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from datasets import index
from datasets.loading.files import read
from datasets.loading.problems import LoadError
from datasets.loading.upsert import load

CATALOGUE = Path(__file__).resolve().parents[2] / "catalogue"
LAUNCH, FILES = "Launch catalogue", "Loaded from files"


class Command(BaseCommand):
    help = (
        "Creates and updates records, terms and relations from four JSON files, all or nothing. "
        "What a person changed or deleted since the last load is kept."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            default=CATALOGUE,
            metavar="DIR",
            help="Folder of the files; the launch catalogue if left out.",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="Take the file's side where a person edited."
        )
        parser.add_argument(
            "--note", help="What the log of changes gives as the reason, for readers."
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="Tell what would happen, and write nothing."
        )

    def handle(self, *, folder, overwrite, note, dry_run, verbosity, **options):
        try:
            entries = read(folder)
            note = note or (LAUNCH if folder.resolve() == CATALOGUE else FILES)
            choices = {"note": note, "overwrite": overwrite, "dry_run": dry_run}
            report = self.load(entries, choices, verbosity)
        except LoadError as error:
            raise CommandError(f"{error}\nNothing was written.") from error
        for line in report.lines():
            self.stdout.write(line)
        if dry_run:
            self.stdout.write("Dry run: nothing was written.")
        else:
            index.keep()

    def load(self, entries, choices, verbosity):
        """On a terminal with a bar; elsewhere a line before and, by the report, one after."""
        on_terminal = verbosity > 0 and sys.stderr.isatty()
        if verbosity > 0 and not on_terminal:
            self.stderr.write(f"Loading {len(entries)} entries.")
        with tqdm(
            total=len(entries), desc="Loading", unit=" entries", disable=not on_terminal
        ) as bar:
            return load(entries, progress=bar.update, **choices)
