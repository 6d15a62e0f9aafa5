"""Several processes and threads on one catalogue: nobody reads an old, a mixed or a half state."""

import sys
import threading
from collections import Counter
from contextlib import nullcontext

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from datasets.filters import read_query
from datasets.index import current, load
from datasets.models import Catalogue, Document, Record, Revision
from tests.factories import DatasetFactory, LicenseFactory, ModalityFactory
from tests.other_process import OtherProcess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def process(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), OtherProcess() as process:
        yield process


@pytest.fixture
def other(process):
    """The other process, whatever a test before did in it taken back."""
    process.ask(do="connections.close_all()")
    return process


def select(query, family="datasets"):
    found = read_query(family, QueryDict(query), current()).check().selection
    return [document["slug"] for document in found.documents()]


def names():
    return [document["name"] for document in current().select("datasets").documents()]


def test_an_edit_elsewhere_is_in_the_next_answer_here(other):
    DatasetFactory(slug="a", name="Before")
    assert names() == ["Before"]
    other.ask(do="r = Record.objects.get(slug='a'); r.name = 'After'; r.save()")
    assert names() == ["After"]


def test_an_edit_here_is_in_the_next_answer_elsewhere(other):
    record = DatasetFactory(slug="a", name="Before")
    ask = "[d['name'] for d in current().select('datasets').documents()]"
    assert other.ask(ask) == ["Before"]
    for name in ("After", "Later", "Last"):
        record.name = name
        record.save()
        assert other.ask(ask) == [name]


def test_an_unchanged_catalogue_is_read_once(other, django_assert_num_queries):
    DatasetFactory(slug="a")
    index = current()
    with django_assert_num_queries(1):
        assert current() is index
    assert other.ask("current() is current()")


