"""Creative Commons' chart of what can be put into one work, each of its licences against each other."""

import pytest

from datasets.models import changing
from tests.factories import DatasetFactory, LicenseFactory

pytestmark = pytest.mark.django_db

# SPDX identifier; commercial use, derivatives, share-alike, attribution. All permit redistribution.
KINDS = {
    "pd": ("", True, True, False, False),
    "cc0": ("CC0-1.0", True, True, False, False),
    "by": ("CC-BY-4.0", True, True, False, True),
    "by-sa": ("CC-BY-SA-4.0", True, True, True, True),
    "by-nc": ("CC-BY-NC-4.0", False, True, False, True),
    "by-nd": ("CC-BY-ND-4.0", True, False, False, True),
    "by-nc-sa": ("CC-BY-NC-SA-4.0", False, True, True, True),
    "by-nc-nd": ("CC-BY-NC-ND-4.0", False, False, False, True),
}
# As the chart in the answer to “Can I combine material under different Creative Commons licenses in my
# work?” (https://creativecommons.org/faq/) has it,
# a row and a column each in the order of the kinds. An adaptation of both can be shared: y, or not: n.
CHART = {
    "pd": "y y y y y n y n",
    "cc0": "y y y y y n y n",
    "by": "y y y y y n y n",
    "by-sa": "y y y y n n n n",
    "by-nc": "y y y n y n y n",
    "by-nd": "n n n n n n n n",
    "by-nc-sa": "y y y n y n y n",
    "by-nc-nd": "n n n n n n n n",
}
# By hand, too: what can be done with both without sharing an adaptation follows from the stricter one.
COMMERCIAL = {"pd", "cc0", "by", "by-sa", "by-nd"}
DERIVATIVES = {"pd", "cc0", "by", "by-sa", "by-nc", "by-nc-sa"}


@pytest.fixture
def two_of_each():
    facts = ("spdx", "commercial_use", "derivatives", "share_alike", "attribution")
    with changing():
        for slug, said in KINDS.items():
            license = LicenseFactory(slug=slug, **dict(zip(facts, said, strict=True)))
            for number in (1, 2):
                DatasetFactory(slug=f"{slug}-{number}", license=license)


@pytest.mark.usefixtures("two_of_each")
def test_each_licence_against_each_agrees_with_the_chart_of_creative_commons(client):
    told = {}
    for one in KINDS:
        for other in KINDS:
            slugs = [f"{one}-1", f"{other}-2"]
            answer = client.get("/api/v1/datasets/check/", {"slug": slugs}).json()["terms"]
            verdicts = {use["use"]: use["verdict"] == "permitted" for use in answer["uses"]}
            assert verdicts["redistribution"]
            assert verdicts["commercial_use"] == ({one, other} <= COMMERCIAL), slugs
            assert verdicts["derivatives"] == ({one, other} <= DERIVATIVES), slugs
            told[one, other] = verdicts["releasing_weights"]
            # Said in three places; they may not contradict each other.
            assert bool(answer["share_alike"]["adaptation_of_all"]) == told[one, other], slugs
            both_adaptable = {one, other} <= DERIVATIVES
            conflicts = bool(answer["share_alike"]["conflicts"])
            assert conflicts == (both_adaptable and not told[one, other]), slugs
    right = {
        (one, other): said == "y"
        for one, row in CHART.items()
        for other, said in zip(KINDS, row.split(), strict=True)
    }
    assert told == right
