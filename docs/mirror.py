#!/usr/bin/env python3
"""Keeps a copy of a catalogue in an SQLite file, and can prove that it is one.

    python3 mirror.py https://catalogue.example copy.sqlite          # copy, or bring up to date
    python3 mirror.py https://catalogue.example copy.sqlite --prove  # the same, then compare

Needs Python 3.11 and nothing else. It may be stopped at any moment: each page of changes
is written together with the place where to go on, so the next run misses nothing and does
nothing twice. Exit code 0: up to date (and equal); 1: not equal; 2: could not go on.
"""

import argparse
import json
import sqlite3
import sys
import time
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

TABLES = """
CREATE TABLE IF NOT EXISTS record (
    slug TEXT PRIMARY KEY, kind TEXT NOT NULL, version INTEGER NOT NULL, document TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
FAMILIES = {"datasets": ("dataset", "collection"), "tools": ("tool", "model")}
PAGE_SIZE = 200
TRIES = 5
LONGEST_WAIT = 120


class CannotGoOn(Exception):
    """Why the copy cannot be brought up to date, and what to do."""


def fetch(url):
    """The answer to a GET as a file. Waits when the server asks for it, and tries again when it fails."""
    for attempt in range(1, TRIES + 1):
        try:
            request = Request(url, headers={"User-Agent": "catalogue-mirror/1"})
            return urlopen(request, timeout=60)
        except HTTPError as error:
            if error.code == 400:
                told = error.read().decode("utf-8", "replace")
                raise CannotGoOn(f"The catalogue refuses {url}: {told}") from None
            if error.code not in (429, 500, 502, 503, 504) or attempt == TRIES:
                raise CannotGoOn(f"{url} answers {error.code}.") from None
            wait = error.headers.get("Retry-After", "")
            time.sleep(min(int(wait) if wait.isdigit() else 2**attempt, LONGEST_WAIT))
        except ValueError as error:
            raise CannotGoOn(f"{url} is no address: {error}.") from None
        except (URLError, TimeoutError, ConnectionError) as error:
            if attempt == TRIES:
                raise CannotGoOn(f"{url} does not answer: {error}") from None
            time.sleep(2**attempt)


@contextmanager
def understood(what):
    """An answer that breaks off, or is no JSON, ends the run in words; nothing of its page is written."""
    try:
        yield
    except (ValueError, OSError, HTTPException) as error:
        raise CannotGoOn(f"The answer to {what} cannot be read: {error}. Run again.") from None


class Mirror:
    """A copy of the catalogue at ``source`` in the file ``path``."""

    def __init__(self, source, path, *, fetch=fetch, page_size=PAGE_SIZE):
        self.api = urljoin(source.rstrip("/") + "/", "api/v1/")
        self.fetch, self.page_size = fetch, page_size
        self.database = sqlite3.connect(path)
        self.database.executescript(TABLES)

    def close(self):
        self.database.close()

    # Following

    @property
    def cursor(self):
        """Where to go on: what the last answer that is written here gave."""
        return int(self.state("cursor", "0"))

    def state(self, name, default=None):
        row = self.database.execute("SELECT value FROM state WHERE name = ?", [name]).fetchone()
        return row[0] if row else default

    def remember(self, name, value):
        self.database.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", [name, value])

    def follow(self, pages=None):
        """Apply what has changed since, page by page (at most so many); gives the number of changes."""
        self.check_source()
        self.check_past()
        applied, page = 0, 0
        while pages is None or page < pages:
            answer = self.changes(self.cursor, self.page_size)
            # One transaction: the changes and the place after them, or neither.
            with self.database:
                for change in answer["results"]:
                    self.apply(change)
                    self.remember("last", fingerprint(change))
                self.remember("cursor", answer["cursor"])
            applied, page = applied + len(answer["results"]), page + 1
            if not answer["next"]:
                break
        return applied

    def changes(self, cursor, page_size):
        query = urlencode({"cursor": cursor, "page_size": page_size})
        return self.json(f"changes/?{query}")

    def json(self, path):
        with self.fetch(self.api + path) as answer, understood(path):
            return json.load(answer)

    def apply(self, change):
        """A change as the copy takes it over. A record that is gone leaves no row."""
        if change["former_slug"]:
            self.forget(change["former_slug"])
        if change["document"] is None:
            self.forget(change["slug"])
            return
        row = [change["slug"], change["kind"], change["version"], json.dumps(change["document"])]
        self.database.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)", row)

    def forget(self, slug):
        self.database.execute("DELETE FROM record WHERE slug = ?", [slug])

    def check_source(self):
        known = self.state("source", self.api)
        if known != self.api:
            raise CannotGoOn(f"This file is a copy of {known}; name another file.")
        with self.database:
            self.remember("source", self.api)

    def check_past(self):
        """Raise CannotGoOn when the catalogue's past is not the one followed so far, as after a restored backup."""
        last = self.state("last")
        if last is None:
            return
        found = self.changes(self.cursor - 1, 1)["results"]
        if not found or fingerprint(found[0]) != last:
            raise CannotGoOn(
                "The catalogue’s past is another than the one copied here: it was restored from "
                "a backup. Delete the file and start anew."
            )

    # Proving

    def prove(self, tries=5):
        """What differs from the catalogue’s whole export, as lines; empty if nothing does."""
        for _ in range(tries):
            self.follow()
            differing = [line for family in FAMILIES for line in self.compare(family)]
            # What changed while the export came would look like a difference.
            if not self.follow():
                return differing
        raise CannotGoOn("The catalogue changes faster than it can be compared; try again later.")

    def compare(self, family):
        """Yield a line for each record of the family that differs from the export."""
        copied = self.documents(family)
        for document in self.export(family):
            mine = copied.pop(document["slug"], None)
            if mine is None:
                yield f"{document['slug']}: missing here"
            elif mine != document:
                keys = [key for key in document if mine.get(key) != document[key]]
                yield f"{document['slug']}: differs in {', '.join(keys) or 'keys that are gone'}"
        yield from (f"{slug}: not in the catalogue" for slug in copied)

    def documents(self, family):
        kinds = FAMILIES[family]
        marks = ", ".join("?" * len(kinds))
        rows = self.database.execute(
            f"SELECT slug, document FROM record WHERE kind IN ({marks})", kinds
        )
        return {slug: json.loads(document) for slug, document in rows}

    def export(self, family):
        """Yield the whole documents of a family as the catalogue gives them now."""
        first = self.json(f"{family}/?page_size=1")["results"]
        if not first:
            return
        # Which keys there are, the catalogue says itself: a key that the copy lacks is a difference.
        keys = self.json(f"{family}/{first[0]['slug']}/")
        query = urlencode({"format": "ndjson", "fields": ",".join(keys)})
        with self.fetch(f"{self.api}{family}/?{query}") as lines, understood(family):
            for line in lines:
                if line.strip():
                    yield json.loads(line)

    def count(self):
        return self.database.execute("SELECT count(*) FROM record").fetchone()[0]


def fingerprint(change):
    return f"{change['number']} {change['slug']} {change['event']} {change['at']}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("source", help="the site’s address, such as https://catalogue.example")
    parser.add_argument("file", type=Path, help="the SQLite file; made if it is not there")
    parser.add_argument("--prove", action="store_true", help="compare with the whole export too")
    chosen = parser.parse_args()
    try:
        mirror = Mirror(chosen.source, chosen.file)
    except sqlite3.Error as error:
        print(f"{chosen.file} cannot be used: {error}.", file=sys.stderr)
        return 2
    try:
        applied = mirror.follow()
        print(f"{applied} changes applied; {mirror.count()} records, up to change {mirror.cursor}.")
        if chosen.prove:
            differing = mirror.prove()
            for line in differing:
                print(line)
            print("Not equal." if differing else "Equal to the catalogue’s export.")
            return 1 if differing else 0
    except CannotGoOn as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; the next run goes on.", file=sys.stderr)
        return 2
    finally:
        mirror.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
