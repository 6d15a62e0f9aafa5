"""`make screenshots`: pictures of the main pages into docs/screenshots/, and docs/pages.md to show them."""

import io
from urllib.request import Request, urlopen

from PIL import Image

from benchmarks.site import PAGES, ROOT, chromium, demo

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "desk": {"viewport": {"width": 1280, "height": 900}},
}
THEMES = ("light", "dark")
TITLES = {
    "front": "The front page",
    "article": "An article",
    "guide": "A living guide",
    "filtered": "The explorer, filtered to CT of the chest",
    "record": "A record",
    "changes": "Changes of the catalogue",
    "compare": "Records compared",
    "map": "The map of the catalogue",
    "check": "A combination checked",
    "search": "The search",
}
# All together, in bytes.
MOST = 2_000_000


def main():
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    with demo() as url, chromium() as browser:
        shown = {name: PAGES[name] for name in TITLES if answers(url + PAGES[name])}
        for size in SIZES:
            for theme in THEMES:
                context = browser.new_context(**SIZES[size], color_scheme=theme)
                page = context.new_page()
                # Fonts that come late are left out of a page; from the second one on they are there.
                page.goto(url, wait_until="networkidle")
                for name, path in shown.items():
                    page.goto(url + path, wait_until="networkidle")
                    keep(page.screenshot(), FOLDER / f"{name}-{size}-{theme}.webp")
                context.close()
    (ROOT / "docs" / "pages.md").write_text(told(shown))
    taken = sum(file.stat().st_size for file in FOLDER.glob("*.webp"))
    print(f"{len(shown)} pages, {taken / 1000:.0f} kB in docs/screenshots/")
    if taken > MOST:
        raise SystemExit(f"They should not take more than {MOST / 1000:.0f} kB.")


def answers(url):
    try:
        return urlopen(Request(url, method="HEAD")).status == 200
    except OSError:
        return False


def keep(shot, file):
    Image.open(io.BytesIO(shot)).convert("RGB").save(file, "WEBP", quality=62, method=6)


def told(shown):
    """The page of the documentation, in Markdown."""
    lines = [
        "# The pages",
        "",
        "As `make screenshots` found them, with the launch content.",
    ]
    for name in shown:
        lines += ["", f"## {TITLES[name]}", ""]
        for size in ("desk", "phone"):
            lines += [
                " ".join(
                    f"![{TITLES[name]}, {size}, {theme}](screenshots/{name}-{size}-{theme}.webp)"
                    for theme in THEMES
                )
            ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
