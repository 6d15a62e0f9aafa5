"""Two people save the same post at once: nothing that either wrote is lost, through the admin's client."""

from random import Random

import pytest

from articles.models import Callout, Citation, Image
from tests.editors import make_post, page_of, picture, posted
from tests.factories import DatasetFactory
from tests.factories_articles import CategoryFactory, WorkFactory, add_blocks
from tests.two_editors import TEXTS, clashes, moved, new_text, taken, takes, texts

pytest_plugins = ["tests.editors", "tests.two_editors"]
pytestmark = pytest.mark.django_db


def test_what_only_one_changed_is_taken_from_whoever_did(two):
    records = [DatasetFactory(), DatasetFactory()]
    post = make_post(texts=2, summary_points=["One"], peer_reviewed=True)
    two = two(post)
    two.opened["peer_reviewed"] = "true"
    two.otto_saves(
        title="Scribes at rest",
        summary_points="One\r\nTwo",
        peer_reviewed="unknown",
        records=[record.pk for record in records],
        category=CategoryFactory(slug="policy").pk,
        **{f"{TEXTS}-0-html": "<p>Otto’s.</p>", "citations-0-role": "background"},
    )
    response = two.edda_sends(
        standfirst="Edda’s.", **{f"{TEXTS}-1-html": "<p>Edda’s.</p>", "citations-0-locator": ""}
    )
    assert clashes(response) == {}
    assert taken(response) == {
        "Title": "changed",
        "Summary points": "changed",
        "Peer reviewed": "removed",
        "Records": "added",
        "Category": "changed",
        "Text, block 1": "changed",
        "Citation 1": "changed",
    }
    assert "<del>work</del><ins>rest</ins>" in response.text
    post = two.edda_saves(response)
    assert (post.title, post.standfirst, post.summary_points, post.peer_reviewed) == (
        "Scribes at rest",
        "Edda’s.",
        ["One", "Two"],
        None,
    )
    assert (post.category.slug, post.records.count()) == ("policy", 2)
    assert texts(post) == ["<p>Otto’s.</p>", "<p>Edda’s.</p>"]
    assert (post.citations.get().role, post.edited_by.username) == ("background", "edda")


@pytest.mark.parametrize("mine", [True, False])
def test_what_both_changed_is_shown_side_by_side_and_chosen(two, mine):
    two = two(make_post())
    two.otto_saves(
        standfirst="What Otto wrote.",
        hero_decorative="on",
        **{f"{TEXTS}-0-html": "<p>Otto’s part.</p>", "citations-0-locator": "p. 1"},
    )
    response = two.edda_sends(
        standfirst="What Edda wrote.",
        hero_alt="Lungs",
        **{f"{TEXTS}-0-html": "<p>Edda’s part.</p>", "citations-0-locator": "p. 2"},
    )
    found = clashes(response)
    assert found["Standfirst"] == ("What Otto wrote.", "What Edda wrote.")
    assert found["Text, block 1"] == ("Otto’s part.", "Edda’s part.")
    assert set(found) == {"Standfirst", "Lead image", "Text, block 1", "Citation 1"}
    assert [text.split("Locator: ")[1] for text in found["Citation 1"]] == ["p. 1", "p. 2"]
    assert "What <del>Otto</del> wrote." in response.text
    assert "What <ins>Edda</ins> wrote." in response.text
    # Beside the field it is said too, for those who see it and those who hear it.
    assert response.text.count("otto changed this too") == 4
    assert 'aria-describedby="id_standfirst_helptext id_standfirst_error"' in response.text
    chosen = [] if mine else list(takes(response).values())
    post = two.edda_saves(response, take=chosen)
    who, place = ("Edda", "p. 2") if mine else ("Otto", "p. 1")
    assert post.standfirst == f"What {who} wrote."
    assert (post.hero_alt, post.hero_decorative) == (("Lungs", False) if mine else ("", True))
    assert texts(post) == [f"<p>{who}’s part.</p>"]
    assert post.citations.get().locator == place


