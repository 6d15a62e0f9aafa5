"""The catalogue's rows as the four files again."""

import json

from django.db.models import Q

from datasets.loading import rows
from datasets.loading.decide import chunks
from datasets.loading.files import (
    CLOSED,
    DATASET,
    DATASETS_FILE,
    RELATION,
    RELATIONS_FILE,
    SECTIONS,
    TOOL,
    TOOLS_FILE,
    VOCABULARIES_FILE,
)
from datasets.models import DATASET_KINDS, TOOL_KINDS, Record, Relation, changing


def dump(folder, *, everything=False):
    """Write the files to ``folder``; gives the number of records written.

    Records that are not published, and what names them, are left out unless ``everything``.
    Raises OSError where the folder cannot be written.
    """
    # Rows of four files belong to one moment.
    with changing():
        records = Record.objects.all() if everything else Record.objects.published()
        datasets = record_entries(records.filter(kind__in=DATASET_KINDS), DATASET, everything)
        tools = record_entries(records.filter(kind__in=TOOL_KINDS), TOOL, everything)
        said = {
            VOCABULARIES_FILE: vocabularies(),
            DATASETS_FILE: datasets,
            TOOLS_FILE: tools,
            RELATIONS_FILE: relation_entries(everything),
        }
    folder.mkdir(parents=True, exist_ok=True)
    for name, entries in said.items():
        # Whole or not at all: a reader never finds half a file.
        part = folder / f"{name}.part"
        part.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(folder / name)
    return len(datasets) + len(tools)


def vocabularies():
    sections = {}
    for section, (model, keys) in SECTIONS.items():
        terms = model.objects.order_by("slug")
        if hasattr(model, "broader"):
            terms = terms.prefetch_related("broader")
        sections[section] = [keys.brief(rows.term_entry(term)) for term in terms]
    return sections | CLOSED


def record_entries(records, keys, everything):
    found = []
    for chunk in chunks(list(records.order_by("slug").values_list("pk", flat=True))):
        for record in Record.objects.filter(pk__in=chunk).with_facts().order_by("slug"):
            entry = rows.record_entry(record)
            if record.replaced_by and not (everything or record.replaced_by.published):
                entry["replaced_by"] = None
            found.append(keys.brief(entry))
    return found


def relation_entries(everything):
    public = Q() if everything else Q(subject__published=True, object__published=True)
    relations = (
        Relation.objects.filter(public)
        .select_related("subject", "object")
        .order_by("subject__slug", "type", "object__slug")
    )
    return [RELATION.brief(rows.relation_entry(relation)) for relation in relations]
