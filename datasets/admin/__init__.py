"""The desk: where curators keep the catalogue."""

from datasets.admin import freshness, history, papers, records, suggestions, terms

__all__ = ["freshness", "history", "papers", "records", "suggestions", "terms"]
