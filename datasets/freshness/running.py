"""A run: many hosts at once, each at its own pace, every result stored as it comes.

Threads ask and this one writes: a run that is killed has stored all that it knew, and
the next goes on with what has been unchecked the longest.
"""

import queue
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.utils import timezone

from datasets.freshness.crossref import examine_doi
from datasets.freshness.examining import examine
from datasets.models import Check, Verdict

WORKERS = 8
# Results that wait for the database; then the threads wait too.
MOST_WAITING = 100
FINISHED = object()


@dataclass
class Report:
    """What a run found: how often each verdict, and which targets are not simply there."""

    counts: Counter = field(default_factory=Counter)
    worth_telling: list = field(default_factory=list)
    put_off: int = 0

    def note(self, check):
        self.counts[check.verdict] += 1
        if check.verdict not in (Verdict.OK, Verdict.TOO_LARGE):
            self.worth_telling.append(check)

    @property
    def total(self):
        return sum(self.counts.values())


def run(targets, asker, *, workers=WORKERS, progress=lambda: None):
    """Check the targets and store each result; gives the Report. An interruption stops it in order."""
    report = Report()
    results, stop = queue.Queue(MOST_WAITING), threading.Event()
    groups = by_host(targets)
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(groups)))) as pool:
        for group in groups:
            pool.submit(check_host, group, asker, results, stop)
        try:
            running = len(groups)
            while running:
                target, outcome = results.get()
                if target is FINISHED:
                    running -= 1
                    if isinstance(outcome, Exception):
                        raise outcome
                    continue
                progress()
                if outcome is None:
                    report.put_off += 1
                else:
                    report.note(store(target, outcome))
        finally:
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            drain(results, pool)
    return report


def by_host(targets):
    """The targets in lists of one host each, the order kept."""
    groups = defaultdict(list)
    for target in targets:
        groups[target.host].append(target)
    return list(groups.values())


def check_host(group, asker, results, stop):
    """Check what one host serves, one by one; once it asks for rest, the others wait for another run."""
    resting, error = False, None
    try:
        for target in group:
            if stop.is_set():
                break
            outcome = None if resting else look_at(target, asker)
            resting = resting or outcome.verdict == Verdict.LIMITED
            results.put((target, outcome))
    except Exception as failure:
        # Whoever reads the results hears of it: a thread has nobody else to tell.
        error = failure
    finally:
        results.put((FINISHED, error))


def look_at(target, asker):
    look = examine_doi if target.kind == Check.Kind.DOI else examine
    return look(asker, target.target, target.known)


def drain(results, pool):
    """Let threads that wait to hand something over come to their end."""
    ended = threading.Thread(target=pool.shutdown, daemon=True)
    ended.start()
    while ended.is_alive():
        try:
            results.get(timeout=0.05)
        except queue.Empty:
            continue


def store(target, outcome):
    """Write one result, whatever came in between; gives the Check."""
    now = timezone.now()
    check = target.known or Check(kind=target.kind, target=target.target)
    check.verdict, check.status = outcome.verdict, outcome.status
    check.leads_to = fitting(check, "leads_to", outcome.leads_to)
    check.etag = fitting(check, "etag", outcome.etag)
    check.last_modified = fitting(check, "last_modified", outcome.last_modified)
    check.checked_at, check.not_before = now, outcome.not_before
    check.count_failure(timezone.localdate(now))
    check.save()
    return check


def fitting(check, name, text):
    """The text as the column can hold it; cut short it would say something else, so then nothing."""
    text = text.replace("\0", "")
    return text if len(text) <= Check._meta.get_field(name).max_length else ""
