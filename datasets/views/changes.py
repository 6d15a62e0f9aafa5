"""What changed in the catalogue, newest first, and the whole history of one record."""

from django.views.generic import TemplateView

from datasets.changefeed import ChangesForm
from datasets.history import lines, with_previous
from datasets.index import current
from datasets.numbers import MOST_VERSIONS, whole
from datasets.views.detail import RecordDetail
from datasets.views.paging import Page

PER_PAGE = 50
VERSIONS_PER_PAGE = 20


class ChangeList(TemplateView):
    template_name = "datasets/changes.html"

    def get_context_data(self, **kwargs):
        index = current()
        form = ChangesForm(self.request.GET, index)
        page = Page(with_previous(form.revisions()), self.request.GET.get("page"), PER_PAGE)
        query = self.request.GET.copy()
        query.pop("page", None)
        return super().get_context_data(
            index=index,
            form=form,
            page=page,
            lines=lines(page.rows, index),
            filtered=bool(form.asked) or page.number > 1,
            query=query.urlencode(),
            **kwargs,
        )


class RecordHistory(RecordDetail):
    """Every public version of a record, with what it changed."""

    template_name = "datasets/record_history.html"
    route = "history"

    def get_context_data(self, slug, **kwargs):
        record_id = self.index.ids[self.index.position[slug]]
        public = self.public_revisions(record_id)
        asked = self.page_of(public) or self.request.GET.get("page")
        page = Page(with_previous(public), asked, VERSIONS_PER_PAGE)
        document = self.index.document(self.index.position[slug])
        return TemplateView.get_context_data(
            self,
            index=self.index,
            document=document,
            page=page,
            lines=lines(page.rows, self.index),
            filtered=bool(self.request.GET),
            **self.api_address(slug),
            **kwargs,
        )

    def page_of(self, public):
        """The page, as an address names it, on which the version that is asked for stands; None if none is."""
        version = whole(self.request.GET.get("version", ""), MOST_VERSIONS)
        if version is None:
            return None
        newer = public.filter(version__gt=version).count()
        return str(newer // VERSIONS_PER_PAGE + 1)


class DatasetHistory(RecordHistory):
    family = "datasets"


class ToolHistory(RecordHistory):
    family = "tools"
