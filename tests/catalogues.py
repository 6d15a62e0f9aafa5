"""Small catalogues as files, for tests of the loader."""

import copy
import io
import json
from contextlib import contextmanager

from django.core.management import call_command

from datasets.loading.files import CLOSED
from datasets.models import Catalogue, LoadedEntry, Record, Revision


def term(slug, **more):
    return {"slug": slug, "name": slug.replace("-", " ").capitalize(), **more}


def record(slug, **more):
    return {
        "slug": slug,
        "name": slug.upper(),
        "full_name": None,
        "aliases": [],
        "kind": "dataset",
        "summary": f"What {slug} holds.",
        "modalities": ["ct"],
        "anatomies": ["lung"],
        "tasks": ["detection"],
        "sizes": [{"count": 888, "unit": "scans", "qualifier": "exact", "note": None}],
        "annotations": "Nodules.",
        "annotation_method": "expert",
        "license": "cc-by-4-0",
        "license_name": None,
        "license_url": "https://licence.example/",
        "access": "open",
        "host": "zenodo",
        "links": [{"kind": "homepage", "url": f"https://{slug}.example/"}],
        "paper": None,
        "year": 2016,
        "countries": ["US"],
        "splits": None,
        "extra": {"Terms": "Research use"},
        "confidence": {"url": "high", "license": "low", "sizes": None},
        "evidence": ["https://source.example/"],
        **more,
    }


def tool(slug, **more):
    said = record(slug, kind="tool", architecture="U-Net", trained_on=None, **more)
    for key in ("annotations", "annotation_method", "countries", "splits"):
        del said[key]
    return said


def paper(**more):
    return {
        "title": "On nodules",
        "authors": "Doe J, et al.",
        "venue": "Journal",
        "year": 2017,
        "doi": "10.1000/nodules",
        "arxiv": None,
        **more,
    }


def relation(subject, type, object, **more):
    return {
        "subject": subject,
        "type": type,
        "object": object,
        "extent": "All of it.",
        "remedy": None,
        "evidence": ["https://relation.example/"],
        **more,
    }


def small():
    """A catalogue with one of everything, as {file: content}."""
    license_terms = {
        "spdx": "CC-BY-4.0",
        "family": "open",
        "permits": {"commercial_use": True, "redistribution": True, "derivatives": True},
        "requires": {"share_alike": False, "attribution": None},
        "url": "https://creativecommons.example/by/4.0/",
    }
    return {
        "vocabularies.json": copy.deepcopy(CLOSED)
        | {
            "modalities": [
                term("ct", dicom=["CT"], broader=[]),
                term("cta", dicom=[], broader=["ct"]),
            ],
            "anatomies": [
                term("chest", uberon=None, broader=[]),
                term("lung", uberon="UBERON:0002048", broader=["chest"]),
            ],
            "tasks": [term("detection", description="Finding things.", synonyms=["Localisation"])],
            "licenses": [term("cc-by-4-0", **license_terms)],
            "units": [term("scans")],
            "hosts": [term("zenodo", url="https://zenodo.example/")],
        },
        "datasets.json": [
            record("lidc", paper=paper()),
            record("luna", paper=paper(), modalities=["ct", "cta"], replaced_by="lidc"),
        ],
        "tools.json": [tool("segmenter")],
        "relations.json": [
            relation("luna", "derived-from", "lidc"),
            relation("segmenter", "trained-on", "luna"),
        ],
    }


def write(folder, files):
    """Write the files, given as {name: content}, and give the folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def load(*arguments, **options):
    """Run load_catalogue; gives what it said."""
    out = io.StringIO()
    call_command("load_catalogue", *map(str, arguments), stdout=out, stderr=out, **options)
    return out.getvalue()


def totals(said):
    """{outcome: count} from the report's last line of counts."""
    outcomes = ("created", "changed", "unchanged", "kept")
    line = next(line for line in said.splitlines() if line.startswith("total"))
    return {
        outcome: int(count)
        for outcome, count in zip(outcomes, line.split()[1:], strict=True)
        if int(count)
    }


def state():
    """Enough of the database to see any write to the catalogue."""
    return (
        Catalogue.objects.stamp(),
        list(Revision.objects.values_list("number", "slug", "document")),
        sorted(Record.objects.values_list("slug", "version", "document__text")),
        sorted(LoadedEntry.objects.values_list("namespace", "key")),
    )


@contextmanager
def nothing_written():
    before = state()
    yield
    assert state() == before
