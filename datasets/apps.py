from importlib import import_module

from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "datasets"
    verbose_name = "catalogue"

    def ready(self):
        # Connects the writer of documents and revisions to finished changes.
        import_module("datasets.revisions")
        # After it, since it reads the documents: closes problems that an edit has mended.
        import_module("datasets.freshness.receivers")
