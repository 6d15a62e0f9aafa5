"""manage.py check_links, the queue of problems that it fills, and what readers see of it."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from datasets.freshness.problems import sync
from datasets.models import Catalogue, Check, Problem, Revision
from tests.desk import url
from tests.factories import (
    DatasetFactory,
    EvidenceFactory,
    GrantFactory,
    PaperFactory,
    ToolFactory,
)
from tests.hostile_server import Server, serving
from tests.other_process import OtherProcess

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    with serving(Server()) as running:
        yield running


@pytest.fixture(autouse=True)
def here(settings, server):
    """Nobody but the server beside us is ever asked, and it does not mind being hurried."""
    settings.LINK_CHECK_PAUSE = 0
    settings.LINK_CHECK_PRIVATE = True
    settings.CROSSREF_URL = server.url("crossref")


def check(*arguments, **options):
    out = io.StringIO()
    options = {"timeout": 0.6, "older_than": 0} | options
    call_command("check_links", *arguments, stdout=out, stderr=out, **options)
    return out.getvalue()


def verdicts():
    return {
        row.target.rpartition("/")[2]: row.verdict for row in Check.objects.filter(kind="address")
    }


def failing_for(days, **which):
    """Let what has failed have failed on so many days before today."""
    today = timezone.localdate()
    Check.objects.filter(**which).update(
        failures=days,
        failed_on=today - timedelta(days=1),
        failing_since=today - timedelta(days=days),
    )


def problems():
    return set(Problem.objects.values_list("record__slug", "kind", "state"))


def test_a_run_checks_all_that_published_records_name(server):
    url = server.url
    found = DatasetFactory(
        slug="lungs",
        links=[("homepage", url("ok")), ("download", url("huge")), ("terms", url("ok"))],
        license_url=url("gone"),
        paper=PaperFactory(doi="10.1000/fine"),
    )
    GrantFactory(record=found, url=url("moved"))
    ToolFactory(links=[("code", url("hang")), ("homepage", url("ok"))])
    DatasetFactory(published=False, links=[("homepage", url("secret"))])
    server.works["10.1000/fine"] = {}
    stamp, revisions = Catalogue.objects.stamp(), Revision.objects.count()
    said = check()
    expected = {
        "ok": "ok",
        "huge": "too-large",
        "gone": "dead",
        "moved": "moved",
        "hang": "timeout",
    }
    assert verdicts() == expected
    assert Check.objects.get(kind="doi").verdict == "ok"
    assert server.paths("HEAD").count("/ok") == 2  # Once for itself, once at the end of /moved.
    assert "6  checked" in said and f"{url('moved')} → {url('ok')}" in said
    # A check is no edit.
    assert (Catalogue.objects.stamp(), Revision.objects.count()) == (stamp, revisions)
    call_command("rebuild_documents", "--check")


def test_a_host_that_asks_for_rest_is_left_alone(server):
    DatasetFactory(links=[("homepage", server.url("later")), ("code", server.url("ok"))])
    assert "1  put off" in check()
    # The longest unchecked comes first, and what asked for rest is not asked.
    assert server.paths() == ["/later"]
    check()
    check()
    assert server.paths() == ["/later", "/ok", "/ok"]
    Check.objects.filter(verdict="limited").update(not_before=timezone.now())
    check()
    assert server.paths("HEAD").count("/later") == 2


def test_the_longest_unchecked_comes_first_and_fresh_ones_are_left_out(server):
    paths = ["ok?a", "ok?b", "ok?c"]
    DatasetFactory(links=[("code", server.url(path)) for path in paths])
    check(limit=2, older_than=1)
    check(limit=2, older_than=1)
    assert server.paths() == ["/ok?a", "/ok?b", "/ok?c"]
    check(older_than=1)
    assert len(server.paths()) == 3
    Check.objects.filter(target=server.url("ok?b")).update(
        checked_at=timezone.now() - timedelta(days=30)
    )
    check(limit=1, older_than=1)
    assert server.paths()[-1] == "/ok?b"


def test_a_part_can_be_chosen_and_nothing_need_be_asked(server):
    DatasetFactory(
        slug="lungs", links=[("homepage", server.url("ok?a")), ("code", "https://b.example/")]
    )
    DatasetFactory(slug="hearts", links=[("homepage", server.url("ok?c"))])

    def plan(*only):
        said = check("--dry-run", only=list(only)).splitlines()
        return [line.split()[-1].rpartition("/")[2] for line in said[:-1]]

    assert plan() == ["ok?a", "ok?c", ""]
    assert plan("lungs", "homepage") == ["ok?a"] and plan("code") == [""]
    assert plan("127.0.0.1") == ["ok?a", "ok?c"] and plan("hearts", "lungs", "b.example") == [""]
    assert server.asked == [] and not Check.objects.exists()
    for only, told in (
        ("lung", "Did you mean lungs"),
        ("a.example", "No record links to the host “a.example”. Did you mean b.example"),
    ):
        with pytest.raises(CommandError, match=told):
            plan(only)


@pytest.mark.parametrize(
    "wrong", [{"limit": 0}, {"older_than": -1}, {"workers": 0}, {"timeout": 0}, {"workers": 1000}]
)
def test_bounds_are_told(wrong):
    with pytest.raises(CommandError, match=next(iter(wrong)).replace("_", "-")):
        check(**wrong)


# Problems


def test_a_link_is_dead_only_after_it_failed_on_different_days(server, client):
    DatasetFactory(slug="lungs", links=[("homepage", server.url("gone"))])
    for _ in range(3):
        check()
    assert Check.objects.get().failures == 1 and problems() == set()
    assert "Dead link" not in client.get("/datasets/lungs/").text
    failing_for(1)
    check()
    assert problems() == {("lungs", "dead", "open")}
    assert "Dead link" in client.get("/datasets/lungs/").text


def test_a_passing_fault_is_no_problem_and_a_lasting_one_is(server):
    DatasetFactory(
        slug="lungs", links=[("homepage", server.url("broken")), ("code", server.url("secret"))]
    )
    check()
    failing_for(1, verdict="server-error")
    check()
    assert problems() == set()
    failing_for(2, verdict="server-error")
    check()
    assert problems() == {("lungs", "failing", "open")}
    row = Check.objects.get(verdict="server-error")
    assert row.failures == 3
    # A refusal tells nothing of whether it is there; an answer does.
    row.verdict = "forbidden"
    row.count_failure(timezone.localdate())
    assert row.failures == 3
    row.verdict = "ok"
    row.count_failure(timezone.localdate())
    assert (row.failures, row.failing_since) == (0, None)


def test_an_edit_that_mends_a_problem_closes_it(server, client):
    found = DatasetFactory(slug="lungs", links=[("homepage", server.url("moved"))])
    check()
    assert problems() == {("lungs", "moved", "open")}
    assert "Moved to" in client.get("/datasets/lungs/").text
    link = found.links.get()
    link.url = server.url("ok")
    link.save()
    assert problems() == {("lungs", "moved", "gone")}
    assert "Moved to" not in client.get("/datasets/lungs/").text
    link.url = server.url("moved")
    link.save()
    check()
    assert problems() == {("lungs", "moved", "open")} and Problem.objects.count() == 1


@pytest.mark.parametrize("verdict", ["forbidden", "limited", "odd"])
def test_an_answer_that_tells_nothing_leaves_a_problem_as_it_is(server, verdict):
    found = DatasetFactory(slug="lungs", links=[("homepage", server.url("gone"))])
    check()
    failing_for(1)
    check()
    problem = Problem.objects.get()
    for decide, state in (
        (lambda: None, "open"),
        (lambda: problem.snooze(by=None, days=30), "snoozed"),
        (lambda: problem.finish(by=None), "done"),
    ):
        decide()
        Check.objects.update(verdict=verdict)
        sync()
        assert problems() == {("lungs", "dead", state)}
    # Unless the record no longer names the address.
    found.links.all().delete()
    sync()
    assert problems() == {("lungs", "dead", "gone")}


def test_a_retracted_paper_is_told_to_curators_and_readers(server, client):
    paper = PaperFactory(doi="10.1000/retracted")
    for slug in ("lungs", "hearts"):
        DatasetFactory(slug=slug, paper=paper)
    server.works["10.1000/retracted"] = {
        "updated-by": [{"type": "retraction", "DOI": "10.1000/notice"}]
    }
    check()
    assert problems() == {("lungs", "retracted", "open"), ("hearts", "retracted", "open")}
    page = client.get("/datasets/lungs/").text
    assert "This paper was retracted" in page and "https://doi.org/10.1000/notice" in page
    server.works["10.1000/retracted"] = {}
    check()
    assert {state for _, _, state in problems()} == {"gone"}


def test_stale_facts_are_one_problem_of_a_record(client):
    today = timezone.localdate()
    old = today - timedelta(days=400)
    found = DatasetFactory(slug="lungs", verified_on=old)
    checked = DatasetFactory(slug="hearts")
    EvidenceFactory(record=checked, fact="license", checked_on=old)
    EvidenceFactory(record=checked, fact="access", checked_on=today)
    DatasetFactory(slug="fresh", verified_on=today)
    DatasetFactory(slug="hidden", verified_on=old, published=False)
    check()
    assert problems() == {("lungs", "stale", "open"), ("hearts", "stale", "open")}
    detail = Problem.objects.get(record=checked).detail
    assert "licence" in detail and "access" not in detail
    for problem in Problem.objects.all():
        problem.finish(by=None)
    check()
    assert {state for _, _, state in problems()} == {"done"}
    Problem.objects.update(decided_at=timezone.now() - timedelta(days=1))
    check()
    assert {state for _, _, state in problems()} == {"open"}
    found.verified_on = today
    found.save()
    assert ("lungs", "stale", "gone") in problems()


def test_what_is_done_or_put_off_comes_back_when_it_should(server):
    DatasetFactory(slug="lungs", links=[("homepage", server.url("moved"))])
    check()
    problem = Problem.objects.get()
    problem.finish(by=None)
    assert sync() == 0 and problems() == {("lungs", "moved", "done")}
    check()
    assert problems() == {("lungs", "moved", "open")}
    problem.refresh_from_db()
    problem.snooze(by=None, days=30)
    check()
    assert problems() == {("lungs", "moved", "snoozed")} and sync() == 0
    Problem.objects.update(snoozed_until=timezone.localdate())
    assert sync() == 1 and problems() == {("lungs", "moved", "open")}


# The desk


def test_the_queue_is_worked_off_at_the_desk(server, desk, jane):
    DatasetFactory(slug="lungs", name="Lungs", links=[("homepage", server.url("moved"))])
    ToolFactory(slug="cutter", name="Cutter", links=[("code", server.url("moved"))])
    check()
    assert "<strong>2</strong> moved links" in " ".join(desk.get("/admin/").text.split())
    listed = url("changelist", model="problem")
    page = desk.get(f"{listed}?kind__exact=moved").text
    assert "Lungs" in page and "Cutter" in page
    one = Problem.objects.get(record__slug="lungs")
    assert "Put off" in desk.get(url("change", one)).text
    assert desk.post(url("finish", one)).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("done", jane)
    assert ">Lungs<" not in desk.get(listed).text
    assert ">Lungs<" in desk.get(f"{listed}?state=done").text
    chosen = {
        "action": "snooze_chosen",
        "_selected_action": Problem.objects.get(record__slug="cutter").pk,
    }
    assert "1 problem put off." in desk.post(listed, chosen, follow=True).text
    assert ">Cutter<" not in desk.get(listed).text
    assert desk.post(url("reopen", one)).status_code == 302
    assert ">Lungs<" in desk.get(listed).text
    assert desk.get(f"{listed}?state=nonsense").status_code in (200, 302)
    assert desk.get(url("changelist", model="check")).status_code == 200


def test_curators_work_the_queue_and_others_look_on(server):
    DatasetFactory(links=[("homepage", server.url("moved"))])
    check()
    problem = Problem.objects.get()
    for group, status in (("Curator", 302), ("Writer", 403)):
        user = get_user_model().objects.create_user(group, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client = Client()
        client.force_login(user)
        assert client.get(url("change", problem)).status_code == 200
        assert client.post(url("finish", problem)).status_code == status


# Stopped


@pytest.mark.django_db(transaction=True)
def test_a_run_that_is_killed_loses_nothing_and_the_next_goes_on(server):
    paths = [f"ok?{number}" for number in range(12)]
    DatasetFactory(links=[("code", server.url(path)) for path in paths])
    with OtherProcess() as other:
        other.tell(
            do="from django.conf import settings\n"
            "from django.core.management import call_command\n"
            "settings.LINK_CHECK_PAUSE = 0.1\n"
            "call_command('check_links', private=True, verbosity=0)"
        )
        while Check.objects.count() < 3:
            assert other.process.poll() is None
        other.process.kill()
        other.process.wait()
    connection.close()
    stored = set(Check.objects.values_list("target", flat=True))
    assert 3 <= len(stored) < len(paths)
    asked = len(server.asked)
    said = check(older_than=1)
    assert f"{len(paths) - len(stored)}  checked" in said
    again = {server.url(path[1:]) for path in server.paths()[asked:]}
    assert not again & stored and len(again | stored) == len(paths)
