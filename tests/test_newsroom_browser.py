"""The content security policy, judged by a real browser."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_editor_logs_in_and_the_browser_refuses_nothing(live_server, page, django_user_model):
    django_user_model.objects.create_superuser("editor", password="right")
    refused = []
    page.on(
        "console",
        lambda message: "Content Security" in message.text and refused.append(message.text),
    )
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "right")
    page.click("[type=submit]")
    page.wait_for_selector("#user-tools")
    page.goto(f"{live_server.url}/admin/auth/user/add/")
    assert refused == []


def test_an_inline_script_on_a_public_page_does_not_run(live_server, page):
    page.goto(f"{live_server.url}/nothing-here/")
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'ran'";
            document.head.append(script);
        }"""
    )
    assert page.title() != "ran"
