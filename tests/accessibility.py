"""What axe finds wrong with a page by the rules of WCAG 2.2, levels A and AA."""

from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    "resultTypes": ["violations"],
}


# What a change of theme can break.
COLOURS = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}
SCRIPT = Axe().axe_script


def violations(page, rules=RULES):
    """One line per violation and element of the page as it is now; empty if all is well."""
    # Half a megabyte, which a page needs once however often it is looked at.
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found = page.evaluate("rules => axe.run(rules).then(told => told.violations)", rules)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} – {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
