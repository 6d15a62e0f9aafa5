"""load_catalogue, killed: the catalogue is as it was, whenever that happens."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection

from datasets.management.commands.load_catalogue import CATALOGUE
from tests.catalogues import load, state, term, totals, write

KILL = """
import os, signal, sys
import django
django.setup()
from pathlib import Path
from datasets.loading.files import read
from datasets.loading.upsert import load
from datasets.models.changes import finished
moment, folder = sys.argv[1:]
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
left = [180]
def progress(*args):
    left[0] -= 1
    if moment == "half" and not left[0]:
        die()
if moment == "end":
    finished.connect(die)
load(read(Path(folder)), note="Test", progress=progress)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_half_way_or_at_its_end_it_leaves_the_catalogue_as_it_was(tmp_path):
    load()
    files = {file.name: json.loads(file.read_text()) for file in CATALOGUE.glob("*.json")}
    for one in files["datasets.json"]:
        one["summary"] += " Changed."
    files["vocabularies.json"]["hosts"].append(term("new-host"))
    before = state()
    write(tmp_path, files)
    for moment in ("half", "end"):
        process = subprocess.run(
            [sys.executable, "-c", KILL, moment, str(tmp_path)],
            env=os.environ | {"DATABASE_URL": database_url()},
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert process.returncode == -signal.SIGKILL, process.stderr
        connection.close()
        assert state() == before
        call_command("rebuild_documents", "--check")
    assert totals(load(tmp_path)) == {"created": 1, "changed": 82, "unchanged": 210}


def database_url():
    """The address of the database of this very test."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
