"""What a reader may have meant by an address that leads nowhere; published things only."""

from django.urls import reverse

from articles.addresses import well_formed
from articles.models import Revision
from datasets.hints import similar
from datasets.reading import Entry

SHOWN = 4
# The newest posts; older ones are found by the search.
POSTS = 1000


def nearest(path, index):
    """(the words of the address, [(heading, entries)]) for the last part of a path."""
    last = path.rstrip("/").rpartition("/")[2].replace("\0", "")
    words = last.replace("-", " ").replace("_", " ").strip()
    slug = "-".join(words.lower().split())
    words = words[:80]
    # Most addresses that lead nowhere were never like one of ours, and are not worth a look.
    if not well_formed([slug]):
        return words, []
    posts = Revision.objects.live().order_by("-effective_at").values_list("slug", "title")[:POSTS]
    titles = dict(posts)
    records = {
        near: index.document(index.position[near]) for near in like(slug, index.values("slug"))
    }
    articles = [
        Entry(titles[near], reverse("articles:detail", args=[near])) for near in like(slug, titles)
    ]
    groups = [
        ("Articles", articles),
        ("Datasets", entries(records, "/datasets/")),
        ("Tools", entries(records, "/tools/")),
    ]
    return words, [(heading, found) for heading, found in groups if found]


def entries(records, below):
    documents = [document for document in records.values() if document["url"].startswith(below)]
    return [Entry(document["name"], document["url"]) for document in documents]


def like(sought, slugs):
    """The slugs most like the one sought: in their letters, or in most of their words."""
    words = [f"-{word}" for word in sought.split("-") if len(word) > 2]
    least = max(1, -(-2 * len(words) // 3))
    begun, worded = [], []
    for slug in slugs:
        shared = sum(word in f"-{slug}" for word in words)
        if shared >= least:
            worded.append((-shared, len(slug), slug))
        # To compare letters takes long; whoever mistypes an address gets its first letter right.
        if shared >= least or slug[0] == sought[0]:
            begun.append(slug)
    found = [*similar(sought, begun, count=SHOWN), *(slug for *_, slug in sorted(worded))]
    return list(dict.fromkeys(found))[:SHOWN]
