"""The answer of a check as OpenAPI components."""

from datasets.api.schema import (
    LICENSE,
    REFERENCE,
    SLUG,
    URL,
    YES,
    many,
    maybe,
    number,
    one_of,
    ref,
    text,
    thing,
)
from datasets.checking.overlap import Overlap
from datasets.checking.terms import CLASH, USES, WHY
from datasets.models import PERMITS, Access, Kind, LicenseFamily, RelationType

USE = one_of(list(USES))
RECORD = REFERENCE | {"kind": one_of(Kind), "url": text("Relative to the site.")}
PERMITTED = thing(dict.fromkeys(PERMITS, YES))
PART = {"part": text("Which part of the record.")}
EDGE = {
    "subject": SLUG,
    "type": one_of(RelationType),
    "object": SLUG,
    "says": text("The relation as a sentence."),
    "extent": maybe(text()),
    "remedy": maybe(text("What whoever uses both should do about it.")),
    "evidence": many(text()),
}
VERDICT = {
    "verdict": one_of(["permitted", "blocked"]),
    "blocks": many(
        thing(
            REFERENCE
            | PART
            | {
                "license": text(),
                "needs": one_of(list(PERMITS), description="The permission that is missing."),
                "why": one_of([*WHY.values(), CLASH]),
            }
        )
    ),
    "removal": {
        **many(
            thing(
                REFERENCE
                | {"parts": maybe(many(text()) | {"description": "null: the record as a whole."})}
            )
        ),
        "description": "The fewest records without which the rest is permitted.",
    },
}

COMPONENTS = {
    "CheckedRecord": thing(RECORD),
    "CheckedRelation": thing(EDGE),
    "CheckedPair": thing(
        {
            "a": ref("CheckedRecord"),
            "b": ref("CheckedRecord"),
            "status": one_of(
                Overlap,
                description="`none-recorded` and `not-checked` are no evidence that nothing is shared.",
            ),
            "status_name": text(),
            "says": text("What that means for the two."),
            "advice": many(text("What to do about it.")),
            "through": many(ref("CheckedRecord")),
            "steps": many(
                thing(
                    {
                        "from": ref("CheckedRecord"),
                        "to": ref("CheckedRecord"),
                        "relations": many(ref("CheckedRelation")),
                    }
                )
            ),
            "also_through": many(ref("CheckedRecord")),
            "both_in": many(ref("CheckedRecord")),
            "never_checked": many(ref("CheckedRecord")),
        }
    ),
    "CheckedTerms": thing(
        {
            "records": many(
                thing(
                    REFERENCE
                    | {
                        "parts": many(
                            thing(
                                PART
                                | {
                                    "license": thing(
                                        REFERENCE
                                        | {
                                            "spdx": maybe(text()),
                                            "url": maybe(URL),
                                            "family": one_of(LicenseFamily),
                                        }
                                    ),
                                    "license_name": maybe(text()),
                                    "license_url": maybe(URL),
                                    "permits": PERMITTED,
                                    "requires": LICENSE["requires"],
                                }
                            )
                        )
                    }
                )
            ),
            "uses": many(thing({"use": USE, "name": text(), **VERDICT})),
            "together": thing({"uses": many(USE), **VERDICT}),
            "share_alike": thing(
                {
                    "conflicts": many(
                        thing(
                            {
                                "between": many(
                                    thing(
                                        {
                                            "license": thing(REFERENCE | {"url": maybe(URL)}),
                                            "parts": many(thing(REFERENCE | PART)),
                                        }
                                    )
                                )
                            }
                        )
                    ),
                    "adaptation_of_all": many(thing({"license": text(), "name": text()})),
                }
            ),
            "attribution": many(thing(REFERENCE | {"required": YES, "text": text()})),
            "agreements": many(
                thing(
                    {
                        "access": one_of(Access),
                        "name": text(),
                        "means": text(),
                        "to_do": text(),
                        "records": many(
                            thing(
                                REFERENCE
                                | {
                                    "url": text("Relative to the site."),
                                    "host": maybe(text()),
                                    "terms": text(),
                                    "terms_url": maybe(URL),
                                }
                            )
                        ),
                    }
                )
            ),
        }
    ),
    "TestSets": thing(
        {
            "count": number("All candidates; the best of them are in results."),
            "looked_for": thing(
                {facet: many(thing(REFERENCE)) for facet in ("modality", "anatomy", "task")}
            ),
            "results": many(
                thing(
                    RECORD
                    | {
                        "summary": text(),
                        "access": thing({"slug": one_of(Access), "name": text()}),
                        "license": thing(REFERENCE | {"family": one_of(LicenseFamily)}),
                        "shared": thing(
                            {facet: many(text()) for facet in ("modality", "anatomy", "task")}
                        ),
                        "relations_checked": {
                            "type": "boolean",
                            "description": "Whether a relation of it was ever recorded or looked for.",
                        },
                    }
                )
            ),
        }
    ),
    "Check": thing(
        {
            "records": many(ref("CheckedRecord")),
            "catalogue_version": number(),
            "overlap": thing(
                {
                    "summary": thing({status: number() for status in Overlap.values}),
                    "pairs": many(ref("CheckedPair")),
                }
            ),
            "terms": ref("CheckedTerms"),
            "test_sets": ref("TestSets"),
            "graph": thing(
                {
                    "nodes": many(thing(RECORD | {"chosen": {"type": "boolean"}})),
                    "edges": many(ref("CheckedRelation")),
                }
            ),
            "note": text(),
        }
    ),
}
