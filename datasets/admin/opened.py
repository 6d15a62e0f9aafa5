"""What a form was opened with travels with it, so that nobody writes over what another saved meanwhile."""

from django import forms
from django.core import signing
from django.db.models import Model
from django.utils.text import Truncator

SALT = "datasets.opened"
# So much of what the other wrote is told; the rest is on the page of the row.
TOLD = 300


class QuietField(forms.CharField):
    """Travels with the form; that it differs changes nothing."""

    widget = forms.HiddenInput

    def has_changed(self, initial, data):
        return False


class OpenedForm(forms.ModelForm):
    """A form of a row that others may save at the same time.

    What they changed and this person did not touch comes into the form. It is refused
    once, so that both can be looked at; sent again, it has been opened with the row as it is.
    """

    opened = QuietField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.taken, self.disputed = [], []
        if self.instance.pk and "opened" in self.fields:
            self.meet_others()

    def meet_others(self):
        """Bring in what others saved since this form was opened."""
        columns = self.instance._meta
        stored = {
            name: stored_value(self.fields[name], self.initial.get(name))
            for name in (field.name for field in [*columns.fields, *columns.many_to_many])
            if name in self.fields and not isinstance(self.fields[name], forms.FileField)
        }
        self.initial["opened"] = signing.dumps([self.instance.pk, stored], salt=SALT, compress=True)
        if not self.is_bound:
            return
        opened = self.opened_with()
        self.data = self.data.copy()
        for name, value in stored.items():
            if opened.get(name, value) == value or not self.differs(name, value):
                continue
            if self.differs(name, opened[name]):
                self.disputed.append(name)
            else:
                self.taken.append(name)
                self.take(name, value)
        self.data[self.add_prefix("opened")] = self.initial["opened"]

    def opened_with(self):
        """{field: value} as it was stored then; empty if that is not known."""
        try:
            sent = self.data.get(self.add_prefix("opened"), "")
            pk, opened = signing.loads(sent, salt=SALT)
        except (signing.BadSignature, ValueError):
            return {}
        return opened if pk == self.instance.pk else {}

    def differs(self, name, value):
        """Whether what was sent in a field is something else than this value."""
        field = self.fields[name]
        sent = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        # A browser sends each line break as two characters.
        return field.has_changed(one_break(value), one_break(sent))

    def take(self, name, value):
        """Put in what a browser would send if this value stood in the field."""
        value = self.fields[name].prepare_value(value)
        values = value if isinstance(value, list) else ["" if value is None else value]
        self.data.setlist(self.add_prefix(name), list(map(str, values)))

    def clean(self):
        super().clean()
        if message := self.conflict():
            self.add_error(None, message)

    def conflict(self):
        """What to tell of others' changes, if there are any."""
        if not (self.taken or self.disputed):
            return ""
        what = self.instance._meta.verbose_name
        return f"Somebody changed this {what} while you had it open. {self.told()}"

    def told(self):
        """The names of the fields that others changed, and what to do now."""
        said = ["Nothing is saved yet, and all that you typed is here."]
        if self.taken:
            said.append(
                f"You had not touched {self.named(self.taken)}: there it says what they wrote."
            )
        for name in self.disputed:
            said.append(f"You both changed {self.named([name])}; they wrote {self.theirs(name)}.")
        return " ".join([*said, "Compare it, then save again to keep what the form says."])

    def named(self, names):
        return ", ".join(f"“{self[name].label}”" for name in names)

    def theirs(self, name):
        field, value = self.fields[name], self.initial.get(name)
        if isinstance(field, forms.ModelMultipleChoiceField):
            value = ", ".join(sorted(map(str, value)))
        elif isinstance(field, forms.ModelChoiceField):
            value = getattr(self.instance, name)
        else:
            value = dict(getattr(field, "choices", ())).get(value, field.prepare_value(value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        return f"“{Truncator(value).chars(TOLD)}”" if value else "nothing"


def stored_value(field, value):
    """A value of a row as JSON has it."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return sorted(getattr(one, "pk", one) for one in value or ())
    if isinstance(value, Model):
        return value.pk
    return value if isinstance(value, int | list | dict | None) else str(value)


def one_break(value):
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
