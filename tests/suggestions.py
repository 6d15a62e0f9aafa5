"""A suggestion as readers send it, and what their page and the desk's say of it."""

import re
from html import unescape

import pytest

from datasets.models import Suggestion
from tests.factories import DatasetFactory, LicenseFactory, PaperFactory
from tests.pages import words

NEW = {"kind": "dataset", "name": "Spleen set", "url": "https://spleen.example/data", "message": "Forty scans."}  # fmt: skip


@pytest.fixture
def luna():
    return DatasetFactory(
        slug="luna16",
        name="LUNA16",
        full_name="Lung Nodule Analysis 2016",
        aliases=["Luna challenge"],
        license=LicenseFactory(slug="by", name="Attribution licence"),
        links=[("homepage", "https://www.luna16.example/Data/?b=2&a=1"), ("code", "https://arxiv.org/abs/1612.08012v2")],
        paper=PaperFactory(doi="10.1016/j.media.2017.06.015", arxiv="1602.01234"),
    )  # fmt: skip


def send(client, data=NEW, **more):
    return client.post("/suggest/", data | more)


def sent(client, data=NEW, **more):
    """The page that follows what was sent in, and its row."""
    page = client.post("/suggest/", data | more, follow=True)
    assert page.redirect_chain, words(page)
    return page, Suggestion.objects.order_by("-pk").first()


def value(page, name):
    """What stands in a field of the form, as a browser reads it."""
    form = page.text[page.text.index('class="suggest-form"') :]
    if found := re.search(rf'<textarea name="{name}".*?>\n?(.*?)</textarea>', form, re.S):
        return unescape(found[1])
    if found := re.search(rf'<select name="{name}".*?</select>', form, re.S):
        return re.search(r'value="([^"]*)" selected', found[0])[1]
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', form)[0]
    return unescape(re.search(r'value="([^"]*)"', found)[1]) if "value=" in found else ""


def address(page, row):
    return f"/admin/datasets/suggestion/{row.pk}/{page}/"
