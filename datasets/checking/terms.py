"""What the licences of chosen records allow together, for the uses that somebody has in mind.

A record has one licence, and grants for parts that are licensed differently. Each part counts:
what the set allows is what every part of every record allows. A licence that permits a use is
the only thing that counts as permission; unknown blocks like no. The licence of the record
itself holds for whatever its grants do not name; where it is "mixed" and the grants name all
that such a record consists of, they alone speak.

*Releasing weights* is taken strictly. Whether trained weights are an adaptation of what they
were trained on is settled nowhere in general, so weights are treated as if they were one, of
every record of the set: each part has to permit derivatives and redistribution, and one licence
has to be possible for an adaptation of all of them. Somebody's own reading of a licence, or an
exception of the law, may allow more.

An adaptation is also shared by whoever wants derivatives and redistribution together. Only then
does it matter whether share-alike licences agree (``licences``). Data and software are not mixed
in one adaptation: parts that are code are held against each other, and not against data.
"""

from dataclasses import dataclass
from itertools import combinations, product

from datasets.checking.licences import TARGETS, adapters, freedom, together
from datasets.models import DATASET_KINDS, PERMITS, REQUIRES, Covers, Kind

RELEASE = "releasing_weights"
USES = PERMITS | {RELEASE: "Releasing weights"}
# What each use asks of every licence.
NEEDS = {use: (use,) for use in PERMITS} | {RELEASE: ("derivatives", "redistribution")}
# The parts of which a record of each kind consists.
WHOLE = dict.fromkeys(DATASET_KINDS, {Covers.IMAGES, Covers.LABELS}) | {
    Kind.MODEL: {Covers.WEIGHTS},
    Kind.TOOL: {Covers.CODE},
}
WHY = {False: "forbidden", None: "unknown"}
CLASH = "share-alike"


# Told apart by identity: two parts may say the same.
@dataclass(frozen=True, eq=False)
class Part:
    """A part of a record under one licence. ``optional`` if the rest can be used without it."""

    record: str
    name: str
    license: dict
    license_name: str | None
    url: str | None
    is_code: bool
    optional: bool

    def refuses(self, needs):
        """(permission, why) of the first permission that it does not give, a plain no first."""
        given = {need: self.license["permits"][need] for need in needs}
        for answer in (False, None):
            for need, permitted in given.items():
                if permitted is answer:
                    return need, WHY[answer]
        return None

    def document(self):
        license = self.license
        return {
            "part": self.name,
            "license": {key: license[key] for key in ("slug", "name", "spdx", "url", "family")},
            "license_name": self.license_name,
            "license_url": self.url,
            "permits": license["permits"],
            "requires": license["requires"],
        }


def parts_of(document, licenses):
    """The parts of a record, from its whole document and the vocabulary's licence documents."""
    granted = [grant_part(document, grant, licenses) for grant in document["grants"]]
    named = {grant["covers"] for grant in document["grants"] if not grant["subset"]}
    if document["license"]["family"] == "mixed" and named >= WHOLE[document["kind"]]:
        return granted
    own = Part(
        record=document["slug"],
        name="everything else" if granted else "everything",
        license=document["license"],
        license_name=document["license_name"],
        url=document["license_url"] or document["license"]["url"],
        is_code=document["kind"] == Kind.TOOL,
        optional=False,
    )
    return [own, *granted]


def grant_part(document, grant, licenses):
    covers = Covers(grant["covers"])
    known = licenses.get(grant["license"]["slug"])
    license = known.document if known else unheard_of(grant["license"])
    return Part(
        record=document["slug"],
        name=f"{covers.label.lower()} ({grant['subset']})" if grant["subset"] else covers.lower(),
        license=license,
        license_name=None,
        url=grant["url"] or license["url"],
        is_code=covers == Covers.CODE,
        optional=bool(grant["subset"]) or covers == Covers.CODE,
    )


def unheard_of(reference):
    """What is known of a licence that came into the catalogue while this was being read."""
    return reference | {
        "spdx": None,
        "url": None,
        "family": "unspecified",
        "permits": dict.fromkeys(PERMITS),
        "requires": dict.fromkeys(REQUIRES),
    }


