"""The words of what is live, in memory: a search of posts means the same as one of the catalogue."""

import os
import threading

from articles.documents import loads
from articles.models import Revision
from datasets.words import Words


class Shelf:
    """The words of the revisions that were live when they were last asked for."""

    def __init__(self):
        self.forget()

    def forget(self):
        self.lock = threading.Lock()
        self.kept = (None, None)

    def of(self, live):
        """The Words of these revisions, (id, hash) each: they never change, so these say it all."""
        words = self.known(live)
        if words is None:
            with self.lock:
                # Another thread may have made them while this one waited.
                words = self.known(live)
                if words is None:
                    words = Words(entries([pk for pk, _ in live]))
                    self.kept = (live, words)
        return words

    def known(self, live):
        kept, words = self.kept
        return words if kept == live else None


_shelf = Shelf()
# A lock that is held while a process is forked is never free in the child.
os.register_at_fork(after_in_child=_shelf.forget)


def live_now():
    """(id, hash) of each live revision."""
    return tuple(Revision.objects.live().order_by("pk").values_list("pk", "hash"))


def matching(text):
    """Ids of the live revisions that have every word of the text, the best match first."""
    live = live_now()
    return [live[position][0] for position in _shelf.of(live).search(text)]


def words_now():
    """The Words of all that is live."""
    return _shelf.of(live_now())


def entries(ids):
    """What is searched of each revision, under the names by which words are weighted."""
    found = {
        pk: (title, text, loads(document))
        for pk, title, text, document in Revision.objects.filter(pk__in=ids).values_list(
            "pk", "title", "text", "document"
        )
    }
    for pk in ids:
        title, text, document = found[pk]
        cited = " ".join(
            f"{work['title']} {work['authors'] or ''}" for work in document["citations"]
        )
        yield {
            "name": title,
            "aliases": [],
            "full_name": " ".join([document["standfirst"] or "", *document["summary_points"]]),
            "paper": {"title": cited},
            "summary": text,
        }
