"""What all of the editors' pages have in common."""

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpResponseRedirect

from datasets.admin.base import REFUSALS, DeskAdmin, cannot_delete, in_words
from datasets.admin.forms import DeskForm


class PublicationForm(DeskForm):
    """As the desk's, but nobody is asked for a reason: only revisions have one."""

    reason = None


class PublicationAdmin(DeskAdmin):
    """Makes each save one transaction, and each refusal of the database a message above the form."""

    form = PublicationForm
    change_form_template = None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view = super(DeskAdmin, self).changeform_view
        if request.method != "POST":
            return view(request, object_id, form_url, extra_context)
        try:
            with transaction.atomic():
                self.before_saving(request, object_id)
                return view(request, object_id, form_url, extra_context)
        except REFUSALS as error:
            # Once more, and the form will say so: it keeps what was typed.
            request.refused = in_words(error)
            return view(request, object_id, form_url, extra_context)

    def before_saving(self, request, object_id):
        """Looks at a form that was sent before anything reads it, within the transaction that saves it."""

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super(DeskAdmin, self).delete_view(request, object_id, extra_context)
        except (ProtectedError, *REFUSALS) as error:
            self.message_user(request, cannot_delete(error), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def delete_queryset(self, request, queryset):
        # One by one: each leaves its slug taken.
        with transaction.atomic():
            for row in queryset:
                row.delete()
