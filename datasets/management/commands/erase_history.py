"""manage.py erase_history: take down what a deleted record said."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from datasets.erasing import erase


class Command(BaseCommand):
    help = (
        "Empties the revisions of a record that was deleted, so that the log of changes, its feed "
        "and the API tell no more of what it said. Its slug and name, and what happened when, stay. "
        "This cannot be undone."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug", help="A slug of the deleted record, the last or a former one.")

    def handle(self, *, slug, **options):
        try:
            erased = erase(slug, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{erased} revisions emptied.")
