"""What using chosen records asks for: whom to name, and which doors to knock at."""

from datasets.models import Access
from datasets.reading import ACCESS, Reading

# In the order in which they are passed: each takes longer than the one before.
DOORS = (
    Access.REGISTRATION,
    Access.AGREEMENT,
    Access.CREDENTIALED,
    Access.APPLICATION,
    Access.UNKNOWN,
)
TO_DO = {
    Access.REGISTRATION: "Make an account with each host.",
    Access.AGREEMENT: "Accept each agreement, in the name of whoever will use the data.",
    Access.CREDENTIALED: "Do the training and have your identity confirmed, then sign each agreement.",
    Access.APPLICATION: "Send each application early: it waits for somebody else's decision.",
    Access.UNKNOWN: "Ask the owner how to get the files.",
}


def attribution(document, parts, index):
    """What naming a record asks for, with a text to copy. ``required`` is null where it is not known."""
    required = [part.license["requires"]["attribution"] for part in parts]
    cite = Reading(document, index).reference
    lines = [part_line(part, len(parts) > 1) for part in parts]
    return {
        "slug": document["slug"],
        "name": document["name"],
        "required": True if True in required else None if None in required else False,
        "text": "\n".join(
            [
                *cited(cite["paper"], cite["paper_url"]),
                *cited(cite["record"], cite["record_url"]),
                *dict.fromkeys(lines),
            ]
        ),
    }


def cited(reference, url):
    """A reference as a line, with its address; none if there is no reference."""
    return [" ".join(filter(None, [reference, url]))] if reference else []


def part_line(part, several):
    """The licence of a part as it is cited."""
    what = f" of {part.name}" if several else ""
    name = part.license_name or part.license["name"]
    return f"Licence{what}: {name}{f', {part.url}' if part.url else ''}."


def agreements(documents):
    """The levels of access that stand before these records, in the order in which to pass them."""
    found = []
    for door in DOORS:
        behind = [document for document in documents if document["access"]["slug"] == door]
        if behind:
            found.append(
                {
                    "access": door.value,
                    "name": door.label,
                    "means": ACCESS[door],
                    "to_do": TO_DO[door],
                    "records": [behind_door(document) for document in behind],
                }
            )
    return found


def behind_door(document):
    terms = [link["url"] for link in document["links"] if link["kind"] == "terms"]
    license = document["license"]
    return {
        "slug": document["slug"],
        "name": document["name"],
        "url": document["url"],
        "host": document["host"] and document["host"]["name"],
        "terms": document["license_name"] or license["name"],
        "terms_url": next(iter(terms), None) or document["license_url"] or license["url"],
    }
