"""What the desk's first page says waits in the publication, and for whom."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import publishing
from articles.models import DatasetTable, Work
from datasets.freshness.targets import due
from datasets.models import Check, Dataset, Modality
from tests.editors import count_queries, make_post
from tests.factories import DatasetFactory
from tests.factories_articles import PostFactory, member

pytest_plugins = ["tests.editors"]
pytestmark = pytest.mark.django_db
TASK = re.compile(r'<li><a href="/admin/articles/post/\?([^"]+)"><strong>(\d+)</strong> ([^<]+)')


def tasks(client):
    """What the first page lists: the query of each link, its count and its words."""
    return {query: (int(n), what) for query, n, what in TASK.findall(client.get("/admin/").text)}


def listed(client, query):
    page = client.get(f"/admin/articles/post/?{query}")
    return {row.title for row in page.context["cl"].result_list}


def make_guide(title, query, **fields):
    table = DatasetTable(query=query, caption="Sets")
    return PostFactory(title=title, kind="guide", blocks=[table], publish=True, **fields)


def make_unfounded(title, **fields):
    post = make_post(title, **fields)
    Work.objects.filter(citations__post=post).update(url="")
    return post


@pytest.fixture
def catalogue():
    for name in ("ct", "mri", "pet"):
        DatasetFactory(slug=name, modalities=[name])


def test_each_task_has_its_count_and_leads_to_its_posts(newsdesk):
    now = timezone.now()
    make_post("Asked for", submitted_at=now)
    make_post("Asked for too", submitted_at=now)
    make_unfounded("Without an address")
    make_unfounded("Waived").citations.update(waiver="The address is not known to us.")
    publishing.approve(make_post("Out later"), by=None, at=now + timedelta(days=1))
    publishing.approve(make_post("Out now"), by=None)
    assert tasks(newsdesk) == {
        "state=review": (2, "posts in review"),
        "citations=unfounded": (1, "post citing a work without an address"),
        "state=scheduled": (1, "post scheduled"),
    }
    assert listed(newsdesk, "state=review") == {"Asked for", "Asked for too"}
    assert listed(newsdesk, "citations=unfounded") == {"Without an address"}
    assert listed(newsdesk, "state=scheduled") == {"Out later"}


def test_a_retracted_work_is_a_task_of_the_posts_that_cite_it(newsdesk):
    post = make_post("Built on sand")
    publishing.approve(post, by=None)
    make_post("Sound")
    Work.objects.filter(citations__post=post).update(doi="10.1000/sand")
    assert [target.target for target in due(only=["doi"])] == ["10.1000/sand"]
    Check.objects.create(
        kind="doi", target="10.1000/sand", verdict="retracted", checked_at=timezone.now()
    )
    assert tasks(newsdesk)["citations=retracted"] == (1, "post citing a retracted work")
    assert listed(newsdesk, "citations=retracted") == {"Built on sand"}
    assert "1 retracted" in newsdesk.get("/admin/articles/post/").text


def test_a_live_table_that_is_empty_or_asks_what_is_no_more_is_a_task(newsdesk, catalogue):
    make_guide("Full", "modality=ct")
    make_guide("Empty", "slug=mri")
    make_guide("Invalid", "modality=pet")
    withdrawn = make_guide("Withdrawn", "modality=pet")
    publishing.withdraw(withdrawn, by=None, notice="It was wrong.")
    picked = DatasetTable(slugs=["mri", "ct"], caption="Half of it left")
    PostFactory(title="Half", kind="guide", blocks=[picked], publish=True)
    gone = DatasetTable(slugs=["mri"], caption="None left")
    PostFactory(title="None left", kind="explainer", blocks=[gone], publish=True)
    assert tasks(newsdesk) == {}
    for slug in ("mri", "pet"):
        record = Dataset.objects.get(slug=slug)
        record.published = False
        record.save()
    Dataset.objects.get(slug="pet").delete()
    Modality.objects.get(slug="pet").delete()
    assert tasks(newsdesk) == {"tables=empty": (3, "live posts with a table that shows nothing")}
    assert listed(newsdesk, "tables=empty") == {"Empty", "Invalid", "None left"}


def test_a_rewritten_working_copy_does_not_hide_what_readers_see(newsdesk, catalogue):
    post = make_guide("Guide", "modality=mri")
    DatasetTable.objects.filter(parent=post).update(query="modality=ct")
    draft = DatasetTable(query="modality=mri", caption="Sets")
    PostFactory(title="Only a draft", kind="guide", blocks=[draft])
    Dataset.objects.filter(slug="mri").get().delete()
    assert tasks(newsdesk)["tables=empty"][0] == 1
    assert listed(newsdesk, "tables=empty") == {"Guide"}


def test_each_sees_only_tasks_of_posts_that_they_see(client, writer, editor, catalogue):
    now = timezone.now()
    for owner in (writer, editor):
        make_post(f"In review {owner}", owner=owner, submitted_at=now)
        make_unfounded(f"Unfounded {owner}", owner=owner)
        later = make_post(f"Later {owner}", owner=owner)
        publishing.approve(later, by=None, at=now + timedelta(days=1))
        make_guide(f"Guide {owner}", "modality=mri", owner=owner)
    Dataset.objects.get(slug="mri").delete()
    numbers = {}
    for user in (writer, editor, member("Curator"), member(name="stranger")):
        client.force_login(user)
        numbers[user.username] = {query: task[0] for query, task in tasks(client).items()}
        for query, number in numbers[user.username].items():
            assert len(listed(client, query)) == number
    # Whoever approves nothing has no review waiting.
    own = {"citations=unfounded": 1, "state=scheduled": 1, "tables=empty": 1}
    everything = dict.fromkeys([*own, "state=review"], 2)
    assert numbers == {"willa": own, "edda": everything, "curator": {}, "stranger": {}}


def test_queries_of_the_first_page_do_not_grow(newsdesk, catalogue):
    def more(number):
        make_unfounded(f"Unfounded {number}")
        make_guide(f"Guide {number}", "modality=ct")

    more(0)
    # The first to ask reads the catalogue.
    newsdesk.get("/admin/")
    few = count_queries(newsdesk, "/admin/")
    for number in range(1, 6):
        more(number)
    assert count_queries(newsdesk, "/admin/") == few
