"""The page to try the API on, tried."""

import json

import pytest

from tests.factories import DatasetFactory


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_api_can_be_tried_in_a_browser(live_server, page):
    DatasetFactory(slug="lungs", name="Lungs of many")
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    page.goto(f"{live_server.url}/api/v1/docs/")
    operation = page.locator("#operations-datasets-datasets_detail")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_placeholder("slug").fill("lungs")
    operation.locator(".execute").click()
    body = operation.locator(".live-responses-table .response-col_description pre").first
    body.wait_for()
    assert json.loads(body.text_content())["name"] == "Lungs of many"
    assert said == []


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_its_page_is_dark_as_the_system_or_the_reader_says(live_server, page):
    night = page.locator("html.dark-mode")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{live_server.url}/api/v1/docs/")
    night.wait_for()
    page.evaluate("() => localStorage.setItem('theme', 'light')")
    page.reload()
    page.locator("#operations-datasets-datasets_detail").wait_for()
    assert night.count() == 0
