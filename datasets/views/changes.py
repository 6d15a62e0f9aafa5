"""What changed in the catalogue, newest first, and the whole history of one record."""

from django import forms
from django.views.generic import TemplateView

from datasets.changefeed import ChangesForm
from datasets.history import lines, with_previous
from datasets.index import current
from datasets.numbers import MOST_VERSIONS, whole
from datasets.views.detail import RecordDetail

PER_PAGE = 50
VERSIONS_PER_PAGE = 20


class PageForm(forms.Form):
    page = forms.IntegerField(required=False, min_value=1)

    @property
    def number(self):
        return self.cleaned_data.get("page") or 1 if self.is_valid() else 1


class Pages:
    """One page of revisions that are listed the newest first, and what to say of the page asked for."""

    def __init__(self, revisions, asked, size):
        self.count = revisions.count()
        self.last = max(1, -(-self.count // size))
        self.beyond = asked > self.last
        self.number = min(asked, self.last)
        shown = with_previous(revisions)
        self.revisions = shown[(self.number - 1) * size : self.number * size]

    @property
    def newer(self):
        """The page before; None for the first, which needs no number."""
        return self.number - 1 if self.number > 2 else None

    @property
    def older(self):
        return self.number + 1


class ChangeList(TemplateView):
    template_name = "datasets/changes.html"

    def get_context_data(self, **kwargs):
        index = current()
        form = ChangesForm(self.request.GET, index)
        page = PageForm(self.request.GET)
        pages = Pages(form.revisions(), page.number, PER_PAGE)
        query = self.request.GET.copy()
        query.pop("page", None)
        return super().get_context_data(
            index=index,
            form=form,
            wrong_page=bool(page.errors),
            pages=pages,
            lines=lines(pages.revisions, index),
            filtered=bool(form.asked) or pages.number > 1,
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
        asked = self.page_of(public) or PageForm(self.request.GET).number
        pages = Pages(public, asked, VERSIONS_PER_PAGE)
        document = self.index.document(self.index.position[slug])
        return TemplateView.get_context_data(
            self,
            index=self.index,
            document=document,
            pages=pages,
            lines=lines(pages.revisions, self.index),
            filtered=bool(self.request.GET),
            **self.api_address(slug),
            **kwargs,
        )

    def page_of(self, public):
        """The page on which the version that is asked for stands; None if none is."""
        version = whole(self.request.GET.get("version", ""), MOST_VERSIONS)
        if version is None:
            return None
        newer = public.filter(version__gt=version).count()
        return newer // VERSIONS_PER_PAGE + 1


class DatasetHistory(RecordHistory):
    family = "datasets"


class ToolHistory(RecordHistory):
    family = "tools"
