"""Every rule that a file can break, tried before anything is written.

Rules of values are the models' own: unsaved rows are checked as a form would. What
rows alone cannot show is found here: slugs that stand twice or lead nowhere, cycles.
"""

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from datasets import legible
from datasets.hints import hint, shown
from datasets.loading import rows
from datasets.loading.conditions import surely_holds
from datasets.loading.files import CONFIDENCE, SECTIONS, TOOLS_FILE
from datasets.loading.papers import PaperShelf
from datasets.loading.problems import Problems
from datasets.models import PERMITS, REQUIRES, Dataset, Paper, Record, Relation, RelationType, Tool

MODELS = {model.namespace: model for model, _ in SECTIONS.values()}
# Fields that stand below another name in the files.
PATHS = {
    **{f"confidence_{key}": f"confidence.{key}" for key in CONFIDENCE},
    **{"link": "part", "checked_role": "checked_by"},
    **{key: f"permits.{key}" for key in PERMITS},
    **{key: f"requires.{key}" for key in REQUIRES},
}


def check(entries, names):
    """Raise LoadError naming what is wrong; ``names`` knows the slugs of files and database."""
    checker = Checker(names)
    for entry in entries:
        checker.check(entry)
    checker.cycles(entries)
    checker.problems.stop()


class Checker:
    def __init__(self, names):
        self.names = names
        self.problems = Problems()
        self.seen = {}
        self.spdx = {}
        self.shelf = PaperShelf()

    def check(self, entry):
        self.once(entry)
        for path, namespace, slug in rows.references(entry):
            if not self.names.knows(namespace, slug):
                known = self.names.known(namespace)
                article = "an" if namespace[0] in "aeiou" else "a"
                self.problems.add(
                    entry.place,
                    f"{shown(slug)} is no {namespace}{hint(slug, known) or f'; give the slug of {article} {namespace}'}",
                    key=path,
                )
        if entry.namespace == "relation":
            self.check_relation(entry)
        elif entry.namespace == "record":
            self.check_record(entry)
        else:
            self.check_term(entry)

    def once(self, entry):
        """No two entries are about the same thing."""
        key = entry.key
        if entry.namespace == "relation":
            ends = [entry.data["subject"], entry.data["object"]]
            if entry.data["type"] == RelationType.SHARES_IMAGES:
                ends.sort()
            key = (*ends, entry.data["type"])
        first = self.seen.setdefault((entry.namespace, key), entry)
        if first is not entry:
            self.problems.add(
                entry.place, f"stands already at {first.place}; leave one of them out"
            )

    def check_term(self, entry):
        model = MODELS[entry.namespace]
        self.row(entry, model(**rows.term_values(model, entry.data)))
        spdx = entry.data.get("spdx")
        if spdx and self.spdx.setdefault(spdx, entry) is not entry:
            self.problems.add(
                entry.place,
                f"{shown(spdx)} is that of {self.spdx[spdx].place} already",
                key="spdx",
            )

    def check_record(self, entry):
        data = entry.data
        proxy = Tool if entry.file == TOOLS_FILE else Dataset
        if data["kind"] not in proxy.kinds:
            right = " or ".join(f"“{kind}”" for kind in proxy.kinds)
            self.problems.add(
                entry.place,
                f"{shown(data['kind'])} is no kind of this file; right would be {right}",
                key="kind",
            )
            return
        self.row(entry, Record(**rows.record_values(data)))
        for key in rows.BESIDE:
            found = set()
            for number, row in enumerate(rows.beside_rows(key, data[key]), 1):
                self.row(entry, row, f"{key}[{number}].")
                item = repr(data[key][number - 1])
                if key in ("links", "grants") and item in found:
                    self.problems.add(entry.place, "stands here already", f"{key}[{number}]")
                found.add(item)
        if data["replaced_by"] == data["slug"]:
            self.problems.add(entry.place, "a record is not replaced by itself", "replaced_by")
        if data["paper"]:
            self.check_paper(entry, data["paper"])

    def check_paper(self, entry, said):
        self.row(entry, Paper(**rows.paper_values(said)), "paper.")
        other = self.shelf.put(said, entry)
        if other:
            keys = [key for key in said if said[key] != other.data["paper"][key]]
            if keys:
                self.problems.add(
                    entry.place,
                    f"is said otherwise ({', '.join(keys)}) at {other.place}; one paper is one row",
                    key="paper",
                )

    def check_relation(self, entry):
        data = entry.data
        self.row(entry, Relation(**rows.relation_values(data)))
        if data["subject"] == data["object"]:
            self.problems.add(entry.place, "a record has no relation to itself", key="object")

    def row(self, entry, row, prefix=""):
        """Note what the model's fields and constraints say against an unsaved row."""
        # References are resolved by slug, and rows have no ids yet.
        exclude = {field.name for field in row._meta.fields if field.is_relation}
        try:
            legible.check(row, exclude | {"id"})
        except ValidationError as error:
            for name, errors in error.error_dict.items():
                exclude.add(name)
                self.refuse(entry, row, prefix, name, errors)
        for constraint in row._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                self.constraint(entry, row, constraint, exclude, prefix)

    def refuse(self, entry, row, prefix, name, errors):
        field = row._meta.get_field(name)
        value = getattr(row, name)
        for error in errors:
            text = " ".join(error.messages)
            if error.code == "invalid_choice":
                right = [choice for choice, _ in field.flatchoices if choice]
                close = hint(value, right) or f"; right would be one of {', '.join(right)}"
                text = f"{shown(value)} is unknown{close}"
            elif shown(value) not in text and isinstance(value, str):
                text = f"{shown(value)}: {text}"
            self.problems.add(entry.place, text, key=prefix + PATHS.get(name, name))

    def constraint(self, entry, row, constraint, exclude, prefix):
        fields = constraint.condition.referenced_base_fields
        if fields & (exclude | {"id"}) or surely_holds(constraint.condition, row):
            return
        try:
            constraint.validate(type(row), row, exclude)
        except ValidationError as error:
            path = ", ".join(prefix + PATHS.get(name, name) for name in sorted(fields))
            self.problems.add(entry.place, " ".join(error.messages), key=path)

    def cycles(self, entries):
        """No term lies under itself, no record derives from itself, within the files."""
        graphs = {}
        for entry in entries:
            data = entry.data
            if entry.namespace == "relation" and data["type"] == RelationType.DERIVED_FROM:
                edges = graphs.setdefault("relation", {}).setdefault(data["subject"], {})
                edges[data["object"]] = entry
            for slug in data.get("broader", ()):
                graphs.setdefault(entry.namespace, {}).setdefault(data["slug"], {})[slug] = entry
        for namespace, graph in graphs.items():
            path = cycle(graph)
            if path:
                self.problems.add(
                    graph[path[-2]][path[-1]].place,
                    f"closes a circle: {' → '.join(path)}; leave one step out",
                    key="object" if namespace == "relation" else "broader",
                )


def cycle(graph):
    """Nodes of a circle, the first repeated at the end, or None. Not recursive: chains may be long."""
    done = set()
    for start in graph:
        path, steps = [start], [iter(graph[start])]
        on_path = {start}
        while path and start not in done:
            step = next(steps[-1], None)
            if step is None:
                done.add(path[-1])
                on_path.discard(path.pop())
                steps.pop()
            elif step in on_path:
                return [*path[path.index(step) :], step]
            elif step not in done and step in graph:
                path.append(step)
                on_path.add(step)
                steps.append(iter(graph[step]))
    return None
