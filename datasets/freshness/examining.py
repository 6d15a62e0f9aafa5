"""What becomes of a link that is followed as a reader would follow it."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urldefrag, urljoin

from django.utils import timezone

from datasets.models import Verdict
from datasets.numbers import is_plain

MOST_HOPS = 10
PERMANENT, TEMPORARY = (301, 308), (302, 303, 307)
LONGEST_REST = timedelta(days=7)
SHORTEST_REST = timedelta(minutes=1)


@dataclass(frozen=True)
class Outcome:
    """What is to be stored of one check."""

    verdict: str
    status: int | None = None
    leads_to: str = ""
    etag: str = ""
    last_modified: str = ""
    not_before: object = None


def examine(asker, url, known=None):
    """The Outcome for an address; ``known`` is its last Check."""
    here, moved_to, seen = urldefrag(url).url, "", {urldefrag(url).url}
    all_permanent = True
    for _ in range(MOST_HOPS):
        answer = ask(asker, here, marks(known) if here == urldefrag(url).url else {})
        target = redirect(answer, here)
        if target is None:
            return outcome(answer, moved_to, known)
        all_permanent = all_permanent and answer.status in PERMANENT
        here = urldefrag(target).url
        if all_permanent:
            moved_to = target
        if here in seen:
            break
        seen.add(here)
    return Outcome(Verdict.LOOP, answer.status)


def marks(known):
    """The headers that ask for news only; of an address that answered itself when last asked."""
    if known is None or known.verdict != Verdict.OK:
        return {}
    found = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in found.items() if value}


def ask(asker, url, headers):
    """HEAD, and GET where that tells nothing: many servers know only the latter."""
    answer = asker.ask("HEAD", url, headers)
    if answer.verdict in (Verdict.RESET, Verdict.ODD) or (
        answer.status and answer.status >= 400 and answer.status != 429
    ):
        return asker.ask("GET", url, headers)
    return answer


def redirect(answer, here):
    """The address that the answer leads to; None if it does not."""
    if answer.status not in (*PERMANENT, *TEMPORARY) or not answer.headers.get("location"):
        return None
    try:
        return urljoin(here, answer.headers["location"].strip())
    except ValueError:
        return None


def outcome(answer, moved_to, known):
    status = answer.status
    if status is None:
        return Outcome(answer.verdict)
    if status == 429 or (status == 503 and "retry-after" in answer.headers):
        return Outcome(Verdict.LIMITED, status, not_before=not_before(answer))
    if status == 304 and known:
        return Outcome(known.verdict, status, etag=known.etag, last_modified=known.last_modified)
    if 200 <= status < 300:
        verdict = Verdict.OK if answer.whole else Verdict.TOO_LARGE
        return Outcome(
            Verdict.MOVED if moved_to else verdict,
            status,
            moved_to,
            etag=answer.headers.get("etag", ""),
            last_modified=answer.headers.get("last-modified", ""),
        )
    if status in (404, 410):
        return Outcome(Verdict.DEAD, status)
    if status in (401, 403, 451):
        return Outcome(Verdict.FORBIDDEN, status)
    return Outcome(Verdict.SERVER_ERROR if status >= 500 else Verdict.ODD, status)


def not_before(answer):
    """When the server wants to be asked again: seconds or a date; within reason."""
    said, now = answer.headers.get("retry-after", "").strip(), timezone.now()
    rest = timedelta(hours=1)
    if is_plain(said):
        # Python reads no number of thousands of digits, and nine are thirty years.
        rest = timedelta(seconds=int(said[:9]))
    elif said:
        try:
            when = parsedate_to_datetime(said)
            rest = (when if when.tzinfo else when.replace(tzinfo=UTC)) - now
        except (ValueError, TypeError, OverflowError):
            pass
    return now + min(max(rest, SHORTEST_REST), LONGEST_REST)
