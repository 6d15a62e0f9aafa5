"""Pages in the site's own fonts, for tests that measure them."""


def goto_in_its_own_fonts(page, url):
    """Go to a page and wait for its fonts. Readers are shown others, for good, when they come late."""
    page.route("**/site.css", wait_for_fonts)
    page.goto(url)
    for family in ("Newsreader", "Public Sans"):
        assert page.evaluate(
            "font => document.fonts.load(font).then(f => f.length)", f"1rem '{family}'"
        )
    page.evaluate("document.fonts.ready.then(() => null)")


def wait_for_fonts(route):
    sheet = route.fetch()
    route.fulfill(response=sheet, body=sheet.text().replace("optional", "block"))
