"""What two editors compare stays before them until it is saved, whatever comes in between."""

from dataclasses import asdict

import pytest

from articles.admin.meanwhile import Clash
from articles.admin.snapshots import sealed
from tests.editors import make_post, page_of, posted
from tests.factories_articles import member
from tests.two_editors import TEXTS, clashes, moved, new_text, taken, takes, texts

pytest_plugins = ["tests.editors", "tests.two_editors"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("theirs", [True, False])
def test_the_comparison_stays_while_the_form_cannot_be_saved(two, theirs):
    two = two(make_post())
    two.otto_saves(title="Otto’s title", standfirst="Otto’s.", subjects="Nine nurses")
    first = two.edda_sends(title="Edda’s title", standfirst="Edda’s.")
    sent = two.client.post(
        two.url,
        posted(first, take=["post:title"] if theirs else [], category="nonsense"),
    )
    for _ in range(2):
        assert sent.status_code == 200
        assert clashes(sent) == clashes(first) and taken(sent) == taken(first) != {}
        assert "otto saved this post while you had it open" not in sent.text
        # What was taken is in the form: a box that could be unticked would promise what it cannot do.
        assert sent.text.count('value="post:title"') == (0 if theirs else 1)
        assert sent.text.count("You took otto’s: the form below has it now.") == int(theirs)
        assert sent.text.count('value="post:standfirst"') == 1
        form = sent.context["adminform"].form
        assert form["title"].value() == ("Otto’s title" if theirs else "Edda’s title")
        sent = two.client.post(two.url, posted(sent, category="nonsense"))
    category = str(two.post.category_id)
    post = two.edda_saves(sent, category=category)
    assert post.title == ("Otto’s title" if theirs else "Edda’s title")
    assert (post.standfirst, post.subjects) == ("Edda’s.", "Nine nurses")
    # A form opened afresh has nothing to compare.
    fresh = posted(two.client.get(two.url))
    assert "compared" not in fresh
    for text in ("x", fresh["opened"]):
        again = two.client.post(two.url, fresh | {"category": "nonsense", "compared": text})
        assert again.status_code == 200 and again.context["meanwhile"] is None


def test_what_was_taken_and_written_over_again_is_no_longer_said_to_be_theirs(two):
    two = two(make_post(texts=2))
    text = f"{TEXTS}-0-html"
    two.otto_saves(standfirst="Otto’s.", **{text: "<p>Otto’s.</p>"}, **moved(20, 10))
    mine = {"standfirst": "Edda’s.", text: "<p>Edda’s.</p>"}
    response = two.edda_sends(**mine)
    chosen = [take for take in takes(response).values() if take]
    sent = two.client.post(two.url, posted(response, take=chosen, category="nonsense"))
    assert sent.text.count("You took otto’s: the form below has it now.") == len(chosen) == 2
    form = posted(sent)
    place = next(name for name, value in form.items() if value == "<p>Otto’s.</p>")
    for back, still in (({"standfirst": "Edda’s."}, 1), ({place: "<p>Mine.</p>"}, 0)):
        sent = two.client.post(two.url, posted(sent, **back))
        assert sent.text.count("You took otto’s: the form below has it now.") == still
        # It can be had again, as before it was taken.
        assert sent.text.count('name="take"') == 2 - still
        assert clashes(sent) == clashes(response)
    again = two.client.post(two.url, posted(sent, take=["post:standfirst"]))
    assert again.text.count("You took otto’s: the form below has it now.") == 1
    post = two.edda_saves(again, category=str(two.post.category_id))
    assert (post.standfirst, sorted(texts(post))[0]) == ("Otto’s.", "<p>Mine.</p>")


def test_an_order_that_was_taken_and_changed_again_is_no_longer_theirs(two):
    two = two(make_post(texts=3))
    two.otto_saves(**moved(30, 20, 10))
    response = two.edda_sends(**moved(20, 10, 30))
    sent = two.client.post(two.url, posted(response, take=["order:blocks"], category="nonsense"))
    for ordering, told in (({}, 1), (moved(30, 20, 10), 0)):
        sent = two.client.post(two.url, posted(sent, **ordering))
        assert sent.text.count("You took otto’s: the form below has it now.") == told
        assert sent.text.count('name="take"') == 1 - told


@pytest.mark.parametrize(
    "told",
    [
        None,
        7,
        {},
        [],
        ["otto", []],
        ["otto", [], [], True],
        [None, [], []],
        ["otto", 7, []],
        ["otto", [7], []],
        ["otto", [{"label": "Title"}], []],
        ["otto", [], [{"label": "Title", "theirs": [], "mine": []}]],
        ["otto", [], ["Title"]],
        ["otto", [], [asdict(Clash("Title", [], [])) | {"place": [1]}]],
        ["otto", [], [asdict(Clash("Title", ["same"], []))]],
        ["otto", [], [asdict(Clash("Title", [], [])) | {"later": 1}]],
    ],
    ids=str,
)
@pytest.mark.parametrize("carried", ["compared", "opened"])
def test_a_comparison_as_another_release_told_it_counts_as_none(client, editor, told, carried):
    post = make_post()
    url = page_of("change", post)
    client.force_login(editor)
    data = posted(client.get(url)) | {carried: sealed(post, told)}
    for more in ({}, {"take": "post:title"}):
        again = client.post(url, data | {"category": "nonsense"} | more)
        assert again.status_code == 200 and again.context["meanwhile"] is None
    again = client.post(url, data | {"version": "0", "title": "Another"})
    assert again.status_code == 200 and again.context["meanwhile"].is_new


def test_a_comparison_of_another_post_does_not_count(two, client, editor):
    other = two(make_post("Other"))
    other.otto_saves(title="Otto’s title")
    compared = posted(other.edda_sends(title="Edda’s title"))["compared"]
    url = page_of("change", make_post())
    data = posted(client.get(url)) | {"category": "nonsense", "compared": compared}
    again = client.post(url, data)
    assert again.status_code == 200 and again.context["meanwhile"] is None


def test_a_third_who_saves_before_the_second_looked_it_over_loses_nothing_either(two):
    two = two(make_post())
    two.otto_saves(title="Otto’s title", standfirst="Otto’s.")
    response = two.edda_sends(standfirst="Edda’s.")
    again = posted(response, take=list(takes(response).values()))
    two.otto_saves(title="Otto’s second title", subjects="Nine nurses")
    two.opened = again
    response = two.edda_sends()
    assert clashes(response) == {"Standfirst": ("Otto’s.", "Edda’s.")}
    assert "You took otto’s" in response.text and 'name="take"' not in response.text
    assert sorted(change["label"] for change in response.context["meanwhile"].taken) == [
        "Subjects",
        "Title",
    ]
    post = two.edda_saves(response)
    assert (post.title, post.standfirst) == ("Otto’s second title", "Otto’s.")
    assert post.subjects == "Nine nurses"


@pytest.mark.parametrize("theirs", [True, False])
def test_a_comparison_goes_on_when_a_third_saves(two, theirs):
    """Edda saved nothing yet: what she has to choose stays, and says whose it is and where."""
    two = two(make_post(texts=2))
    two.otto_saves(
        title="Otto’s title",
        standfirst="Otto’s.",
        subjects="Nine nurses",
        **{f"{TEXTS}-0-html": "<p>Otto’s.</p>", f"{TEXTS}-1-DELETE": "on"},
    )
    rewritten = {f"{TEXTS}-0-html": "<p>Edda’s.</p>", f"{TEXTS}-1-html": "<p>Kept.</p>"}
    response = two.edda_sends(title="Edda’s title", standfirst="Edda’s.", **rewritten)
    again = posted(response)
    two.otto = member("Editor", "paula")
    two.otto_saves(title="Paula’s title", **new_text(1, "<p>Paula’s.</p>", 5), **moved(10))
    two.client.force_login(two.edda)
    response = two.client.post(two.url, again)
    for _ in range(2):
        assert clashes(response) == {
            "Title": ("Paula’s title", "Edda’s title"),
            "Standfirst": ("Otto’s.", "Edda’s."),
            "Text, block 2": ("Otto’s.", "Edda’s."),
            "Text, block 3": ("", "Kept."),
        }
        assert taken(response) == {"Subjects": "added", "Text, block 1": "added"}
        for words in (
            "You and paula and otto both changed these",
            "paula and otto alone changed these",
            "Take paula’s: Title",
            "Take otto’s: Standfirst",
        ):
            assert words in response.text
        data = response.context["adminform"].form.data
        anchors = {each.label: each.anchor for each in response.context["meanwhile"].clashes}
        assert data[anchors["Text, block 2"] + "-html"] == "<p>Edda’s.</p>"
        assert data[anchors["Text, block 3"] + "-html"] == "<p>Kept.</p>"
        response = two.client.post(two.url, posted(response, category="nonsense"))
    chosen = [take for take in takes(response).values() if take] if theirs else []
    post = two.edda_saves(response, take=chosen, category=str(two.post.category_id))
    who = "Otto" if theirs else "Edda"
    assert (post.title, post.standfirst) == (
        "Paula’s title" if theirs else "Edda’s title",
        f"{who}’s.",
    )
    assert texts(post) == ["<p>Paula’s.</p>", f"<p>{who}’s.</p>", "<p>Kept.</p>"]


def test_a_third_who_writes_as_i_did_leaves_nothing_to_take(two):
    two = two(make_post())
    two.otto_saves(standfirst="Otto’s.")
    two.opened = posted(two.edda_sends(standfirst="Edda’s."))
    two.otto_saves(standfirst="Edda’s.")
    response = two.edda_sends()
    assert clashes(response) == {"Standfirst": ("Otto’s.", "Edda’s.")}
    assert 'name="take"' not in response.text
