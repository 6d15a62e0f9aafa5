"""One transaction in which the catalogue changes.

Every write to the catalogue happens inside ``changing()``. It locks the counter
before anything is read, gathers which records were touched, and at its end sends
``finished``; ``datasets.revisions`` answers by writing documents and revisions in
the same transaction. So numbers follow the order of commits, and a document can
never be older than the rows it was made from.
"""

import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connections, models, transaction
from django.dispatch import Signal

from datasets.statements import fetch

finished = Signal()
_open = ContextVar("open_change", default=None)


class CatalogueManager(models.Manager):
    def lock(self):
        """Hold the counter until the transaction ends; returns its row."""
        return self.select_for_update().get_or_create(pk=1)[0]

    def stamp(self):
        """(version, token) now: one query, what every reader compares."""
        # Asked at every request, where composing the query would cost more than the query.
        sql = f"SELECT version, token FROM {self.model._meta.db_table} WHERE id = 1"
        rows = fetch(connections[self.db], sql)
        return rows[0] if rows else (0, "")


class Catalogue(models.Model):
    """The counter: its version is the number of the newest revision.

    The token is drawn anew with every version, so that a restored backup that
    reaches the same number again is not mistaken for what was read before. Its parts
    say what changed: the first is another one when documents changed without revisions,
    the second when a term or a tree did, the rest at every change.
    """

    PARTS = (slice(0, 4), slice(4, 8))

    version = models.PositiveBigIntegerField(default=0, editable=False)
    token = models.CharField(max_length=16, default="", editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    objects = CatalogueManager()

    class Meta:
        verbose_name = verbose_name_plural = "catalogue version"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="catalogue_is_one_row"),
        ]

    def __str__(self):
        return f"version {self.version}"

    @classmethod
    def parts(cls, stamp):
        """(the part of the token for documents without revisions, the part for terms) of a stamp."""
        return tuple(stamp[1][part] for part in cls.PARTS)

    def advance(self, version, *, anew=False, terms=True):
        """Move to a version; ``anew`` if revisions do not tell all that changed, ``terms`` if terms may have."""
        kept = self.parts((self.version, self.token))
        drawn = [
            part if part and not again else secrets.token_urlsafe(3)
            for part, again in zip(kept, (anew, terms), strict=True)
        ]
        self.version, self.token = version, "".join([*drawn, secrets.token_urlsafe(6)])
        self.save()


@dataclass
class Gone:
    """What readers knew of a record that this change deletes."""

    slug: str
    name: str
    kind: str
    version: int
    merged_into: int | None = None


@dataclass
class Change:
    """What one change touches: ids of records, and by whom and why."""

    by: object = None
    note: str = ""
    role: str = ""
    edited: set = field(default_factory=set)
    cascaded: set = field(default_factory=set)
    gone: dict = field(default_factory=dict)
    moved: bool = False
    anew: bool = False

    def edit(self, *record_ids):
        """Facts of these records changed."""
        self.edited.update(filter(None, record_ids))

    def cascade(self, *record_ids):
        """Something that these records show changed, though nobody edited them."""
        self.cascaded.update(record_ids)

    def move(self):
        """The index changes even if no document does: a term, a tree."""
        self.moved = True

    def read_anew(self):
        """Documents change without a revision: whoever follows the revisions must read all of them again."""
        self.moved = self.anew = True

    @property
    def touched(self):
        return bool(self.moved or self.edited or self.cascaded or self.gone)


@contextmanager
def changing(*, by=None, note="", role=""):
    """Open a change, or join the one that is open; yields the Change.

    ``by`` is the user who makes it (None for a command), ``note`` the reason that
    the history will show, ``role`` what readers are told of whoever makes it, if it
    is not the user's own. An exception rolls everything back.
    """
    change = _open.get()
    if change is not None:
        change.by = change.by or by
        change.note = change.note or note
        change.role = change.role or role
        yield change
        return
    change = Change(by=by, note=note, role=role)
    with transaction.atomic():
        counter = Catalogue.objects.lock()
        token = _open.set(change)
        try:
            yield change
            if change.touched:
                finished.send(sender=Change, change=change, counter=counter)
        finally:
            _open.reset(token)


class CatalogueQuerySet(models.QuerySet):
    """Bulk writes that keep the rule too: each row's records are touched."""

    def update(self, **values):
        if "slug" in values:
            raise TypeError("A slug is renamed by save(), which keeps the former one.")
        with changing() as change:
            rows = list(self)
            touch_all(rows, change)
            count = super().update(**values)
            touch_all(self.model._base_manager.filter(pk__in=[row.pk for row in rows]), change)
        return count

    update.alters_data = True

    def delete(self):
        with changing():
            rows = list(self)
            for row in rows:
                row.delete()
        return len(rows), {self.model._meta.label: len(rows)}

    delete.alters_data = True
    delete.queryset_only = True

    def bulk_create(self, objs, *args, **kwargs):
        with changing() as change:
            rows = super().bulk_create(objs, *args, **kwargs)
            self.model.created_together(rows)
            touch_all(rows, change)
        return rows


def touch_all(rows, change):
    for row in rows:
        row.touch(change)


class CatalogueModel(models.Model):
    """A row of which a document or the index tells something."""

    objects = CatalogueQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with changing() as change:
            # What the row said until now may be shown elsewhere than what it says next.
            if self.pk:
                touch_all(type(self)._base_manager.filter(pk=self.pk), change)
            super().save(*args, **kwargs)
            self.touch(change)

    def delete(self, *args, **kwargs):
        with changing() as change:
            self.touch(change)
            return super().delete(*args, **kwargs)

    def touch(self, change):
        """Tell ``change`` which records show this row."""
        raise TypeError(f"{type(self).__name__} does not say which records show it.")

    @classmethod
    def created_together(cls, rows):
        """Do for rows made by ``bulk_create`` what ``save`` does beyond the row itself."""
