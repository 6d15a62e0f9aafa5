"""Who may do what with a post, at every address: one table, asked through the front door.

Each row is a door, each letter a person who is let in: an Anonymous reader, a Reader
with an account, the Writer who owns the post, another writer (O), an Editor, a
Curator, a Superuser; before the bar while the post is a draft, after it while it is live.
"""

import inspect
import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.test import Client
from django.utils import timezone

from articles import publishing
from articles.documents import build
from articles.exporting import to_file
from articles.models import Post, PreviewLink
from articles.previews import make_link
from tests.editors import page_of, posted
from tests.factories_articles import PostFactory, member, rewrite

pytestmark = pytest.mark.django_db

TABLE = """
                 draft   | live
add              ..WOE.S | ..WOE.S
import           ..W.E.S | ..W.E.S
list             ..W.E.S | ..W.E.S
search           ..W.E.S | ..W.E.S
autocomplete     ..W.E.S | ..W.E.S
form             ..W.E.S | ..W.E.S
edit             ..W.E.S | ..W.E.S
history          ..W.E.S | ..W.E.S
revisions        ..W.E.S | ..W.E.S
diff             ..W.E.S | ..W.E.S
preview          ..W.E.S | ..W.E.S
export           ..W.E.S | ..W.E.S
links            ..W.E.S | ..W.E.S
link             ..W.E.S | ..W.E.S
revoke           ..W.E.S | ..W.E.S
shortcut         ....... | .......
delete           ....E.S | .......
delete-page      ....E.S | ....E.S
submit           ..W.E.S | ..W.E.S
return           ....E.S | ....E.S
approve          ....E.S | ....E.S
schedule         ....E.S | ....E.S
cancel           ....E.S | ....E.S
rebase           ....E.S | ....E.S
roll_back        ....... | ....E.S
correct          ....... | ....E.S
retract          ....... | ....E.S
withdraw         ....E.S | ....E.S
notice           ....E.S | ....E.S
reinstate        ....E.S | ....E.S
approve-page     ....E.S | ....E.S
withdraw-page    ....E.S | ....E.S
notice-page      ....E.S | ....E.S
correct-page     ....E.S | ....E.S
bulk-submit      ..W.E.S | ..W.E.S
bulk-approve     ....E.S | ....E.S
bulk-withdraw    ....E.S | ....E.S
shared           ARWOECS | ARWOECS
page             ....... | ARWOECS
api              ....... | ARWOECS
api-list         ....... | ARWOECS
articles         ....... | ARWOECS
home             ....... | ARWOECS
category         ....... | ARWOECS
author           ....... | ARWOECS
source           ....... | ARWOECS
feed             ....... | ARWOECS
sitemap          ....... | ARWOECS
"""
PEOPLE = "ARWOECS"
ROWS = dict(re.findall(r"^(\S+) +([.A-Z]{7} \| [.A-Z]{7})$", TABLE, re.M))
# In the working copy alone; and in what readers see, once they see it.
WORKING, READ = "zephyrine", "quaverly"
NEXT_YEAR = f"{timezone.now().year + 1}-06-01T10:00"


@pytest.fixture
def people(django_user_model):
    return {
        "A": None,
        "R": django_user_model.objects.create_user("reader"),
        "W": member("Writer", "owner"),
        "O": member("Writer", "other"),
        "E": member("Editor", "editor"),
        "C": member("Curator"),
        "S": django_user_model.objects.create_superuser("root"),
    }


def world(state, people):
    post = PostFactory(slug=f"{READ}-post", title=f"A {READ} post", owner=people["W"])
    submitter = member("Editor", "third")
    if state == "live":
        publishing.approve(post, by=None)
        rewrite(post, f"A {WORKING} post")
        post.slug = f"{WORKING}-post"
        post.save()
    link, token = make_link(post, by=people["W"], days=1)
    source = post.citations.get().work.source
    return SimpleNamespace(
        post=post, state=state, submitter=submitter, link=link, token=token, source=source
    )


# What is asked


def scheduled(world):
    return publishing.approve(world.post, by=None, at=timezone.now() + timedelta(days=1)).number


def submitted(world):
    publishing.submit(world.post, by=world.submitter)


def withdrawn(world):
    publishing.withdraw(world.post, by=None, notice="Wrong.")


def desk(page, *rest):
    return lambda world, said: page_of(page, world.post, *rest)


def of_scheduled(page):
    return lambda world, said: page_of(page, world.post, said)


def at(address):
    return lambda world, said: address


LIST = "/admin/articles/post/"
AUTOCOMPLETE = "/admin/autocomplete/?app_label=articles&model_name=citation&field_name=post"


def shortcut(world, said):
    return f"/admin/r/{ContentType.objects.get_for_model(Post).pk}/{world.post.pk}/"


