"""What the answers about the publication have in common."""

from django.http import HttpResponseNotModified
from django.utils.http import parse_etags

from datasets.api.answers import EDITION, CatalogueView, require_text
from datasets.index import current
from datasets.kept import etag


class PublicationView(CatalogueView):
    """A read-only answer about posts. Its mark is made from what it says.

    What readers see of a post changes by approvals, corrections and withdrawals, by
    the mere passing of time, and by edits of the catalogue: the answer itself alone
    tells whether it is another one.
    """

    def get(self, request, *args, **kwargs):
        require_text(request)
        self.index = current()
        response = self.answer(request, *args, **kwargs)
        if response.status_code != 200:
            return response
        self.etag = self.mark_of(request, response.content)
        given = parse_etags(request.headers.get("If-None-Match", ""))
        return HttpResponseNotModified() if {self.etag, "*"} & set(given) else response

    def mark_of(self, request, content):
        """The ETag of an answer."""
        return etag(EDITION, request.build_absolute_uri(), content)
