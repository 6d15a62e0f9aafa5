"""Measures one catalogue: run by `make bench`, in an environment made for it."""

import hashlib
import os
import platform
import shutil
import statistics
import sys
import threading
import time

import django
import orjson

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.clients import Client, quantile, rate  # noqa: E402
from benchmarks.questions import API, QUESTIONS, Asker  # noqa: E402
from benchmarks.servers import cpu, environment, memory, serving  # noqa: E402
from benchmarks.writer import saving  # noqa: E402

WARM = 16
# How often each question is asked before it is measured, here and in the obvious way, which takes seconds.
SETTLED, SETTLED_OBVIOUS = 200, 3


def main():
    records, database, queries, seconds = sys.argv[1:]
    records, queries, seconds = int(records), int(queries), float(seconds)
    url = {"DATABASE_URL": os.environ["DATABASE_URL"]} if "DATABASE_URL" in os.environ else {}
    env = environment(settings.DATA_DIR, **url)
    asker = Asker()
    # What an earlier run left would be read instead of the database.
    shutil.rmtree(settings.DATA_DIR / "index", ignore_errors=True)
    with serving(env) as (port, pid, first):
        used = used_memory(port, pid, asker, queries)
    with serving(env) as (port, pid, start):
        bench = Bench(port, pid, asker, queries, seconds)
        print(f"\n### {records:,} records, {connection.vendor}\n")
        print(
            f"Python {platform.python_version()}, {os.cpu_count()} cores. First answer {first:.1f} s after the start, {start:.1f} s with the file that this left; {memory(pid):.0f} MB then, {used:.0f} MB in the first one after {queries} of each question.\n"
        )
        bench.settle()
        say(HEADING)
        for question in QUESTIONS:
            say(bench.row(question))
        print()
        for line in bench.exports():
            say(line)
        for line in bench.edits():
            say(line)


def used_memory(port, pid, asker, queries):
    """MB of a server and its worker that were asked our questions alone: what the bare and the obvious view keep is not ours."""
    client = Client(port)
    for question in QUESTIONS:
        for _ in range(queries):
            client.get(asker.ask(question)[0])
    return memory(pid)


HEADING = (
    "| question | cold ms | p95 | bare ms | cold / bare | obvious ms | obvious / cold | warm a second | bare a second | warm / bare |\n"
    "|-|-:|-:|-:|-:|-:|-:|-:|-:|-:|"
)


def say(text):
    print(text, flush=True)


class Bench:
    """One server, asked by one client for times and by eight for rates."""

    def __init__(self, port, pid, asker, queries, seconds):
        self.port, self.pid, self.asker = port, pid, asker
        self.queries, self.seconds = queries, seconds
        self.client = Client(port)

    def bare(self, body):
        """The address of a view that gives these bytes from memory."""
        name = hashlib.sha256(body).hexdigest()[:20]
        path = settings.DATA_DIR / "bare" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(body)
        address = f"/bare/{name}/"
        self.client.get(address)
        return address

    def settle(self):
        """Ask other questions first, and copy the whole history as a mirror does, so that a service in use is measured.

        One that has just started reads from the disk, and takes the memory into which it reads.
        """
        address = "/api/v1/changes/?page_size=200"
        while address:
            address = orjson.loads(self.client.get(address)[1])["next"]
        for time_asked in range(min(SETTLED, self.asker.count // 4)):
            for here, there in map(self.asker.ask, QUESTIONS):
                self.client.get(here)
                if there and time_asked < SETTLED_OBVIOUS:
                    self.client.get(there)

    def row(self, question):
        """Cold times beside the two others, one after the other; then rates by turns."""
        for here, _ in (self.asker.ask(question) for _ in range(2)):
            self.client.get(here)
        cold, bare, obvious = [], [], []
        budget = time.monotonic() + 30
        for _ in range(self.queries):
            here, there = self.asker.ask(question)
            taken, body = self.client.get(here)
            cold.append(taken)
            bare.append(self.client.get(self.bare(body))[0])
            if there and time.monotonic() < budget and len(obvious) < 20:
                obvious.append(self.client.get(there)[0])
        warm, ceiling = self.rates(question)
        ratio = statistics.median(obvious) / statistics.median(cold) if obvious else None
        cells = [
            question.name,
            *(
                f"{1000 * value:.2f}"
                for value in (
                    statistics.median(cold),
                    quantile(cold, 0.95),
                    statistics.median(bare),
                )
            ),
            f"{statistics.median(cold) / statistics.median(bare):.1f}",
            f"{1000 * statistics.median(obvious):.0f}" if obvious else "–",
            f"{ratio:.0f} ×" if obvious else "–",
            f"{warm:.0f}",
            f"{ceiling:.0f}",
            f"{100 * warm / ceiling:.0f} %",
        ]
        return f"| {' | '.join(cells)} |"

    def rates(self, question):
        """Answers a second: of addresses that were asked before, and of the bare view for the same bytes."""
        warm = [self.asker.ask(question)[0] for _ in range(WARM)]
        bare = [self.bare(self.client.get(address)[1]) for address in warm]
        found = {True: [], False: []}
        for ours in (True, False, False, True):
            found[ours].append(rate(self.port, warm if ours else bare, self.seconds / 2))
        return statistics.mean(found[True]), statistics.mean(found[False])

    def exports(self):
        for name in ("ndjson", "csv"):
            idle, most, stop = memory(self.pid), [0], threading.Event()

            def watch(stop=stop, most=most):
                while not stop.wait(0.05):
                    most[0] = max(most[0], memory(self.pid))

            watcher = threading.Thread(target=watch)
            watcher.start()
            used = cpu(self.pid)
            taken, length = Client(self.port).drain(f"{API}?format={name}")
            used = cpu(self.pid) - used
            stop.set()
            watcher.join()
            yield (
                f"- Export of everything as {name}: {taken:.2f} s ({used:.2f} s of CPU), "
                f"{length / 2**20:.0f} MB, at most {max(0, most[0] - idle):.0f} MB of memory above idle."
            )

    def edits(self):
        """The slowest of a hundred reads, quiet and while somebody saves 20 times a second."""

        def reads():
            times, stop = [], time.monotonic() + 2 * self.seconds
            while time.monotonic() < stop:
                times.append(self.client.get(self.asker.ask(QUESTIONS[1])[0])[0])
            return times

        quiet = reads()
        with saving() as saved:
            busy = reads()
        yield (
            f"- Reads of “{QUESTIONS[1].name}”, never asked before: p99 {1000 * quantile(quiet, 0.99):.1f} ms quiet, "
            f"{1000 * quantile(busy, 0.99):.1f} ms during {saved[0] / (2 * self.seconds):.0f} edits a second "
            f"({quantile(busy, 0.99) / quantile(quiet, 0.99):.1f} ×); median {1000 * statistics.median(quiet):.1f} and {1000 * statistics.median(busy):.1f} ms."
        )


if __name__ == "__main__":
    main()