def test_rows_that_the_first_added_stay_and_those_removed_go(two):
    post = make_post(texts=3, citations=2)
    work, other = WorkFactory(), WorkFactory()
    two = two(post)
    two.otto_saves(
        **new_text(3, "<p>Otto’s.</p>", 5),
        **{
            f"{TEXTS}-1-DELETE": "on",
            "citations-1-DELETE": "on",
            "citations-TOTAL_FORMS": "3",
            "citations-2-work": work.pk,
            "citations-2-role": "primary",
        },
    )
    response = two.edda_sends(
        **new_text(3, "<p>Edda’s.</p>", 25),
        **{
            "citations-TOTAL_FORMS": "3",
            "citations-2-work": other.pk,
            "citations-2-role": "secondary",
        },
    )
    assert clashes(response) == {}
    assert sorted(taken(response).values()) == ["added", "added", "removed", "removed"]
    post = two.edda_saves(response)
    assert texts(post) == ["<p>Part 0.</p>", "<p>Otto’s.</p>", "<p>Part 2.</p>", "<p>Edda’s.</p>"]
    works = list(post.citations.values_list("work", flat=True))
    assert set(works[1:]) == {work.pk, other.pk} and len(works) == 3


@pytest.mark.parametrize("agree", [True, False])
def test_a_block_that_the_first_deleted_and_i_rewrote_comes_back(two, agree):
    two = two(make_post(texts=2))
    two.otto_saves(**{f"{TEXTS}-0-DELETE": "on"})
    response = two.edda_sends(**{f"{TEXTS}-0-html": "<p>Rewritten.</p>"})
    assert clashes(response) == {"Text, block 1": ("", "Rewritten.")}
    assert "otto deleted it. Yours is back in the form" in response.text
    new = f"{TEXTS}-1"
    assert response.context["meanwhile"].clashes[0].anchor == new
    post = two.edda_saves(response, **({f"{new}-DELETE": "on"} if agree else {}))
    assert texts(post) == (["<p>Part 1.</p>"] if agree else ["<p>Rewritten.</p>", "<p>Part 1.</p>"])


@pytest.mark.parametrize("theirs", [True, False])
def test_a_block_that_i_deleted_and_the_first_rewrote_is_asked_about(two, theirs):
    two = two(make_post(texts=2))
    two.otto_saves(**{f"{TEXTS}-0-html": "<p>Rewritten.</p>"})
    response = two.edda_sends(**{f"{TEXTS}-0-DELETE": "on", f"{TEXTS}-1-DELETE": "on"})
    assert clashes(response) == {"Text, block 1": ("Rewritten.", "")}
    data = {f"{TEXTS}-0-DELETE": "on", f"{TEXTS}-1-DELETE": "on"}
    assert all(field in response.text for field in data)
    chosen = takes(response).values() if theirs else []
    post = two.edda_saves(response, take=list(chosen), **data)
    assert texts(post) == (["<p>Rewritten.</p>"] if theirs else [])


def test_one_work_that_both_added_is_cited_once(two):
    post, work = make_post(citations=0), WorkFactory()
    added = {"citations-TOTAL_FORMS": "1", "citations-0-work": work.pk}
    two = two(post)
    two.otto_saves(**added, **{"citations-0-role": "primary"})
    response = two.edda_sends(**added, **{"citations-0-role": "background"})
    assert list(clashes(response)) == ["Citation 1"]
    post = two.edda_saves(response)
    assert Citation.objects.get(post=post).role == "background"


def test_who_moved_blocks_decides_their_order(two):
    """The form numbers all blocks anew wherever one is put in: that moves nothing."""
    two = two(make_post(texts=3))
    two.otto_saves(**moved(30, 20, 10))
    response = two.edda_sends(**new_text(3, "<p>New.</p>", 20), **moved(10, 30, 40))
    assert clashes(response) == {}
    post = two.edda_saves(response)
    parts = [f"<p>Part {number}.</p>" for number in range(3)]
    assert texts(post) == [parts[2], parts[1], parts[0], "<p>New.</p>"]


@pytest.mark.parametrize("theirs", [True, False])
def test_an_order_that_both_changed_is_asked_about(two, theirs):
    two = two(make_post(texts=3))
    two.otto_saves(**moved(30, 20, 10))
    response = two.edda_sends(**moved(20, 10, 30))
    assert list(clashes(response)) == ["Order of the blocks"]
    chosen = takes(response).values() if theirs else []
    post = two.edda_saves(response, take=list(chosen))
    assert texts(post) == [f"<p>Part {n}.</p>" for n in ((2, 1, 0) if theirs else (1, 0, 2))]


