"""manage.py dump_catalogue: write the catalogue to the files that load_catalogue reads."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from datasets.loading.dump import dump


class Command(BaseCommand):
    help = "Writes published records, all terms and their relations to four JSON files."

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="Made if missing; its files are replaced."
        )
        parser.add_argument(
            "--all", action="store_true", help="Include records that are not published."
        )

    def handle(self, *, folder, **options):
        try:
            count = dump(folder, everything=options["all"])
        except OSError as error:
            raise CommandError(f"{folder} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{count} records written to {folder}.")
