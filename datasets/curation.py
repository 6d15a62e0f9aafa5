"""The verbs of the catalogue. Admin, commands and whatever comes later call these.

Each is one change: one transaction, one revision per record at most. Each raises
ValidationError, in words for the person who asked, and then nothing has changed.
"""

from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from datasets.dois import doi_url
from datasets.models import (
    RESERVED,
    Access,
    Anatomy,
    Evidence,
    Grant,
    Kind,
    License,
    LicenseFamily,
    Link,
    LinkKind,
    Modality,
    Paper,
    Record,
    Relation,
    RelationType,
    Size,
    Slug,
    Suggestion,
    Task,
    changing,
)
from datasets.models.validators import validate_doi
from datasets.signals import record_merged

# Of these a record may have several; of the others one.
MANY_EACH = (Modality, Anatomy, Task)


@contextmanager
def one_change(by, note=""):
    """A change that is taken back whole even where somebody further out goes on after an error."""
    with changing(by=by, note=note) as change, transaction.atomic():
        yield change


def publish(records, *, by, note=""):
    """Show the records to readers; returns how many were hidden until now."""
    ids = [record.pk for record in records]
    with one_change(by, note):
        hidden = Record.objects.filter(pk__in=ids, published=False)
        unready = [record.name for record in hidden if not record.summary.strip()]
        if unready:
            raise ValidationError(f"Write a summary first: {', '.join(unready)}.")
        return hidden.update(published=True)


def withdraw(records, *, by, note):
    """Take the records back from readers; returns how many they could see until now."""
    if not note.strip():
        raise ValidationError("Say why: readers are told.")
    ids = [record.pk for record in records]
    with one_change(by, note.strip()):
        return Record.objects.filter(pk__in=ids, published=True).update(published=False)


def verify(records, *, by, on=None):
    """Note that ``by`` compared the records with their sources ``on`` that day (today); returns how many."""
    today = timezone.localdate()
    on = on or today
    if on > today:
        raise ValidationError(f"{on:%d %B %Y} has not come yet.")
    ids = [record.pk for record in records]
    with one_change(by, "Verified."):
        return Record.objects.filter(pk__in=ids).update(verified_on=on, verified_by=by)


def merge_terms(term, *, into, by):
    """Put ``into`` in the place of ``term``, which is deleted and whose slugs lead to ``into``; returns it.

    Records keep their ``updated_at``, as when a term is renamed: nobody edited them.
    """
    if type(term) is not type(into):
        raise ValidationError("Terms of two vocabularies cannot be merged.")
    if term.pk == into.pk:
        raise ValidationError("A term cannot be merged into itself.")
    with one_change(by, f"Merged “{term.name}” into “{into.name}”.") as change:
        term, into = locked(type(term), term, into)
        change.cascade(*term.records(), *into.records())
        if hasattr(term, "broader"):
            move_branches(term, into)
        if isinstance(term, MANY_EACH):
            move_joins(term, into)
        else:
            move_references(term, into)
        into.synonyms = joined(into.synonyms, [term.name, *term.synonyms], without=into.name)
        if hasattr(term, "dicom"):
            into.dicom = joined(into.dicom, term.dicom)
        term.delete(survivor=into)
        into.save()
    return into


def locked(model, *rows):
    """The same rows as they are now; the change that is open keeps others from writing them."""
    found = model._base_manager.in_bulk([row.pk for row in rows])
    for row in rows:
        if row.pk not in found:
            raise ValidationError(f"“{row.name}” has been deleted in the meantime.")
    return [found[row.pk] for row in rows]


def move_branches(term, into):
    """Give ``into`` the places of ``term`` in the tree."""
    broader = term.broader.exclude(pk__in=[term.pk, into.pk])
    narrower = term.narrower.exclude(pk__in=[term.pk, into.pk])
    broader, narrower = list(broader), list(narrower)
    term.broader.clear()
    term.narrower.clear()
    try:
        into.broader.add(*broader)
        into.narrower.add(*narrower)
    except ValidationError:
        raise ValidationError(
            f"“{into.name}” would then lie under itself: it is both above and below “{term.name}”, "
            "with another term between them. Change the broader terms first."
        ) from None


