"""What gunicorn serves."""

import gc
import logging
import os

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

application = get_wsgi_application()

# Only once the applications are there can the catalogue be imported.
from datasets.index import current  # noqa: E402


def prepare():
    """Read the catalogue and import the views before the first request, and before workers are forked, who share both."""
    try:
        current()
    except Exception:
        # A database that comes up later is no reason not to start, nor is whatever else a reader will be told.
        logging.getLogger(__name__).warning("The catalogue cannot be read yet.", exc_info=True)
    finally:
        # A connection must not be shared.
        connections.close_all()
    get_resolver().url_patterns  # noqa: B018
    # What is here now stays: looking through it again would copy it into every worker.
    gc.collect()
    gc.freeze()


prepare()
