"""What the catalogue knows of using records together."""

from datasets.api import description
from datasets.api.answers import CatalogueView, json_answer
from datasets.checking import asking
from datasets.checking.report import Report
from datasets.filters import QueryError


class Check(CatalogueView):
    """What chosen records share, and what their licences allow together.

    Takes slugs of datasets, collections, models and tools. Each pair is `known` to overlap,
    `possible` (a path leads over other records), `none-recorded` or `not-checked`; the last two
    are no evidence that nothing is shared. A use is permitted only where every licence says so.
    """

    def describe(self):
        return description.check()

    def answer(self, request):
        asked = asking.read(request.GET, self.index)
        errors = asked.errors
        if not asked.slugs and "slug" not in errors:
            errors = errors | {"slug": [asking.NOTHING]}
        if errors:
            raise QueryError(errors)
        return json_answer(Report(self.index, asked.slugs, asked.uses).document())
