"""What all of the editors' pages have in common."""

from django.db import transaction

from datasets.admin.base import DeskAdmin
from datasets.admin.forms import DeskForm
from datasets.numbers import BIGGEST_ID, whole


class PublicationForm(DeskForm):
    """As the desk's, but nobody is asked for a reason: only revisions have one."""

    reason = None


class PublicationAdmin(DeskAdmin):
    """Makes each save one transaction instead."""

    form = PublicationForm
    change_form_template = "admin/articles/change_form.html"

    def writing(self, request, note):
        return transaction.atomic()

    def before_saving(self, request, object_id):
        # Whoever else saves this row waits until this form is done with it.
        if pk := whole(object_id or "", BIGGEST_ID):
            self.model.objects.select_for_update().filter(pk=pk).first()

    def delete_queryset(self, request, queryset):
        # One by one: each leaves its slug taken.
        with self.writing(request, ""):
            for row in queryset:
                row.delete()
