"""Formatted text: what an editor may use, and the cleaning of all that is stored."""

import html
import re

from django.core.exceptions import ValidationError
from django_prose_editor.fields import ProseEditorField, create_sanitizer

from articles.references import normal_url

# Headings start at the second level: the first is the title of the post.
EXTENSIONS = {
    "Bold": True,
    "Italic": True,
    "Subscript": True,
    "Superscript": True,
    "Strike": True,
    "Code": True,
    "CodeBlock": True,
    "Heading": {"levels": [2, 3, 4]},
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "HardBreak": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
}
allowed = create_sanitizer(EXTENSIONS)
# In clean markup a “<” of the text is an entity: this finds links alone.
ADDRESS = re.compile(r'(<a\b[^>]*?\bhref=")([^"]*)"')


def sanitize(markup):
    """The markup with nothing in it that an editor may not use, and links without tracking parameters."""
    return ADDRESS.sub(untracked, allowed(markup))


def untracked(link):
    try:
        address = normal_url(html.unescape(link[2]))
    except ValidationError:
        # An e-mail address, or one within the site.
        return link[0]
    return f'{link[1]}{html.escape(address)}"'


class ProseField(ProseEditorField):
    """Formatted text that is cleaned whenever it is stored, by whatever door it comes."""

    def __init__(self, *args, **kwargs):
        kwargs["config"] = {"extensions": dict(EXTENSIONS)}
        kwargs["sanitize"] = True
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("config", None)
        kwargs.pop("sanitize", None)
        return name, path, args, kwargs

    def pre_save(self, model_instance, add):
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = sanitize(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        # update() comes past pre_save(); an expression is left to the database.
        return super().get_db_prep_save(
            sanitize(value) if isinstance(value, str) else value, connection
        )
