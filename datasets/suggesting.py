"""The forms by which readers propose a record or a correction, and what they are told on the way."""

from django import forms

from datasets.differences import lines
from datasets.documents import KEYS
from datasets.dois import bare_doi, normal_doi
from datasets.duplicates import published_matches
from datasets.legible import ONE_LINE, TOO_LONG
from datasets.models import FACTS, Suggestion
from datasets.models.addresses import WebAddressFormField, WebAddressValidator
from datasets.models.validators import validate_visible
from datasets.reading import fact_label, family_of

NAME, ADDRESS, MESSAGE = 200, 500, 5000
OPEN = "Nothing private, please: whoever has the address of the next page can read it."
ROBOT = (
    "A field that people do not see was filled in, as programs do. It is empty again: "
    "if you are a person, send the form once more."
)


def facts_of(document):
    """(fact, label) of what can be wrong in a record of its kind."""
    keys = KEYS[family_of(document)]
    return [(fact, fact_label(fact)) for fact, _ in FACTS if fact in keys]


def text(label, most, **options):
    """A line of words; one that is too long says by how much."""
    messages = {"max_length": TOO_LONG} | options.pop("error_messages", {})
    options = {"validators": ONE_LINE} | options
    return forms.CharField(label=label, max_length=most, error_messages=messages, **options)


def long_text(label, **options):
    # A text of several lines may well quote one that runs from right to left.
    box = forms.Textarea(attrs={"rows": 6})
    return text(label, MESSAGE, widget=box, validators=[validate_visible], **options)


class SuggestionForm(forms.ModelForm):
    """What both forms ask, with a field that only programs fill in."""

    # Named as programs expect it, and hidden from people and from what reads pages to them.
    website = forms.CharField(required=False, label="Leave this empty")
    url = WebAddressFormField(
        label="Address",
        required=False,
        max_length=ADDRESS,
        validators=ONE_LINE,
        error_messages={"max_length": TOO_LONG, "invalid": WebAddressValidator.message},
        # A text field: the browser's own check would refuse “example.org”, which is understood here.
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
    )

    class Meta:
        model = Suggestion
        fields = ["url", "message"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        for field in self.fields.values():
            # The browser would cut off what is too long without a word.
            field.widget.attrs.pop("maxlength", None)

    @property
    def shown(self):
        """The fields that people see, in order."""
        return [field for field in self if field.name != "website"]


class ProposalForm(SuggestionForm):
    """A dataset or a tool that the catalogue lacks."""

    kind = forms.ChoiceField(
        label="What do you suggest?",
        choices=Suggestion.Kind.choices[:2],
        initial=Suggestion.Kind.DATASET,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose a dataset, or a model or tool."},
    )
    name = text(
        "Name",
        NAME,
        help_text="As its authors write it, such as LIDC-IDRI.",
        error_messages={"required": "Give its name."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    doi = text(
        "DOI",
        NAME,
        required=False,
        help_text="Of its paper or of the data, with or without https://doi.org/.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    message = long_text(
        "What should we know?",
        required=False,
        help_text="What it holds, how much of it, under which licence, and where that is written. "
        + OPEN,
    )
    # Without any of these nobody could find what is meant.
    ONE_OF = ("url", "doi", "message")
    field_order = ["kind", "name", *ONE_OF]

    class Meta(SuggestionForm.Meta):
        fields = ["kind", "name", "url", "doi", "message"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["url"].help_text = "Its own page, or where its files lie."
        for name in self.ONE_OF:
            self.fields[name].note = "one of these three"

    def clean_doi(self):
        doi = bare_doi(self.cleaned_data["doi"])
        if doi and normal_doi(doi) is None:
            raise forms.ValidationError("A DOI starts with “10.”, such as 10.1148/ryai.230024.")
        return doi

    def clean(self):
        found = super().clean()
        nothing = not any(found.get(name) for name in self.ONE_OF)
        if nothing and not self.errors.keys() & set(self.ONE_OF):
            self.add_error(
                "url", "Give an address, a DOI or a few words, so that we can find what you mean."
            )
        return found

    def matches(self, index):
        """The published records that it may already be."""
        wanted = {name: self.cleaned_data.get(name) or "" for name in ("name", "url", "doi")}
        return published_matches(index, **wanted)


class CorrectionForm(SuggestionForm):
    """A mistake in the record of a document."""

    fact = forms.ChoiceField(
        label="What is wrong?",
        required=False,
        error_messages={"invalid_choice": "Choose one of the facts, or the record as a whole."},
    )
    message = long_text(
        "What would be right?",
        help_text="And how you know. " + OPEN,
        error_messages={"required": "Say what would be right."},
    )
    field_order = ["fact", "message", "url"]

    class Meta(SuggestionForm.Meta):
        fields = ["fact", "message", "url"]

    def __init__(self, *args, document, **kwargs):
        super().__init__(*args, **kwargs)
        self.document = document
        self.fields["fact"].choices = [("", "The record as a whole"), *facts_of(document)]
        self.fields["url"].label = "Where can we check it?"
        self.fields["url"].help_text = "The address of a page or paper that says so."

    def save_about(self, record_id):
        """Store the correction of this record."""
        what = dict(self.fields["fact"].choices)[self.cleaned_data["fact"]]
        self.instance.kind = Suggestion.Kind.CORRECTION
        self.instance.record_id = record_id
        self.instance.name = f"{self.document['name']}: {what}"[:NAME]
        return self.save()


def present(document, fact, index):
    """What the document says of a fact now, as lines for a person to read."""
    return lines(fact, document.get(fact), index) if fact else []
