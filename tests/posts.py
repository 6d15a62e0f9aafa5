"""What readers see of posts, at the API and beside it, and a clock that tests set."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import Correction, Revision

HOST = "http://testserver"
HOUR = timedelta(hours=1)


class Clock:
    """The time, as a test sets it."""

    def __init__(self):
        self.time = timezone.now()

    def __call__(self):
        return self.time

    def step(self, by=HOUR):
        self.time += by


@pytest.fixture(name="clock")
def set_clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    return clock


def correct(post, clock, text):
    """Correct a post now, by the clock."""
    row = publishing.correct(post, by=None, text=text)
    Correction.objects.filter(pk=row.pk).update(at=clock.time)


def live(post):
    """The title that readers see; None if they see nothing."""
    return Revision.objects.live().filter(post=post).values_list("title", flat=True).first()


def get(client, address, **parameters):
    response = client.get(f"/api/v1/{address}", parameters)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return response.json()


def slugs(client, address="posts/", **parameters):
    return [row["slug"] for row in get(client, address, **parameters)["results"]]
