"""What checks found, and the queue of what a curator should do about it."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.html import format_html

from datasets.admin.base import ForgivingLists, ReadOnlyAdmin, record_link
from datasets.admin.verbs import Verbs
from datasets.dois import doi_url
from datasets.models import Check, Problem

REST_DAYS = 30


class WaitingFilter(admin.SimpleListFilter):
    """Opens with what waits; everything else is a click away."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("all", "All"), *Problem.State.choices]

    def choices(self, changelist):
        chosen = self.value()
        yield {
            "selected": chosen is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": "Waiting",
        }
        for value, label in self.lookup_choices:
            yield {
                "selected": chosen == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen == "all":
            return queryset
        return queryset.filter(state=chosen) if chosen else queryset.waiting()


class KindOfRecordFilter(admin.ChoicesFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "kind of record"


@admin.register(Problem)
class ProblemAdmin(Verbs, ForgivingLists, admin.ModelAdmin):
    change_form_template = "admin/datasets/change_form.html"
    buttons = ("finish", "snooze", "reopen")
    actions = ["finish_chosen", "snooze_chosen", "reopen_chosen"]
    list_display = ["what", "of_record", "finding", "found_on", "standing"]
    list_filter = [WaitingFilter, "kind", ("record__kind", KindOfRecordFilter), "found_at"]
    search_fields = ["record__name", "record__slug", "target", "detail"]
    search_help_text = "Name or slug of the record, address, DOI, or words of the finding."
    list_per_page = 50
    fields = readonly_fields = [
        "what",
        "of_record",
        "about",
        "detail",
        "found_at",
        "state",
        "snoozed_until",
        "decided_by",
        "decided_at",
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("record", "decided_by")

    def change_view(self, request, object_id, form_url="", extra_context=None):
        # There is nothing to save: the buttons above decide.
        none = {"show_save": False, "show_save_and_continue": False}
        return super().change_view(request, object_id, form_url, none | (extra_context or {}))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        # Deleted, it would be found again at the next run.
        return False

    @admin.display(description="problem", ordering="kind")
    def what(self, problem):
        return problem.get_kind_display()

    @admin.display(description="record", ordering="record__name")
    def of_record(self, problem):
        return record_link(problem.record)

    @admin.display(description="what was found", ordering="target")
    def finding(self, problem):
        if not problem.target:
            return problem.detail
        return format_html("{}<br>{}", self.about(problem), problem.detail)

    @admin.display(description="found", ordering="found_at")
    def found_on(self, problem):
        return timezone.localdate(problem.found_at)

    @admin.display(description="state", ordering="state")
    def standing(self, problem):
        until = problem.snoozed_until
        return f"{problem.get_state_display()}{f' until {until:%d %B %Y}' if until else ''}"

    @admin.display(description="about")
    def about(self, problem):
        if not problem.target:
            return "–"
        url = problem.target
        if not url.startswith(("http://", "https://")):
            url = doi_url(url)
        return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', url, problem.target)

    def finish_view(self, request, problem):
        return self.do(request, problem, self.verb(problem.finish, request), "is done")

    def snooze_view(self, request, problem):
        verb = self.verb(problem.snooze, request, days=REST_DAYS)
        return self.do(request, problem, verb, f"rests for {REST_DAYS} days")

    def reopen_view(self, request, problem):
        verb = self.verb(problem.decide, request, state=Problem.State.OPEN)
        return self.do(request, problem, verb, "is open again")

    def verb(self, method, request, **options):
        def run():
            method(by=request.user, **options)
            return True

        return run

    @admin.action(description="Done", permissions=["change"])
    def finish_chosen(self, request, queryset):
        self.each(request, queryset, lambda one: one.finish(by=request.user), "done")

    @admin.action(description=f"Put off for {REST_DAYS} days", permissions=["change"])
    def snooze_chosen(self, request, queryset):
        self.each(
            request, queryset, lambda one: one.snooze(by=request.user, days=REST_DAYS), "put off"
        )

    @admin.action(description="Open again", permissions=["change"])
    def reopen_chosen(self, request, queryset):
        self.each(
            request,
            queryset,
            lambda one: one.decide(Problem.State.OPEN, by=request.user),
            "open again",
        )

    def each(self, request, queryset, verb, done):
        problems = list(queryset)
        for problem in problems:
            verb(problem)
        plural = "" if len(problems) == 1 else "s"
        self.message_user(request, f"{len(problems)} problem{plural} {done}.", messages.SUCCESS)


@admin.register(Check)
class CheckAdmin(ReadOnlyAdmin):
    list_display = ["target", "kind", "verdict", "status", "checked_at", "failures", "leads_to"]
    list_filter = ["kind", "verdict", "checked_at"]
    search_fields = ["target", "leads_to"]
    search_help_text = "Address or DOI."
    ordering = ["-checked_at", "-pk"]
    list_per_page = 50