# Pages: where, and the word that is seen there (of the working copy unless said).
SHOWN = {
    "list": at(LIST),
    "search": at(f"{LIST}?q=post&kind=news"),
    "autocomplete": at(AUTOCOMPLETE),
    "form": desk("change"),
    "history": desk("history"),
    "revisions": desk("revisions"),
    "diff": lambda world, said: page_of("revisions", world.post) + "?old=working&new=working",
    "preview": desk("preview"),
    "export": desk("export"),
    "links": desk("links"),
    "delete-page": desk("delete"),
    "approve-page": desk("approve"),
    "withdraw-page": desk("withdraw"),
    "notice-page": desk("notice"),
    "correct-page": desk("correct"),
    "shared": lambda world, said: f"/preview/{world.token}/",
    "shortcut": shortcut,
}
PUBLIC = {
    "page": at(f"/articles/{READ}-post/"),
    "api": at(f"/api/v1/posts/{READ}-post/"),
    "api-list": at("/api/v1/posts/"),
    "articles": at("/articles/"),
    "home": at("/"),
    "category": at("/categories/research/"),
    "author": at("/authors/staff/"),
    "source": lambda world, said: world.source.get_absolute_url(),
    "feed": at("/feeds/articles.atom"),
    "sitemap": at("/sitemap.xml"),
}
# What is posted: (before by somebody else, where, what).
CHOSEN = {"submit": {}, "approve": {"confirmed": "1"}, "withdraw": {"notice": "Wrong."}}
POSTED = {
    "submit": (None, desk("submit"), {}),
    "return": (submitted, desk("return"), {}),
    "approve": (None, desk("approve"), {}),
    "schedule": (None, desk("approve"), {"at": NEXT_YEAR}),
    "cancel": (scheduled, of_scheduled("cancel"), {}),
    "rebase": (scheduled, of_scheduled("rebase"), {}),
    "roll_back": (None, desk("roll_back", 1), {}),
    "correct": (None, desk("correct"), {"kind": "correction", "text": "It was two."}),
    "retract": (None, desk("correct"), {"kind": "retraction", "text": "All wrong."}),
    "withdraw": (None, desk("withdraw"), {"notice": "Wrong."}),
    "notice": (withdrawn, desk("notice"), {"notice": "Quite wrong."}),
    "reinstate": (withdrawn, desk("reinstate"), {}),
    "delete": (None, desk("delete"), {"post": "yes"}),
    "link": (None, desk("links"), {"days": "7"}),
    "revoke": (None, lambda world, said: page_of("revoke", world.post, world.link.pk), {}),
} | {
    f"bulk-{verb}": (None, at(LIST), {"action": f"{verb}_chosen"} | said)
    for verb, said in CHOSEN.items()
}


def let_in(door, world, client):
    """Whether whoever has this client is let in by this door."""
    if door == "add":
        return client.get(f"{LIST}add/").status_code == 200
    if door in ("edit", "import"):
        before = state_of(world)
        {"edit": edit, "import": bring}[door](world, client)
        return state_of(world) != before
    if door in POSTED:
        return is_done(POSTED[door], world, client)
    return sees(door, world, client)


def sees(door, world, client):
    address = (SHOWN | PUBLIC)[door](world, None)
    response = client.get(address)
    told = f"{response.text} {response.headers}"
    if door in PUBLIC:
        assert WORKING not in told, door
        word = f"A {READ} post" if door != "sitemap" else READ
        return response.status_code == 200 and word in told
    # What is refused tells nothing, in no part of the answer.
    said = WORKING if world.state == "live" else READ
    found = said in told
    assert not found or response.status_code == 200, (door, response)
    return found


def is_done(row, world, client):
    prepare, where, said = row
    number = prepare(world) if prepare else None
    before = state_of(world)
    chosen = {
        "_selected_action": [world.post.pk],
        "seen": f"{world.post.pk}:{world.post.version}",
    }
    data = said | chosen if "action" in said else said
    client.post(where(world, number), data)
    return state_of(world) != before


def state_of(world):
    """All that a verb could change."""
    post = Post.objects.filter(pk=world.post.pk)
    links = PreviewLink.objects.order_by("pk")
    if not post:
        return None
    found = post.get()
    rows = [post.values(), found.revisions.order_by("number").values(), links.values()]
    return [*map(list, rows), list(found.corrections.values()), build(found)]


def edit(world, client):
    """Posts the form as somebody who may see it would be given it."""
    giver = Client()
    giver.force_login(member("Editor", "giver"))
    data = posted(giver.get(page_of("change", world.post)), title="Another title")
    client.post(page_of("change", world.post), data)


def bring(world, client):
    text = to_file(build(world.post)).replace("Words.", "Other words.")
    client.post(f"{LIST}import/", {"text": text, "import": "1", "overwrite": "on"})


# The table


@pytest.mark.parametrize("state", ["draft", "live"])
@pytest.mark.parametrize("door", ROWS)
def test_each_door_lets_in_whom_the_table_names(door, state, people):
    here = world(state, people)
    found = ""
    for letter, user in people.items():
        client = Client()
        if user:
            client.force_login(user)
        with transaction.atomic():
            found += letter if let_in(door, here, client) else "."
            transaction.set_rollback(True)
        here.post = Post.objects.get(pk=here.post.pk)
    assert found == ROWS[door].split(" | ")[state == "live"]


def test_the_table_is_written_right():
    lines = TABLE.strip().splitlines()[1:]
    assert len(ROWS) == len(lines)
    assert set(ROWS) == {"add", "import", "edit", *SHOWN, *PUBLIC, *POSTED}
    for row in ROWS.values():
        for half in row.split(" | "):
            assert all(letter in (".", person) for letter, person in zip(half, PEOPLE, strict=True))


def test_every_verb_and_every_page_of_the_desk_is_in_the_table():
    names = {"return_to_writer": "return", "change_notice": "notice"}
    helpers = {"writing", "settle_pending", "freeze", "current_row", "demand_newest"}
    helpers |= {
        "newest_number",
        "newest_numbers",
        "check_time",
        "said_to_readers",
        "demand_withdrawn",
        "demand_pictures",
    }
    for name, function in inspect.getmembers(publishing, inspect.isfunction):
        if function.__module__ == publishing.__name__ and name not in helpers:
            assert names.get(name, name) in ROWS
    # The last tells what a query of the catalogue gives, and nothing of posts.
    known = {"changelist": "list", "change": "form", "table": "add"}
    for pattern in admin.site.get_model_admin(Post).get_urls():
        if pattern.name:
            name = pattern.name.removeprefix("articles_post_")
            assert known.get(name, name) in ROWS
