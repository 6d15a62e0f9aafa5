"""What all of the editors' pages have in common."""

from django.db import transaction

from datasets.admin.base import DeskAdmin
from datasets.admin.forms import DeskForm


class PublicationForm(DeskForm):
    """As the desk's, but nobody is asked for a reason: only revisions have one."""

    reason = None


class PublicationAdmin(DeskAdmin):
    """Makes each save one transaction instead."""

    form = PublicationForm
    change_form_template = None

    def writing(self, request, note):
        return transaction.atomic()

    def delete_queryset(self, request, queryset):
        # One by one: each leaves its slug taken.
        with self.writing(request, ""):
            for row in queryset:
                row.delete()
