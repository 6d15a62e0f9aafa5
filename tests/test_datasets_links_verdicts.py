"""What a checker of links makes of servers that behave badly: a verdict for each, in time and in little memory."""

import threading
import tracemalloc

import pytest
from django.utils import timezone

from datasets.freshness import connecting
from datasets.freshness.asking import MOST_BYTES, Answer, Asker, user_agent
from datasets.freshness.connecting import is_public
from datasets.freshness.crossref import examine_doi
from datasets.freshness.examining import MOST_HOPS, examine, not_before
from datasets.freshness.pace import Pace
from datasets.models import Check
from tests.hostile_server import Server, TlsServer, serving, unused_port

SECONDS = 0.6


@pytest.fixture(scope="module")
def server():
    with serving(Server()) as running:
        yield running


@pytest.fixture
def asker():
    return Asker(seconds=SECONDS, pause=0, private=True)


@pytest.mark.parametrize(
    ("path", "verdict", "status"),
    [
        ("ok", "ok", 200),
        ("get-only", "ok", 200),
        ("moved", "moved", 200),
        ("moved-twice", "moved", 200),
        ("elsewhere-for-now", "ok", 200),
        ("moved-to-gone", "dead", 410),
        ("gone", "dead", 410),
        ("not-there", "dead", 404),
        ("loop", "loop", 301),
        ("itself", "loop", 301),
        ("ever-on/0", "loop", 302),
        ("nowhere", "odd", 302),
        ("file", "odd", None),
        ("secret", "forbidden", 403),
        ("login", "forbidden", 401),
        ("later", "limited", 429),
        ("busy", "limited", 503),
        ("broken", "server-error", 500),
        ("hang", "timeout", None),
        ("drip", "timeout", None),
        ("drip-body", "timeout", None),
        ("huge", "too-large", 200),
        ("huge-head", "odd", None),
        ("reset", "reset", None),
        ("hangs-up", "reset", None),
        ("nonsense", "odd", None),
    ],
)
def test_each_way_of_answering_has_its_verdict(server, asker, path, verdict, status):
    found = examine(asker, server.url(path))
    assert (found.verdict, found.status) == (verdict, status)
    assert found.leads_to == (server.url("ok") if verdict == "moved" else "")


def test_servers_that_are_not_there_or_cannot_be_trusted(server, asker):
    def verdict(url):
        return examine(asker, url).verdict

    assert verdict(f"http://127.0.0.1:{unused_port()}/") == "reset"
    assert verdict("http://no-such-host.invalid/") == "dns"
    assert verdict(f"http://{'a' * 64}.example/") == "dns"
    # Plain text where encryption is due, and a certificate that nobody vouches for.
    assert verdict(server.url("ok", scheme="https")) == "tls"
    with serving(TlsServer()) as untrusted:
        assert verdict(untrusted.url("ok", scheme="https")) == "tls"
        assert untrusted.asked == []
    for url in ("ftp://files.example/", "http://", "http://[::1/", "https://a b.example/"):
        assert verdict(url) in ("odd", "dns")


def test_an_endless_body_is_read_no_further_than_it_says(server, asker):
    asker.ask("GET", server.url("huge"))
    tracemalloc.start()
    try:
        answer = asker.ask("GET", server.url("huge"))
        assert len(answer.body) == MOST_BYTES and not answer.whole
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 * MOST_BYTES


def test_nothing_is_left_behind_by_hanging_servers(server, asker):
    before = set(threading.enumerate())
    patient = Asker(seconds=300, pause=0, private=True)
    for path, who in {"hang": asker, "drip": asker, "reset": patient, "ok": patient}.items():
        who.ask("GET", server.url(path))
    left = set(threading.enumerate()) - before
    # Not those in which the server goes on answering.
    ours = [thread for thread in left if "process_request" not in thread.name]
    for thread in ours:
        # What was called off ends at once.
        thread.join(timeout=10)
    assert not [thread for thread in ours if thread.is_alive()]


def test_it_says_who_it_is_and_follows_no_more_than_so_many_redirects(server, asker):
    del server.asked[:]
    examine(asker, server.url("ever-on/0"))
    assert len(server.asked) == MOST_HOPS
    method, _, headers = server.asked[0]
    assert method == "HEAD" and headers["user-agent"] == user_agent()
    assert "http" in user_agent() and user_agent().isascii()


