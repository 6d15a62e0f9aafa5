"""Which records a check is about, and which uses: the same parameters on the site and for programs."""

from dataclasses import dataclass

from django import forms

from datasets.checking.terms import USES
from datasets.fields import ValuesField, unknown_parameters
from datasets.hints import Likenesses

# So many records make pairs enough for a page.
MOST = 30
PARAMETERS = ("slug", "use")
NOTHING = "Give at least one record: slug=luna16, for example."


class CheckForm(forms.Form):
    def __init__(self, data, index):
        super().__init__(data)
        self.fields["slug"] = ValuesField(
            parameter="slug",
            resolve=lambda value: index.resolve("slug", value),
            valid=lambda: index.values("slug"),
            like=Likenesses(),
        )
        self.fields["use"] = ValuesField(
            parameter="use",
            resolve=lambda value: value if value in USES else None,
            valid=lambda: list(USES),
        )


@dataclass(frozen=True)
class Asked:
    """What was understood, in the order in which it was given, and what was not."""

    slugs: list
    uses: list
    errors: dict


def read(data, index, also=()):
    """What a QueryDict asks of an Index; ``also`` are further parameters that its reader knows."""
    form = CheckForm(data, index)
    # Asked for first: reading them is what cleans the form.
    problems = form.errors.as_data()
    right = form.cleaned_data | {name: found[0].good for name, found in problems.items()}
    errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    known = [*PARAMETERS, *also]
    errors |= unknown_parameters([name for name in data if name not in known], known)
    slugs = right["slug"]
    if len(slugs) > MOST:
        errors.setdefault("slug", []).append(
            f"{len(slugs)} records are too many; give at most {MOST}."
        )
    # In the order of the table of uses, whatever the order of asking.
    uses = [use for use in USES if use in right["use"]]
    return Asked(slugs[:MOST], uses, errors)
