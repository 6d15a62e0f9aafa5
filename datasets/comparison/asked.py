"""Which records an address asks to compare, and what there is to say about those that it cannot have."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format

from datasets.fields import NAMED
from datasets.hints import Likenesses, shorten
from datasets.history import tombstone
from datasets.models.slugs import SLUG_PATTERN
from datasets.naming import find
from datasets.reading import Entry, joined

MOST = 6
# Of a longer address, the rest is not looked at.
LOOKED_AT = 30
FORMATS = {"csv": "CSV", "bib": "BibTeX"}
DIFFERENCES = "differences"
PARAMETERS = ("slug", "add", "only", "format")


def address(slugs, **more):
    """Where these records stand beside each other."""
    query = urlencode([*(("slug", slug) for slug in slugs), *more.items()])
    return reverse("datasets:compare") + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Message:
    """Something that the reader should know, with what could be done about it."""

    text: str
    offers: list = field(default_factory=list)


class Asked:
    """The parameters of the page. ``slugs`` are the current ones of the records to compare, in their order."""

    def __init__(self, data, index):
        self.data, self.index = data, index
        self.slugs, self.messages, self.missing, self.left_out = [], [], [], []
        self.like = Likenesses()
        self.only_differences = self._one("only", [DIFFERENCES]) == DIFFERENCES
        self.format = self._one("format", list(FORMATS))
        given = [slug for slug in data.getlist("slug") if slug]
        for slug in given[:LOOKED_AT]:
            self._take(slug)
        for number, slug in enumerate(dict.fromkeys(self.missing)):
            self._miss(slug, hinted=number < NAMED)
        if self.left_out:
            beyond = joined(list(dict.fromkeys(self.left_out)))
            self.say(f"{MOST} records fit beside each other; {beyond} did not. Remove one first.")
        if len(given) > LOOKED_AT:
            self.say(f"Only the first {LOOKED_AT} records of the address were looked at.")
        unknown = [name for name in data if name not in PARAMETERS]
        for name in unknown[:NAMED]:
            known = ", ".join(PARAMETERS)
            self.say(f"“{shorten(name)}” was left out: this page takes {known}.")
        if others := len(unknown[NAMED:]):
            self.say(f"So {'was 1 other' if others == 1 else f'were {others} others'}.")

    def say(self, text, offers=()):
        self.messages.append(Message(text, list(offers)))

    def name(self, slug):
        return self.index.name_of("slug", slug)

    def _take(self, slug):
        current = self.index.resolve("slug", slug)
        if current is None:
            return self.missing.append(slug)
        if current in self.slugs:
            return self.say(f"{self.name(current)} was given twice; it stands here once.")
        if len(self.slugs) == MOST:
            return self.left_out.append(self.name(current))
        self.slugs.append(current)
        if current != slug:
            self.say(f"“{shorten(slug)}” has a new address, which is “{current}”.")

    def _miss(self, slug, hinted):
        notice = tombstone(slug) if re.match(SLUG_PATTERN, slug) else None
        if notice:
            when = date_format(notice.at, "j F Y")
            return self.say(f"{notice.name} was withdrawn from the catalogue on {when}.")
        near = self.like(slug, self.index.values("slug")) if hinted else ()
        offers = [self.offer(one) for one in near if self._fits(one)]
        self.say(f"“{shorten(slug)}” is not in the catalogue.", offers)

    def _fits(self, slug):
        return slug not in self.slugs and len(self.slugs) < MOST

    def _one(self, name, valid):
        given = self.data.get(name, "")
        if given in ("", *valid):
            return given
        self.say(
            f"“{shorten(given)}” is not a value of “{name}”, which takes {joined(valid)}; it was left out."
        )
        return ""

    def offer(self, slug):
        """A link that adds the record."""
        return Entry(self.name(slug), self.address(slugs=[*self.slugs, slug]))

    def address(self, *, slugs=None, **more):
        """Where these records are compared, in the way of this page unless told otherwise."""
        kept = {"only": DIFFERENCES} if self.only_differences else {}
        kept = {name: value for name, value in (kept | more).items() if value}
        return address(self.slugs if slugs is None else slugs, **kept)

    # A record that is added by its name

    @property
    def typed(self):
        return self.data.get("add", "").strip()

    @cached_property
    def found(self):
        """The records that the typed name may mean."""
        return find(self.typed, self.index)

    @property
    def added(self):
        """The one record that was meant and can be added, or None."""
        slug = self.found.slugs[0] if self.found.sure else None
        return slug if slug and self._fits(slug) else None

    def say_found(self):
        """Tell what became of a name that did not add a record."""
        found = self.found.slugs
        new = [slug for slug in found if slug not in self.slugs]
        if found and not new:
            self.say(f"{self.name(found[0])} is here already.")
        elif len(self.slugs) >= MOST:
            self.say(f"{MOST} records fit beside each other. Remove one first.")
        elif new:
            self.say(f"“{shorten(self.typed)}” may mean several. Add", map(self.offer, new))
        else:
            other = self.found.suggestion
            hint = f" Try “{other}”." if other else ""
            self.say(f"Nothing in the catalogue is called “{shorten(self.typed)}”.{hint}")
