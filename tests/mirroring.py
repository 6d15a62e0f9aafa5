"""The script of the docs that copies the catalogue, reading from the test client instead of the web."""

import importlib.util
import io
from pathlib import Path

from django.test import Client

SCRIPT = Path(__file__).parents[1] / "docs" / "mirror.py"
SITE = "http://testserver"


def read_script():
    spec = importlib.util.spec_from_file_location("docs_mirror", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


script = read_script()


class Killed(Exception):
    """The copying was stopped from outside."""


class Web:
    """Answers as the site does, a number of times; then it is as if the copying were killed."""

    def __init__(self, answers=None):
        self.client, self.left = Client(), answers

    def __call__(self, url):
        if self.left is not None:
            if not self.left:
                raise Killed
            self.left -= 1
        response = self.client.get(url.removeprefix(SITE))
        body = b"".join(response) if response.streaming else response.content
        if response.status_code != 200:
            raise script.CannotGoOn(body.decode())
        return io.BytesIO(body)


def mirror(path, answers=None, page_size=2):
    return script.Mirror(SITE, path, fetch=Web(answers), page_size=page_size)
