"""What is to be checked: the addresses and DOIs that published records name, the longest unchecked first."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

from django.conf import settings
from django.utils import timezone

from datasets.freshness.asking import host_of
from datasets.hints import similar
from datasets.models import Check, Grant, Link, LinkKind, Record, Slug
from datasets.signals import dois_wanted

LICENCE, DOI = "licence", "doi"
KINDS = (*LinkKind.values, LICENCE, DOI)


@dataclass
class Target:
    """An address or a DOI, with the records that name it and as what."""

    kind: str
    target: str
    records: set = field(default_factory=set)
    named_as: set = field(default_factory=set)
    known: Check | None = None

    @property
    def host(self):
        """Who will be asked."""
        return host_of(settings.CROSSREF_URL if self.kind == Check.Kind.DOI else self.target)


class UnknownChoice(ValueError):
    """What ``only`` names is none of slug, host and kind; says what it is like."""


def named(records=None):
    """Yield (kind of target, target, record id, named as) for all that published records (these of them) name."""
    published = Record.objects.published().order_by()
    if records is not None:
        published = published.filter(pk__in=records)
    links = Link.objects.filter(record__in=published)
    for url, record_id, kind in links.values_list("url", "record_id", "kind"):
        yield Check.Kind.ADDRESS, url, record_id, kind
    grants = Grant.objects.filter(record__in=published).exclude(url="")
    licences = published.exclude(license_url="")
    for url, record_id in chain(
        grants.values_list("url", "record_id"), licences.values_list("license_url", "pk")
    ):
        yield Check.Kind.ADDRESS, url, record_id, LICENCE
    papers = published.filter(paper__isnull=False).exclude(paper__doi="")
    for doi, record_id in papers.values_list("paper__doi", "pk"):
        yield Check.Kind.DOI, doi, record_id, DOI


def all_targets():
    """Every Target once, by kind and text, each with its last Check; also DOIs that others want checked."""
    found = {}
    for kind, text, record_id, named_as in named():
        target = found.setdefault((kind, text), Target(kind, text))
        target.records.add(record_id)
        target.named_as.add(named_as)
    for _, dois in dois_wanted.send(sender=Check):
        for doi in dois:
            target = found.setdefault((Check.Kind.DOI, doi), Target(Check.Kind.DOI, doi))
            target.named_as.add(DOI)
    for check in Check.objects.all():
        if (check.kind, check.target) in found:
            found[check.kind, check.target].known = check
    return found


def due(*, only=(), limit=None, older_than=timedelta(days=1)):
    """The targets to check now, the longest unchecked first.

    Leaves out those checked within ``older_than`` and those whose server asked to be left
    alone for now. ``only`` narrows to records (slugs), hosts and kinds; raises UnknownChoice.
    """
    now = timezone.now()
    found = [
        target for target in chosen(all_targets().values(), only) if is_due(target, now, older_than)
    ]
    # Never checked comes first; the text breaks ties, so that each run goes the same way.
    found.sort(
        key=lambda one: (one.known is not None, one.known and one.known.checked_at, one.target)
    )
    return found[:limit]


def is_due(target, now, older_than):
    known = target.known
    if known is None:
        return True
    if known.not_before and known.not_before > now:
        return False
    return known.checked_at <= now - older_than


def chosen(targets, only):
    """The targets that each kind of choice allows: alternatives within one kind, all kinds together."""
    targets = list(targets)
    kinds = {value for value in only if value in KINDS}
    hosts = {value.lower() for value in only if value not in kinds and "." in value}
    slugs = {value for value in only if value not in kinds and "." not in value}
    records = {owner(slug) for slug in slugs}
    known_hosts = {target.host for target in targets}
    for host in hosts - known_hosts:
        raise UnknownChoice(f"No record links to the host “{host}”.{like(host, known_hosts)}")
    return [
        target
        for target in targets
        if (not kinds or target.named_as & kinds)
        and (not hosts or target.host in hosts)
        and (not records or target.records & records)
    ]


def owner(slug):
    record_id = Slug.objects.owner("record", slug)
    if record_id is None:
        known = Record.objects.published().values_list("slug", flat=True)
        raise UnknownChoice(
            f"“{slug}” is no slug of a record, no host and none of {', '.join(KINDS)}.{like(slug, known)}"
        )
    return record_id


def like(text, known):
    near = similar(text, list(known))
    return f" Did you mean {' or '.join(near)}?" if near else ""
