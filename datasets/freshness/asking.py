"""One request: what a server answered, or in which way it failed to."""

import socket
import ssl
import time
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.parse import quote, urlsplit

from django.conf import settings
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import parse_url

from datasets.freshness.connecting import Lease, LeasedHTTP, LeasedHTTPS, PrivateAddress
from datasets.freshness.pace import Pace
from datasets.models import Verdict

# Of a body that must be asked for because HEAD is not answered, no more is read than this.
MOST_BYTES = 64 * 1024
READ_AT_ONCE = 16 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back. Without a ``status`` the ``verdict`` says what went wrong."""

    status: int | None = None
    headers: dict = field(default_factory=dict)
    verdict: str = ""
    body: bytes = b""
    whole: bool = True


class Asker:
    """Asks politely: names the site, keeps the pace, and takes no longer than ``seconds`` for each answer.

    ``private`` also allows addresses within private networks, for tests and intranets.
    """

    def __init__(self, *, seconds=20, pause=None, private=None, most=MOST_BYTES):
        self.seconds, self.most = seconds, most
        self.private = settings.LINK_CHECK_PRIVATE if private is None else private
        self.pace = Pace(settings.LINK_CHECK_PAUSE if pause is None else pause)
        self.context = ssl.create_default_context()

    def ask(self, method, url, headers=None, *, most=None, trusted=False):
        """The Answer to one request; redirects are not followed.

        ``trusted`` is for an address that the settings name, which may be a private one.
        """
        try:
            parts = parse_url(url)
            host = (parts.host or "").strip("[]")
            if parts.scheme not in ("http", "https") or not host:
                return Answer(verdict=Verdict.ODD)
        except LocationParseError:
            return Answer(verdict=Verdict.ODD)
        self.pace.wait(host)
        with Lease(self.seconds, private=self.private or trusted) as lease:
            try:
                return self.exchange(lease, method, parts, host, headers or {}, most or self.most)
            except Exception as error:
                verdict = Verdict.TIMEOUT if lease.expired else verdict_of(error)
                if verdict is None:
                    raise
                return Answer(verdict=verdict)

    def exchange(self, lease, method, parts, host, headers, most):
        options = {"timeout": self.seconds}
        if parts.scheme == "https":
            connection = LeasedHTTPS(
                lease, host, parts.port or 443, ssl_context=self.context, **options
            )
        else:
            connection = LeasedHTTP(lease, host, parts.port or 80, **options)
        try:
            connection.request(
                method,
                parts.request_uri,
                headers={"User-Agent": user_agent(), "Accept": "*/*"} | headers,
                preload_content=False,
                decode_content=False,
            )
            response = connection.getresponse()
            body, whole = (b"", True) if method == "HEAD" else read(response, most, lease)
            if lease.expired:
                return Answer(verdict=Verdict.TIMEOUT)
            lowered = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, lowered, body=body, whole=whole)
        finally:
            connection.close()


def read(response, most, lease):
    """(what was read, whether that is all) of a body: never more than ``most`` bytes."""
    found = b""
    # A redirect or a refusal says all in its head.
    if response.status >= 300:
        return found, True
    while len(found) <= most and time.monotonic() < lease.ends:
        part = response.read(min(READ_AT_ONCE, most + 1 - len(found)))
        if not part:
            return found, True
        found += part
    return found[:most], False


def verdict_of(error):
    """What a failure of the connection means; None for a failure of ours."""
    # Some of these are kinds of others: the order matters.
    for kinds, verdict in (
        (PrivateAddress, Verdict.PRIVATE),
        ((socket.gaierror, UnicodeError, LocationParseError), Verdict.DNS),
        (ssl.SSLError, Verdict.TLS),
        (TimeoutError, Verdict.TIMEOUT),
        (OSError, Verdict.RESET),
        (HTTPException, Verdict.ODD),
    ):
        if isinstance(error, kinds):
            return verdict
    if isinstance(error, HTTPError):
        # urllib3's own words for what is beneath them.
        beneath = error.__cause__ or error.__context__
        return (beneath and verdict_of(beneath)) or Verdict.RESET
    return None


def user_agent():
    """Who asks, and where its owner explains why: in the letters that a header may hold."""
    name = settings.SITE_NAME.encode("ascii", "ignore").decode().strip() or "Catalogue"
    return f"{name} link check (+{settings.SITE_URL}/about/)"


def host_of(url):
    return urlsplit(url).hostname or ""


def quoted(text):
    """The text as a segment of an address's path."""
    return quote(text, safe="")
