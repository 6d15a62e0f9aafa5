"""What the record lists filter by and show."""

from django.contrib import admin

from datasets.ledger import stale_before


class VerifiedFilter(admin.SimpleListFilter):
    title = "verified"
    parameter_name = "verified"

    def lookups(self, request, model_admin):
        return [
            ("never", "Never"),
            ("stale", "More than a year ago"),
            ("fresh", "Within the last year"),
        ]

    def queryset(self, request, queryset):
        chosen = {
            "never": {"verified_on__isnull": True},
            "stale": {"verified_on__lt": stale_before()},
            "fresh": {"verified_on__gte": stale_before()},
        }
        return queryset.filter(**chosen.get(self.value(), {}))


class KindFilter(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(kind.value, kind.label) for kind in model_admin.model.kinds]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class LicenseFamilyFilter(admin.ChoicesFieldListFilter):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "licence family"


def headline(record):
    """The first figure of a record whose sizes are at hand."""
    return str(next(iter(record.sizes.all()), "–"))
