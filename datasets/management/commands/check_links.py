"""manage.py check_links: whether the addresses and DOIs that records name still lead where they should."""

import signal
import sys
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from datasets.freshness.asking import Asker
from datasets.freshness.problems import sync
from datasets.freshness.running import WORKERS, by_host, run
from datasets.freshness.targets import UnknownChoice, due
from datasets.models import Verdict

MOST_WORKERS = 32


class Command(BaseCommand):
    help = (
        "Checks the links, licence texts and DOIs of published records, the longest unchecked first, "
        "and brings the curators' problems up to date. Each result is stored as it comes; a run that "
        "was stopped is continued by the next. Exit code 0: all done, whatever was found; "
        "1: could not run; 130: interrupted."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="Tell what would be checked, and ask nobody."
        )
        parser.add_argument(
            "--only",
            action="append",
            default=[],
            metavar="WHAT",
            help="A record's slug, a host, or a kind (homepage, download, code, paper, terms, "
            "leaderboard, licence, doi); may be repeated.",
        )
        parser.add_argument("--limit", type=int, metavar="N", help="Check at most N.")
        parser.add_argument(
            "--older-than",
            type=float,
            default=1,
            metavar="DAYS",
            help="Leave out what was checked within so many days; 1 unless told, 0 for all.",
        )
        parser.add_argument(
            "--workers",
            type=int,
            default=WORKERS,
            metavar="N",
            help="Hosts asked at the same time.",
        )
        parser.add_argument(
            "--timeout",
            type=float,
            default=20,
            metavar="SECONDS",
            help="For each answer, from the first byte sent to the last one read.",
        )
        parser.add_argument(
            "--private",
            action="store_true",
            default=None,
            help="Follow links into private networks too (as LINK_CHECK_PRIVATE=1 does).",
        )

    def handle(self, *, dry_run, only, limit, older_than, workers, timeout, private, **options):
        check_bounds(limit, older_than, workers, timeout)
        try:
            targets = due(only=only, limit=limit, older_than=timedelta(days=older_than))
        except UnknownChoice as error:
            raise CommandError(str(error)) from None
        if dry_run:
            self.tell_plan(targets)
            return
        stop_as_by_keyboard()
        try:
            report = self.ask(targets, Asker(seconds=timeout, private=private), workers, options)
        except KeyboardInterrupt:
            self.stderr.write("Interrupted; what was checked is stored, the next run goes on.")
            sys.exit(130)
        self.tell(report, sync())

    def ask(self, targets, asker, workers, options):
        """On a terminal with a bar; elsewhere a line before and, by the report, some after."""
        on_terminal = options["verbosity"] > 0 and sys.stderr.isatty()
        if options["verbosity"] > 0 and not on_terminal:
            self.stderr.write(f"Checking {len(targets)} on {len(by_host(targets))} hosts.")
        with tqdm(total=len(targets), desc="Checking", disable=not on_terminal) as bar:
            return run(targets, asker, workers=workers, progress=bar.update)

    def tell_plan(self, targets):
        for target in targets:
            when = f"{target.known.checked_at:%Y-%m-%d %H:%M}" if target.known else "never"
            self.stdout.write(f"{when:16}  {target.target}")
        hosts = len(by_host(targets))
        self.stdout.write(f"{len(targets)} to check, on {hosts} hosts. Dry run: nobody was asked.")

    def tell(self, report, waiting):
        for check in sorted(report.worth_telling, key=lambda one: (one.verdict, one.target)):
            leads = f" → {check.leads_to}" if check.leads_to else ""
            self.stdout.write(
                f"{check.verdict:12}  {check.status or '–':>3}  {check.target}{leads}"
            )
        for verdict in Verdict:
            if report.counts[verdict]:
                self.stdout.write(f"{report.counts[verdict]:6}  {verdict.label}")
        self.stdout.write(f"{report.total:6}  checked")
        if report.put_off:
            self.stdout.write(f"{report.put_off:6}  put off: their host asked for rest")
        self.stdout.write(f"{waiting:6}  problems wait for a curator")


def check_bounds(limit, older_than, workers, timeout):
    if limit is not None and limit < 1:
        raise CommandError("--limit: give a number from 1.")
    if not 0 <= older_than <= 10_000:
        raise CommandError("--older-than: give days from 0 to 10000.")
    if not 1 <= workers <= MOST_WORKERS:
        raise CommandError(f"--workers: give a number from 1 to {MOST_WORKERS}.")
    if not 0 < timeout <= 600:
        raise CommandError("--timeout: give seconds up to 600.")


def stop_as_by_keyboard():
    """A service manager's polite stop ends a run in order, as Ctrl+C does."""

    def stop(number, frame):
        raise KeyboardInterrupt

    try:
        signal.signal(signal.SIGTERM, stop)
    except ValueError:
        # Not in the main thread: somebody else decides about signals.
        return
