"""Answers that are kept: whatever is written, wherever, no answer is older than the last commit."""

import re
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from datasets import index
from datasets.kept import BESIDE, Kept, Terms, kept
from datasets.models import Modality, Record
from tests.factories import DatasetFactory
from tests.other_process import OtherProcess

ADDRESSES = [
    "/api/v1/datasets/?page_size=3",
    "/api/v1/datasets/?modality=scan&ordering=-year",
    "/api/v1/datasets/?search=two",
    "/api/v1/datasets/facets/?year_min=2010",
    "/api/v1/datasets/r-0/",
    "/api/v1/modalities/",
    "/api/v1/changes/?page_size=200",
    "/datasets/?ordering=-year",
    "/datasets/?search=one",
]
TERMS = Terms((1, "a history"))
WRITES = {
    "year": "Record.objects.filter(slug='r-{number}').update(year=2000 + {value})",
    "name": "r = Record.objects.get(slug='r-{number}'); r.name = 'One Two Three'.split()[{value} % 3]; r.save()",
    "publish": "Record.objects.filter(slug='r-{number}').update(published=True)",
    "take back": "Record.objects.filter(slug='r-{number}').update(published=False)",
    "term": "t = Modality.objects.get(); t.name = 'Scan {value}'; t.save()",
    "undo": "with transaction.atomic():\n"
    "    Record.objects.filter(slug='r-{number}').update(year=1990)\n"
    "    transaction.set_rollback(True)",
}
THERE = """
from django.test import Client
from django.conf import settings
settings.ALLOWED_HOSTS = ["*"]
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
def read(address, mark):
    response = Client().get(address, headers={"If-None-Match": mark} if mark else {})
    return response.status_code, response.content.decode(), response.get("ETag")
"""


def read(address, mark):
    response = Client().get(address, headers={"If-None-Match": mark} if mark else {})
    return response.status_code, response.content.decode(), response.get("ETag")


def worked_out(address):
    """(status, body) as a process answers that has never answered anything."""
    before = kept.answers, kept.bytes, index._holder.index
    kept.answers, kept.bytes, index._holder.index = OrderedDict(), 0, None
    try:
        return plain(read(address, None))
    finally:
        kept.answers, kept.bytes, index._holder.index = before


def plain(answer):
    # The foot of a page tells the time.
    return answer[0], re.sub(r'<p class="footer-state">.*?</p>', "", answer[1])


class Readers(RuleBasedStateMachine):
    """Two processes write by turns and read by turns, each with answers that it has kept."""

    other = None

    def __init__(self):
        super().__init__()
        Record.objects.update(published=True)
        self.marks = {}

    @rule(
        here=st.booleans(),
        number=st.integers(0, 3),
        value=st.integers(0, 20),
        what=st.sampled_from(sorted(WRITES)),
    )
    def write(self, here, number, value, what):
        code = WRITES[what].format(number=number, value=value)
        if here:
            names = {"Record": Record, "Modality": Modality, "transaction": transaction}
            exec(code, names)
        else:
            self.other.ask(do=code)

    @rule(here=st.booleans(), address=st.sampled_from(ADDRESSES), conditional=st.booleans())
    def read(self, here, address, conditional):
        mark, said = self.marks.get(address, (None, None)) if conditional else (None, None)
        answer = read(address, mark) if here else self.other.ask(f"read({address!r}, {mark!r})")
        expected = worked_out(address)
        if answer[0] == 304:
            assert said == expected
        else:
            assert plain(answer) == expected
            self.marks[address] = answer[2], expected


@pytest.mark.django_db(transaction=True)
def test_no_answer_is_older_than_the_last_commit():
    for number in range(4):
        DatasetFactory(slug=f"r-{number}", name="One", modalities=["scan"], year=2000 + number)
    with OtherProcess() as Readers.other:
        Readers.other.ask(do=THERE)
        run_state_machine_as_test(
            Readers,
            settings=settings(
                max_examples=8,
                stateful_step_count=30,
                deadline=None,
                phases=(Phase.reuse, Phase.generate),
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.django_db
def test_an_answer_is_kept_and_counts_no_record(client, django_assert_num_queries):
    DatasetFactory(slug="r-0")
    first = client.get("/api/v1/datasets/r-0/")
    with django_assert_num_queries(1):
        again = client.get("/api/v1/datasets/r-0/")
    assert (again.content, again.headers) == (first.content, first.headers)


def test_what_is_kept_is_bounded_and_the_last_asked_for_stays():
    answers = Kept(most=3 * BESIDE + 200, largest=BESIDE + 40)
    for number in range(4):
        answers.keep(number, HttpResponse(b"x" * 30), TERMS)
        answers.get(0)
    assert [number for number in range(4) if answers.get(number)] == [0, 2, 3]
    assert answers.bytes == 3 * (BESIDE + 30 + len("0"))
    answers.keep(0, HttpResponse(b"y" * 10), TERMS)
    assert answers.bytes == 3 * (BESIDE + 30 + len("0")) - 20
    answers.keep("large", HttpResponse(b"x" * 41), TERMS)
    answers.keep("wrong", HttpResponse(b"x", status=404), TERMS)
    answers.keep("long", StreamingHttpResponse(iter([b"x"])), TERMS)
    own = HttpResponse(b"x")
    own.set_cookie("name", "value")
    answers.keep("own", own, TERMS)
    assert len(answers.answers) == 3


def test_threads_keep_answers_at_once():
    answers = Kept(most=8 * BESIDE)

    def work(seed):
        for number in range(500):
            key = (seed * number) % 37
            body = bytes([key]) * (key + 1)
            answers.keep(key, HttpResponse(body), TERMS)
            found = answers.get(key)
            assert found is None or found.body == body

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(1, 9)))
    assert answers.bytes == sum(answer.size for answer in answers.answers.values()) <= 8 * BESIDE
