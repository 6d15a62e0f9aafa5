"""How every test runs: demo mode on a scratch folder, whatever the shell's own environment says.

DATABASE_URL alone is taken over, so that the same tests run on any database; see `make test`.
Set before Django reads its settings, hence above the imports that do.
"""

import gc
import os
import shutil
import tempfile
from pathlib import Path

from newsroom.environment import VARIABLES

# A worker of pytest-xdist has all this from the process that started it.
if "PYTEST_XDIST_WORKER" not in os.environ:
    SCRATCH = tempfile.TemporaryDirectory(prefix="newsroom-tests-")
    for name in VARIABLES - {"DATABASE_URL"}:
        os.environ.pop(name, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="newsroom.settings",
        DEMO="1",
        DATA_DIR=SCRATCH.name,
        SECRET_KEY="only-for-tests-" * 5,
        API_THROTTLE="off",
        SEARCH_THROTTLE="off",
        SUGGEST_THROTTLE="off",
        # Playwright's synchronous interface runs an event loop, in which Django refuses queries.
        DJANGO_ALLOW_ASYNC_UNSAFE="1",
    )

import pytest  # noqa: E402
from django.apps import apps  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from playwright.sync_api import expect, sync_playwright  # noqa: E402

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None
)
NO_CHROMIUM = "Chromium is not installed (or name it in CHROMIUM=…)"


def pytest_configure(config):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # WhiteNoise warns when there is no such folder.
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    # Templates then name static files without `collectstatic` having run.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    if connection.vendor == "sqlite":
        # A file, as in service: in memory there is no WAL, and no second process can look.
        settings.DATABASES["default"]["TEST"]["NAME"] = str(settings.DATA_DIR / "test.sqlite3")


def pytest_collection_modifyitems(items):
    """Mark what cannot differ between databases, leave out what needs a browser that is not there, put long ones first.

    What fails in a browser is tried once more, and named at the end if it passes then: that may be the
    test's impatience, or a fault that only some readers meet.
    """
    for item in items:
        if not differs(item):
            item.add_marker(pytest.mark.same)
        if item.get_closest_marker("browser"):
            skip = pytest.mark.skip(reason=NO_CHROMIUM)
            item.add_marker(pytest.mark.flaky(reruns=1) if CHROMIUM else skip)
    # Those with transactions of their own come last. If a long one ended them, one process would run alone.
    last = next((at for at, item in enumerate(items) if commits(item)), len(items))
    items[last:] = sorted(items[last:], key=lambda item: not item.get_closest_marker("long"))


def commits(item):
    """Whether a test has transactions of its own, so that pytest-django runs it after those that have not."""
    asks = item.get_closest_marker("django_db")
    return bool(asks and asks.kwargs.get("transaction")) or "transactional_db" in item.fixturenames


def differs(item):
    """Whether a test could come out otherwise on another database.

    Not in a browser, which is shown the same pages whatever is behind them. And not where
    pytest-django lets nobody near the database.
    """
    asks = item.get_closest_marker("django_db") or {"db", "transactional_db", "django_db_setup"} & {
        *item.fixturenames
    }
    return bool(asks) and not item.get_closest_marker("browser")


def pytest_terminal_summary(terminalreporter):
    """Say on which database the tests ran, and whether in a browser; keep it for `make test`."""
    for report in passed_again(terminalreporter):
        terminalreporter.section(f"Failed at first: {report.nodeid}", sep="_")
        terminalreporter.write_line(report.longreprtext)
    lines = [
        f"Database: {database_version()}",
        f"Browser tests: {browser_outcome(terminalreporter)}",
    ]
    terminalreporter.section("Where these tests ran")
    for line in lines:
        terminalreporter.write_line(line)
    if os.environ.get("TEST_REPORT"):
        Path(os.environ["TEST_REPORT"]).write_text(" · ".join(lines) + "\n")


def passed_again(terminalreporter):
    """The reports of those that failed at first and passed when they were tried once more."""
    reports = terminalreporter.stats
    failed = {report.nodeid for name in ("failed", "error") for report in reports.get(name, [])}
    return [report for report in reports.get("rerun", []) if report.nodeid not in failed]


def database_version():
    with connection.get_new_connection(connection.get_connection_params()) as raw:
        if connection.vendor == "sqlite":
            return f"SQLite {raw.execute('SELECT sqlite_version()').fetchone()[0]}"
        return f"PostgreSQL {raw.execute('SHOW server_version').fetchone()[0]}"


def browser_outcome(terminalreporter):
    ran = sum(
        report.when == "call" and "browser" in report.keywords
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
    )
    if not CHROMIUM:
        return f"left out, {NO_CHROMIUM}"
    if not ran:
        chosen = terminalreporter.config.option.markexpr
        return f"none, by -m “{chosen}”" if chosen else "none among those chosen"
    again = [report.nodeid for report in passed_again(terminalreporter)]
    said = f", passed only when tried again: {', '.join(sorted(again))}" if again else ""
    return f"{ran} ran in {CHROMIUM}{said}"


def pytest_collection_finish():
    """What is loaded by now stays: looking through it for garbage again and again finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """On PostgreSQL a test with transactions of its own is cleared away row by row: there are few, and many tables."""
    if connection.vendor == "postgresql":
        connection.ops.sql_flush = deletions


def deletions(style, tables, **options):
    """Keys that point at what is gone are looked at when the transaction ends, whatever the order."""
    return [f"DELETE FROM {connection.ops.quote_name(table)}" for table in tables]


@pytest.fixture(autouse=True)
def empty_cache():
    """No test finds what another one left in the cache."""
    cache.clear()


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, for tests marked `browser`."""
    # As patient as Playwright is with everything else: a busy machine is no fault of a page.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A fresh browser tab with its own cookies."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def jane(django_user_model):
    return django_user_model.objects.create_superuser("jane")


@pytest.fixture
def desk(jane):
    """The admin's client, logged in as the superuser jane."""
    client = Client()
    client.force_login(jane)
    return client


@pytest.fixture
def looker(django_user_model):
    """The client of one who may see everything of the catalogue and change nothing."""
    user = django_user_model.objects.create_user("looker", is_staff=True)
    permissions = apps.get_model("auth.Permission").objects
    user.user_permissions.set(
        permissions.filter(content_type__app_label="datasets", codename__startswith="view_")
    )
    client = Client()
    client.force_login(user)
    return client
