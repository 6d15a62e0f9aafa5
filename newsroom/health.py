"""Whether this process lives, and whether it can answer readers."""

import functools
import logging

from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)


@never_cache
@require_safe
def healthz(request):
    """The process lives. Asks nothing of the database, whose loss must not restart the site."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request):
    """The database answers and has every migration; 503 with the reason otherwise."""
    reason = why_not_ready()
    if reason:
        return JsonResponse({"status": "unavailable", "reason": reason}, status=503)
    return JsonResponse({"status": "ok"})


def why_not_ready():
    """What keeps this process from answering, in plain words; None when nothing does."""
    try:
        missing = known_migrations() - set(MigrationRecorder(connection).applied_migrations())
    except Error:
        logger.exception("The database does not answer.")
        return "The database does not answer."
    if missing:
        names = ", ".join(".".join(key) for key in sorted(missing))
        return f"Migrations are not applied: {names}."
    return None


@functools.cache
def known_migrations():
    """The migrations that this code comes with; read once, as they are files."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.nodes)
