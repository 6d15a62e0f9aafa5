"""Under which licences an adaptation can be shared: what each original allows, as a table.

The Creative Commons rows are the recommended cells of its "adapter's license chart"
(https://creativecommons.org/faq/#if-i-derive-or-adapt-material-offered-under-a-creative-commons-license-which-cc-licenses-can-i-use).
The chart also has cells that it allows without recommending: a laxer licence on the adaptation
than on the original, which misleads whoever relies on it. They are left out here, so that a
combination passes only if one licence says all that the originals ask for.

- Share-alike from version 2.0 on may be carried over to a later version of the same licence,
  here always to 4.0; version 1.0 to itself alone
  (https://wiki.creativecommons.org/wiki/License_Versions).
- BY-SA 4.0 may be carried over, one way, to the GNU GPL 3.0; no NC-SA licence to anything else
  (https://creativecommons.org/share-your-work/licensing-considerations/compatible-licenses/).
- BY 4.0, MIT, BSD and Apache 2.0 may be taken into a work under the GNU GPL 3.0
  (https://www.gnu.org/licenses/license-list.html).
"""

import re

CC0, BY, BY_SA = "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0"
BY_NC, BY_NC_SA = "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0"
BY_ND, BY_NC_ND = "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0"
GPL = "GPL-3.0-only"
# Licences for an adaptation, those first that leave whoever comes next the most freedom.
TARGETS = {
    CC0: "CC0 1.0",
    BY: "CC BY 4.0",
    BY_SA: "CC BY-SA 4.0",
    GPL: "GNU GPL 3.0",
    BY_NC: "CC BY-NC 4.0",
    BY_NC_SA: "CC BY-NC-SA 4.0",
    BY_ND: "CC BY-ND 4.0",
    BY_NC_ND: "CC BY-NC-ND 4.0",
}
# Per kind of original, what an adaptation of it may carry. ND: it may not be shared at all.
CHART = {
    "BY": {BY, BY_NC, BY_NC_ND, BY_NC_SA, BY_ND, BY_SA},
    "BY-NC": {BY_NC, BY_NC_ND, BY_NC_SA},
    "BY-NC-SA": {BY_NC_SA},
    "BY-SA": {BY_SA},
    "BY-ND": set(),
    "BY-NC-ND": set(),
}
ANYTHING = frozenset(TARGETS)
PERMISSIVE = frozenset({*CHART["BY"], GPL})
# What the licences' facts alone do not tell.
SPECIAL = {
    "MIT": PERMISSIVE,
    "BSD-2-Clause": PERMISSIVE,
    "BSD-3-Clause": PERMISSIVE,
    "Apache-2.0": PERMISSIVE,
    "CC-BY-4.0": PERMISSIVE,
    "CC-BY-SA-4.0": frozenset({BY_SA, GPL}),
    "GPL-3.0-only": frozenset({GPL}),
    "GPL-3.0-or-later": frozenset({GPL}),
}
CREATIVE_COMMONS = re.compile(r"CC-(BY(?:-NC)?(?:-SA|-ND)?)-(\d\.\d)(?:-[A-Z]+)?")


def adapters(license):
    """The licences that an adaptation may carry; of one that nobody may share, none.

    ``license`` is the licence's document. What the table does not know goes by its facts; a
    licence of which too little is known stays alone with itself.
    """
    spdx = license["spdx"] or ""
    if spdx in SPECIAL:
        return SPECIAL[spdx]
    own = frozenset({license["slug"]})
    known = CREATIVE_COMMONS.fullmatch(spdx)
    if known:
        kind, version = known.groups()
        return own if kind.endswith("SA") and version == "1.0" else frozenset(CHART[kind])
    return by_facts(license, own)


def by_facts(license, own):
    permits, requires = license["permits"], license["requires"]
    if False in (permits["derivatives"], permits["redistribution"]):
        return frozenset()
    if requires["share_alike"] is not False or None in permits.values():
        return own
    if requires["attribution"] is False and permits["commercial_use"]:
        return ANYTHING
    return frozenset(CHART["BY" if permits["commercial_use"] else "BY-NC"])


def together(licenses):
    """The licences that an adaptation of all of these may carry, the freest first."""
    allowed = [adapters(license) for license in licenses]
    common = frozenset.intersection(*allowed) if allowed else frozenset()
    return sorted(common, key=freedom)


def freedom(target):
    """Where a target stands among all: the freest first, those that only one licence has last."""
    known = list(TARGETS)
    return (known.index(target), "") if target in TARGETS else (len(known), target)
