"""Posts from Markdown files, and back: what a file would do first, then doing it."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path

from articles.documents import build
from articles.exporting import to_file
from articles.files.head import MOST_BYTES
from articles.importing import Refused, bring, read


class ImportForm(forms.Form):
    file = forms.FileField(required=False, label="Markdown file")
    text = forms.CharField(
        required=False,
        strip=False,
        max_length=MOST_BYTES,
        label="Or its text",
        widget=forms.Textarea(attrs={"rows": 20, "cols": 90, "spellcheck": "false"}),
        help_text="YAML between two lines of ---, then Markdown.",
    )
    overwrite = forms.BooleanField(
        required=False,
        label="Overwrite what was edited on the site since",
        help_text="Without it, such a post is left as it is.",
    )

    def clean(self):
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text") or ""
        if self.errors:
            return
        if file and file.size > MOST_BYTES:
            self.add_error("file", "The file has more than 2 MB; posts are smaller.")
        elif not file and not text.strip():
            self.add_error("file", "Choose a file, or paste its text.")
        else:
            self.cleaned_data["raw"] = file.read() if file else text


class PostImport:
    def get_urls(self):
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="articles_post_import"), *super().get_urls()]

    def import_view(self, request):
        if not self.has_add_permission(request):
            raise PermissionDenied("You may not add posts.")
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = ImportForm(*sent)
        problems, outcome = [], None
        if form.is_valid():
            trial = "import" not in request.POST
            problems, outcome = self.brought(request, form.cleaned_data, trial)
            if outcome and not trial and outcome.state != "kept":
                self.message_user(
                    request, f"“{outcome.post}” was imported: {outcome.state}.", messages.SUCCESS
                )
                return HttpResponseRedirect(self.address("change", outcome.post))
            # A file cannot be shown again in its field; its text can.
            form = ImportForm(initial=form.cleaned_data | {"text": shown(form.cleaned_data["raw"])})
        return self.page(
            request,
            "admin/articles/import.html",
            "Import a post",
            form=form,
            problems=problems,
            outcome=outcome,
        )

    def brought(self, request, said, trial):
        """(problems, Outcome or None) of a text; a trial leaves nothing behind."""
        draft, problems = read(said["raw"])
        if problems:
            return problems, None
        try:
            with transaction.atomic():
                outcome = bring(draft, by=request.user, overwrite=said["overwrite"])
                if trial:
                    transaction.set_rollback(True)
        except Refused as error:
            return error.problems, None
        return [], outcome

    def export_view(self, request, post):
        """The working copy as a file that can be imported again."""
        response = HttpResponse(to_file(build(post)), content_type="text/markdown; charset=utf-8")
        response.headers["Content-Disposition"] = f'attachment; filename="{post.slug}.md"'
        response.headers["Cache-Control"] = "no-store"
        return response


def shown(raw):
    return raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
