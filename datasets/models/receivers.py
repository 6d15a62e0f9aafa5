"""Many-to-many rows have no save(): what ``add``, ``remove``, ``set`` and ``clear`` touch."""

from django.db.models.signals import m2m_changed
from django.dispatch import receiver

from datasets.models.changes import changing
from datasets.models.records import Record
from datasets.models.vocabularies import Anatomy, Modality

ENDS = ("pre_clear", "post_add", "post_remove", "post_clear")


def record_terms_changed(sender, instance, action, reverse, pk_set, **kwargs):
    if action not in ENDS:
        return
    if action == "pre_clear" and reverse:
        # Afterwards nobody could tell which records the term was on.
        instance.cleared_from = list(instance.records())
        return
    ids = (pk_set or getattr(instance, "cleared_from", ())) if reverse else [instance.pk]
    with changing() as change:
        change.edit(*ids)


for field in (Record.modalities, Record.anatomies, Record.tasks):
    m2m_changed.connect(record_terms_changed, sender=field.through)


@receiver(m2m_changed, sender=Modality.broader.through)
@receiver(m2m_changed, sender=Anatomy.broader.through)
def tree_changed(sender, instance, action, reverse, pk_set, **kwargs):
    """Refuse a cycle whichever end it is added from; the transaction takes it back."""
    if action not in ENDS:
        return
    if action == "post_add":
        terms = type(instance).objects.filter(pk__in=pk_set) if reverse else [instance]
        for term in terms:
            term.check_no_cycle()
    with changing() as change:
        change.move()
