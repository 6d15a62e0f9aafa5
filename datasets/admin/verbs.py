"""Publish, withdraw and verify: as buttons on a record's form and as actions on a list."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from datasets import curation


class WithdrawForm(forms.Form):
    note = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
        error_messages={"required": "Say why: readers are told."},
        help_text="Readers see it where the record was and in the log of changes, with your role and the time, never with your name.",
    )


def counted(count, done):
    return f"{count} record{'' if count == 1 else 's'} {done}."


class Verbs:
    """Buttons that post, each an address of its own below the change form's."""

    buttons = ()

    def get_urls(self):
        stem = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(
                f"<path:object_id>/{verb}/",
                self.admin_site.admin_view(self.verb_view(verb)),
                name=f"{stem}_{verb}",
            )
            for verb in self.buttons
        ]
        return own + super().get_urls()

    def verb_view(self, verb):
        def view(request, object_id):
            row = self.get_object(request, unquote(object_id))
            if not self.has_change_permission(request, row):
                raise PermissionDenied
            if row is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return getattr(self, f"{verb}_view")(request, row)

        return view

    def change_view(self, request, object_id, form_url="", extra_context=None):
        # The template shows those of them that fit the row.
        extra = {"desk_verbs": self.buttons if self.has_change_permission(request) else ()}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def address(self, page, row):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[row.pk])

    def do(self, request, row, verb, done):
        """Run a verb for a button, say what came of it, and go back to the form."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if self.attempt(request, verb):
            self.message_user(request, f"“{row}” {done}.", messages.SUCCESS)
        return HttpResponseRedirect(self.address("change", row))

    def attempt(self, request, verb):
        """What the verb returns, or None once its refusal has been told."""
        try:
            return verb()
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)

    def page(self, request, template, title, **context):
        """A page between a button and what it does."""
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": title,
                "media": self.media,
                **context,
            },
        )


class RecordVerbs(Verbs):
    actions = ["publish_chosen", "verify_chosen", "withdraw_chosen"]
    buttons = ("publish", "verify", "withdraw", "merge")

    def publish_view(self, request, record):
        def verb():
            return curation.publish([record], by=request.user) or "already"

        return self.do(request, record, verb, "is published")

    def verify_view(self, request, record):
        def verb():
            return curation.verify([record], by=request.user)

        return self.do(request, record, verb, "was verified today")

    def withdraw_view(self, request, record):
        form = WithdrawForm(request.POST if request.method == "POST" else None)
        if form.is_valid() and self.withdraw(request, [record], form):
            return HttpResponseRedirect(self.address("change", record))
        return self.withdraw_page(request, [record], form)

    def withdraw(self, request, records, form):
        """Whether it was done; a refusal is shown on the form."""
        try:
            count = curation.withdraw(records, by=request.user, note=form.cleaned_data["note"])
        except ValidationError as error:
            form.add_error("note", error)
            return False
        self.message_user(request, counted(count, "withdrawn"), messages.SUCCESS)
        return True

    def withdraw_page(self, request, records, form, **context):
        what = records[0].name if len(records) == 1 else f"{len(records)} records"
        template = "admin/datasets/withdraw.html"
        return self.page(
            request, template, f"Withdraw {what}", records=records, form=form, **context
        )

    @admin.action(description="Publish", permissions=["change"])
    def publish_chosen(self, request, queryset):
        count = self.attempt(request, lambda: curation.publish(queryset, by=request.user))
        if count is not None:
            self.message_user(request, counted(count, "published"), messages.SUCCESS)

    @admin.action(description="Verified today", permissions=["change"])
    def verify_chosen(self, request, queryset):
        count = self.attempt(request, lambda: curation.verify(queryset, by=request.user))
        if count is not None:
            self.message_user(request, counted(count, "verified today"), messages.SUCCESS)

    @admin.action(description="Withdraw…", permissions=["change"])
    def withdraw_chosen(self, request, queryset):
        records = list(queryset)
        form = WithdrawForm(request.POST if "note" in request.POST else None)
        if form.is_valid() and self.withdraw(request, records, form):
            return None
        return self.withdraw_page(request, records, form, action="withdraw_chosen")
