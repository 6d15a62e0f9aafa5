"""The queue of what readers send in."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Case, Value, When
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from datasets import curation
from datasets.admin.base import ForgivingLists, change_address, record_link
from datasets.admin.verbs import Verbs
from datasets.documents import loads
from datasets.duplicates import Known, keys_of, keys_sought, published_matches
from datasets.index import current
from datasets.models import Document, Record, Suggestion
from datasets.reading import fact_label
from datasets.suggesting import present

# So many of the newest are compared with one.
COMPARED = 500


@admin.register(Suggestion)
class SuggestionAdmin(Verbs, ForgivingLists, admin.ModelAdmin):
    change_form_template = "admin/datasets/suggestion.html"
    buttons = ("accept", "decline")
    actions = ["accept_chosen", "decline_chosen"]
    list_display = ["name", "state", "kind", "about", "fact", "created_at", "outcome", "decided_by"]
    list_filter = ["state", "kind", "created_at"]
    ordering = [
        Case(When(state=Suggestion.State.NEW, then=Value(0)), default=Value(1)).asc(),
        "-created_at",
        "-pk",
    ]
    search_fields = ["name", "url", "doi", "message", "reference"]
    date_hierarchy = "created_at"
    fields = [
        *("state", "kind", "name", "about", "fact", "says_now"),
        *("url", "doi", "message", "same", "likewise"),
        *("readers_page", "created_at", "outcome", "decided_by", "decided_at", "reply"),
    ]
    readonly_fields = [name for name in fields if name != "reply"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("record", "result", "decided_by")

    def has_add_permission(self, request):
        return False

    @admin.display(description="record")
    def about(self, suggestion):
        return record_link(suggestion.record)

    @admin.display(description="became")
    def outcome(self, suggestion):
        return record_link(suggestion.result)

    @admin.display(description="the record says now")
    def says_now(self, suggestion):
        if suggestion.record is None or not suggestion.fact:
            return "–"
        stored = Document.objects.filter(record=suggestion.record).first()
        lines = present(loads(stored.text), suggestion.fact, current()) if stored else []
        label = fact_label(suggestion.fact)
        return listed([(f"{label}: {line}",) for line in lines] or [(f"{label}: nothing",)])

    @admin.display(description="it may be")
    def same(self, suggestion):
        if suggestion.kind == Suggestion.Kind.CORRECTION:
            return "–"
        found = same_records(suggestion)
        return (
            listed(
                (
                    format_html(
                        "{}: {}{}",
                        record_link(record),
                        " and ".join(by),
                        "" if record.published else " (not published)",
                    ),
                )
                for record, by in found
            )
            or "Nothing in the catalogue has this name, DOI or address."
        )

    @admin.display(description="others suggest the same")
    def likewise(self, suggestion):
        return (
            listed(
                (
                    format_html(
                        '<a href="{}">{}</a> ({}, {})',
                        self.address("change", other),
                        other,
                        other.get_state_display().lower(),
                        date_format(other.created_at),
                    ),
                )
                for other in alike(suggestion)
            )
            or "–"
        )

    @admin.display(description="the reader's page")
    def readers_page(self, suggestion):
        return format_html(
            '<a href="{}">{}</a>',
            reverse("suggestion", args=[suggestion.reference]),
            suggestion.reference,
        )

    def response_change(self, request, suggestion):
        """The reply is saved by now; a button may ask for a decision as well."""
        for verb, view in (("_accept", self.accept_view), ("_decline", self.decline_view)):
            if verb in request.POST:
                return view(request, suggestion)
        return super().response_change(request, suggestion)

    def accept_view(self, request, suggestion):
        record = None

        def verb():
            nonlocal record
            record = curation.accept(suggestion, by=request.user)
            return record

        back = self.do(request, suggestion, verb, "is accepted")
        # On to the record: it wants completing or correcting next.
        return HttpResponseRedirect(change_address(record)) if record else back

    def decline_view(self, request, suggestion):
        def verb():
            curation.decline(suggestion, by=request.user)
            return True

        return self.do(request, suggestion, verb, "is declined")

    @admin.action(description="Accept", permissions=["change"])
    def accept_chosen(self, request, queryset):
        self.decide(request, queryset, curation.accept, "accepted")

    @admin.action(description="Decline", permissions=["change"])
    def decline_chosen(self, request, queryset):
        self.decide(request, queryset, curation.decline, "declined")

    def decide(self, request, queryset, verb, done):
        """Each for itself: one that is refused does not hold up the others."""
        count = 0
        for suggestion in queryset:
            try:
                verb(suggestion, by=request.user)
                count += 1
            except ValidationError as error:
                self.message_user(request, " ".join(error.messages), messages.ERROR)
        if count:
            plural = "" if count == 1 else "s"
            self.message_user(request, f"{count} suggestion{plural} {done}.", messages.SUCCESS)


def listed(rows):
    """The rows as a list, or an empty text."""
    items = format_html_join("", "<li>{}</li>", rows)
    return items and format_html("<ul>{}</ul>", items)


def same_records(suggestion):
    """(record, by what) for what the suggestion may already be, published or not."""
    wanted = {"name": suggestion.name, "url": suggestion.url, "doi": suggestion.doi}
    found = {match.document["slug"]: match.by for match in published_matches(current(), **wanted)}
    texts = Document.objects.filter(published=False).values_list("text", flat=True)
    hidden = list(map(loads, texts))
    known = Known(enumerate(map(keys_of, hidden)))
    for position, by in known.find(keys_sought(**wanted)).items():
        found[hidden[position]["slug"]] = by
    records = {record.slug: record for record in Record.objects.filter(slug__in=found)}
    return [(records[slug], by) for slug, by in found.items() if slug in records]


def alike(suggestion):
    """Other suggestions of the same thing, the newest first."""
    others = Suggestion.objects.exclude(pk=suggestion.pk).filter(kind=suggestion.kind)
    if suggestion.kind == Suggestion.Kind.CORRECTION:
        return others.filter(record=suggestion.record, fact=suggestion.fact)[:COMPARED]
    mine = keys(suggestion)
    return [other for other in others[:COMPARED] if mine & keys(other)]


def keys(suggestion):
    return set(keys_sought(suggestion.name, suggestion.url, suggestion.doi))
