"""CPU time of each question from request to bytes, in one process without a server: fair on a busy machine.

Run by `make bench ARGS="--inside"`, in an environment made for it.
"""

import hashlib
import statistics
import sys
import time
from io import BytesIO

import django

django.setup()

from django.conf import settings  # noqa: E402

from benchmarks.questions import QUESTIONS, Asker  # noqa: E402
from benchmarks.wsgi import application  # noqa: E402

# How often a question is asked again, and its answer given from memory, for each new one.
AGAIN = 4
HEADING = "| question | cold | bare | cold / bare | warm | of the bare rate |\n|-|-:|-:|-:|-:|-:|"


def main():
    records, database, queries, _ = sys.argv[1:]
    print(f"\n### {int(records):,} records, {database}: milliseconds of CPU\n\n{HEADING}")
    asker = Asker(seed=time.time())
    for question in QUESTIONS:
        for _ in range(3):
            get(asker.ask(question)[0])
        cold, bare, warm = [], [], []
        for _ in range(int(queries)):
            address, _ = asker.ask(question)
            taken, body = get(address)
            cold.append(taken)
            ceiling = from_memory(body)
            for _ in range(AGAIN):
                warm.append(get(address)[0])
                bare.append(get(ceiling)[0])
        print(row(question, *map(statistics.median, (cold, bare, warm))), flush=True)


def row(question, cold, bare, warm):
    cells = [f"{cold:.2f}", f"{bare:.2f}", f"{cold / bare:.1f} ×", f"{warm:.2f}"]
    return f"| {question.name} | {' | '.join(cells)} | {100 * bare / warm:.0f} % |"


def get(address):
    """(milliseconds of CPU, body), as a server would ask; any answer but 200 ends the measurement."""
    path, _, query = address.partition("?")
    asked = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "127.0.0.1:8000",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
    }
    said, begin = [], time.process_time()
    response = application(asked, lambda status, headers: said.append(status))
    body = b"".join(response)
    response.close()
    taken = 1000 * (time.process_time() - begin)
    if said != ["200 OK"]:
        raise SystemExit(f"{address}: {said} {body[:500]}")
    return taken, body


def from_memory(body):
    """The address of the view that gives these bytes from memory."""
    name = hashlib.sha256(body).hexdigest()[:20]
    path = settings.DATA_DIR / "bare" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    get(f"/bare/{name}/")
    return f"/bare/{name}/"


if __name__ == "__main__":
    main()
