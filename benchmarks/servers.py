"""The servers that are measured: gunicorn as in service, on a database of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager

# The shell's own settings do not count; these are not settings.
KEPT = {"PATH", "HOME", "LANG", "TZ", "TMPDIR"}


def environment(folder, **more):
    """What a process needs to run on a folder of its own, and nothing of the shell's settings."""
    return {name: os.environ[name] for name in KEPT & os.environ.keys()} | {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "PYTHONWARNINGS": "ignore",
        "DEMO": "1",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-benchmarks-" * 3,
        "API_THROTTLE": "off",
        "SEARCH_THROTTLE": "off",
        "SUGGEST_THROTTLE": "off",
        "LOG_LEVEL": "ERROR",
        **more,
    }


def free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(env, workers=1, threads=4):
    """A running server: yields its port, its process id and the seconds until its first answer."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "benchmarks.wsgi",
        "--preload",
        f"--bind=127.0.0.1:{port}",
    ]
    command += [f"--workers={workers}", "--worker-class=gthread", f"--threads={threads}"]
    command += ["--no-control-socket", "--log-level=warning", "--timeout=300", "--keep-alive=60"]
    start = time.monotonic()
    process = subprocess.Popen(command, env=env)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/v1/", process)
        yield port, process.pid, time.monotonic() - start
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address, process):
    while process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=240).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def memory(pid):
    """MB that a server and its workers have to themselves: what they share is counted once."""
    found = 0
    for process in (pid, *children(pid)):
        with open(f"/proc/{process}/smaps_rollup") as file:
            found += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    return found / 2**10


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


def cpu(pid):
    """Seconds of CPU that a server's workers have used."""
    ticks = 0
    for process in children(pid):
        with open(f"/proc/{process}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")
