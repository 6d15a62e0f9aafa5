"""Marks of facts on a record's page."""

from django import template

from datasets.dois import doi_url
from datasets.freshness.problems import problem_of
from datasets.models import Check
from datasets.reading import fact_label, part_name

register = template.Library()
SHAPES = {"verified": "✓", "sourced": "○", "unsourced": "–", "stale": "◷", "conflict": "≠"}


@register.inclusion_tag("datasets/_fact_mark.html")
def fact_mark(ledger, fact, part=None):
    """The mark of a fact, or of one size or kind of link, with its details on demand."""
    mark = ledger and ledger.mark(fact, part)
    return {"mark": mark, "shape": mark and SHAPES[mark.state], "label": fact_label(fact)}


@register.inclusion_tag("datasets/_address_mark.html")
def address_mark(checks, address):
    """What readers should know of an address before they follow it; mostly nothing."""
    check = checks and checks.get((Check.Kind.ADDRESS, address))
    return {"check": check, "problem": check and problem_of(check)}


@register.inclusion_tag("datasets/_paper_mark.html")
def paper_mark(checks, paper):
    """That a paper was retracted, or is doubted."""
    check = checks and paper and checks.get((Check.Kind.DOI, paper["doi"]))
    notice = check and doi_url(check.leads_to)
    return {"problem": check and problem_of(check), "notice": notice}


@register.inclusion_tag("datasets/_fact_ledger.html")
def fact_ledger(ledger, reading):
    """Every fact of the record with its mark and its own evidence."""
    rows = [
        {"mark": mark, "shape": SHAPES[mark.state], "label": label_of(mark, reading)}
        for mark in ledger.marks()
    ]
    return {"rows": rows}


def label_of(mark, reading):
    part = part_name(mark.fact, mark.part, reading.index)
    return ": ".join(filter(None, [fact_label(mark.fact), part]))
