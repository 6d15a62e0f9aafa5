"""What tests of the desk share: addresses, and the form as a browser would post it."""

from django.urls import reverse


def url(page, row=None, model=None):
    name = model or row._meta.model_name
    return reverse(f"admin:datasets_{name}_{page}", args=[row.pk] if row else [])


def form_of(client, address):
    """What a browser would post from this page if nothing were typed."""
    page = client.get(address)
    form, data = page.context["adminform"].form, {}
    for bound in form:
        put(data, bound)
    for formset in page.context["inline_admin_formsets"]:
        for bound in formset.formset.management_form:
            put(data, bound)
        for row in formset.formset.forms:
            for bound in row:
                put(data, bound)
    return data


def put(data, bound):
    value = bound.value()
    if value is not None and value is not False:
        data[bound.html_name] = (
            [getattr(item, "pk", item) for item in value]
            if isinstance(value, list | tuple)
            else value
        )


def add_row(data, prefix, **values):
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    data[f"{prefix}-TOTAL_FORMS"] = number + 1
    for key, value in values.items():
        data[f"{prefix}-{number}-{key}"] = value


def history(record):
    """What happened to a record, oldest first: (event, note, by)."""
    return list(record.revisions.order_by("number").values_list("event", "note", "by__username"))
