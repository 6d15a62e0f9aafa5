"""Measures the check of random sets of records in a large catalogue.

`python -m benchmarks.check` makes a database of its own, which is gone afterwards unless
`--keep` names a folder for it.
"""

import argparse
import gc
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from benchmarks.servers import environment

RECORDS, RELATIONS, SETS, MOST = 10_000, 20_000, 500, 12
TARGET = 100
IN_CHILD = "BENCHMARK_CHECK_DATA"


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.check", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--relations", type=int, default=RELATIONS)
    parser.add_argument("--sets", type=int, default=SETS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, help="Keep the catalogue here, and use the one that is."
    )
    options = parser.parse_args()
    if IN_CHILD in os.environ:
        print(measure(options))
        return 0
    folder = (
        nullcontext(options.keep.resolve())
        if options.keep
        else tempfile.TemporaryDirectory(prefix="newsroom-bench-")
    )
    with folder as root:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.check", *sys.argv[1:]]
        return subprocess.run(command, env=environment(root, **{IN_CHILD: str(root)})).returncode


def say(text):
    print(text, file=sys.stderr, flush=True)


def measure(options):
    """Make a catalogue, ask for each set, and return the table as Markdown."""
    prepare(options)
    index = current()
    start = time.process_time()
    edges = sum(1 for _ in index.graph.edges())
    building = (time.process_time() - start) * 1000
    # Not the numbers again by which the relations were drawn.
    rng = random.Random(f"{options.seed} sets")
    sets = [rng.sample(index.slugs, k=rng.randint(2, MOST)) for _ in range(options.sets)]
    # The first requests set up what later ones find ready.
    for path in ("/api/v1/datasets/check/", "/datasets/check/"):
        get(f"{path}?slug={index.slugs[0]}")
    # As the served site does: what is here now stays, and is not looked through again.
    gc.collect()
    gc.freeze()
    rows = [
        line
        for name, path in (("API", "/api/v1/datasets/check/"), ("Page", "/datasets/check/"))
        for line in table_rows(name, [took(path, slugs) for slugs in sets])
    ]
    return "\n".join(
        [
            f"{index.size:,} records, {edges:,} relations; {len(sets)} random sets of 2 to {MOST}. "
            f"Milliseconds of a whole request; target: under {TARGET} each.",
            "",
            "| | median | p95 | longest | over target |",
            "|-|-:|-:|-:|-:|",
            *rows,
            "",
            f"The graph of one catalogue version: {building:.0f} ms, once.",
        ]
    )


def prepare(options):
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    made = Path(os.environ[IN_CHILD]) / "made"
    if made.exists():
        return
    made.parent.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    say(f"Making {options.records:,} records …")
    call_command("make_synthetic", str(options.records), stdout=sys.stderr)
    more_relations(options.relations - Relation.objects.count(), options.seed)
    made.touch()


def more_relations(number, seed):
    """Join further records, each to one that was made before it, so that nothing derives from itself."""
    rng = random.Random(seed)
    kinds = dict(Record.objects.values_list("pk", "kind"))
    records = sorted(kinds)
    taken = {frozenset(ends) for ends in Relation.objects.values_list("subject_id", "object_id")}
    rows = []
    while len(rows) < number:
        source, subject = sorted(rng.sample(records, k=2))
        if frozenset((source, subject)) in taken:
            continue
        taken.add(frozenset((source, subject)))
        is_tool = kinds[subject] in TOOL_KINDS
        kind = "trained-on" if is_tool else rng.choice(["derived-from", "shares-images", "part-of"])
        rows.append(Relation(subject_id=subject, type=kind, object_id=source, extent="Some of it."))
    say(f"Adding {len(rows):,} relations …")
    with changing(note="Further relations for measuring."):
        Relation.objects.bulk_create(rows)


def get(address):
    response = client.get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address}: {response.status_code}")


def took(path, slugs):
    """(by the clock, of CPU) in milliseconds"""
    query = "&".join(f"slug={slug}" for slug in slugs)
    clock, cpu = time.perf_counter(), time.process_time()
    get(f"{path}?{query}&use=releasing_weights")
    return (time.perf_counter() - clock) * 1000, (time.process_time() - cpu) * 1000


def table_rows(name, times):
    for what, taken in zip(("clock", "CPU"), zip(*times, strict=True), strict=True):
        p95 = statistics.quantiles(taken, n=20)[-1]
        over = sum(one > TARGET for one in taken)
        yield (
            f"| {name}, {what} | {statistics.median(taken):.1f} | {p95:.1f} | {max(taken):.1f} "
            f"| {over} |"
        )


if IN_CHILD in os.environ:
    import django

    django.setup()

    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from datasets.index import current
    from datasets.models import TOOL_KINDS, Record, Relation, changing

    client = Client(SERVER_NAME="127.0.0.1")

if __name__ == "__main__":
    sys.exit(main())
