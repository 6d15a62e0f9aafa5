"""Writing what was decided: all of it in one change, or nothing."""

from django.core.exceptions import ValidationError
from django.db import Error

from datasets.loading import rows
from datasets.loading.checks import MODELS, check
from datasets.loading.decide import Judge, chunks, differing, read_names, relation_key
from datasets.loading.problems import LoadError, printable
from datasets.loading.records import RecordWriter
from datasets.loading.report import Report
from datasets.models import LoadedEntry, Record, Relation, changing
from datasets.roles import IMPORT


class DryRun(Exception):
    """Ends a change whose outcome is only to be told."""


def load(entries, *, note, overwrite=False, dry_run=False, progress=lambda: None):
    """Write entries to the catalogue, in one transaction; gives the Report. ``note`` tells readers why.

    ``progress`` is called once per entry. Raises LoadError for what the entries, or the
    database, do not allow; nothing is written then.
    """
    try:
        with changing(note=note, role=IMPORT):
            report = Loader(entries, overwrite, progress).run()
            if dry_run:
                raise DryRun
    except DryRun:
        pass
    return report


class Loader:
    def __init__(self, entries, overwrite, progress):
        self.entries, self.overwrite, self.progress = entries, overwrite, progress
        self.names = read_names(entries)
        self.report = Report()

    def run(self):
        check(self.entries, self.names)
        for namespace in MODELS:
            self.write(namespace, self.write_terms)
        self.write("record", self.write_records)
        self.write("relation", self.write_relations)
        return self.report

    def write(self, namespace, writer):
        entries = [entry for entry in self.entries if entry.namespace == namespace]
        judge = Judge(namespace, entries, self.names, self.overwrite)
        decisions = [judge.decide(entry) for entry in entries]
        writer(namespace, [one for one in decisions if one.outcome in ("created", "changed")])
        for decision in decisions:
            self.report.note(decision.entry, decision.outcome, decision.reason)
        followed = [one for one in decisions if one.outcome != "kept" and one.followed]
        remember(namespace, [one.entry for one in followed])
        for _ in range(sum(one.outcome in ("kept", "unchanged") for one in decisions)):
            self.progress()

    # Terms

    def write_terms(self, namespace, decisions):
        model = MODELS[namespace]
        terms = model.objects.in_bulk([one.id for one in decisions if one.id])
        written = []
        for decision in decisions:
            term = terms.get(decision.id) or model()
            fields = rows.term_values(model, decision.said)
            with located(decision.entry):
                for name, value in fields.items():
                    setattr(term, name, value)
                term.full_clean()
                term.save()
            self.names.note(namespace, term.slug, term.pk, current=True)
            written.append((decision, term))
            self.progress()
        if hasattr(model, "broader"):
            self.write_tree(namespace, written)

    def write_tree(self, namespace, written):
        """Steps are taken out of the tree before others are put in: a turned one is no circle."""
        wanted = {
            term.pk: {self.names.id(namespace, slug) for slug in decision.said["broader"]}
            for decision, term in written
        }
        for _, term in written:
            outdated = set(term.broader.values_list("pk", flat=True)) - wanted[term.pk]
            if outdated:
                term.broader.remove(*outdated)
        for decision, term in written:
            if wanted[term.pk]:
                with located(decision.entry, "broader"):
                    term.broader.add(*wanted[term.pk])

    # Records

    def write_records(self, namespace, decisions):
        writer = RecordWriter(self.names, self.overwrite, located, self.progress)
        writer.papers(decisions)
        new = [one for one in decisions if one.outcome == "created"]
        for chunk in chunks(new):
            writer.create(chunk)
        changed = [one for one in decisions if one.outcome == "changed"]
        records = Record.objects.in_bulk([one.id for one in changed])
        for decision in changed:
            writer.change(decision, records[decision.id])
        writer.replacements(decisions)

    # Relations

    def write_relations(self, namespace, decisions):
        new = []
        present = self.relations_of(decisions)
        for decision in decisions:
            values = rows.relation_values(decision.said)
            if decision.outcome == "changed":
                relation = present[decision.id]
                for key in differing(decision.said, decision.now):
                    if key in values:
                        setattr(relation, key, values[key])
                with located(decision.entry):
                    relation.save()
            else:
                ends = {
                    f"{end}_id": self.names.id("record", decision.said[end])
                    for end in ("subject", "object")
                }
                new.append((decision.entry, Relation(**values, **ends)))
            self.progress()
        for chunk in chunks(new):
            try:
                Relation.objects.bulk_create(relation for _, relation in chunk)
            except ValidationError:
                self.blame(chunk)

    def blame(self, chunk):
        """Name the relation that together with those already here closes a circle."""
        for entry, relation in chunk:
            with located(entry, "object"):
                relation.check_no_cycle()
        raise LoadError("The relations, with those already here, close a circle.")

    def relations_of(self, decisions):
        wanted = {one.id for one in decisions if one.outcome == "changed"}
        return {
            key: relation
            for relation in (Relation.objects.all() if wanted else ())
            if (key := relation_key(relation.subject_id, relation.type, relation.object_id))
            in wanted
        }


class located:
    """Turns what a model or the database refuses into a LoadError that names the entry."""

    def __init__(self, entry, key=None):
        self.place = entry.place + (f", key “{key}”" if key else "")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, ValidationError):
            raise LoadError(printable(f"{self.place}: {told(error)}")) from error
        if isinstance(error, Error):
            raise LoadError(printable(f"{self.place}: the database refuses it: {error}")) from error


def told(error):
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        " ".join(messages) if key == "__all__" else f"{key}: {' '.join(messages)}"
        for key, messages in error.message_dict.items()
    )


def remember(namespace, entries):
    """Keep what the file said of the rows that follow it."""
    known = dict(LoadedEntry.objects.filter(namespace=namespace).values_list("key", "entry"))
    LoadedEntry.objects.bulk_create(
        [
            LoadedEntry(namespace=namespace, key=entry.key, entry=entry.data)
            for entry in entries
            if known.get(entry.key) != entry.data
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["namespace", "key"],
        update_fields=["entry"],
    )
