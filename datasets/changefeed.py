"""The log of changes and its filters: the page, the feed and the API narrow it alike."""

from django import forms
from django.db.models import Q

from datasets.fields import MomentField, SlugField, UntilField, unknown_value
from datasets.hints import shorten, similar
from datasets.models import Kind, Record, Revision
from datasets.roles import ALL_ROLES

LOOKUPS = {
    "kind": "kind",
    "event": "event",
    "cause": "cause",
    "role": "role",
    "since": "at__gte",
    "until": "at__lt",
}
# Per filter with few values, each with its name.
CHOICES = {
    "event": dict(Revision.Event.choices),
    "kind": dict(Kind.choices),
    "cause": {
        Revision.Cause.EDIT: "It was edited",
        Revision.Cause.CASCADE: "Something it mentions changed",
    },
    "role": {role: role for role in ALL_ROLES},
}
PLURALS = {"modality": "modalities"}


class Unknown(ValueError):
    """What is asked for by this parameter is not, and was never, known in public."""

    def __init__(self, parameter, message):
        super().__init__(message)
        self.parameter = parameter


def narrowed(revisions, asked, index):
    """The revisions that fit what is asked; raises Unknown."""
    found = revisions.filter(
        **{lookup: asked[name] for name, lookup in LOOKUPS.items() if asked.get(name)}
    )
    if asked.get("record"):
        found = found.filter(of_record(asked["record"], index))
    if asked.get("modality"):
        found = found.filter(record__in=having(asked["modality"], index))
    return found


def of_record(slug, index):
    """A condition for all that happened to a record, under whichever slug, even if it is gone."""
    named = Q(slug=slug) | Q(former_slug=slug)
    rows = list(Revision.objects.public().filter(named).values_list("record", flat=True).distinct())
    current = index.resolve("slug", slug)
    if not rows and current is None:
        near = similar(slug, index.values("slug"))
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        raise Unknown("record", f"No record is or was known as “{shorten(slug)}”.{hint}")
    ids = {row for row in rows if row}
    if current is not None:
        ids.add(index.ids[index.position[current]])
    if None in rows:
        slugs = names_of_gone(slug, Revision.objects.filter(record=None))
        named |= Q(record=None) & (Q(slug__in=slugs) | Q(former_slug__in=slugs))
    return named | Q(record__in=ids)


def names_of_gone(slug, revisions):
    """All slugs under which a deleted record was known: nothing else joins its revisions any more."""
    names, more = set(), {slug}
    while more:
        names |= more
        rows = revisions.filter(Q(slug__in=more) | Q(former_slug__in=more))
        more = {name for row in rows.values_list("slug", "former_slug") for name in row if name}
        more -= names
    return names


def having(value, index):
    """The records that have a modality now, itself or by a narrower one; raises Unknown."""
    current = index.resolve("modality", value)
    if current is None:
        known = index.values("modality")
        raise Unknown("modality", unknown_value("modality", value, known).messages[0])
    terms = index.terms["modality"].items()
    slugs = [slug for slug, term in terms if current in (slug, *term.ancestors)]
    return Record.objects.filter(modalities__slug__in=slugs)


class ChoiceField(forms.ChoiceField):
    """One of some values, by their names, or what stands for all of them."""

    def __init__(self, everything, names=(), **kwargs):
        self.everything = everything
        super().__init__(required=False, **kwargs)
        self.offer(names)

    def offer(self, names):
        self.choices = [("", self.everything), *dict(names).items()]


class ChangesForm(forms.Form):
    """What a reader may ask of the log; a wrong value is told beside its control and left out."""

    event = ChoiceField("Every event", CHOICES["event"])
    kind = ChoiceField("Every kind", CHOICES["kind"])
    modality = ChoiceField("Every modality")
    cause = ChoiceField("Every cause", CHOICES["cause"])
    role = ChoiceField("Everyone", CHOICES["role"], label="By")
    record = SlugField(label="Record", widget=forms.TextInput(attrs={"placeholder": "its slug"}))
    since = MomentField(widget=forms.TextInput(attrs={"placeholder": "2026-03-01"}))
    until = UntilField(widget=forms.TextInput(attrs={"placeholder": "2026-03-31"}))

    def __init__(self, data, index):
        # A former slug stands for the current one here too.
        if current := index.resolve("modality", data.get("modality", "")):
            data = data.copy()
            data["modality"] = current
        super().__init__(data)
        self.index = index
        terms = index.terms["modality"].values()
        self.fields["modality"].offer((term.slug, term.name) for term in terms)
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = (
                    f"Choose one of the {PLURALS.get(name, f'{name}s')} listed; all are shown for now."
                )

    def clean_record(self):
        slug = self.cleaned_data["record"].strip()
        if slug:
            try:
                of_record(slug, self.index)
            except Unknown as error:
                raise forms.ValidationError(str(error)) from None
        return slug

    def clean(self):
        data = super().clean()
        since, until = data.get("since"), data.get("until")
        if since and until and since >= until:
            self.add_error("until", "This lies before “since”; left out for now.")
        return data

    @property
    def unknown(self):
        """Names in the address that mean nothing here."""
        return [name for name in self.data if name not in (*self.fields, "page")]

    @property
    def asked(self):
        """The right values, by name."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def revisions(self):
        """The public revisions that fit, the newest first."""
        self.is_valid()
        return narrowed(Revision.objects.public(), self.asked, self.index).order_by("-number")
