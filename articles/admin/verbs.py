"""The verbs of publishing as buttons on a post's form, with a page between where something must be said."""

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.utils import timezone

from articles import publishing
from articles.admin.lists import NoticeForm
from articles.admin.refusals import told_refusals
from articles.checks import refusals
from articles.documents import build
from articles.models import Correction
from articles.policy import demand, may
from articles.publishing import PendingRevision, PublishingRefused
from articles.state import State, moment
from datasets.admin.verbs import Verbs
from datasets.numbers import MOST_VERSIONS

# What becomes of a revision that is scheduled when another is published before it.
PENDING = [
    ("cancel", "Cancel the scheduled one"),
    ("rebase", "Rebase it: repeat what is published now at its time"),
]


class PendingForm(forms.Form):
    """Asks what becomes of a scheduled revision, if there is one."""

    pending = forms.ChoiceField(
        label="Scheduled already",
        choices=PENDING,
        widget=forms.RadioSelect,
        error_messages={"required": "Say what becomes of the scheduled revision."},
    )

    def __init__(self, *args, post, **kwargs):
        super().__init__(*args, **kwargs)
        scheduled = post.revisions.pending().first()
        if scheduled:
            at = moment(scheduled.effective_at)
            self.fields["pending"].help_text = f"Revision {scheduled.number} is set for {at}."
        else:
            del self.fields["pending"]


class NoteForm(PendingForm):
    """Asks for what goes with a new revision, and keeps what its reader knows of the post."""

    field_order = ["note", "at", "pending"]

    note = forms.CharField(
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
        help_text="For colleagues: it stays in the list of revisions.",
    )
    newest = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_VERSIONS, widget=forms.HiddenInput
    )

    def __init__(self, *args, post, **kwargs):
        super().__init__(*args, post=post, **kwargs)
        self.stored = {"newest": publishing.newest_number(post)}
        self.initial.update(self.stored)

    def clean(self):
        super().clean()
        # Sent once more, the page speaks of the post as it is now.
        self.data = self.data.copy()
        for name, value in self.stored.items():
            self.data[self.add_prefix(name)] = str(value)


class ApproveForm(NoteForm):
    at = forms.DateTimeField(
        label="Publish at",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    version = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_VERSIONS, widget=forms.HiddenInput
    )

    def __init__(self, *args, post, **kwargs):
        super().__init__(*args, post=post, **kwargs)
        self.stored["version"] = self.initial["version"] = post.version
        zone = f"{timezone.get_current_timezone_name()}, now {timezone.localtime():%H:%M %Z}"
        self.fields["at"].help_text = f"In the publication’s zone ({zone}). Empty to publish now."

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at and at <= timezone.now():
            raise forms.ValidationError("That time has passed. Leave it empty to publish now.")
        return at


class CorrectForm(forms.Form):
    kind = forms.ChoiceField(choices=Correction.Kind, initial=Correction.Kind.CORRECTION)
    text = forms.CharField(
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        error_messages={"required": "Say what was wrong, and what is right."},
        help_text="For readers: what was wrong, and what is right. It cannot be taken back. "
        "A retraction says that the article as a whole cannot be relied on.",
    )


