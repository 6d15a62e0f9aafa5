"""Two processes, edits in both, a clock that jumps: no answer is ever older than the last commit."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from articles import publishing
from articles.models import Post
from datasets import kept
from datasets.models import Modality, Record  # noqa: F401 - statements name it
from tests.factories import DatasetFactory
from tests.factories_articles import PostFactory
from tests.other_process import OtherProcess
from tests.posts import set_clock  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)

# A browser of the other process, which answers as this one does.
BROWSER = """
from datetime import datetime
from django.conf import settings
from django.test import Client
from django.utils import timezone
from articles import publishing
from articles.models import Post
settings.ALLOWED_HOSTS = ["testserver"]
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
timezone.now = lambda: NOW
def get(address, mark):
    response = Client().get(address, headers={"If-None-Match": mark} if mark else {})
    return response.status_code, response.get("ETag"), response.text
"""
SLUGS = ["one", "two"]
POSTS = ["early", "late"]
ADDRESSES = [
    "/api/v1/datasets/",
    "/api/v1/datasets/facets/",
    "/api/v1/changes/?page_size=200",
    "/datasets/",
    "/datasets/?modality=ct",
    "/datasets/one/",
    "/api/v1/datasets/two/",
    "/",
    "/articles/",
    "/api/v1/posts/",
    "/articles/early/",
    "/articles/late/",
]
MINUTE = timedelta(minutes=1)
STEPS = st.one_of(
    st.tuples(st.just("rename"), st.sampled_from(SLUGS), st.booleans()),
    st.tuples(st.just("hide"), st.sampled_from(SLUGS), st.booleans()),
    st.tuples(st.just("term"), st.booleans()),
    st.tuples(st.just("schedule"), st.sampled_from(POSTS), st.sampled_from([0, 1, 3])),
    st.tuples(st.just("tick"), st.sampled_from([-2, 1, 1, 2])),
)


class Two:
    """What was committed last, and what the two processes say; each remembers what it was told, as browsers do."""

    def __init__(self, other, client, clock):
        self.other, self.client, self.clock = other, client, clock
        self.told, self.count = {}, 0
        self.names = {slug: slug for slug in SLUGS}
        self.hidden, self.term, self.titles = set(), "CT", {}
        other.ask(do=BROWSER)
        self.set_clock()

    def word(self):
        self.count += 1
        return f"word{self.count}x"

    def do(self, there, code, **values):
        """Run a statement here or in the other process."""
        if there:
            self.other.ask(do="".join(f"{k} = {v!r}\n" for k, v in values.items()) + code)
        else:
            exec(code, globals() | values)

    def set_clock(self):
        self.other.ask(do=f"NOW = datetime.fromisoformat({self.clock.time.isoformat()!r})")

    def rename(self, slug, there):
        self.names[slug] = self.word()
        code = "r = Record.objects.get(slug=slug); r.name = name; r.save()"
        self.do(there, code, slug=slug, name=self.names[slug])

    def hide(self, slug, there):
        self.hidden ^= {slug}
        code = "Record.objects.filter(slug=slug).update(published=published)"
        self.do(there, code, slug=slug, published=slug not in self.hidden)

    def term_(self, there):
        self.term = self.word()
        code = "t = Modality.objects.get(slug='ct'); t.name = name; t.save()"
        self.do(there, code, name=self.term)

    def schedule(self, slug, minutes):
        if sum(due > self.clock.time for _, due in self.titles.get(slug, [])) > 1:
            # The clock went back before several of them; approving takes back one.
            return
        post, title = Post.objects.get(slug=slug), self.word()
        post.title = title
        post.save()
        at = self.clock.time + minutes * MINUTE
        publishing.approve(post, by=None, at=at if minutes else None, pending="cancel")
        taken_back = [(t, due) for t, due in self.titles.get(slug, []) if due <= self.clock.time]
        self.titles[slug] = [*taken_back, (title, at)]

    def tick(self, minutes):
        self.clock.step(minutes * MINUTE)
        self.set_clock()

    def title(self, slug):
        """The title that readers see now, of several due at once the last; None before the first is due."""
        due = [pair for pair in self.titles.get(slug, []) if pair[1] <= self.clock.time]
        return sorted(due, key=lambda pair: pair[1])[-1][0] if due else None

    def expected(self, address):
        """(status, what the answer shows, what it does not)."""
        shown = {self.names[slug] for slug in SLUGS if slug not in self.hidden}
        titles = {title for slug in POSTS if (title := self.title(slug))}
        match address.partition("?")[0].strip("/").split("/"):
            case ["articles", slug]:
                title = self.title(slug)
                return (200, {title}, set()) if title else (404, set(), set())
            case ["articles"] | ["api", "v1", "posts"]:
                return 200, titles, self.every("titles") - titles
            case [*_, "datasets", slug] if slug in SLUGS:
                return self.one(slug)
            case ["api", "v1", "datasets", "facets"]:
                counted = f'"name":"{self.term}","count":{len(shown)}'
                return 200, {counted} if shown else set(), set()
            case [""]:
                return 200, titles, self.every("titles") - titles
            case ["api", "v1", "changes"]:
                return 200, {f'"name":"{name}"' for name in shown}, set()
        return 200, shown | ({self.term} if shown else set()), self.every("names") - shown

    def one(self, slug):
        if slug in self.hidden:
            return 410, set(), set()
        return 200, {self.names[slug], self.term}, set()

    def every(self, kind):
        """All that was ever shown, of names or titles."""
        if kind == "titles":
            return {title for pairs in self.titles.values() for title, _ in pairs}
        return {f"word{number}x" for number in range(1, self.count + 1)} - {self.term}

    def read(self, there, address):
        mark, text = self.told.get((there, address), (None, ""))
        if there:
            status, etag, said = self.other.ask(f"get({address!r}, {mark!r})")
        else:
            response = self.client.get(address, headers={"If-None-Match": mark} if mark else {})
            status, etag, said = response.status_code, response.get("ETag"), response.text
        if status == 304:
            status, said = 200, text
        elif status == 200:
            self.told[there, address] = etag, said
        wanted, shown, not_shown = self.expected(address)
        assert status == wanted, (address, there)
        assert all(word in said for word in shown), (address, there, shown)
        assert not any(word in said for word in not_shown), (address, there, not_shown)


@pytest.fixture
def two(client, clock):
    clock.time = clock.time.replace(microsecond=0)
    for slug in SLUGS:
        DatasetFactory(slug=slug, name=slug, modalities=["ct"])
    Modality.objects.update(name="CT")
    for slug in POSTS:
        PostFactory(slug=slug, title=slug)
    with OtherProcess() as other:
        yield Two(other, client, clock)


@pytest.fixture
def given_again(monkeypatch):
    """How many answers were kept ones."""
    counted, again = [], kept.Answer.again

    def counting(answer, request):
        response = again(answer, request)
        counted.append(response is not None)
        return response

    monkeypatch.setattr(kept.Answer, "again", counting)
    return counted


def test_no_answer_is_older_than_the_last_commit(two, given_again):
    read = st.tuples(st.booleans(), st.sampled_from(ADDRESSES))

    @settings(
        max_examples=4,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.lists(st.tuples(STEPS, st.lists(read, min_size=3, max_size=6)), min_size=6, max_size=8)
    )
    def run(steps):
        for (step, *said), reads in steps:
            getattr(two, "term_" if step == "term" else step)(*said)
            for there, address in [*reads, *reads]:
                two.read(there, address)

    run()
    # Else nothing was put to the test.
    assert sum(given_again) > 5 and not all(given_again)
