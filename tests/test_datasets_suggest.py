"""What readers send in: the forms, the check for what is there already, the limit, and what came of it."""

import re
from html import unescape

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.settings import api_settings

from datasets import curation
from datasets.models import Record, Suggestion
from tests.desk import form_of
from tests.examples import examples
from tests.factories import DatasetFactory, LicenseFactory, ToolFactory, UnitFactory
from tests.pages import words
from tests.suggestions import NEW, address, send, sent, value

pytest_plugins = ["tests.suggestions"]
pytestmark = pytest.mark.django_db

# Something new


def test_a_suggestion_has_a_page_of_its_own_and_waits_in_the_queue(client, desk):
    page, row = sent(client, doi="https://doi.org/10.1234/Spleen")
    assert page.redirect_chain == [(f"/suggest/{row.reference}/", 302)]
    assert (row.kind, row.name, row.url, row.doi, row.message, row.state) == (
        *("dataset", "Spleen set", "https://spleen.example/data", "10.1234/Spleen"),
        *("Forty scans.", "new"),
    )
    said = words(page)
    assert "Spleen set Received, and not read yet." in said and "Forty scans." in said
    assert page["Cache-Control"] == "private, no-store"
    assert page["Referrer-Policy"] == "no-referrer" and page["X-Robots-Tag"] == "noindex"
    assert len(row.reference) >= 16
    # No list of them, and nothing at a guess.
    for reference in (row.pk, row.reference[:-1], row.reference + "x", "%00", "a" * 500, "é"):
        assert client.get(f"/suggest/{reference}/").status_code == 404
    assert "<strong>1</strong> suggestion waiting" in desk.get("/admin/").text


def test_a_tool_becomes_a_tool_and_its_page_says_so_once_readers_may_know(client, jane):
    LicenseFactory(family="unspecified")
    page, row = sent(client, kind="tool")
    record = curation.accept(row, by=jane)
    assert record.kind == "tool"
    address = f"/suggest/{row.reference}/"
    Record.objects.filter(pk=record.pk).update(name="Hidden name")
    page = client.get(address)
    assert "Accepted on" in words(page) and "Its record is being written" in words(page)
    assert "Hidden name" not in page.text and record.slug not in page.text
    curation.publish([record], by=jane)
    assert '<a href="/tools/spleen-set/">Hidden name</a>' in client.get(address).text
    curation.withdraw([record], by=jane, note="Secret reason")
    page = client.get(address)
    assert "Its record is being written" in words(page) and "Hidden name" not in page.text


def test_a_declined_one_has_the_answer(client, jane):
    _, row = sent(client)
    row.reply = "It needs an <account>."
    row.save()
    assert "account" not in client.get(f"/suggest/{row.reference}/").text.split("<main")[1]
    curation.decline(row, by=jane)
    said = words(client.get(f"/suggest/{row.reference}/"))
    assert "Read, and not taken up on" in said and "It needs an <account>." in said


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(client):
    data = {"kind": "horse", "name": "n" * 201, "url": "not an address", "doi": "11.1/x", "message": "m" * 5001}  # fmt: skip
    page = send(client, data)
    assert page.status_code == 200 and not Suggestion.objects.exists()
    for told in (
        "Choose a dataset, or a model or tool.",
        "This may have 200 characters; it has 201.",
        "Give a full web address that starts with https:// or http://.",
        "A DOI starts with “10.”",
        "This may have 5000 characters; it has 5001.",
    ):
        assert words(page).count(told) == 2, told
    for name in ("name", "url", "doi", "message"):
        assert value(page, name) == data[name]
        field = re.search(rf'<(input|textarea)[^>]*name="{name}"[^>]*>', page.text)[0]
        assert 'aria-invalid="true"' in field and f"id_{name}_error" in field
        assert f'id="id_{name}_error"' in page.text
    page = send(client, {"kind": "tool"})
    assert "Give its name." in words(page) and "Give an address, a DOI or a few words" in words(
        page
    )
    assert re.search(r'value="tool"[^>]* checked', page.text)
    assert "may not" not in words(send(client, name="a\0b")) and not Suggestion.objects.exists()


def test_an_address_without_its_scheme_is_understood(client):
    _, row = sent(client, url="spleen.example/data")
    assert row.url == "https://spleen.example/data"


