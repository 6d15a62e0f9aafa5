"""What every Atom feed of the site has in common: whole texts, lasting ids, honest caching."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date

from datasets.kept import etag

KEPT_SECONDS = 300
# XML 1.0 has no place for these.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LOCAL = re.compile(r'\b(href|src)="(?=[/#?])')


class Feed(Atom1Feed):
    """Atom with the whole text of each entry."""

    def latest_post_date(self):
        """A feed without entries must not look new at every reading."""
        return super().latest_post_date() if self.items else datetime.fromtimestamp(0, UTC)

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for author in item["authors"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", author)
            handler.endElement("author")
        handler.addQuickElement("content", item["content"], {"type": "html"})


def new_feed(title, own, path, description=""):
    """An empty feed that is found at ``own`` and stands for the page at ``path``."""
    own = settings.SITE_URL + own
    return Feed(
        title=clean(title),
        link=settings.SITE_URL + path,
        description=clean(description),
        subtitle=clean(description) or None,
        language=settings.LANGUAGE_CODE,
        feed_url=own,
        feed_guid=own,
        author_name=settings.SITE_NAME,
    )


def tag_of(at, what):
    """An id (RFC 4151) that no change of title or address changes; ``at`` and ``what`` never change either."""
    host = urlsplit(settings.SITE_URL).hostname
    day = at.astimezone(timezone.get_default_timezone()).date()
    return f"tag:{host},{day.isoformat()}:{what}"


def absolute(markup, url):
    """The HTML with whole addresses, as a reader elsewhere needs them."""

    def whole(match):
        follows = match.string[match.end()]
        return f'{match[1]}="{settings.SITE_URL if follows == "/" else url}'

    return clean(LOCAL.sub(whole, markup))


def clean(text):
    return CONTROL.sub("", text)


def conditional(request, feed, *, kept, changed=None):
    """The feed, or 304 if the reader has it; ``changed`` is when anything it shows last changed.

    That must never go back: a feed to which something old may return has its ETag alone.
    """
    body = feed.writeString("utf-8").encode()
    mark = etag(body)
    headers = {"ETag": mark, "Cache-Control": f"public, max-age={kept}"}
    stamp = None
    # The header counts in seconds: what may still change within this one has no time yet.
    if changed and timezone.now() - changed > timedelta(seconds=1):
        stamp = int(changed.timestamp())
        headers["Last-Modified"] = http_date(stamp)
    response = HttpResponse(
        body, content_type="application/atom+xml; charset=utf-8", headers=headers
    )
    return get_conditional_response(request, mark, stamp, response)


def refusal(errors, valid=()):
    """What is wrong with the address of a feed, in plain words, and what it takes."""
    told = [f"{name}: {message}" for name, messages in errors.items() for message in messages]
    if valid:
        told += ["", f"This feed takes {', '.join(valid)}."]
    return plain(["This feed cannot be made, since its address is not right.", "", *told], 400)


def too_many(seconds):
    """The answer to an address that searches too often."""
    response = plain([f"Too many searches. Ask again in {seconds} seconds."], 429)
    response["Retry-After"] = str(seconds)
    return response


def plain(lines, status):
    text = "".join(f"{line}\n" for line in lines)
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
