"""What the catalogue has already, or nearly, is shown before a suggestion is sent."""

import pytest

from datasets import duplicates
from datasets.models import Suggestion, changing
from tests.factories import DatasetFactory
from tests.pages import words
from tests.suggestions import NEW, address, send, sent, value

pytest_plugins = ["tests.suggestions"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "known",
    [
        {"name": "luna-16"},
        {"name": "Lúna 16"},
        {"name": "LUNA CHALLENGE"},
        {"name": "Lung nodule analysis (2016)"},
        {"name": "Former"},
        {"url": "http://luna16.example/data?a=1&b=2"},
        {"url": "HTTPS://WWW.Luna16.example:443/Data/?utm_source=x&a=1&fbclid=y&_hsenc=z&b=2#top"},
        {"url": "https://arxiv.org/pdf/1612.08012"},
        {"url": "https://arxiv.org/abs/1602.01234v3"},
        {"url": "https://dx.doi.org/10.1016/J.MEDIA.2017.06.015"},
        {"doi": "10.1016/j.media.2017.06.015"},
        {"doi": "https://doi.org/10.1016/J.Media.2017.06.015"},
        {"doi": "https://doi.org/10.1016/j.media.2017.06.015?utm_source=feed"},
        {"doi": "doi: 10.1016%2Fj.media.2017.06.015"},
    ],
    ids=str,
)
def test_what_the_catalogue_has_is_shown_before_anything_is_sent(client, luna, known):
    luna.slug = "former"
    luna.save()
    luna.slug = "luna16"
    luna.save()
    page = send(client, NEW | known)
    assert not Suggestion.objects.exists()
    assert "Is it this one?" in words(page) and '<a href="/datasets/luna16/"' in page.text
    for name, typed in (NEW | known).items():
        assert name == "kind" or value(page, name) == typed
    # The reader says no, and it is sent; what they say no to is another thing than what comes later.
    page, row = sent(client, NEW | known, **{"not": "luna16 other"})
    assert row.state == "new" and row.record is None
    assert "Is it this one?" in words(send(client, NEW | known, **{"not": "other"}))


@pytest.fixture
def pneumo():
    return DatasetFactory(
        slug="pn",
        name="The Pneumo Database",
        links=[
            ("homepage", "https://physionet.org/content/pneumo/2.0.0/"),
            ("download", "https://zenodo.org/records/7654321"),
            ("download", "https://figshare.com/articles/dataset/Pneumo/998877/2"),
            ("code", "https://pneumo.example/code/v1.2/"),
        ],
        evidence=["Table 2 of 10.1234/the.paper (with errata), https://source.example/a."],
    )


@pytest.mark.parametrize(
    ("known", "told"),
    [
        ({"name": "Pneumo"}, "a similar name"),
        ({"name": "Pneumo challenge"}, "a similar name"),
        ({"name": "a pneumo data set"}, "a similar name"),
        ({"name": "the Pneumo database"}, "the same name"),
        ({"url": "http://www.physionet.org/content/pneumo/"}, "another version of the deposit"),
        ({"url": "https://physionet.org/files/pneumo/3.1/a.zip"}, "another version of the deposit"),
        ({"url": "https://physionet.org/content/pneumo/2.0.0/#files"}, "the same deposit"),
        ({"url": "https://zenodo.org/record/7654321/files/a.zip?download=1"}, "the same deposit"),
        ({"doi": "10.5281/zenodo.7654321"}, "the same deposit"),
        ({"doi": "10.6084/m9.figshare.998877.v2"}, "the same deposit"),
        ({"doi": "10.6084/m9.figshare.998877"}, "another version of the deposit"),
        ({"url": "https://some.figshare.com/articles/Pneumo/998877"}, "another version of the deposit"),
        ({"url": "https://pneumo.example/code?utm_source=x#top"}, "another version of the address"),
        ({"url": "https://pneumo.example/code/v2"}, "another version of the address"),
        ({"doi": "10.1234/THE.paper"}, "the DOI as one of its sources"),
        ({"url": "http://source.example/a/"}, "the address as one of its sources"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_nearly_known_is_shown_with_what_they_share(client, desk, pneumo, known, told):
    page = send(client, NEW | known)
    assert not Suggestion.objects.exists()
    assert f"Dataset: {told} What The Pneumo Database holds." in words(page)
    _, row = sent(client, NEW | known, **{"not": "pn"})
    assert f">The Pneumo Database</a>: {told}</li>" in desk.get(address("change", row)).text


def test_those_who_share_the_very_thing_come_first(client, pneumo):
    DatasetFactory(slug="a", name="A Pneumo Dataset")
    page = send(client, NEW | {"name": "Pneumo", "url": "https://zenodo.org/records/7654321"})
    said = words(page)
    assert "the same deposit and a similar name" in said
    assert said.index("The Pneumo Database") < said.index("A Pneumo Dataset")


def test_what_many_share_as_a_source_tells_nothing(client):
    DatasetFactory.create_batch(6, evidence=["https://list.example/awesome"])
    sent(client, url="https://list.example/awesome")


@pytest.mark.parametrize("later", [duplicates.LATER, 0])
def test_what_is_known_follows_what_is_edited(client, pneumo, monkeypatch, later):
    """Whether what changed is looked through by itself, or sorted in with the rest."""
    monkeypatch.setattr(duplicates, "LATER", later)
    send(client)
    with changing():
        pneumo.evidence.update(source="https://later.example/")
        pneumo.name = "Chest"
        pneumo.save()
    assert "one of its sources" in words(send(client, NEW | {"url": "https://later.example"}))
    sent(client, NEW | {"name": "Pneumo", "url": "https://source.example/a"})


@pytest.mark.parametrize(
    "other",
    [
        {"name": "The dataset"},
        {"name": "LUNA 1"},
        {"url": "https://zenodo.org/records/1612"},
        {"url": "https://www.luna16.example/Data/v2/other"},
        {"name": "LUNA 22"},
        {"url": "https://luna16.example/other"},
        {"url": "https://luna16.example/data?a=1"},
        {"doi": "10.1016/j.media.2017.06"},
    ],
    ids=str,
)
def test_what_it_has_not_is_sent_at_once(client, luna, other):
    sent(client, NEW | other)


def test_what_it_may_be_is_said_beside_what_is_missing(client):
    DatasetFactory(slug="luna16", name="LUNA16")
    page = client.post("/suggest/", {"kind": "dataset", "name": "LUNA 16"})
    assert "Give an address, a DOI or a few words" in page.text
    assert "Is it this one?" in words(page) and 'value="luna16"' in page.text
    assert words(page).count("(one of these three)") == 3
    assert not Suggestion.objects.exists()
