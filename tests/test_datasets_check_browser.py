"""The check as a reader works it, and what axe says of it."""

import re

import pytest
from playwright.sync_api import expect

from datasets.models import changing
from tests.accessibility import violations
from tests.factories import (
    DatasetFactory,
    GrantFactory,
    LicenseFactory,
    RelationFactory,
    ToolFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server):
    """Records with every status, every verdict and every kind of relation between them."""
    terms = {"modalities": ["ct"], "anatomies": ["lung"], "tasks": ["detection"]}
    with changing():
        sa = LicenseFactory(slug="sa", spdx="CC-BY-SA-4.0", share_alike=True)
        nc = LicenseFactory(
            slug="nc", spdx="CC-BY-NC-4.0", commercial_use=False, family="non-commercial"
        )
        source = DatasetFactory(slug="source", name="Source", license=sa, **terms)
        cut = DatasetFactory(slug="cut", name="Cut", license=nc, access="agreement", **terms)
        other = DatasetFactory(slug="other", name="Other", access="application", **terms)
        archive = DatasetFactory(slug="archive", name="Archive", kind="collection")
        model = ToolFactory(slug="model", name="Model", kind="model", license=nc)
        DatasetFactory(slug="lonely", name="Lonely", **terms)
        GrantFactory(record=model, license=sa, covers="weights", subset="the small ones")
        for subject, kind, target in (
            (cut, "derived-from", source),
            (other, "shares-images", cut),
            (source, "part-of", archive),
            (model, "trained-on", source),
        ):
            RelationFactory(
                subject=subject,
                type=kind,
                object=target,
                extent="Half of it.",
                evidence=["https://source.example/paper"],
            )
    return live_server.url


EVERYTHING = "?" + "&".join(
    f"slug={slug}" for slug in ("source", "cut", "other", "archive", "model", "lonely")
)


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 1280)])
def test_axe_finds_nothing_on_the_form_and_on_a_full_report(site, browser, scheme, width):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    for query in ("", EVERYTHING, f"{EVERYTHING}&slug=nothing&use=nothing&add=zzzqqq"):
        page.goto(f"{site}/datasets/check/{query}")
        expect(page.locator("h1")).to_have_text("Check a combination")
        assert violations(page) == [], query
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), query
    context.close()


def test_a_check_is_made_by_keyboard_and_without_scripts(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/datasets/check/")
    page.get_by_label("Add a dataset, collection, model or tool").fill("Cut")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?slug=cut$"))
    page.get_by_label("Add a dataset, collection, model or tool").fill("model")
    page.get_by_label("Commercial use").check()
    page.get_by_role("button", name="Check again").click()
    expect(page).to_have_url(re.compile(r"\?slug=cut&slug=model&use=commercial_use$"))
    expect(page.locator(".pairs h3").first).to_contain_text("Cut and Model")
    page.locator(".matrix a", has_text="Possible").first.click()
    expect(page).to_have_url(re.compile(r"#cut--model$"))
    page.get_by_label("Model", exact=False).first.uncheck()
    page.get_by_role("button", name="Check again").click()
    expect(page).to_have_url(re.compile(r"\?slug=cut&use=commercial_use$"))
    context.close()
