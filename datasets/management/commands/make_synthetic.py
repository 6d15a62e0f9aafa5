"""`manage.py make_synthetic 20000`: an invented catalogue, for benchmarks and load tests."""

import sys

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from datasets import index, synthetic
from datasets.models import Record


class Command(BaseCommand):
    help = "Fills an empty catalogue with invented records, the same ones for the same seed."

    def add_arguments(self, parser):
        parser.add_argument("number", type=int, help="How many records to make.")
        parser.add_argument("--seed", type=int, default=1, help="Another seed, other records.")
        parser.add_argument("--add", action="store_true", help="Even if there are records already.")

    def handle(self, *, number, seed, add, **options):
        if number < 1:
            raise CommandError("Give the number of records to make: 1 or more.")
        if Record.objects.exists() and not add:
            raise CommandError(
                "This catalogue has records, among which invented ones would be lost. "
                "Use another database (DATA_DIR=…), or --add if you mean it."
            )
        with tqdm(total=number, unit=" records", file=sys.stderr, disable=None) as bar:
            synthetic.make(number, seed=seed, progress=bar.update)
            bar.set_postfix_str("writing documents")
        index.keep()
        self.stdout.write(f"Made {number} records.")