def move_joins(term, into):
    """Join the records that have ``term`` with ``into``, each once."""
    # Not by add(), through which each record would count as edited.
    field = next(field for field in Record._meta.many_to_many if field.related_model is type(term))
    joins = field.remote_field.through._base_manager
    here, there = field.m2m_field_name(), field.m2m_reverse_field_name()
    both = list(joins.filter(**{there: into}).values_list(here, flat=True))
    joins.filter(**{there: term, f"{here}__in": both}).delete()
    joins.filter(**{there: term}).update(**{there: into})


def move_references(term, into):
    """Point the rows that name a licence, a host or a unit at ``into``."""
    # The plain managers: through the others each row would count as edited.
    if term.namespace == "unit":
        for rows in (Size, Evidence):
            rows._base_manager.filter(unit=term).update(unit=into)
        return
    Record._base_manager.filter(**{term.namespace: term}).update(**{term.namespace: into})
    if term.namespace == "license":
        grants = Grant._base_manager
        kept = set(grants.filter(license=into).values_list("record", "covers", "subset"))
        for grant in grants.filter(license=term):
            if (grant.record_id, grant.covers, grant.subset) in kept:
                grants.filter(pk=grant.pk).delete()
        grants.filter(license=term).update(license=into)


def joined(texts, more, without=None):
    """The texts and those of ``more`` that are not among them, whatever their case."""
    seen = {text.casefold() for text in [*texts, *([without] if without else [])]}
    out = list(texts)
    for text in more:
        if text.casefold() not in seen:
            seen.add(text.casefold())
            out.append(text)
    return out


def merge_records(record, *, into, by):
    """Put ``into`` in the place of ``record``, which is deleted and whose slugs lead to ``into``; returns it.

    What others say about the record moves: relations, suggestions, evidence, names,
    being a replacement. What the record says of itself is dropped in favour of ``into``.
    """
    if record.pk == into.pk:
        raise ValidationError("A record cannot be merged into itself.")
    with one_change(by, f"Merged “{record.name}” into “{into.name}”."):
        record, into = locked(Record, record, into)
        if record.is_tool != into.is_tool:
            raise ValidationError("A dataset and a tool cannot be merged.")
        if record.published and not into.published:
            raise ValidationError(
                f"“{record.name}” is published and “{into.name}” is not: its address would lead nowhere. "
                f"Publish “{into.name}” first, or merge the other way round."
            )
        move_relations(record, into)
        move_evidence(record, into)
        Suggestion.objects.filter(record=record).update(record=into)
        Suggestion.objects.filter(result=record).update(result=into)
        Record.objects.filter(replaced_by=record).exclude(pk=into.pk).update(replaced_by=into)
        if into.replaced_by_id == record.pk:
            into.replaced_by = None
        into.aliases = joined(into.aliases, [record.name, *record.aliases], without=into.name)
        record_merged.send(sender=Record, record=record, into=into)
        record.delete(survivor=into)
        into.save()
    return into


def move_relations(record, into):
    """Let ``into`` stand in the relations of ``record``; what two of them say is joined in one."""
    for end in ("subject", "object"):
        for relation in Relation.objects.filter(**{end: record}):
            setattr(relation, end, into)
            if relation.subject_id == relation.object_id:
                relation.delete()
                continue
            twin = same_relation(relation)
            if twin is None:
                save_moved(relation, record, into)
                continue
            twin.extent = twin.extent or relation.extent
            twin.remedy = twin.remedy or relation.remedy
            twin.evidence = joined(twin.evidence, relation.evidence)
            relation.delete()
            twin.save()


def same_relation(relation):
    """Another row that says the same, in whichever direction where direction means nothing."""
    others = Relation.objects.filter(type=relation.type).exclude(pk=relation.pk)
    same = others.filter(subject=relation.subject_id, object=relation.object_id)
    if relation.type == RelationType.SHARES_IMAGES:
        same |= others.filter(subject=relation.object_id, object=relation.subject_id)
    return same.first()


