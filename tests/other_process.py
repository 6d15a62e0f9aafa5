"""A second process on the same database: `with OtherProcess() as other: other.ask("current().size")`.

It keeps what it has read between questions, as a server's process does.
"""

import json
import os
import subprocess
import sys

from django.db import connection

PRELUDE = """
import json, os, sys
from urllib.parse import urlencode
import django
django.setup()
from django.db import connection, connections, transaction
from django.http import QueryDict
from datasets import curation, index
from datasets.filters import QueryError, read_query
from datasets.index import current
from datasets.models import *
"""
LOOP = """
for line in sys.stdin:
    try:
        asked = json.loads(line)
        exec(asked["do"])
        said = {"said": eval(asked["ask"])}
    except Exception as error:
        said = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(said), flush=True)
"""


class OtherProcess:
    """Runs Python beside this process, with the catalogue's models and Index at hand."""

    def __init__(self):
        name = repr(connection.settings_dict["NAME"])
        code = f"{PRELUDE}\nconnection.settings_dict['NAME'] = {name}\n{LOOP}"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"LOG_LEVEL": "CRITICAL"},
        )

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.process.kill()
        self.process.communicate()

    def tell(self, ask="None", *, do=""):
        """Start something, without waiting for its end."""
        self.process.stdin.write(json.dumps({"do": do, "ask": ask}) + "\n")
        self.process.stdin.flush()

    def hear(self):
        """What came of it. Raises RuntimeError with the other process's error."""
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["said"]

    def ask(self, ask="None", *, do=""):
        """Run statements, then give the value of an expression."""
        self.tell(ask, do=do)
        return self.hear()

    def select(self, query, family="datasets"):
        """The slugs that a query finds there."""
        return self.ask(
            f"[d['slug'] for d in read_query({family!r}, QueryDict({query!r}), current())"
            ".check().selection.documents()]"
        )
