"""The revisions of a post: their list, what differs between any two, and what can be done with one."""

from django import forms
from django.http import Http404, HttpResponseRedirect

from articles import publishing
from articles.admin.verbs import NoteForm
from articles.differences import differences
from articles.documents import build, loads
from articles.policy import demand, may
from articles.state import told_revisions

WORKING = "working"


class CompareForm(forms.Form):
    """Two states of a post: numbers of revisions, or the working copy."""

    old = forms.ChoiceField(label="From")
    new = forms.ChoiceField(label="To")

    def __init__(self, data, revisions, **kwargs):
        super().__init__(data, **kwargs)
        choices = [(WORKING, "Working copy")]
        choices += [(str(row.number), f"Revision {row.number}, {row.told}") for row in revisions]
        for field in self.fields.values():
            field.choices = choices


class RebaseForm(forms.Form):
    note = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text="For colleagues. Empty keeps the note that the scheduled revision has.",
    )


class PostRevisions:
    def revisions_view(self, request, post):
        revisions = list(told_revisions(post))
        live = next((row for row in revisions if row.told == "live"), None)
        base = live or next(iter(revisions), None)
        standard = {"old": str(base.number), "new": WORKING} if base else {}
        chosen = request.GET if {"old", "new"} & set(request.GET) else standard
        form = CompareForm(chosen, revisions)
        compared = base is not None and form.is_valid()
        return self.page(
            request,
            "admin/articles/revisions.html",
            f"Revisions of “{post}”",
            original=post,
            revisions=revisions,
            form=form,
            compared=compared,
            changes=self.changes(post, form.cleaned_data) if compared else [],
            names=[self.name_of(form.cleaned_data[key]) for key in ("old", "new")]
            if compared
            else [],
            may_approve=may(request.user, "roll_back", post),
            change_url=self.address("change", post),
        )

    def changes(self, post, chosen):
        return differences(*(self.document(post, chosen[key]) for key in ("old", "new")))

    def document(self, post, name):
        if name == WORKING:
            return build(post)
        return loads(post.revisions.values_list("document", flat=True).get(number=name))

    def name_of(self, name):
        return "the working copy" if name == WORKING else f"revision {name}"

    def revision(self, post, number):
        revision = post.revisions.filter(number=number).first() if number < 2**31 else None
        if revision is None:
            raise Http404("There is no such revision.")
        return revision

    def roll_back_view(self, request, post, number):
        demand(request.user, "roll_back", post)
        revision = self.revision(post, number)
        form = NoteForm(request.POST if request.method == "POST" else None, post=post)

        def verb():
            return publishing.roll_back(
                revision,
                by=request.user,
                note=form.cleaned_data["note"],
                pending=form.cleaned_data.get("pending"),
                newest=form.cleaned_data["newest"],
            )

        return self.asked(
            request,
            post,
            form,
            verb,
            lambda again: f"shows revision {number} again, as revision {again.number}",
            "Publish this one again",
            f"Publish revision {number} of “{post}” again",
            back=self.address("revisions", post),
        )

    def cancel_view(self, request, post, number):
        demand(request.user, "cancel", post)
        revision = self.revision(post, number)

        def verb():
            publishing.cancel(revision, by=request.user)
            return True

        response = self.do(request, post, verb, f"has no revision {number} scheduled any more")
        if request.method == "POST":
            return HttpResponseRedirect(self.address("revisions", post))
        return response

    def rebase_view(self, request, post, number):
        demand(request.user, "approve", post)
        revision = self.revision(post, number)
        form = RebaseForm(request.POST if request.method == "POST" else None)

        def verb():
            return publishing.rebase(revision, by=request.user, note=form.cleaned_data["note"])

        return self.asked(
            request,
            post,
            form,
            verb,
            lambda new: f"has the working copy scheduled, as revision {new.number}",
            "Schedule the working copy instead",
            f"Put the working copy in the place of revision {number}",
            back=self.address("revisions", post),
        )
