"""Entries of a file: values taken out of its YAML, and what is wrong with them, by line."""

from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError

from articles.files.yaml_text import under
from articles.models import Image
from datasets import legible
from datasets.hints import hint, shown

IMAGE_KEYS = {
    *("file", "alt", "decorative", "caption", "title", "credit", "license", "source_url"),
}


@dataclass(order=True, frozen=True)
class Problem:
    """What is wrong on a line of the file, and what would be right."""

    line: int
    message: str

    def __str__(self):
        return f"line {self.line}: {self.message}"


@dataclass
class ImageDraft:
    file: str
    image: Image


def line_of(lines, path):
    """The line of an entry; of what holds it, if it stands nowhere itself."""
    while path and path not in lines:
        path = path.rpartition(".")[0]
    return lines.get(path, 1)


class Reader:
    """Takes values out of parsed YAML, gathering problems by line."""

    def __init__(self, data, lines, problems):
        self.data, self.lines, self.problems = data, lines, problems

    def wrong(self, path, message):
        self.problems.append(Problem(line_of(self.lines, path), message))

    def known(self, data, path, keys):
        for key in data:
            if key not in keys:
                better = hint(key, keys) or f". Valid: {', '.join(sorted(keys))}."
                self.wrong(under(path, key), f"The key {shown(key)} is not known{better}")

    def text(self, data, path, key):
        """A text; empty for null or nothing."""
        value = data.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.wrong(
                under(path, key),
                f"“{key}” is a text here; put it in quotation marks if it looks like something else.",
            )
            return ""
        return value

    def flag(self, data, path, key, default=None):
        value = data.get(key, default)
        if value is not None and not isinstance(value, bool):
            self.wrong(under(path, key), f"“{key}” is true, false or null.")
            return default
        return value

    def texts(self, data, path, key):
        """A list of texts; empty for null or nothing."""
        value = data.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            self.wrong(under(path, key), f"“{key}” is a list of texts: [one, two].")
            return []
        return value

    def mapping(self, value, path, keys):
        """A mapping of no other keys than these; empty, with a problem, if it is something else."""
        if not isinstance(value, dict):
            self.wrong(path, "Write keys and values here.")
            return {}
        self.known(value, path, keys)
        return value

    def checked(self, instance, path, exclude=(), names=None):
        """The instance; what its model says against it becomes problems at the keys' lines."""
        try:
            legible.check(instance, exclude, whole=True)
        except ValidationError as error:
            self.told(error, instance, path, names)
        return instance

    def told(self, error, instance, path, names=None):
        """Make what a model says against an instance problems at the keys' lines."""
        for name, messages in error.message_dict.items():
            key = (names or {}).get(name, name)
            for message in messages:
                self.wrong(under(path, key), f"{key}: {message}{choices_of(instance, name)}")


def choices_of(instance, name):
    """What a field with a closed set of values takes, as a sentence; empty for any other."""
    choices = instance._meta.get_field(name).choices if name != NON_FIELD_ERRORS else None
    return f" Valid: {', '.join(value for value, _ in choices)}." if choices else ""


def read_image(reader, data, path, folder):
    """The image that a directive or ``hero`` names: one of the site's, or a file under ``folder``."""
    name = reader.text(data, path, "file").strip()
    if not name:
        reader.wrong(path, "file: Name the file of the image.")
        return None
    image = Image.objects.filter(file=name).first()
    if image is None and not image_file(folder, name):
        reader.wrong(
            under(path, "file"), f"There is no image {shown(name)} on the site; upload it first."
        )
    image = image or Image(
        title=reader.text(data, path, "title") or name.rpartition("/")[2],
        **{key: reader.text(data, path, key) for key in ("credit", "license", "source_url")},
    )
    if image.pk is None:
        reader.checked(image, path, exclude={"file"})
    return ImageDraft(name, image)


def image_file(folder, name):
    """The file under the folder, or None; never one outside it."""
    if folder is None:
        return None
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