def test_a_block_that_was_taken_is_no_longer_marked_for_deletion(two):
    two = two(make_post(texts=2))
    two.otto_saves(**{f"{TEXTS}-0-html": "<p>Rewritten.</p>"})
    marked = {f"{TEXTS}-0-DELETE": "on"}
    response = two.edda_sends(**marked)
    # She moved it too: the link to it goes where it stands now.
    sent = posted(response, take=list(takes(response).values()), category="nonsense", **marked)
    response = two.client.post(two.url, sent | moved(30, 20))
    assert clashes(response) == {"Text, block 1": ("Rewritten.", "")}
    assert "it is still marked" not in response.text
    assert 'name="take"' not in response.text and "Tick a box" not in response.text
    anchor = response.context["meanwhile"].clashes[0].anchor
    assert response.context["adminform"].form.data[f"{anchor}-html"] == "<p>Rewritten.</p>"
    assert "<p>Rewritten.</p>" in texts(
        two.edda_saves(response, category=str(two.post.category_id))
    )


def test_a_form_that_cannot_say_what_it_was_opened_with_asks_about_all_that_differs(two):
    post, other = make_post(texts=1), make_post("Other", texts=1)
    two = two(post)
    foreign = posted(two.client.get(page_of("change", other)))["opened"]
    two.otto_saves(**new_text(1, "<p>Otto’s.</p>", 20), title="Otto’s title")
    for opened in ("", "nonsense", foreign):
        response = two.edda_sends(opened=opened, standfirst="Edda’s.")
        assert set(clashes(response)) == {"Title", "Standfirst"}
    post = two.edda_saves(
        response, take=["post:title", "post:nonsense", "x", "order:", f"{TEXTS}:7"]
    )
    assert (post.title, post.standfirst) == ("Otto’s title", "Edda’s.")
    assert texts(post) == ["<p>Part 0.</p>", "<p>Otto’s.</p>"]


def test_what_both_wrote_alike_is_no_clash(two):
    image = Image.objects.create(title="Lungs", file=picture())
    two = two(make_post())
    same = {"hero": image.pk, "hero_alt": "Lungs", f"{TEXTS}-0-html": "<p>The same.</p>"}
    two.otto_saves(**same)
    response = two.edda_sends(**same)
    assert clashes(response) == taken(response) == {}
    assert "Nothing that you see differs" in response.text


def test_hostile_words_of_a_colleague_stay_words(two):
    two = two(make_post())
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    two.otto_saves(standfirst=hostile, title=hostile, **new_text(1, "<p>x</p>" + hostile, 20))
    response = two.edda_sends(standfirst="Edda’s.", **{f"{TEXTS}-0-html": f"<p>{hostile}</p>"})
    assert "alert(1)" in response.text
    for tag in ("<script>alert", "<img src=x"):
        assert tag not in response.text


@pytest.mark.parametrize("seed", range(12))
def test_whatever_two_people_do_no_word_is_lost(two, seed):
    """Each rewrites, deletes, adds and moves at random; afterwards each word is on the post or on the page."""
    random = Random(seed)
    post = make_post(texts=4, citations=1)
    add_blocks(post, Callout(heading="Note", html="<p>Mind.</p>"), Callout(html="<p>Gap.</p>"))
    two = two(post)

    def deeds(who):
        data = {}
        for prefix, size in ((TEXTS, 4), ("articles_callout_set", 2)):
            for number in range(size):
                match random.choice(["keep", "keep", "write", "delete", "move"]):
                    case "write":
                        data[f"{prefix}-{number}-html"] = f"<p>{who} {prefix} {number}</p>"
                    case "delete":
                        data[f"{prefix}-{number}-DELETE"] = "on"
                    case "move":
                        data[f"{prefix}-{number}-ordering"] = str(random.randint(1, 90))
        if random.random() < 0.5:
            data |= new_text(4, f"<p>{who} added</p>", random.randint(1, 90))
        return data

    theirs, mine = {"title": "Otto’s"} | deeds("otto"), {"standfirst": "Edda’s."} | deeds("edda")
    two.otto_saves(**theirs)
    response = two.edda_sends(**mine)
    shown = response.context["meanwhile"]
    sides = [side for clash in shown.clashes for side in (clash.theirs, clash.mine)]
    page = "".join(text for side in sides for _, text in side)
    marked = {
        form.add_prefix("DELETE"): "on"
        for each in response.context["inline_admin_formsets"]
        for form in each.formset.forms
        if form.data.get(form.add_prefix("DELETE"))
    }
    post = two.edda_saves(response, **marked)
    said = "".join(html or "" for html in texts(post))
    for data in (theirs, mine):
        for name, value in data.items():
            if name.endswith("-html") and not data.get(name.replace("-html", "-DELETE")):
                assert value in said or value[3:-4] in page, (name, value)
    assert len(texts(post)) == len(set(texts(post))), "Nothing is there twice."
