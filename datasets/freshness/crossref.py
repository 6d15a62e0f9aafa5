"""DOIs: whether one is registered, and whether what it names was retracted. Asks a service in Crossref's shape."""

import json

from django.conf import settings

from datasets.freshness.asking import quoted
from datasets.freshness.examining import Outcome, outcome
from datasets.models import Verdict

MOST_BYTES = 4 * 1024 * 1024
# Types of notice, as Crossref and Retraction Watch name them, and what they mean.
RETRACTING = ("retraction", "withdrawal", "removal")
DOUBTING = ("expression_of_concern",)


def works_address(doi, part=""):
    return f"{settings.CROSSREF_URL}/works/{quoted(doi)}{part}"


def ask(asker, url):
    return asker.ask("GET", url, {"Accept": "application/json"}, most=MOST_BYTES, trusted=True)


def examine_doi(asker, doi, known=None):
    """The Outcome for a DOI."""
    answer = ask(asker, works_address(doi))
    if answer.status == 404:
        # Other registries' DOIs are known here by their registry alone.
        agency = ask(asker, works_address(doi, "/agency"))
        if agency.status == 404:
            return Outcome(Verdict.UNREGISTERED, 404)
        return outcome(agency, "", None)
    if answer.status != 200:
        return outcome(answer, "", None)
    notices = read_notices(answer.body)
    if notices is None:
        return Outcome(Verdict.ODD, 200)
    for types, verdict in ((RETRACTING, Verdict.RETRACTED), (DOUBTING, Verdict.CONCERN)):
        notice = next((doi for kind, doi in notices if kind in types), None)
        if notice is not None:
            return Outcome(verdict, 200, leads_to=notice)
    return Outcome(Verdict.OK, 200)


def read_notices(body):
    """(type, DOI) of each notice about the work; None where the answer is not of this shape."""
    try:
        message = json.loads(body)["message"]
        return [
            (str(row.get("type", "")).lower().replace("-", "_"), str(row.get("DOI", ""))[:200])
            for row in message.get("updated-by") or ()
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