def save_moved(relation, record, into):
    try:
        relation.save()
    except ValidationError:
        raise ValidationError(
            f"“{into.name}” would then derive from itself, over the relation “{relation}”. "
            f"One of the relations of “{record.name}” or “{into.name}” must be wrong; mend it first."
        ) from None


def move_evidence(record, into):
    """Append the evidence of ``record`` to that of ``into``, each source once per fact and part of it."""
    rows = list(into.evidence.all())
    seen = {told_of(row) for row in rows}
    order = max((row.order for row in rows), default=-1)
    for row in record.evidence.all():
        if told_of(row) in seen:
            continue
        order += 1
        row.record, row.order = into, order
        row.save()


def told_of(row):
    """What a piece of evidence is about, and where it was seen."""
    return row.fact, row.unit_id, row.link, row.source


def accept(suggestion, *, by):
    """Take a suggestion up; returns the record: a new, unpublished one, or the one to be corrected."""
    with one_change(by, "A reader's suggestion."):
        suggestion = undecided(suggestion)
        if suggestion.kind == Suggestion.Kind.CORRECTION and suggestion.record is None:
            raise ValidationError(
                f"The record that “{suggestion.name}” is about has been deleted: decline it."
            )
        record = suggestion.record or record_from(suggestion)
        decide(suggestion, Suggestion.State.ACCEPTED, by, record)
    return record


def decline(suggestion, *, by):
    """Turn a suggestion down."""
    with one_change(by):
        decide(undecided(suggestion), Suggestion.State.DECLINED, by)


def undecided(suggestion):
    row = Suggestion.objects.filter(pk=suggestion.pk).first()
    if row is None:
        raise ValidationError(f"“{suggestion.name}” has been deleted in the meantime.")
    if row.state != Suggestion.State.NEW:
        raise ValidationError(f"“{row.name}” has been {row.get_state_display().lower()} already.")
    return row


def decide(suggestion, state, by, result=None):
    suggestion.state, suggestion.decided_by, suggestion.result = state, by, result
    suggestion.decided_at = timezone.now()
    suggestion.save()


def record_from(suggestion):
    """An unpublished record that says what the suggestion says, for a person to complete."""
    not_stated = License.objects.filter(family=LicenseFamily.UNSPECIFIED).first()
    if not_stated is None:
        raise ValidationError(
            "A new record starts with a licence of the family “Not stated”, and there is none: add it first."
        )
    record = Record(
        name=suggestion.name,
        slug=free_slug(suggestion.name),
        kind=Kind.TOOL if suggestion.kind == Suggestion.Kind.TOOL else Kind.DATASET,
        summary=suggestion.message or suggestion.name,
        access=Access.UNKNOWN,
        license=not_stated,
        paper=Paper.objects.filter(doi=suggestion.doi).exclude(doi="").first(),
    )
    record.full_clean()
    record.save()
    addresses = [(LinkKind.HOMEPAGE, suggestion.url)]
    if suggestion.doi and record.paper is None:
        validate_doi(suggestion.doi)
        addresses.append((LinkKind.PAPER, doi_url(suggestion.doi)))
    for order, (kind, url) in enumerate(addresses):
        if url:
            link = Link(record=record, kind=kind, url=url, order=order)
            link.full_clean()
            link.save()
    # Not the suggestion's reference: that is the address of the reader's own page.
    source = suggestion.url or suggestion.doi or "A reader's suggestion"
    Evidence.objects.create(record=record, source=source)
    return record


def free_slug(name):
    """A slug for the name that no record has or had."""
    stem = slugify(name.replace("_", "-"))[:70].strip("-") or "record"
    taken = set(
        Slug.objects.filter(namespace=Record.namespace, slug__startswith=stem).values_list(
            "slug", flat=True
        )
    ) | set(RESERVED)
    slug, number = stem, 2
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug
