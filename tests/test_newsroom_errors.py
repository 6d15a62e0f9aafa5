"""What readers and programs are told when there is nothing, or nothing can be asked."""

import pytest
from django.db import InterfaceError, OperationalError, connection

from tests.factories import DatasetFactory, ToolFactory
from tests.factories_articles import PostFactory
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def unreachable(client):
    """A function that makes every question to the database fail with an error from then on."""
    client.raise_request_exception = False
    entered = []

    def fail_with(error):
        def wrapper(*asked):
            raise error

        context = connection.execute_wrapper(wrapper)
        context.__enter__()
        entered.append(context)

    yield fail_with
    for context in entered:
        context.__exit__(None, None, None)


def test_a_wrong_address_leads_to_what_is_most_like_it(client):
    PostFactory(slug="open-radiology-datasets", title="Open radiology", publish=True)
    PostFactory(slug="radiology-draft", title="Not yet")
    DatasetFactory(slug="radiology-set", name="Radiology set")
    DatasetFactory(slug="radiology-hidden", name="Hidden", published=False)
    ToolFactory(slug="radiologist", name="Radiologist")
    said = words(client.get("/guides/radiology/"))
    assert "Articles Open radiology Datasets Radiology set Tools Radiologist" in said
    assert "Not yet" not in said and "Hidden" not in said
    # Two words of three do; one of three does not.
    assert "Open radiology" in words(client.get("/articles/open-radiology-guide/"))
    assert "Open radiology" not in words(client.get("/articles/pathology-radiology-slides/"))


def test_the_page_for_a_wrong_address_searches_for_its_words(client):
    page = client.get("/datasets/lung_nodules-x/").text
    assert '<form class="error-search" action="/search/"' in page
    assert 'name="search" maxlength="200" value="lung nodules x"' in page


@pytest.mark.parametrize("error", [OperationalError("refused"), InterfaceError("closed")])
@pytest.mark.parametrize("door", ["/", "/articles/", "/articles/x/", "/datasets/", "/nowhere/"])
def test_pages_say_that_the_database_is_away(client, unreachable, door, error):
    unreachable(error)
    answer = client.get(door)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert "We will be back in a moment" in answer.text and "refused" not in answer.text


@pytest.mark.parametrize("door", ["datasets/", "posts/", "datasets/x/", "changes/", ""])
def test_the_api_says_that_the_database_is_away(client, unreachable, door):
    unreachable(OperationalError("refused"))
    answer = client.get(f"/api/v1/{door}")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Service Unavailable"
    assert "refused" not in answer.text


def test_a_missing_table_is_a_fault_of_ours(client, unreachable):
    unreachable(OperationalError("no such table: datasets_catalogue"))
    assert client.get("/").status_code == 500
    assert client.get("/api/v1/datasets/").status_code == 500


def test_the_process_lives_while_the_database_is_away(client, unreachable):
    unreachable(OperationalError("refused"))
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
