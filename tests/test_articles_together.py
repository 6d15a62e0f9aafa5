"""Two people save the same post at once: nothing that either wrote is lost, through the admin's client."""

from random import Random

import pytest

from articles.documents import build
from articles.models import Callout, Citation, Image, Post
from tests.editors import is_saved, make_post, page_of, picture, posted
from tests.factories import DatasetFactory
from tests.factories_articles import CategoryFactory, WorkFactory, add_blocks, member

pytest_plugins = ["tests.editors"]
pytestmark = pytest.mark.django_db
TEXTS = "articles_text_set"


class Two:
    """Edda has the form open while Otto saves; then she saves what she typed."""

    def __init__(self, client, post, edda):
        self.client, self.post, self.url = client, post, page_of("change", post)
        self.otto, self.edda = member("Editor", "otto"), edda
        client.force_login(edda)
        self.opened = posted(client.get(self.url))

    def otto_saves(self, **changes):
        self.client.force_login(self.otto)
        assert is_saved(self.client.post(self.url, posted(self.client.get(self.url), **changes)))
        self.client.force_login(self.edda)

    def edda_sends(self, **changes):
        version = Post.objects.get(pk=self.post.pk).version
        response = self.client.post(self.url, self.opened | changes)
        assert response.status_code == 200, "Whoever comes second is told, whatever was changed."
        assert "otto saved this post while you had it open" in response.text
        self.post.refresh_from_db()
        assert self.post.version == version, "Nothing is saved before it was looked at."
        for each in response.context["inline_admin_formsets"]:
            if each.opts.fk_name == "parent":
                regions = {form["region"].value() for form in each.formset.forms}
                assert regions <= {"main"}, "Without its region, a block is not shown."
        return response

    def edda_saves(self, response, **changes):
        assert is_saved(self.client.post(self.url, posted(response, **changes)))
        self.post = Post.objects.get(pk=self.post.pk)
        return self.post


@pytest.fixture
def two(client, editor):
    return lambda post: Two(client, post, editor)


def clashes(response):
    """What both changed: label to (theirs, mine)."""
    return {
        clash.label: tuple("".join(text for _, text in side) for side in (clash.theirs, clash.mine))
        for clash in response.context["meanwhile"].clashes
    }


def takes(response):
    return {clash.label: clash.take for clash in response.context["meanwhile"].clashes}


def taken(response):
    return {change["label"]: change["state"] for change in response.context["meanwhile"].taken}


def texts(post):
    return [block.get("html") for block in build(post)["blocks"]]


def new_text(number, html, ordering):
    start = f"{TEXTS}-{number}"
    return {
        f"{TEXTS}-TOTAL_FORMS": str(number + 1),
        f"{start}-html": html,
        f"{start}-ordering": str(ordering),
        f"{start}-region": "main",
    }


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


def moved(*orderings):
    return {f"{TEXTS}-{number}-ordering": str(place) for number, place in enumerate(orderings)}


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


def test_a_comparison_of_another_post_does_not_count(two, client, editor):
    other = two(make_post("Other"))
    other.otto_saves(title="Otto’s title")
    compared = posted(other.edda_sends(title="Edda’s title"))["compared"]
    url = page_of("change", make_post())
    data = posted(client.get(url)) | {"category": "nonsense", "compared": compared}
    again = client.post(url, data)
    assert again.status_code == 200 and again.context["meanwhile"] is None


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
