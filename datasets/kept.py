"""Answers that this process has given and may give again, for as long as the catalogue stays as it is.

A view says of an answer what it depends on; the middleware keeps it as it left, and gives
it again to whoever asks for the same. The version of the catalogue is read from the
database at every request, so nobody gets an answer of an older one, whichever process or
host has written since.
"""

import hashlib
import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from django.db import DatabaseError
from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from datasets.models import Catalogue

# What a cache is told of whatever is the same for everybody: an edit is in the next answer.
ASKED_EACH_TIME = "public, max-age=0, must-revalidate"
# Of all answers together, and of one; what an answer takes beside its body and what was asked.
MOST_BYTES, LARGEST, BESIDE = 32 * 2**20, 2**20, 4096
# What belongs to an answer's body, and what each reader is told anew.
OF_BODY = ("Content-Type", "Content-Length")
OF_READER = "RateLimit-"


@dataclass(frozen=True)
class Terms:
    """On which an answer may be given again: to everybody alike, while the catalogue is at this ``stamp``.

    Until then it must not be later than ``until``, and each time counts for its ``throttle``.
    """

    stamp: tuple
    until: float = math.inf
    throttle: type | None = None


@dataclass(frozen=True)
class Answer:
    body: bytes
    headers: dict
    terms: Terms
    size: int
    limit_told: bool

    def again(self, request):
        """This answer, or “not modified” to who has it; None unless it still holds for the stamp of the request."""
        terms, throttle = self.terms, None
        if request.stamp != terms.stamp or time.time() >= terms.until:
            return None
        if terms.throttle:
            throttle = terms.throttle()
            if not throttle.allow_request(request, None):
                # Said in the view's own words; who is refused is not counted again.
                return None
        response = self._response(request.META.get("HTTP_IF_NONE_MATCH", ""))
        return limited(response, throttle if self.limit_told else None)

    def _response(self, given):
        known = parse_etags(given)
        if "*" in known or self.headers.get("ETag") in known:
            said = {name: value for name, value in self.headers.items() if name not in OF_BODY}
            return HttpResponseNotModified(headers=said)
        return HttpResponse(self.body, headers=self.headers)


class Kept:
    """The answers asked for last, up to a number of bytes."""

    def __init__(self, most=MOST_BYTES, largest=LARGEST):
        self.most, self.largest = most, largest
        self.lock = threading.Lock()
        self.answers, self.bytes = OrderedDict(), 0

    def get(self, key):
        with self.lock:
            found = self.answers.get(key)
            if found is not None:
                self.answers.move_to_end(key)
        return found

    def keep(self, key, response, terms):
        """Keep an answer that is whole, right and nobody's in particular."""
        if response.status_code != 200 or response.streaming or response.cookies:
            return
        body = response.content
        # Whoever asks has a say in how long the key is.
        size = BESIDE + len(body) + len(repr(key))
        if size > self.largest:
            return
        headers = {n: value for n, value in response.items() if not n.startswith(OF_READER)}
        with self.lock:
            before = self.answers.pop(key, None)
            self.bytes += size - (before.size if before else 0)
            told = "RateLimit-Limit" in response
            self.answers[key] = Answer(body, headers, terms, size, told)
            while self.bytes > self.most:
                _, gone = self.answers.popitem(last=False)
                self.bytes -= gone.size


kept = Kept()


def kept_answers(get_response):
    """The outermost middleware: what it gives again has all the headers with which it left the first time."""

    def middleware(request):
        key = asked(request)
        found = key and kept.get(key)
        if found:
            try:
                request.stamp = Catalogue.objects.stamp()
            except DatabaseError:
                # Said in the view's own words.
                found = None
        response = (found and found.again(request)) or get_response(request)
        terms = getattr(response, "terms", None)
        if key and terms and terms.stamp[1]:
            kept.keep(key, response, terms)
        return response

    return middleware


def asked(request):
    """All of a request that an answer can depend on which is the same for everybody; None if it is somebody's own."""
    if request.method != "GET" or request.META.get("HTTP_COOKIE"):
        return None
    said = request.META
    htmx = tuple(sorted(item for item in said.items() if item[0].startswith("HTTP_HX_")))
    place = (said.get("SCRIPT_NAME"), said.get("PATH_INFO"), said.get("QUERY_STRING"))
    host = (said.get("HTTP_HOST"), said.get("SERVER_NAME"), said.get("SERVER_PORT"))
    return (request.scheme, *host, *place, htmx)


def etag(*parts):
    """The ETag of an answer that depends on these, text or bytes. Weak, since a proxy may compress it on its way."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part if isinstance(part, bytes) else str(part).encode())
        digest.update(b"\n")
    return f'W/"{digest.hexdigest()}"'


def limited(response, throttle):
    """The response, with what is left of the limit in its headers."""
    for name, value in (throttle.headers() if throttle else {}).items():
        response[name] = value
    return response
