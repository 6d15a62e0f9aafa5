"""Records with their papers and the rows beside them: made together, changed one by one."""

from datasets.loading import rows
from datasets.loading.papers import PaperShelf
from datasets.models import LoadedEntry, Paper, Record

# Per key of an entry, the table that joins records with terms, and its column.
JOINS = {
    key: (getattr(Record, key).through, f"{namespace}_id")
    for key, namespace in rows.TERM_KEYS.items()
}


class RecordWriter:
    """Writes the entries decided about; joins the change that is open."""

    def __init__(self, names, overwrite, located, progress):
        self.names, self.overwrite = names, overwrite
        self.located, self.progress = located, progress
        self.written = {}
        self.paper_ids = {}

    # Papers

    def papers(self, decisions):
        """Find, make or change the papers that these entries name; afterwards each has its id."""
        shelf = PaperShelf()
        for paper in Paper.objects.order_by("pk"):
            shelf.add(rows.paper_entry(paper), paper)
        new, wanted = [], []
        for decision in decisions:
            said = decision.said["paper"]
            if said is None:
                continue
            with self.located(decision.entry, "paper"):
                paper = shelf.choose(said)
            if paper is None:
                paper = Paper(**rows.paper_values(said))
                shelf.add(said, paper)
                new.append(paper)
            wanted.append((decision, said, paper))
        # The plain manager: no record shows them yet, so none is touched.
        Paper._base_manager.bulk_create(new, batch_size=500)
        written = None
        for decision, said, paper in wanted:
            self.paper_ids[id(decision)] = paper.pk
            now = rows.paper_entry(paper)
            if now == said:
                continue
            written = written if written is not None else papers_last_written()
            # One that a person wrote or corrected stays as it is, like a record.
            if self.overwrite or tuple(now.values()) in written:
                for name, value in rows.paper_values(said).items():
                    setattr(paper, name, value)
                with self.located(decision.entry, "paper"):
                    paper.full_clean()
                    paper.save()

    # New records

    def create(self, decisions):
        """Make published records and everything beside them, in a few queries."""
        made = [
            (one, Record(published=True, **rows.record_values(one.said), **self.terms(one)))
            for one in decisions
        ]
        with self.located(decisions[0].entry):
            Record.objects.bulk_create(record for _, record in made)
        for decision, record in made:
            self.names.note("record", record.slug, record.pk, current=True)
            self.written[id(decision)] = record
        for key, (through, column) in JOINS.items():
            namespace = rows.TERM_KEYS[key]
            # No signal is sent and none is needed: making a record touches it already.
            through.objects.bulk_create(
                through(record_id=record.pk, **{column: self.names.id(namespace, slug)})
                for decision, record in made
                for slug in decision.said[key]
            )
        for key, (model, _) in rows.BESIDE.items():
            model.objects.bulk_create(
                row
                for decision, record in made
                for row in rows.beside_rows(
                    key, decision.said[key], self.names.id, record_id=record.pk
                )
            )
        for _ in made:
            self.progress()

    def terms(self, decision):
        said = decision.said
        found = {
            "host_id": said["host"] and self.names.id("host", said["host"]),
            "paper_id": self.paper_ids.get(id(decision)),
        }
        # A licence that was deleted here has no successor that we could know.
        if said["license"]:
            found["license_id"] = self.names.id("license", said["license"])
        return found

    # Changed records

    def change(self, decision, record):
        """Bring a record, and what differs beside it, to what the entry says."""
        said, now = decision.said, decision.now
        earlier_paper = record.paper_id
        with self.located(decision.entry):
            for name, value in (rows.record_values(said) | self.terms(decision)).items():
                setattr(record, name, value)
            record.full_clean()
            record.save()
            for key, namespace in rows.TERM_KEYS.items():
                if said[key] != now[key]:
                    getattr(record, key).set(self.names.id(namespace, slug) for slug in said[key])
            for key in rows.BESIDE:
                if said[key] != now[key]:
                    self.replace(key, said[key], record)
        if earlier_paper != record.paper_id:
            Paper.objects.filter(pk=earlier_paper, record=None).delete()
        self.written[id(decision)] = record
        self.progress()

    def replace(self, key, items, record):
        """The rows that these items say; one that stays keeps what else is known of it."""
        present = [(rows.beside_entry(key, row), row) for row in getattr(record, key).all()]
        new = rows.beside_rows(key, items, self.names.id, record_id=record.pk)
        stay = []
        for item, row in zip(items, new, strict=True):
            match = next((pair for pair in present if pair[0] == item), None)
            if match:
                present.remove(match)
                match[1].order = getattr(row, "order", 0)
                stay.append(match[1])
            else:
                stay.append(row)
        for _, row in present:
            row.delete()
        for row in stay:
            row.save()

    def replacements(self, decisions):
        """Point records to those that replace them, once all of them are there."""
        for decision in decisions:
            record = self.written[id(decision)]
            successor = decision.said["replaced_by"]
            successor_id = successor and self.names.id("record", successor)
            if record.replaced_by_id != successor_id:
                record.replaced_by_id = successor_id
                with self.located(decision.entry, "replaced_by"):
                    record.save()


def papers_last_written():
    """The papers as the loader last wrote them."""
    entries = LoadedEntry.objects.filter(namespace="record").values_list("entry", flat=True)
    return {
        tuple(entry["paper"][key] for key in rows.PAPER_FIELDS)
        for entry in entries
        if entry["paper"]
    }
