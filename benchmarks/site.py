"""The demo site on a folder of its own, for as long as it is measured or looked at."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

from benchmarks.servers import environment, free_port

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 180
# Name to address; one that does not answer is left out.
PAGES = {
    "front": "/",
    "articles": "/articles/",
    "article": "/articles/explainable-pancreatic-cancer-prognosis-taiwan/",
    "guide": "/articles/open-radiology-datasets/",
    "explorer": "/datasets/",
    "filtered": "/datasets/?modality=ct&anatomy=chest",
    "record": "/datasets/luna16/",
    "tool": "/tools/nnu-net/",
    "changes": "/datasets/changes/",
    "compare": "/datasets/compare/?slug=luna16&slug=lidc-idri&slug=nlst",
    "map": "/datasets/map/",
    "check": "/datasets/check/?slug=luna16&slug=lidc-idri",
    "search": "/search/?search=lung",
    "suggest": "/suggest/",
    "about": "/about/",
    "api": "/api/v1/docs/",
    "nowhere": "/datasets/luna/",
}


@contextmanager
def demo():
    """The address of the demo site with the launch content, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as folder:
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-W", "ignore", "manage.py", "demo"],
            cwd=ROOT,
            env=environment(folder, PORT=str(port)),
            stdout=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(url, server)
            yield url
        finally:
            server.terminate()
            server.wait()


def wait_for(url, server):
    for _ in range(SECONDS * 5):
        if server.poll() is not None:
            raise SystemExit("The demo site did not start; `make run` says why.")
        try:
            urlopen(f"{url}/healthz").close()
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"The demo site did not start within {SECONDS} seconds.")


@contextmanager
def chromium():
    """A headless browser."""
    path = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
    )
    if path is None:
        raise SystemExit("This needs Chromium: install it, or name it in CHROMIUM=…")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()
