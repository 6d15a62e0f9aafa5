"""What the check says that licences allow together."""

import random
from itertools import combinations

import pytest

from datasets.models import changing
from tests.factories import (
    DatasetFactory,
    GrantFactory,
    LicenseFactory,
    PaperFactory,
    ToolFactory,
)
from tests.launch import launch  # noqa: F401

pytestmark = pytest.mark.django_db
YES, NO, UNKNOWN = True, False, None
# SPDX identifier and family; commercial use, redistribution, derivatives; share-alike, attribution.
LICENSES = {
    "cc0": ("CC0-1.0", "open", YES, YES, YES, NO, NO),
    "pd": ("", "open", YES, YES, YES, NO, NO),
    "by-3": ("CC-BY-3.0", "open", YES, YES, YES, NO, YES),
    "by": ("CC-BY-4.0", "open", YES, YES, YES, NO, YES),
    "sa-1": ("CC-BY-SA-1.0", "open", YES, YES, YES, YES, YES),
    "sa-3": ("CC-BY-SA-3.0", "open", YES, YES, YES, YES, YES),
    "sa": ("CC-BY-SA-4.0", "open", YES, YES, YES, YES, YES),
    "nc": ("CC-BY-NC-4.0", "non-commercial", NO, YES, YES, NO, YES),
    "nc-3": ("CC-BY-NC-3.0", "non-commercial", NO, YES, YES, NO, YES),
    "nc-sa": ("CC-BY-NC-SA-4.0", "non-commercial", NO, YES, YES, YES, YES),
    "nc-sa-3": ("CC-BY-NC-SA-3.0", "non-commercial", NO, YES, YES, YES, YES),
    "nd": ("CC-BY-ND-4.0", "open", YES, YES, NO, NO, YES),
    "nc-nd": ("CC-BY-NC-ND-4.0", "non-commercial", NO, YES, NO, NO, YES),
    "odc-by": ("ODC-By-1.0", "open", YES, YES, YES, NO, YES),
    "odbl": ("ODbL-1.0", "open", YES, YES, YES, YES, YES),
    "mit": ("MIT", "open", YES, YES, YES, NO, YES),
    "apache": ("Apache-2.0", "open", YES, YES, YES, NO, YES),
    "gpl": ("GPL-3.0-only", "open", YES, YES, YES, YES, YES),
    "physionet": ("", "data-use-agreement", UNKNOWN, NO, UNKNOWN, UNKNOWN, YES),
    "custom": ("", "custom", UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    "half": ("", "custom", YES, YES, YES, UNKNOWN, YES),
}
SHORT = {
    "0": "CC0-1.0",
    "by": "CC-BY-4.0",
    "sa": "CC-BY-SA-4.0",
    "gpl": "GPL-3.0-only",
    "nc": "CC-BY-NC-4.0",
    "nc-sa": "CC-BY-NC-SA-4.0",
    "nd": "CC-BY-ND-4.0",
    "nc-nd": "CC-BY-NC-ND-4.0",
}
BY = "by sa nc nc-sa nd nc-nd"
BY_OR_GPL = "by sa gpl nc nc-sa nd nc-nd"
# Written by hand. Licences of a set; commercial use, redistribution, derivatives, releasing weights
# permitted (y) or blocked (n); how many records go before weights can be released; and under which
# licences an adaptation of all can be shared.
TABLE = [
    # One record alone: the rows of the adapter's licence chart.
    ("cc0", "yyyy", 0, f"0 {BY_OR_GPL}"),
    ("pd", "yyyy", 0, f"0 {BY_OR_GPL}"),
    ("by", "yyyy", 0, BY_OR_GPL),
    ("by-3", "yyyy", 0, BY),
    ("sa", "yyyy", 0, "sa gpl"),
    ("sa-3", "yyyy", 0, "sa"),
    ("sa-1", "yyyy", 0, "sa-1"),
    ("nc", "nyyy", 0, "nc nc-sa nc-nd"),
    ("nc-3", "nyyy", 0, "nc nc-sa nc-nd"),
    ("nc-sa", "nyyy", 0, "nc-sa"),
    ("nc-sa-3", "nyyy", 0, "nc-sa"),
    ("nd", "yynn", 1, ""),
    ("nc-nd", "nynn", 1, ""),
    # Other licences alone.
    ("odc-by", "yyyy", 0, BY),
    ("odbl", "yyyy", 0, "odbl"),
    ("mit", "yyyy", 0, BY_OR_GPL),
    ("apache", "yyyy", 0, BY_OR_GPL),
    ("gpl", "yyyy", 0, "gpl"),
    ("half", "yyyy", 0, "half"),
    ("physionet", "nnnn", 1, ""),
    ("custom", "nnnn", 1, ""),
    # Two Creative Commons licences: the chart of which go together in one work.
    ("cc0 by", "yyyy", 0, BY_OR_GPL),
    ("cc0 nd", "yynn", 1, ""),
    ("by by-3", "yyyy", 0, BY),
    ("by sa", "yyyy", 0, "sa gpl"),
    ("by nc", "nyyy", 0, "nc nc-sa nc-nd"),
    ("by nc-sa", "nyyy", 0, "nc-sa"),
    ("by nd", "yynn", 1, ""),
    ("by nc-nd", "nynn", 1, ""),
    ("sa sa-3", "yyyy", 0, "sa"),
    ("sa sa-1", "yyyn", 1, ""),
    ("sa nc", "nyyn", 1, ""),
    ("sa nc-sa", "nyyn", 1, ""),
    ("sa nd", "yynn", 1, ""),
    ("nc nc-3", "nyyy", 0, "nc nc-sa nc-nd"),
    ("nc nc-sa", "nyyy", 0, "nc-sa"),
    ("nc nc-nd", "nynn", 1, ""),
    ("nc-sa nc-sa-3", "nyyy", 0, "nc-sa"),
    ("nd nc-nd", "nynn", 2, ""),
    # Licences for data and software among them.
    ("mit apache", "yyyy", 0, BY_OR_GPL),
    ("mit sa", "yyyy", 0, "sa gpl"),
    ("gpl sa", "yyyy", 0, "gpl"),
    ("gpl sa-3", "yyyn", 1, ""),
    ("gpl by", "yyyy", 0, "gpl"),
    ("gpl by-3", "yyyn", 1, ""),
    ("gpl nc-sa", "nyyn", 1, ""),
    ("gpl cc0", "yyyy", 0, "gpl"),
    ("odc-by nc-sa", "nyyy", 0, "nc-sa"),
    ("odbl sa", "yyyn", 1, ""),
    ("odbl odc-by", "yyyn", 1, ""),
    ("half by", "yyyn", 1, ""),
    # Unknown never counts as allowed.
    ("by physionet", "nnnn", 1, ""),
    ("by custom", "nnnn", 1, ""),
    ("custom physionet nc-nd", "nnnn", 3, ""),
    # More than two.
    ("cc0 by sa", "yyyy", 0, "sa gpl"),
    ("cc0 by nc", "nyyy", 0, "nc nc-sa nc-nd"),
    ("by sa nc", "nyyn", 1, ""),
    ("sa nc nc-sa", "nyyn", 1, ""),
    ("sa sa-3 nc-sa", "nyyn", 1, ""),
    ("sa sa-3 nc nc-sa", "nyyn", 2, ""),
    ("sa sa-3 gpl", "yyyn", 1, ""),
    ("sa nc-sa custom", "nnnn", 2, ""),
    ("by mit apache odc-by cc0", "yyyy", 0, BY),
]
USES = ("commercial_use", "redistribution", "derivatives", "releasing_weights")


def check(client, slugs, uses=()):
    response = client.get("/api/v1/datasets/check/", {"slug": slugs, "use": uses})
    assert response.status_code == 200, response.text
    return response.json()["terms"]


@pytest.fixture
def licensed():
    """A dataset under each licence, called like it."""
    facts = ("spdx", "family", "commercial_use", "redistribution", "derivatives", "share_alike")
    with changing():
        for slug, said in LICENSES.items():
            license = LicenseFactory(
                slug=slug, **dict(zip((*facts, "attribution"), said, strict=True))
            )
            DatasetFactory(slug=slug, license=license)


def told(terms):
    verdicts = {one["use"]: one for one in terms["uses"]}
    said = "".join("y" if verdicts[use]["verdict"] == "permitted" else "n" for use in USES)
    targets = [target["license"] for target in terms["share_alike"]["adaptation_of_all"]]
    return said, len(verdicts["releasing_weights"]["removal"]), targets


@pytest.mark.usefixtures("licensed")
def test_combinations_of_licences_agree_with_a_table_written_by_hand(client):
    assert len(TABLE) >= 40
    wrong = {}
    for slugs, verdicts, removed, targets in TABLE:
        right = verdicts, removed, [SHORT.get(name, name) for name in targets.split()]
        found = told(check(client, slugs.split()))
        if found != right:
            wrong[slugs] = found, right
    assert wrong == {}


@pytest.mark.usefixtures("licensed")
def test_the_removal_unblocks_and_no_smaller_one_does(client):
    rng = random.Random(4)
    for _ in range(6):
        slugs = rng.sample(sorted(LICENSES), k=5)
        for uses in (["releasing_weights"], ["commercial_use", "redistribution", "derivatives"]):
            said = check(client, slugs, uses)["together"]
            removal = {record["slug"] for record in said["removal"]}
            assert (said["verdict"] == "permitted") == (not removal)
            fewest = next(
                size
                for size in range(6)
                if any(
                    not rest or check(client, rest, uses)["together"]["verdict"] == "permitted"
                    for rest in (
                        [slug for slug in slugs if slug not in gone]
                        for gone in combinations(slugs, size)
                    )
                )
            )
            assert len(removal) == fewest, (slugs, uses)
            rest = [slug for slug in slugs if slug not in removal]
            if rest:
                assert check(client, rest, uses)["together"]["verdict"] == "permitted"


@pytest.mark.usefixtures("licensed")
def test_who_blocks_is_named_with_the_reason(client):
    terms = check(client, ["by", "nc", "custom"], ["commercial_use"])
    assert terms["together"]["uses"] == ["commercial_use"]
    assert terms["uses"] == [
        {
            "use": "commercial_use",
            "name": "Commercial use",
            "verdict": "blocked",
            "blocks": [
                {
                    "slug": slug,
                    "name": slug.capitalize(),
                    "part": "everything",
                    "license": slug.capitalize(),
                    "needs": "commercial_use",
                    "why": why,
                }
                for slug, why in (("nc", "forbidden"), ("custom", "unknown"))
            ],
            "removal": [
                {"slug": "nc", "name": "Nc", "parts": None},
                {"slug": "custom", "name": "Custom", "parts": None},
            ],
        }
    ]


@pytest.mark.usefixtures("licensed")
def test_share_alike_matters_once_an_adaptation_is_shared(client):
    terms = check(client, ["sa", "nc", "by"], ["redistribution", "derivatives"])
    assert [one["verdict"] for one in terms["uses"]] == ["permitted", "permitted"]
    assert terms["together"]["verdict"] == "blocked"
    assert {(one["slug"], one["why"]) for one in terms["together"]["blocks"]} == {
        ("sa", "share-alike"),
        ("nc", "share-alike"),
    }
    assert len(terms["together"]["removal"]) == 1
    (conflict,) = terms["share_alike"]["conflicts"]
    assert [side["license"]["slug"] for side in conflict["between"]] == ["sa", "nc"]


def test_each_part_counts_and_one_that_can_be_done_without_is_all_that_has_to_go(client):
    with changing():
        nc = LicenseFactory(slug="nc", family="non-commercial", commercial_use=False)
        model = ToolFactory(slug="model", kind="model")
        GrantFactory(record=model, license=nc, covers="weights", subset="the large ones")
        GrantFactory(record=model, license=LicenseFactory(slug="free"), covers="code")
    terms = check(client, ["model"], ["commercial_use"])
    assert [part["part"] for part in terms["records"][0]["parts"]] == [
        "everything else",
        "code",
        "weights (the large ones)",
    ]
    assert terms["together"]["removal"] == [
        {"slug": "model", "name": "Model", "parts": ["weights (the large ones)"]}
    ]
    GrantFactory(record=model, license=nc, covers="weights")
    assert check(client, ["model"], ["commercial_use"])["together"]["removal"] == [
        {"slug": "model", "name": "Model", "parts": None}
    ]


def test_a_mixed_licence_counts_until_its_parts_are_all_named(client):
    with changing():
        mixed = LicenseFactory(
            slug="mixed",
            family="mixed",
            commercial_use=None,
            redistribution=None,
            derivatives=None,
        )
        record = DatasetFactory(slug="parts", license=mixed)
        free = LicenseFactory(slug="free")
        GrantFactory(record=record, license=free, covers="images")
        GrantFactory(record=record, license=free, covers="labels", subset="Of 2022")
    assert check(client, ["parts"], ["commercial_use"])["together"]["verdict"] == "blocked"
    GrantFactory(record=record, license=free, covers="labels")
    assert check(client, ["parts"], ["commercial_use"])["together"]["verdict"] == "permitted"


def test_software_is_not_held_against_data(client):
    with changing():
        gpl = LicenseFactory(slug="gpl", spdx="GPL-3.0-only", share_alike=True)
        by_nc_sa = LicenseFactory(
            slug="nc-sa", spdx="CC-BY-NC-SA-4.0", commercial_use=False, share_alike=True
        )
        DatasetFactory(slug="data", license=by_nc_sa)
        DatasetFactory(slug="copyleft-data", license=gpl)
        ToolFactory(slug="program", license=gpl)
    release = ["releasing_weights"]
    assert check(client, ["data", "program"], release)["together"]["verdict"] == "permitted"
    assert check(client, ["data", "copyleft-data"], release)["together"]["verdict"] == "blocked"


def test_credits_and_doors_are_listed_in_order(client):
    with changing():
        for access in ("application", "open", "credentialed", "registration", "unknown"):
            DatasetFactory(
                slug=access,
                access=access,
                host="a-host",
                license_name="Its terms",
                license_url="https://terms.example/",
                paper=PaperFactory(title=f"On {access}", doi=f"10.1000/{access}"),
            )
    terms = check(client, ["unknown", "application", "open", "credentialed", "registration"])
    assert [(door["access"], len(door["records"])) for door in terms["agreements"]] == [
        ("registration", 1),
        ("credentialed", 1),
        ("application", 1),
        ("unknown", 1),
    ]
    assert terms["agreements"][0]["records"] == [
        {
            "slug": "registration",
            "name": "Registration",
            "url": "/datasets/registration/",
            "host": "A host",
            "terms": "Its terms",
            "terms_url": "https://terms.example/",
        }
    ]
    assert terms["attribution"][2] == {
        "slug": "open",
        "name": "Open",
        "required": True,
        "text": (
            "On open. https://doi.org/10.1000/open\n"
            "Open. Dataset. A host.\n"
            "Licence: Its terms, https://terms.example/."
        ),
    }


def test_launch_records_with_parts_are_told_apart(launch, client):  # noqa: F811
    terms = check(client, ["kits23", "hover-net"], ["commercial_use"])
    parts = [
        (record["slug"], part["part"], part["license"]["slug"])
        for record in terms["records"]
        for part in record["parts"]
    ]
    assert parts == [
        ("kits23", "everything else", "cc-by-nc-sa-4-0"),
        ("kits23", "code", "mit"),
        ("hover-net", "everything else", "mixed"),
        ("hover-net", "code", "mit"),
        ("hover-net", "weights (the PanNuke weights)", "cc-by-nc-sa-4-0"),
    ]
    assert [(block["slug"], block["part"]) for block in terms["together"]["blocks"]] == [
        ("kits23", "everything else"),
        ("hover-net", "everything else"),
        ("hover-net", "weights (the PanNuke weights)"),
    ]