def test_an_address_that_is_known_is_asked_for_news_only(server, asker):
    first = examine(asker, server.url("ok"))
    known = Check(verdict=first.verdict, etag=first.etag, last_modified=first.last_modified)
    del server.asked[:]
    again = examine(asker, server.url("ok"), known)
    assert (again.verdict, again.status, again.etag) == ("ok", 304, '"one"')
    assert server.asked[0][2]["if-modified-since"] == first.last_modified
    known.verdict = "moved"
    assert examine(asker, server.url("ok"), known).status == 200


# Private networks


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.3.4", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("fec0::1", False),
        ("::7f00:1", False),
        ("::ffff:0:a00:1", False),
        ("64:ff9b:1::a00:1", False),
        ("5f00::1", False),
        ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d822", True),
    ],
)
def test_which_addresses_are_of_the_public_internet(address, public):
    assert is_public(address) is public


def test_private_networks_are_not_asked_unless_told(server, monkeypatch):
    careful = Asker(seconds=SECONDS, pause=0, private=False)
    del server.asked[:]
    port = server.server_address[1]
    for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"):
        assert examine(careful, f"http://{host}:{port}/ok").verdict == "private"
    assert server.asked == []
    # Nor may a public server lead there.
    monkeypatch.setattr(connecting, "is_public", lambda address: address == "127.0.0.1")
    assert examine(careful, server.url("inward")).verdict == "private"


# Pace


def test_no_host_is_asked_more_often_than_once_in_a_pause():
    now, slept = [100.0], []
    pace = Pace(1, clock=lambda: now[0], sleep=slept.append)
    for host in ("a", "b", "a", "a", "b"):
        pace.wait(host)
    assert slept == [1, 2, 1]
    now[0] += 10
    pace.wait("a")
    assert slept == [1, 2, 1]


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [
        ("7200", 7199, 7201),
        ("0", 59, 61),
        ("99999999999999999999", 604_700, 604_801),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 59, 61),
        ("Fri, 01 Jan 2999 00:00:00 GMT", 604_700, 604_801),
        ("soon", 3599, 3601),
        ("9" * 5000, 604_700, 604_801),
        ("Mon, 01 Jan 2024 00:00:00 +9999999999999999", 3599, 3601),
        ("٣", 3599, 3601),
        ("", 3599, 3601),
    ],
)
def test_rest_is_given_within_reason(said, least, most):
    until = not_before(Answer(429, {"retry-after": said}))
    assert least <= (until - timezone.now()).total_seconds() <= most


# DOIs


@pytest.mark.parametrize(
    ("doi", "verdict", "notice"),
    [
        ("10.1000/fine", "ok", ""),
        ("10.1000/corrected", "ok", ""),
        ("10.1000/retracted", "retracted", "10.1000/notice"),
        ("10.1000/withdrawn", "retracted", "10.1000/notice"),
        ("10.1000/doubted", "concern", "10.1000/doubt"),
        ("10.1000/a/b<c>", "ok", ""),
        ("10.5281/other-registry", "ok", ""),
        ("10.1000/unknown", "unregistered", ""),
        ("10.1000/nonsense", "odd", ""),
        ("10.1000/list", "odd", ""),
        ("10.1000/nested", "odd", ""),
    ],
)
def test_a_registry_is_asked_about_dois(server, settings, doi, verdict, notice):
    settings.CROSSREF_URL = server.url("crossref")
    server.works |= {
        "10.1000/fine": {"title": ["Fine"]},
        "10.1000/a/b<c>": {"updated-by": None},
        "10.1000/corrected": {"updated-by": [{"type": "correction", "DOI": "10.1000/erratum"}]},
        "10.1000/retracted": {
            "updated-by": [
                {"type": "correction", "DOI": "10.1000/erratum"},
                {"type": "retraction", "DOI": "10.1000/notice"},
            ]
        },
        "10.1000/withdrawn": {"updated-by": [{"type": "Withdrawal", "DOI": "10.1000/notice"}]},
        "10.1000/doubted": {
            "updated-by": [{"type": "expression-of-concern", "DOI": "10.1000/doubt"}]
        },
        "10.1000/nonsense": b"<html>",
        "10.1000/list": {"updated-by": ["x"]},
        "10.1000/nested": b"[" * 100_000,
    }
    server.elsewhere.add("10.5281/other-registry")
    # The service is the settings' own choice: it may lie in a private network.
    found = examine_doi(Asker(seconds=SECONDS, pause=0, private=False), doi)
    assert (found.verdict, found.leads_to) == (verdict, notice)
