"""What the list of posts shows and filters by, and what may be done to many at once."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied, ValidationError

from articles import publishing
from articles.models import Post
from articles.policy import may
from articles.state import State, citation_health, short_moment, standing
from articles.waiting import emptied
from datasets.numbers import MOST_VERSIONS, whole


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return State.choices

    def queryset(self, request, queryset):
        return queryset.filter(state=self.value()) if self.value() in State.values else queryset


class HealthFilter(admin.SimpleListFilter):
    title = "citations"
    parameter_name = "citations"

    def lookups(self, request, model_admin):
        return [
            ("none", "None"),
            ("unfounded", "Without an address"),
            ("retracted", "Retracted"),
            ("waived", "Waived"),
        ]

    def queryset(self, request, queryset):
        chosen = {
            "none": {"cited": 0},
            "unfounded": {"unfounded__gt": 0},
            "retracted": {"retracted__gt": 0},
            "waived": {"waived__gt": 0},
        }
        return queryset.filter(**chosen.get(self.value(), {}))


class TablesFilter(admin.SimpleListFilter):
    title = "tables"
    parameter_name = "tables"

    def lookups(self, request, model_admin):
        return [("empty", "Live with one that shows nothing")]

    def queryset(self, request, queryset):
        if self.value() != "empty":
            return queryset
        return queryset.filter(pk__in=emptied(Post.objects.all()))


class NoticeForm(forms.Form):
    notice = forms.CharField(
        label="Notice to readers",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "cols": 60}),
        error_messages={"required": "Tell readers why it was withdrawn."},
        help_text="Stands where the article was read.",
    )


class PostColumns:
    @admin.display(description="state", ordering="state")
    def told_state(self, post):
        # Without the times, which have columns of their own.
        return standing(post).state.label

    @admin.display(description="live since", ordering="live_since", empty_value="–")
    def told_live_since(self, post):
        since = standing(post).live_since
        return short_moment(since) if since else None

    @admin.display(description="scheduled", ordering="scheduled_for", empty_value="–")
    def told_scheduled_for(self, post):
        return short_moment(post.scheduled_for) if post.scheduled_for else None

    @admin.display(description="edited", ordering="edited_at")
    def told_edited(self, post):
        return short_moment(post.edited_at)

    @admin.display(description="citations", ordering="unfounded")
    def told_citations(self, post):
        return citation_health(post)


def chosen(action, posts):
    """What a page that asks sends again: the action, and the posts it is for."""
    return [("action", action), *((helpers.ACTION_CHECKBOX_NAME, post.pk) for post in posts)]


class BulkVerbs:
    """The verbs on many posts: each by its own rules, and each refusal told by name."""

    actions = ["submit_chosen", "approve_chosen", "withdraw_chosen"]

    def has_submit_permission(self, request):
        return may(request.user, "submit")

    def has_approve_permission(self, request):
        return may(request.user, "approve")

    def has_withdraw_permission(self, request):
        return may(request.user, "withdraw")

    def get_actions(self, request):
        # Deleting is for one post at a time, which then says what hangs on it.
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description="Submit for review", permissions=["submit"])
    def submit_chosen(self, request, queryset):
        self.do_each(request, queryset, "submitted", publishing.submit)

    @admin.action(description="Approve and publish now…", permissions=["approve"])
    def approve_chosen(self, request, queryset):
        if "confirmed" in request.POST:
            # As they stood on the page that asked: what nobody read is not published.
            seen = dict(pair.split(":", 1) for pair in request.POST.getlist("seen") if ":" in pair)

            def approve(post, by):
                version, _, newest = seen.get(str(post.pk), "").partition(":")
                publishing.approve(
                    post,
                    by=by,
                    version=whole(version, MOST_VERSIONS) or 0,
                    newest=whole(newest, MOST_VERSIONS),
                )

            self.do_each(request, queryset, "published", approve)
            return None
        posts = list(queryset.select_related("edited_by"))
        newest = publishing.newest_numbers(posts)
        return self.page(
            request,
            "admin/articles/act.html",
            "Publish posts now",
            posts=posts,
            hidden=[
                ("confirmed", "1"),
                *(("seen", f"{post.pk}:{post.version}:{newest[post.pk]}") for post in posts),
                *chosen("approve_chosen", posts),
            ],
            button="Publish now",
            back=request.get_full_path(),
        )

    @admin.action(description="Withdraw…", permissions=["withdraw"])
    def withdraw_chosen(self, request, queryset):
        form = NoticeForm(request.POST if "notice" in request.POST else None)
        if form.is_valid():
            notice = form.cleaned_data["notice"]
            self.do_each(request, queryset, "withdrawn", publishing.withdraw, notice=notice)
            return None
        posts = list(queryset)
        return self.page(
            request,
            "admin/articles/act.html",
            "Withdraw posts",
            form=form,
            posts=posts,
            hidden=chosen("withdraw_chosen", posts),
            button="Withdraw",
            back=request.get_full_path(),
        )

    def do_each(self, request, posts, done, verb, **said):
        count = 0
        for post in posts:
            try:
                verb(post, by=request.user, **said)
            except (ValidationError, PermissionDenied) as error:
                reasons = " ".join(getattr(error, "messages", [str(error)]))
                self.message_user(request, f"“{post}” was not {done}: {reasons}", messages.ERROR)
            else:
                count += 1
        if count:
            text = f"{count} post{'' if count == 1 else 's'} {done}."
            self.message_user(request, text, messages.SUCCESS)
