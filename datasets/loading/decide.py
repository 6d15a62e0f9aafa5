"""What becomes of each entry: created, changed, unchanged, or kept as a person left it.

Three texts are compared: what the file says, what the rows say now, and what the
loader last wrote. Rows that say what the loader wrote were not touched by anybody
else, and follow the file; all others are a person's, and stay unless told otherwise.
"""

from dataclasses import dataclass

from datasets.loading import rows
from datasets.loading.files import KEYS, OPTIONAL, Entry
from datasets.models import (
    VOCABULARIES,
    LoadedEntry,
    Record,
    Relation,
    RelationType,
    Revision,
    Slug,
)

CHUNK = 500


@dataclass
class Decision:
    entry: Entry
    outcome: str
    # The entry with current slugs, and the id of the row that it is about.
    said: dict
    id: int | None = None
    reason: str = ""
    # What the row says now, for a change.
    now: dict | None = None
    # Whether the row is the loader's: it follows the file, and so does what the loader knows of it.
    followed: bool = True


def read_names(entries):
    """Names from the table of slugs, and those that the files bring."""
    names = rows.Names()
    for namespace, slug, object_id, current in Slug.objects.values_list(
        "namespace", "slug", "object_id", "current"
    ):
        names.note(namespace, slug, object_id, current)
    for entry in entries:
        if entry.namespace != "relation":
            names.coming[entry.namespace].add(entry.key)
    return names


class Judge:
    """Decides about entries of one namespace, from a few queries for all of them."""

    def __init__(self, namespace, entries, names, overwrite):
        self.namespace, self.entries, self.names = namespace, entries, names
        self.overwrite = overwrite
        self.written = self.last_written()
        self.ids = {id(entry): self.row_id(entry.data) for entry in entries}
        self.rows = current_entries(namespace, set(self.ids.values()) - {None})
        self.mine = self.governing()

    def last_written(self):
        """Per key, and per row, what the loader last wrote, in current slugs."""
        found = {}
        for loaded in LoadedEntry.objects.filter(namespace=self.namespace):
            data = self.complete(loaded.entry)
            said = rows.settled(self.namespace, data, self.names)
            found.setdefault(self.row_id(data), said)
            found[loaded.key] = said
        found.pop(None, None)
        return found

    def complete(self, data):
        """An earlier version's entry may lack keys that are optional now."""
        if self.namespace == "record":
            return {key: default for key, (_, default) in OPTIONAL.items()} | data
        return KEYS[self.namespace].complete(data)

    def row_id(self, data):
        if self.namespace != "relation":
            return self.names.id(self.namespace, data["slug"])
        return relation_key(
            self.names.id("record", data["subject"]),
            data["type"],
            self.names.id("record", data["object"]),
        )

    def governing(self):
        """Per row, the one entry that speaks for it: after a merge several lead there."""
        found = {}
        for entry in self.entries:
            row = self.ids[id(entry)]
            if row not in found or self.names.now(self.namespace, entry.key) == entry.key:
                found[row] = entry
        return found

    def decide(self, entry):
        said = rows.settled(self.namespace, entry.data, self.names)
        row_id = self.ids[id(entry)]
        reason = self.lost(entry, said, row_id)
        if reason:
            return Decision(entry, "kept", said, reason=reason)
        now = self.rows.get(row_id)
        written = self.written.get(entry.key) or self.written.get(row_id)
        if now is None:
            if written and not (self.overwrite and self.namespace == "relation"):
                return Decision(entry, "kept", said, reason="deleted here")
            return Decision(entry, "created", said)
        keys = differing(said, now)
        followed = self.overwrite or bool(written and not differing(written, now))
        if not keys:
            # A file that says what a person wrote does not make it the loader's.
            return Decision(entry, "unchanged", said, row_id, followed=followed)
        if followed:
            return Decision(entry, "changed", said, row_id, now=now)
        since = "edited here since" if written else "made here, not by a file"
        return Decision(entry, "kept", said, reason=f"{since}; it differs in {', '.join(keys)}")

    def lost(self, entry, said, row_id):
        """Why there is nothing to write to, whatever the file says; empty if there is."""
        if self.namespace == "relation":
            gone = [entry.data[end] for end in ("subject", "object") if said[end] is None]
            if gone:
                return f"“{gone[0]}” was deleted here"
            if said["subject"] == said["object"]:
                return "both records are one here"
        elif said["slug"] is None:
            return "deleted here"
        if row_id is not None and self.mine[row_id] is not entry:
            other = self.mine[row_id]
            return f"it leads to the same {self.namespace} here as {other.place}"
        if self.namespace != "record":
            return ""
        if row_id is None and said["license"] is None:
            return f"its licence “{entry.data['license']}” was deleted here"
        if row_id is not None and said["slug"] != entry.key and self.was_merged(entry.key, row_id):
            return f"merged into “{said['slug']}” here"
        return ""

    def was_merged(self, slug, row_id):
        """Whether a former slug came by a merge: then the record never had it in its own history."""
        return not Revision.objects.filter(record=row_id, slug=slug).exists()


def relation_key(subject, kind, object_):
    """What identifies a relation; one that holds both ways has no direction. None if an end is missing."""
    if subject is None or object_ is None:
        return None
    if kind == RelationType.SHARES_IMAGES:
        subject, object_ = sorted((subject, object_))
    return subject, kind, object_


def differing(one, other):
    """The keys in which two entries differ."""
    keys = [key for key in one if one[key] != other.get(key)]
    if set(keys) == {"subject", "object"} and one["type"] == RelationType.SHARES_IMAGES:
        return []
    return keys


def current_entries(namespace, ids):
    """Per id, what the rows say now, as entries."""
    if namespace == "relation":
        relations = Relation.objects.select_related("subject", "object")
        return {
            key: rows.relation_entry(relation)
            for relation in relations
            if (key := relation_key(relation.subject_id, relation.type, relation.object_id)) in ids
        }
    if namespace == "record":
        found = {}
        for chunk in chunks(sorted(ids)):
            for record in Record.objects.filter(pk__in=chunk).with_facts():
                found[record.pk] = rows.record_entry(record)
        return found
    model = next(model for model in VOCABULARIES if model.namespace == namespace)
    terms = model.objects.all()
    if hasattr(model, "broader"):
        terms = terms.prefetch_related("broader")
    return {term.pk: rows.term_entry(term) for term in terms if term.pk in ids}


def chunks(items):
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
