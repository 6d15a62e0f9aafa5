"""What a page costs a reader: bytes over the wire, requests, layout shift, largest contentful paint.

``python -m benchmarks.pages`` serves the demo site behind a compressing proxy, asks for each
page with an empty cache through a slow connection, and prints a table; exit status 1 if a
page misses an aim. Names of pages (``front guide explorer``) choose among them.
"""

import sys
from statistics import median
from urllib.parse import urlsplit

from benchmarks.proxy import compressing
from benchmarks.site import PAGES, chromium, demo

ROUNDS = 3
# 1.6 Mbit/s down, 750 kbit/s up, 150 ms.
SLOW = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
KILO = 1000
WEIGHTS = {"explorer": 150, "filtered": 150}
WEIGHT, REQUESTS, SHIFT, PAINT = 100, 8, 0, 1.0
WATCH = """
window.seen = {paint: 0, shift: 0, what: ""};
new PerformanceObserver(list => list.getEntries().forEach(entry => {
    seen.paint = entry.startTime;
    seen.what = entry.element ? entry.element.tagName.toLowerCase() : "";
})).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(entry => {
    if (!entry.hadRecentInput) seen.shift += entry.value;
})).observe({type: "layout-shift", buffered: true});
"""


class Visit:
    """One look at a page with an empty cache."""

    def __init__(self, browser, url, size):
        self.kinds, self.bytes, self.hosts = {}, {}, set()
        context = browser.new_context(viewport=size)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self.asked)
        session.on("Network.loadingFinished", self.answered)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW)
        page.add_init_script(WATCH)
        self.status = page.goto(url, wait_until="networkidle").status
        self.seen = seen(page)
        context.close()

    def asked(self, event):
        if event["request"]["url"].startswith("data:"):
            return
        self.kinds[event["requestId"]] = event.get("type", "Other")
        self.hosts.add(urlsplit(event["request"]["url"]).netloc)

    def answered(self, event):
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    def weight(self, images):
        """Bytes over the wire, headers included: of images, or of all else."""
        return sum(
            size
            for request, size in self.bytes.items()
            if (self.kinds.get(request) == "Image") is images
        )

    def requests(self, images):
        return sum((kind == "Image") is images for kind in self.kinds.values())


def seen(page):
    """What the page's observers saw, once they have told of a paint: on a busy machine that can come late."""
    for _ in range(100):
        found = page.evaluate("seen")
        if found["paint"]:
            return found
        page.wait_for_timeout(50)
    raise SystemExit(f"{page.url}: no paint was told of.")


def row(name, path, visits):
    """(cells of the table, the aims that were missed)."""
    first = visits[0]
    kilos = first.weight(images=False) / KILO
    paints = [visit.seen["paint"] / KILO for visit in visits]
    paint = median(paints)
    shift = max(visit.seen["shift"] for visit in visits)
    requests = first.requests(images=False)
    missed = [
        aim
        for aim, bad in (
            ("weight", kilos >= WEIGHTS.get(name, WEIGHT)),
            ("requests", requests > REQUESTS),
            ("hosts", len(first.hosts) > 1),
            ("shift", round(shift, 3) > SHIFT),
            ("paint", paint >= PAINT),
        )
        if bad
    ]
    cells = [
        f"`{path}`",
        f"{kilos:.1f}",
        f"{requests}",
        f"{first.requests(images=True)}, {first.weight(images=True) / KILO:.1f}",
        f"{len(first.hosts)}",
        f"{shift:.3f}",
        f"{paint:.2f} ({first.seen['what']})",
        f"{min(paints):.2f}–{max(paints):.2f}",
        ", ".join(missed),
    ]
    return cells, missed


def main():
    failed = False
    chosen = {name: PAGES[name] for name in sys.argv[1:] or PAGES}
    with demo() as origin, compressing(origin) as url, chromium() as browser:
        for title, size in (
            ("A phone, 360 by 780", {"width": 360, "height": 780}),
            ("A desk, 1280 by 900", {"width": 1280, "height": 900}),
        ):
            print(f"\n{title}\n")
            print(
                "| page | kB without images | requests without images | images, kB | hosts | layout shift | largest paint, s: median | from least to most | missed |"
            )
            print("|-|-:|-:|-:|-:|-:|-:|-:|-|")
            for name, path in chosen.items():
                visits = [Visit(browser, url + path, size) for _ in range(ROUNDS)]
                if visits[0].status == 404 and name != "nowhere":
                    continue
                cells, missed = row(name, path, visits)
                failed |= bool(missed)
                print(f"| {' | '.join(cells)} |", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
