"""What the guide to the API says, read out of its OpenAPI description."""

import re
from urllib.parse import urlencode

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe

from datasets.api.schema import SLUG

# What the introduction asks for, below the base address.
SAMPLES = [
    (
        "CT of the chest under a licence that permits commercial use, the largest first:",
        "datasets/?modality=ct&anatomy=chest&permits=commercial_use&unit=scans&ordering=-size",
    ),
    (
        "MRI or CT since 2020, but nothing without a stated licence, as a CSV file with sizes and licences:",
        "datasets/?modality=mri&modality=ct&year_min=2020&license_family__not=unspecified&format=csv&columns=name,size,license",
    ),
    (
        "How many openly downloadable records about lungs each value of each filter would leave:",
        "datasets/facets/?search=lung&access=open",
    ),
]
# Tags in the order of their use; what is not named here follows.
FIRST = ("start", "datasets", "tools", "vocabularies", "changes", "posts")
QUOTED = re.compile(r"`([^`]+)`")
# The greatest number that the database holds: a bound that no reader meets.
ENDLESS = 2**63 - 1
# A table of parameters longer than this is told once, and led to from wherever it holds again.
LONG = 10


def guide(described):
    """The operations by tag, and the schemas."""
    schemas = described["components"]["schemas"]
    tags, told = {tag: [] for tag in FIRST}, {}
    for path, methods in described["paths"].items():
        for method, said in methods.items():
            one = operation(path, method, said, schemas)
            if len(one["parameters"]) > LONG:
                first = told.setdefault(repr(one["parameters"]), one)
                one["same_as"] = first if first is not one else None
            tags.setdefault(said["tags"][0], []).append(one)
    return {
        "tags": tags,
        "schemas": {name: [*keys(schema)] for name, schema in schemas.items()},
    }


def operation(path, method, said, schemas):
    """One address with what it takes and gives."""
    content = next(iter(said["responses"]["200"]["content"].values()))["schema"]
    referred = content.get("$ref", "").rpartition("/")[2]
    return {
        "id": said["operationId"],
        "method": method.upper(),
        "path": path,
        "says": prose(said["description"]),
        "parameters": [parameter(one) for one in said.get("parameters", [])],
        "answers": [answer(*one) for one in sorted(said["responses"].items())],
        "kind": kind(content),
        "keys": [*keys(schemas.get(referred, content))],
    }


def example(operation, slugs):
    """The address as somebody may ask it; None while nothing is published that it needs.

    ``slugs`` has some of those that each collection knows: {"datasets": ("luna16", …), …}.
    """
    path, parameters = operation["path"], operation["parameters"]
    known = slugs.get(path.split("/")[3], ())
    if not any(one["needed"] for one in parameters):
        few = any(one["name"] == "page_size" for one in parameters)
        return f"{path}?page_size=3" if few else path
    if not known:
        return None
    if "{slug}" in path:
        return path.replace("{slug}", known[0])
    return f"{path}?{urlencode({'slug': known}, doseq=True)}"


def parameter(said):
    """One parameter; of one that may be repeated, the kind is that of each value."""
    schema = said["schema"]
    repeated = schema["type"] == "array"
    return {
        "name": said["name"],
        "place": said["in"],
        "needed": said.get("required", False),
        "repeated": repeated,
        "most": schema.get("maxItems"),
        "kind": kind(schema["items"] if repeated else schema),
        "says": prose(said.get("description", "")),
    }


def answer(status, said):
    content = said["content"]
    return {
        "status": status,
        "says": prose(said["description"]),
        "kinds": [(media_type, kind(one["schema"])) for media_type, one in content.items()],
    }


def keys(schema, before=""):
    """Every key of an object, those of the objects in it after their own: `a.b`, and `a[].b` in a list."""
    for name, value in schema.get("properties", {}).items():
        yield {
            "name": f"{before}{name}",
            "kind": kind(value),
            "says": prose(value.get("description", "")),
            "optional": name not in schema.get("required", ()),
        }
        for inner, step in objects(value):
            yield from keys(inner, f"{before}{name}{step}.")


def objects(schema, step=""):
    """The objects described within a value, each with the step that leads from its key to them."""
    if "properties" in schema:
        yield schema, step
    for one in choices(schema):
        yield from objects(one, step)
    if "items" in schema:
        yield from objects(schema["items"], f"{step}[]")
    if any_key := schema.get("additionalProperties"):
        yield from objects(any_key, f"{step}.*")


def choices(schema):
    return next((schema[word] for word in ("allOf", "anyOf", "oneOf") if word in schema), [])


def kind(schema):
    """What a value is: its type and bounds in words, with links to the schemas that it refers to."""
    if schema.get("nullable"):
        return format_html("{} or null", kind(schema | {"nullable": False}))
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return format_html('<a href="#schema-{}">{}</a>', name, name)
    if several := choices(schema):
        return joined(" or ", map(kind, several))
    if "items" in schema:
        return format_html("list of {}", kind(schema["items"]))
    if any_key := schema.get("additionalProperties"):
        return format_html("object, any key to {}", kind(any_key))
    if "enum" in schema:
        return joined(", ", (code(one) for one in schema["enum"] if one is not None))
    return joined(", ", [plain(schema), *bounds(schema)])


def plain(schema):
    if schema.get("pattern") == SLUG["pattern"]:
        return "slug"
    if "pattern" in schema:
        return format_html("{} like {}", schema["type"], code(schema["pattern"]))
    return schema.get("format") or schema["type"]


def bounds(schema):
    least, most = schema.get("minimum"), schema.get("maximum", ENDLESS)
    if least is not None:
        yield f"{least} or more" if most == ENDLESS else f"{least} to {most}"
    if "maxLength" in schema:
        yield f"{schema['maxLength']} characters at most"


def code(words):
    return format_html("<code>{}</code>", words)


def joined(separator, parts):
    return format_html_join(separator, "{}", ((part,) for part in parts))


def prose(text):
    """A description, with what stands in backticks as code."""
    return mark_safe(QUOTED.sub(r"<code>\1</code>", escape(text)))