def test_a_connection_that_broke_is_noticed_by_the_question_itself(other, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("A file does not hang up.")
    DatasetFactory(slug="a", name="Before")
    current()
    other.ask(
        do=f"connection.cursor().execute('SELECT pg_terminate_backend({connection.connection.info.backend_pid})')"
    )
    # As at the start of a request.
    connection.close_if_unusable_or_obsolete()
    monkeypatch.setattr(connection, "is_usable", lambda: pytest.fail("It was asked beforehand."))
    assert names() == ["Before"]


def test_a_plan_of_before_a_migration_is_made_anew(other, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("A file keeps no plans for a connection.")
    connection.ensure_connection()
    monkeypatch.setattr(connection.connection, "prepare_threshold", 0)
    DatasetFactory(slug="a", name="Before")
    assert names() == ["Before"]
    alter = (
        "connection.cursor().execute('ALTER TABLE datasets_catalogue ALTER token TYPE varchar({})')"
    )
    other.ask(do=alter.format(17))
    try:
        assert names() == ["Before"]
    finally:
        other.ask(do=alter.format(16))


def test_what_another_has_not_committed_is_not_seen(other):
    DatasetFactory(slug="a", name="Before")
    assert names() == ["Before"]
    other.ask(
        do="work = transaction.atomic(); work.__enter__()\n"
        "r = Record.objects.get(slug='a'); r.name = 'After'; r.save()"
    )
    assert names() == ["Before"]
    other.ask(do="work.__exit__(None, None, None)")
    assert names() == ["After"]


def test_a_version_that_was_rolled_back_is_not_mistaken_for_the_next_one():
    record = DatasetFactory(slug="a", name="Before")
    names()
    with transaction.atomic():
        record.name = "Never"
        record.save()
        assert names() == ["Never"]
        taken_back = current().version
        transaction.set_rollback(True)
    assert names() == ["Before"]
    record.name = "After"
    record.save()
    assert names() == ["After"]
    assert current().version == taken_back


def test_a_restored_backup_that_reaches_the_same_version_is_noticed(other):
    record = DatasetFactory(slug="a", name="Saved")
    backup = {model: list(model._base_manager.values()) for model in (Catalogue, Record, Document)}
    record.name = "Lost"
    record.save()
    assert (names(), other.select("search=lost")) == (["Lost"], ["a"])
    lost = current().stamp
    Revision.objects.filter(number=lost[0]).delete()
    for model, rows in backup.items():
        for row in rows:
            pk = row[model._meta.pk.attname]
            model._base_manager.filter(pk=pk).update(**row)
    record.refresh_from_db()
    record.name = "Found"
    record.save()
    assert current().version == lost[0]
    assert current().stamp != lost
    assert names() == ["Found"]
    assert (other.select("search=lost"), other.select("search=found")) == ([], ["a"])


def test_an_index_that_cannot_be_built_is_not_served_nor_the_old_one_lost():
    record = DatasetFactory(slug="a", name="Before")
    DatasetFactory(slug="b", name="Beside")
    index = current()
    stamp = Catalogue.objects.values("version", "token").get()
    text = Document.objects.get(pk=record.pk).text
    Document.objects.filter(pk=record.pk).update(text="{")
    Catalogue.objects.update(version=stamp["version"] + 1, token="another")
    for _ in range(2):
        with pytest.raises(ValueError):
            current()
    Catalogue.objects.update(**stamp)
    assert current() is index
    Document.objects.filter(pk=record.pk).update(text=text)
    Catalogue.objects.update(version=stamp["version"] + 1, token="another")
    assert current() is not index
    assert names() == ["Before", "Beside"]


def test_a_forked_process_goes_on_from_what_its_parent_had_read(other):
    DatasetFactory(slug="a", name="Lungs")
    assert other.select("search=lung") == ["a"]
    forked = """
before = current()
connections.close_all()
ends = os.pipe()
child = os.fork()
if not child:
    try:
        shared = current() is before
        r = Record.objects.get(slug='a'); r.name = 'Hearts'; r.save()
        found = read_query('datasets', QueryDict('search=heart'), current()).selection.count()
        os.write(ends[1], f'{shared} {found}'.encode())
    finally:
        os._exit(0)
os.waitpid(child, 0)
"""
    assert other.ask("os.read(ends[0], 100).decode()", do=forked) == "True 1"
    assert other.ask("before.select('datasets').search('lung').count()") == 1
    assert other.select("search=heart") == ["a"]
    assert select("search=heart") == ["a"]


@pytest.mark.parametrize("inside", [False, True], ids=["alone", "inside a transaction"])
def test_an_index_is_read_as_of_one_moment(other, inside):
    if inside and connection.vendor == "sqlite":
        pytest.skip("On SQLite a transaction keeps all other writers out.")
    ModalityFactory(slug="ct", name="Before")
    DatasetFactory(slug="a", modalities=["ct"])
    interfered = []

    def interfere(execute, sql, *arguments):
        result = execute(sql, *arguments)
        if 'FROM "datasets_document"' in sql and not interfered:
            interfered.append(sql)
            other.ask(do="term = Modality.objects.get(); term.name = 'After'; term.save()")
        return result

    with transaction.atomic() if inside else nullcontext(), connection.execute_wrapper(interfere):
        index = load()
        assert interfered
        assert index.document(0)["modalities"][0]["name"] == index.name_of("modality", "ct")
        assert inside == (index.stamp == Catalogue.objects.stamp())
    assert current().name_of("modality", "ct") == "After"


class Reader(threading.Thread):
    """Reads until told to stop; keeps what was wrong with any answer."""

    def __init__(self, committed, stop):
        super().__init__()
        self.committed, self.stop = committed, stop
        self.wrong, self.seen = [], Counter()

    def run(self):
        try:
            while not self.stop.is_set():
                self.read()
        except Exception as error:
            self.wrong.append(repr(error))
        finally:
            connection.close()

    def read(self):
        least = self.committed[-1]
        selection = current().select("datasets")
        found = selection.documents()
        years = {document["year"] for document in found}
        if len(found) != 12 or len(years) != 1:
            self.wrong.append(f"{len(found)} records of {years}")
        year = years.pop()
        self.seen[year] += 1
        if year < least:
            self.wrong.append(f"{year} after {least} was committed")
        family = "even" if year % 2 == 0 else "odd"
        counts = {value.slug: value.count for value in selection.facet("license") if value.count}
        if counts != {family: 12}:
            self.wrong.append(f"{counts} in {year}")
        if selection.search(f"marked{year}").count() != 12:
            self.wrong.append(f"words of another version than {year}")
        if selection.between("year", year, year).count() != 12:
            self.wrong.append(f"order of another version than {year}")


@pytest.fixture
def restless():
    """Threads take turns fifty times as often as they would: more chances to be caught half way."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 50)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("restless")
def test_eight_threads_never_read_a_mixture_nor_an_old_version(other):
    for slug in ("even", "odd"):
        LicenseFactory(slug=slug)
    for number in range(12):
        DatasetFactory(slug=f"record-{number}", year=2000, summary="marked2000", license="even")
    committed, stop = [2000], threading.Event()
    readers = [Reader(committed, stop) for _ in range(8)]
    for reader in readers:
        reader.start()
    for year in range(2001, 2041):
        other.ask(
            do="Record.objects.update("
            f"year={year}, summary='marked{year}', license=License.objects.get(slug="
            f"{'even' if year % 2 == 0 else 'odd'!r}))"
        )
        committed.append(year)
    stop.set()
    for reader in readers:
        reader.join(30)
    assert [reader.wrong for reader in readers] == [[]] * 8
    assert all(len(reader.seen) > 1 for reader in readers)


def test_threads_that_search_at_once_find_what_each_asked_for():
    words = [f"w{number}x" for number in range(20)]
    for number in range(20):
        DatasetFactory(slug=f"r-{number}", summary=" ".join(words[number:]))
    index, wrong = current(), []
    expected = {word: index.words.search(word) for word in words}
    assert [len(found) for found in expected.values()] == list(range(1, 21))

    def search(mine):
        for _ in range(150):
            for word in mine:
                if index.words.search(word) != expected[word]:
                    wrong.append(word)

    threads = [threading.Thread(target=search, args=(words[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_writer_that_is_killed_leaves_the_catalogue_as_it_was():
    DatasetFactory(slug="a", name="Before")
    index = current()
    with OtherProcess() as doomed:
        doomed.ask(
            do="work = transaction.atomic(); work.__enter__()\nRecord.objects.update(name='Never')"
        )
    assert current() is index
    record = Record.objects.get(slug="a")
    assert record.name == "Before"
    record.name = "After"
    record.save()
    assert names() == ["After"]