class Terms:
    """The parts of all records of a set. ``names`` gives each record's name."""

    def __init__(self, documents, licenses):
        self.names = {document["slug"]: document["name"] for document in documents}
        self.parts = [part for document in documents for part in parts_of(document, licenses)]

    def of(self, slug):
        """The parts of one record."""
        return [part for part in self.parts if part.record == slug]

    def document(self, uses):
        """What is allowed for each of these uses, and for all of them at once."""
        asked = list(uses) or list(USES)
        return {
            "records": [
                {
                    "slug": slug,
                    "name": name,
                    "parts": [part.document() for part in self.of(slug)],
                }
                for slug, name in self.names.items()
            ],
            "uses": [{"use": use, "name": USES[use], **self.verdict([use])} for use in asked],
            "together": {"uses": asked, **self.verdict(asked)},
            "share_alike": self.share_alike(),
        }

    def verdict(self, uses):
        """Whether every licence allows these uses; if not, who blocks and what to leave out."""
        needs = list(dict.fromkeys(need for use in uses for need in NEEDS[use]))
        refused = {part: why for part in self.parts if (why := part.refuses(needs))}
        free = [part for part in self.parts if part not in refused]
        shares = RELEASE in uses or {"derivatives", "redistribution"} <= set(uses)
        targets = list(self.choices(free)) if shares else [None]
        drops = [refused | self.clashing(free, target) for target in targets]
        best = min(drops, key=self.cost)
        # Who blocks: each part that refuses, and those of which no one licence fits all.
        blocks = refused
        if best.keys() != refused.keys():
            blocks = refused | (self.clashes(free) or best)
        return {
            "verdict": "blocked" if blocks else "permitted",
            "blocks": [self.block(part, *why) for part, why in blocks.items()],
            "removal": self.removal(best),
        }

    def block(self, part, need, why):
        return {
            "slug": part.record,
            "name": self.names[part.record],
            "part": part.name,
            "license": part.license_name or part.license["name"],
            "needs": need,
            "why": why,
        }

    # Share-alike

    def choices(self, parts):
        """Every pair of licences for an adaptation: one for data, one for code."""
        pools = [[part for part in parts if part.is_code is code] for code in (False, True)]
        return product(
            *(sorted(set().union(*map(allowed, pool)), key=freedom) or [None] for pool in pools)
        )

    def clashing(self, parts, targets):
        """The parts of which an adaptation may not carry the licence chosen for it."""
        if targets is None:
            return {}
        return {
            part: ("derivatives", CLASH)
            for part in parts
            if targets[part.is_code] not in allowed(part)
        }

    def clashes(self, parts):
        """The parts that some other part of the set does not go together with."""
        return {
            part: ("derivatives", CLASH)
            for sides in clashing_groups(parts)
            for side in sides
            for part in side
        }

    def share_alike(self):
        """Which licences meet without one for both, and under which an adaptation of all could be shared."""
        free = [part for part in self.parts if not part.refuses(NEEDS[RELEASE])]
        data = [part for part in self.parts if not part.is_code]
        common = together([part.license for part in data])
        names = {part.license["slug"]: part.license["name"] for part in data}
        return {
            "conflicts": self.conflicts(free),
            "adaptation_of_all": [
                {"license": target, "name": TARGETS.get(target) or names[target]}
                for target in common
                if all(part in free for part in data)
            ],
        }

    def conflicts(self, parts):
        """The pairs of licences that clash, each with the parts that are under it."""
        return [
            {"between": [self.side(side) for side in sides]} for sides in clashing_groups(parts)
        ]

    def side(self, parts):
        license = parts[0].license
        return {
            "license": {key: license[key] for key in ("slug", "name", "url")},
            "parts": [
                {"slug": part.record, "name": self.names[part.record], "part": part.name}
                for part in parts
            ],
        }

    # Removal

    def cost(self, dropped):
        """Fewest records first, then fewest that go as a whole."""
        records = {part.record for part in dropped}
        return len(records), sum(self.whole(record, dropped) for record in records)

    def whole(self, record, dropped):
        """Whether a record has to go as a whole: not only parts that can be done without."""
        return any(part.record == record and not part.optional for part in dropped)

    def removal(self, dropped):
        """The records to leave out, or the parts of them where that is enough."""
        return [
            {
                "slug": slug,
                "name": name,
                "parts": None
                if self.whole(slug, dropped)
                else [part.name for part in dropped if part.record == slug],
            }
            for slug, name in self.names.items()
            if any(part.record == slug for part in dropped)
        ]


def allowed(part):
    return adapters(part.license)


def clashing_groups(parts):
    """Pairs of lists of parts, each list of one licence, that have no licence for an adaptation of both."""
    groups = {}
    for part in parts:
        groups.setdefault((part.is_code, part.license["slug"]), []).append(part)
    for ((one_is_code, _), one), ((other_is_code, _), other) in combinations(groups.items(), 2):
        if one_is_code == other_is_code and not allowed(one[0]) & allowed(other[0]):
            yield one, other