def test_the_form_comes_filled_in_from_the_address(client):
    page = client.get("/suggest/", {"name": 'Spl"een', "url": "https://a.example/", "kind": "tool"})
    assert value(page, "name") == 'Spl"een' and value(page, "url") == "https://a.example/"
    assert re.search(r'value="tool"[^>]* checked', page.text)
    assert (
        'content="noindex"' in page.text and 'content="noindex"' not in client.get("/suggest/").text
    )


def test_a_suggestion_is_turned_into_a_correction_with_all_that_was_typed(client, luna):
    data = {"kind": "tool", "name": "Luna-16", "url": "https://a.example/", "doi": "10.1/x", "message": "Two\nlines"}  # fmt: skip
    page = send(client, data, correct="luna16")
    assert "Suggest a correction" in words(page) and not Suggestion.objects.exists()
    assert value(page, "message") == "Two\nlines\nName: Luna-16\nDOI: 10.1/x"
    assert value(page, "url") == "https://a.example/" and value(page, "record") == "luna16"


# A correction


def test_a_record_leads_to_a_correction_of_each_of_its_facts(client, luna):
    page = client.get("/datasets/luna16/").text
    found = re.findall(r'href="(/suggest/\?record=luna16[^"]*)"', page)
    assert "/suggest/?record=luna16" in found and len(found) > 10
    page = client.get("/suggest/?record=luna16&fact=license")
    assert value(page, "fact") == "license" and value(page, "record") == "luna16"
    assert "The record says Attribution licence" in words(page)
    data = {"record": "luna16", "fact": "license", "message": "It is CC0.", "url": ""}
    page, row = sent(client, data)
    assert (row.kind, row.record_id, row.fact, row.name) == (
        *("correction", luna.pk, "license"),
        "LUNA16: Licence",
    )
    assert 'A correction of <a href="/datasets/luna16/">LUNA16</a>' in page.text


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        ("annotation_method", "Mined from reports"),
        ("status", "Withdrawn by its owner"),
        ("countries", "Netherlands"),
        ("sizes", "12 image–text pairs"),
        ("links", "Terms of use: https://reports.example/"),
    ],
)
def test_what_a_record_says_is_told_by_name_to_readers_and_at_the_desk(client, desk, fact, told):
    UnitFactory(slug="image-text-pairs", name="image–text pairs")
    DatasetFactory(
        slug="reports",
        name="Reports",
        annotation_method="report-mined",
        status="withdrawn",
        countries=["NL"],
        sizes=[(12, "image-text-pairs")],
        links=[("terms", "https://reports.example/")],
    )
    page = client.get(f"/suggest/?record=reports&fact={fact}")
    assert f"The record says {told} What" in words(page)
    _, row = sent(client, {"record": "reports", "fact": fact, "message": "It is not."})
    assert f": {told}</li>" in desk.get(address("change", row)).text


def test_a_correction_says_what_is_wrong_with_it(client, luna):
    page = send(client, {"record": "luna16", "fact": "horns", "message": " ", "url": "x y"})
    said = words(page)
    assert "Say what would be right." in said and "Choose one of the facts" in said
    assert value(page, "url") == "x y" and not Suggestion.objects.exists()
    # A tool has no annotations to correct.
    ToolFactory(slug="cutter", name="Cutter")
    assert "Choose one of" in words(send(client, {"record": "cutter", "fact": "splits", "message": "m"}))  # fmt: skip


def test_a_former_address_of_a_record_will_do(client, luna):
    luna.slug = "luna-2016"
    luna.save()
    assert "LUNA16" in words(client.get("/suggest/?record=luna16"))
    assert sent(client, {"record": "luna16", "message": "m"})[1].record_id == luna.pk


def test_what_became_of_a_correction(client, luna, jane):
    _, row = sent(client, {"record": "luna16", "message": "Wrong."})
    curation.accept(row, by=jane)
    address = f"/suggest/{row.reference}/"
    assert "See the record and its history: LUNA16." in words(client.get(address))
    curation.withdraw([luna], by=jane, note="Secret reason")
    page = client.get(address)
    assert "The record is not in the catalogue at present." in words(page)
    assert "/datasets/luna16/" not in page.text and "Secret" not in page.text


