"""What the catalogue tells those that it does not know."""

from django.dispatch import Signal

# ``record`` is about to be deleted in favour of ``into``, within the change's transaction.
record_merged = Signal()
# Receivers answer with the DOIs that are to be checked besides those of records.
dois_wanted = Signal()
