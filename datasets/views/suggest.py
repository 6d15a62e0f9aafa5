"""What readers send in for the catalogue, and what became of it. No account, and nothing about the reader is kept."""

import re

from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.generic import View

from datasets.documents import loads
from datasets.index import current
from datasets.limits import SuggestThrottle
from datasets.models import Document, Suggestion
from datasets.suggesting import MESSAGE, ROBOT, CorrectionForm, ProposalForm, facts_of, present

REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,32}")
PREFILLED = ("kind", "name", "url", "doi")


class Suggest(View):
    """The form: of a correction where the address names a published record, else of a new dataset or tool."""

    def dispatch(self, request):
        self.index = current()
        self.data = request.POST if request.method == "POST" else request.GET
        self.slug = self.data.get("correct") or self.data.get("record", "")
        found = self.index.resolve("slug", self.slug)
        self.position = None if found is None else self.index.position[found]
        return super().dispatch(request)

    def get(self, request):
        given = {name: request.GET[name] for name in PREFILLED if name in request.GET}
        if self.position is None:
            return self.page(ProposalForm(initial=given))
        return self.page(self.correction(initial={"fact": self.fact()}))

    def post(self, request):
        data = request.POST.copy()
        data["website"] = ""
        if self.position is None:
            form = ProposalForm(data)
        elif "correct" in data:
            return self.turned(data)
        else:
            form = self.correction(data)
        if self.slug and self.position is None:
            # Taken back while the form was open, or never there: which of them is not told.
            return self.page(ProposalForm(initial=data.dict()))
        if request.POST.get("website"):
            return self.page(form, robot=ROBOT)
        valid, matches = form.is_valid(), self.matches(form, data)
        return (
            self.send(request, form) if valid and not matches else self.page(form, matches=matches)
        )

    def matches(self, form, data):
        """The records that a proposal may already be, unless their sender has denied it of all of them."""
        if self.position is not None:
            return []
        matches = form.matches(self.index)
        denied = set(data.get("not", "").split())
        return [] if denied.issuperset(match.document["slug"] for match in matches) else matches

    def send(self, request, form):
        throttle = SuggestThrottle()
        if not throttle.allow_request(request, self):
            seconds = throttle.wait()
            response = self.page(form, status=429, minutes=-(-seconds // 60))
            response["Retry-After"] = str(seconds)
            return response
        with transaction.atomic():
            if self.position is None:
                suggestion = form.save()
            else:
                suggestion = form.save_about(self.index.ids[self.position])
        return redirect("suggestion", suggestion.reference)

    @property
    def document(self):
        return None if self.position is None else self.index.document(self.position)

    def correction(self, *args, **kwargs):
        return CorrectionForm(*args, document=self.whole(), **kwargs)

    def whole(self):
        """The whole document, which has facts that lists leave out; the list's if it was just taken back."""
        record_id = self.index.ids[self.position]
        stored = Document.objects.published().filter(record_id=record_id).first()
        return loads(stored.text) if stored else self.document

    def fact(self):
        fact = self.data.get("fact", "")
        return fact if fact in dict(facts_of(self.document)) else ""

    def turned(self, data):
        """The form of a correction, with all that was typed for a new record."""
        told = [data.get("message", ""), *self.told(data)]
        message = "\n".join(filter(None, told))[: 2 * MESSAGE]
        return self.page(self.correction(initial={"message": message, "url": data.get("url", "")}))

    def told(self, data):
        """What a correction has no field for, as lines of its message."""
        if data.get("name") and data["name"] != self.document["name"]:
            yield f"Name: {data['name']}"
        if data.get("doi"):
            yield f"DOI: {data['doi']}"

    def page(self, form, status=200, **context):
        document = getattr(form, "document", None)
        fact = self.fact() if document else ""
        context |= {
            "index": self.index,
            "form": form,
            "document": document,
            "fact": fact,
            "present": present(document, fact, self.index) if document else [],
            "unknown": self.slug if self.slug and not document else "",
        }
        return render(self.request, "datasets/suggest.html", context, status=status)


@require_safe
def suggestion(request, reference):
    """What was sent in and what came of it, for who has the reference. Names no record that is not published."""
    if not REFERENCE.fullmatch(reference):
        raise Http404("There is no such suggestion.")
    row = Suggestion.objects.filter(reference=reference).first()
    if row is None:
        raise Http404("There is no such suggestion.")
    stored = Document.objects.published().filter(record_id__in={row.record_id, row.result_id})
    public = {document.record_id: loads(document.text) for document in stored}
    context = {
        "index": current(),
        "suggestion": row,
        "record": public.get(row.record_id),
        "result": public.get(row.result_id),
    }
    response = render(request, "datasets/suggestion.html", context)
    # Who has the address has the page: it is for nobody's cache, index or list of referrers.
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
