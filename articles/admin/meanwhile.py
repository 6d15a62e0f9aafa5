"""What came of two people writing in one post, as the form shows it and carries it along."""

from dataclasses import asdict, dataclass, field, fields

from articles.admin.snapshots import sealed, unsealed

CHANGE = {"label", "state", "segments", "about", "who"}


@dataclass
class Clash:
    """Something that both changed. ``take`` is what the form sends to have theirs; empty if that is done on the row."""

    label: str
    theirs: list
    mine: list
    take: str = ""
    anchor: str = ""
    note: str = ""
    # Where it stands on the form: (prefix or None, id of the row or None, name of the field).
    place: tuple = ()
    who: str = ""
    # Theirs was asked for, put in the form in place of mine, and is there still.
    is_taken: bool = False

    @property
    def about(self):
        return tuple(self.place) or self.take or self.label

    def stand_with(self, row, sent):
        """Tell where its row stands now; nowhere if the form has it no more."""
        prefix, _, name = self.place
        rows = enumerate(sent.rows[prefix])
        index = next((number for number, each in rows if each is row), None)
        gone = index is None
        self.anchor, self.place = ("", ()) if gone else (f"{prefix}-{index}", (prefix, index, name))


@dataclass
class Meanwhile:
    """What somebody else stored while a form was open, and what came of it.

    It travels with the form that shows it, to be shown again until that is saved. Then it
    may tell of several others: each clash, and each of what was ``taken``, says of whom.
    """

    who: str
    taken: list = field(default_factory=list)
    clashes: list = field(default_factory=list)
    is_new: bool = True

    def packed(self, post):
        """This as a text that can travel with the form of a post and that nobody else can write."""
        return sealed(post, [self.who, self.taken, [asdict(clash) for clash in self.clashes]])

    @classmethod
    def again(cls, text, post):
        """What such a text tells; None if it tells nothing of this post, or as no release would now."""
        found = unsealed(text, post)
        if not is_sound(found):
            return None
        who, taken, clashes = found
        return cls(who, taken, [Clash(**clash) for clash in clashes], is_new=False)

    def rows(self, sent):
        """The row of each clash in a form as it was sent; None for one that is about no row."""
        for clash in self.clashes:
            prefix, index, _ = clash.place or (None, None, None)
            rows = sent.rows.get(prefix, ())
            yield rows[index] if index is not None and index < len(rows) else None

    @property
    def offers(self):
        return any(clash.take and not clash.is_taken for clash in self.clashes)

    @property
    def has_taken(self):
        return any(clash.is_taken for clash in self.clashes)

    @property
    def clashing(self):
        """Who changed what I changed too."""
        return " and ".join(dict.fromkeys(clash.who for clash in self.clashes))

    @property
    def changing(self):
        """Who changed what I did not."""
        return " and ".join(dict.fromkeys(change["who"] for change in self.taken))

    @property
    def message(self):
        text = f"{self.who} saved this post while you had it open. Nothing of yours is saved yet. "
        if self.clashes:
            return text + (
                f"All that you typed is here, and with it what only {self.who} changed; look at "
                "what you both changed, then save again."
            )
        return text + f"The form has your changes and {self.who}’s; look it over, then save again."

    @property
    def notes(self):
        """A note beside all that both changed, as ``notes.put_beside`` takes it."""
        text = "{} changed this too: compare the two above."
        return [(*clash.place, [text.format(clash.who)]) for clash in self.clashes if clash.place]


def is_sound(told):
    """Whether it is what ``packed`` makes today: a form may have been opened before the site was renewed."""
    try:
        who, taken, clashes = told
        return isinstance(who, str) and all(map(is_change, taken)) and all(map(is_clash, clashes))
    except (TypeError, ValueError):
        return False


def is_change(change):
    return set(change) == CHANGE and is_marked(change["segments"])


def is_clash(clash):
    return (
        set(clash) == {each.name for each in fields(Clash)}
        and is_marked(clash["theirs"])
        and is_marked(clash["mine"])
        and len(clash["place"]) in (0, 3)
    )


def is_marked(segments):
    """Whether these are texts, each with a mark."""
    return all(isinstance(segment, list) and len(segment) == 2 for segment in segments)
