"""The words of what is live are gathered once, however many readers search at the same moment."""

import threading

from articles.search import Shelf

READERS = 4


class Live(tuple):
    """What is live, which says when somebody compares it with what is kept."""

    def __new__(cls, compared):
        live = super().__new__(cls)
        live.compared = compared
        return live

    def __eq__(self, other):
        self.compared.release()
        return tuple.__eq__(self, other)

    __hash__ = tuple.__hash__


def test_readers_who_wait_for_the_words_get_those_that_were_made_meanwhile(db):
    shelf, compared, found = Shelf(), threading.Semaphore(0), []
    live = Live(compared)
    readers = [
        threading.Thread(target=lambda: found.append(shelf.of(live))) for _ in range(READERS)
    ]
    with shelf.lock:
        for reader in readers:
            reader.start()
        # All of them have looked and found nothing.
        for _ in readers:
            assert compared.acquire(timeout=60)
    for reader in readers:
        reader.join()
    assert len(found) == READERS and len({id(words) for words in found}) == 1
