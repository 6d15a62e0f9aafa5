"""The launch catalogue for tests that only read it: loaded once for a module, gone after it."""

import io

import pytest
from django.core.management import call_command
from django.db import transaction


@pytest.fixture(scope="module")
def launch(django_db_setup, django_db_blocker):
    """The launch catalogue. Ask for it beside `db`, and import it where it is used.

    Its transaction stays open while the module lasts, so no test with transactions
    of its own (`transaction=True`, a live server) may stand in the same module.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
        yield
        transaction.set_rollback(True)