def test_a_record_that_is_gone_meanwhile_costs_no_word(client, luna, jane):
    curation.withdraw([luna], by=jane, note="Gone")
    data = {"record": "luna16", "fact": "license", "message": "It is CC0.", "url": "https://a.example/"}  # fmt: skip
    page = send(client, data)
    assert not Suggestion.objects.exists()
    assert "The catalogue has no record “luna16” that could be corrected." in words(page)
    assert (value(page, "message"), value(page, "url")) == ("It is CC0.", "https://a.example/")


# Who sends


def test_a_program_that_fills_in_everything_is_stopped_and_a_person_is_not(client):
    page = send(client, website="https://spam.example/")
    assert page.status_code == 200 and not Suggestion.objects.exists()
    assert "A field that people do not see was filled in" in words(page)
    assert "spam.example" not in page.text and value(page, "message") == "Forty scans."
    assert re.search(
        r'<div hidden>.*name="website"[^>]* tabindex="-1" autocomplete="off"', page.text
    )


def test_too_many_are_refused_without_losing_a_word(client, monkeypatch):
    monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "suggest", "1/hour")
    for _ in range(3):
        # What is not sent does not count.
        assert send(client, name="").status_code == 200
    sent(client)
    page = send(client, name="Another")
    assert page.status_code == 429 and 3500 < int(page["Retry-After"]) <= 3600
    assert "send it again in 60 minutes: what you wrote is all here" in words(page)
    assert value(page, "name") == "Another" and value(page, "message") == "Forty scans."
    assert Suggestion.objects.count() == 1
    assert send(client, NEW | {"name": "A"}, website="x").status_code == 200


def test_a_form_of_another_site_is_refused():
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/suggest/", NEW).status_code == 403
    page = strict.get("/suggest/")
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    assert strict.post("/suggest/", NEW | {"csrfmiddlewaretoken": token}).status_code == 302


ANY = st.text(max_size=40) | st.sampled_from(
    ["luna16", "https://", "https://[", "http://a.example:99999/", "https://doi.org/", "10.1/x", "\0", "license", "x" * 6000]
)  # fmt: skip


@settings(
    max_examples=examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.dictionaries(st.sampled_from(["kind", "name", "url", "doi", "message", "record", "fact", "not", "correct", "website"]), ANY))  # fmt: skip
def test_no_input_breaks_the_form_or_is_lost(client, luna, data):
    data = {name: text.encode(errors="replace").decode() for name, text in data.items()}
    assert client.get("/suggest/", data).status_code == 200
    page = client.post("/suggest/", data)
    if page.status_code == 302:
        assert client.get(page["Location"]).status_code == 200
        return
    assert page.status_code == 200 and "<script>" not in page.text
    if message := data.get("message"):
        # A browser writes each line break as one.
        kept = value(page, "message").replace("\r\n", "\n").strip()
        assert message.replace("\r\n", "\n").strip() in kept


# At the desk


def test_the_desk_has_what_it_needs_to_judge(client, desk, luna):
    DatasetFactory(slug="draft", name="Spleen Set", published=False)
    _, row = sent(client, NEW | {"doi": "10.1016/j.media.2017.06.015"}, **{"not": "luna16"})
    sent(client, NEW | {"name": "spleen-set"})
    page = desk.get(address("change", row)).text
    assert ">LUNA16</a>: the same DOI</li>" in page
    assert ">Spleen Set</a>: the same name (not published)</li>" in page
    assert ">spleen-set</a> (new, " in page
    assert f'href="/suggest/{row.reference}/"' in page
    _, row = sent(client, {"record": "luna16", "fact": "license", "message": "It is CC0."})
    page = desk.get(address("change", row)).text
    assert "<li>Licence: Attribution licence</li>" in page and ">LUNA16</a>" in page


@pytest.mark.parametrize(("button", "state"), [("_accept", "accepted"), ("_decline", "declined")])
def test_the_answer_is_saved_with_the_decision(client, desk, button, state):
    LicenseFactory(family="unspecified")
    _, row = sent(client)
    data = form_of(desk, address("change", row)) | {"reply": "Thank you.", button: "1"}
    assert desk.post(address("change", row), data).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.reply) == (state, "Thank you.")
    assert button not in desk.get(address("change", row)).text


def test_a_correction_of_a_deleted_record_makes_no_record(client, desk, luna):
    LicenseFactory(family="unspecified")
    _, row = sent(client, {"record": "luna16", "message": "Wrong."})
    luna.delete()
    page = desk.post(address("accept", row), follow=True)
    assert "has been deleted: decline it" in unescape(page.text)
    assert not Record.objects.exists()