class PostVerbs(Verbs):
    """Each verb an address below the form's. Who may not is told why, with a 403."""

    buttons = ("submit", "return", "approve", "withdraw", "notice", "reinstate", "correct")

    def verb_view(self, verb):
        def view(request, object_id, **rest):
            # Some of the addresses take it as a number.
            object_id = str(object_id)
            post = self.get_object(request, unquote(object_id))
            if post is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            demand(request.user, "view", post)
            return getattr(self, f"{verb}_view")(request, post, **rest)

        return view

    def offered(self, request, post):
        """The verbs that this person may use on this post as it stands, as (verb, label, asks)."""
        state = State(post.state)
        live = bool(post.live_hash)
        mine = post.submitted_by_id == request.user.pk
        back = "Take it back" if mine else "Return to the writer"
        open_changes = state in (State.DRAFT, State.CHANGED, State.SCHEDULED, State.LIVE)
        rows = [
            ("approve", "approve", "Approve…", True, state != State.WITHDRAWN),
            ("submit", "submit", "Submit for review", False, open_changes),
            ("return", "return", back, False, state == State.REVIEW),
            ("correct", "correct", "Correct…", True, live or state == State.WITHDRAWN),
            ("withdraw", "withdraw", "Withdraw…", True, live or state == State.SCHEDULED),
            ("notice", "withdraw", "Change the notice…", True, state == State.WITHDRAWN),
            ("reinstate", "withdraw", "Reinstate", False, state == State.WITHDRAWN),
        ]
        return [
            (verb, label, asks)
            for verb, right, label, asks, fits in rows
            if fits and may(request.user, right, post)
        ]

    def submit_view(self, request, post):
        demand(request.user, "submit", post)
        return self.do(
            request,
            post,
            lambda: publishing.submit(post, by=request.user) or True,
            "was submitted for review",
        )

    def return_view(self, request, post):
        return self.do(
            request,
            post,
            lambda: publishing.return_to_writer(post, by=request.user) or True,
            "was returned to its writer",
        )

    def reinstate_view(self, request, post):
        demand(request.user, "withdraw", post)
        return self.do(
            request,
            post,
            lambda: publishing.reinstate(post, by=request.user) or True,
            "is reinstated",
        )

    def approve_view(self, request, post):
        demand(request.user, "approve", post)
        form = ApproveForm(request.POST if request.method == "POST" else None, post=post)

        def verb():
            return publishing.approve(
                post,
                by=request.user,
                note=form.cleaned_data["note"],
                at=form.cleaned_data["at"],
                pending=form.cleaned_data.get("pending"),
                version=form.cleaned_data["version"],
                newest=form.cleaned_data["newest"],
            )

        def done(revision):
            if revision.effective_at > timezone.now():
                return f"is scheduled for {moment(revision.effective_at)}"
            return f"is live as revision {revision.number}"

        # What would refuse it is said before anybody tries, and what to read is at hand.
        missing = refusals(build(post)) if request.method == "GET" else {}
        return self.asked(
            request,
            post,
            form,
            verb,
            done,
            "Approve",
            f"Approve “{post}”",
            refused=told_refusals(post, missing),
            posts=[post],
        )

    def withdraw_view(self, request, post):
        demand(request.user, "withdraw", post)
        form = NoticeForm(request.POST if request.method == "POST" else None)

        def verb():
            publishing.withdraw(post, by=request.user, notice=form.cleaned_data["notice"])
            return True

        return self.asked(
            request,
            post,
            form,
            verb,
            lambda _: "is withdrawn",
            "Withdraw",
            f"Withdraw “{post}”",
        )

    def notice_view(self, request, post):
        demand(request.user, "withdraw", post)
        sent = request.POST if request.method == "POST" else None
        form = NoticeForm(sent, initial={"notice": post.notice})

        def verb():
            publishing.change_notice(post, by=request.user, **form.cleaned_data)
            return True

        return self.asked(
            request,
            post,
            form,
            verb,
            lambda _: "has another notice",
            "Change the notice",
            f"Change the notice of “{post}”",
        )

    def correct_view(self, request, post):
        demand(request.user, "correct", post)
        form = CorrectForm(request.POST if request.method == "POST" else None)

        def verb():
            return publishing.correct(post, by=request.user, **form.cleaned_data)

        return self.asked(
            request,
            post,
            form,
            verb,
            lambda correction: f"has a {correction.get_kind_display().lower()}",
            "Tell readers",
            f"Correct “{post}”",
        )

    def asked(
        self, request, post, form, verb, done, button, title, back=None, refused=(), posts=()
    ):
        """The page that asks, and what comes of its answer; what is refused is said on it."""
        if form.is_valid():
            try:
                outcome = verb()
            except PendingRevision as error:
                form = type(form)(request.POST, post=post)
                form.is_valid()
                form.add_error("pending" if "pending" in form.fields else None, error.messages)
            except PublishingRefused as error:
                refused = told_refusals(post, error.errors)
            except ValidationError as error:
                at_fields = set(getattr(error, "error_dict", ["?"])) <= set(form.fields)
                form.add_error(None, error if at_fields else error.messages)
            else:
                self.message_user(request, f"“{post}” {done(outcome)}.", messages.SUCCESS)
                return HttpResponseRedirect(back or self.address("change", post))
        return self.page(
            request,
            "admin/articles/act.html",
            title,
            form=form,
            original=post,
            refused=refused,
            posts=posts,
            button=button,
            back=back or self.address("change", post),
            change_url=self.address("change", post),
            media=self.media + form.media,
        )
