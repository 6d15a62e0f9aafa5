"""The facets beside the table: every value with its count, terms in their trees."""

from dataclasses import dataclass, field
from html import escape
from weakref import WeakKeyDictionary

from django.utils.safestring import mark_safe

from datasets.facets import FACETS, facets_of
from datasets.fields import short
from datasets.index import FAMILIES

# Longer lists are folded after so many.
SHOWN = 8
# So many are searched by typing.
LONG = 12
# Where several ticks narrow more.
ALL_OF = "All that are ticked. What a licence leaves open does not count."
OPEN = ("modality", "anatomy", "task", "license_family", "access")
_layouts = WeakKeyDictionary()


@dataclass
class Branch:
    """A value and, in a tree, the narrower ones.

    ``first`` where the value stands for the first time; ``place`` is another wherever it stands.
    """

    slug: str
    name: str
    first: bool = True
    place: str = ""
    children: list = field(default_factory=list)

    def __post_init__(self):
        self.label = escape(self.name)
        self.place = self.place or self.slug


def layout(index, family):
    """Per facet, its values as a tree in the order of how many records they have unfiltered.

    Made once for an Index: values then stay where they are while a reader filters.
    """
    layouts = _layouts.setdefault(index, {})
    if family not in layouts:
        layouts[family] = {name: branches(index, family, name) for name in facets_of(family)}
    return layouts[family]


def branches(index, family, facet):
    members, sets = index.families[family], index.sets[facet]
    values = index.values(facet)
    if facet == "kind":
        return [Branch(value, index.name_of(facet, value)) for value in FAMILIES[family]]
    if facet not in index.terms:
        if facet == "country":
            values = sorted(values, key=lambda value: -(sets.get(value, 0) & members).bit_count())
        return [Branch(value, index.name_of(facet, value)) for value in values]
    terms = index.terms[facet]
    counts = {value: (sets.get(value, 0) & members).bit_count() for value in values}
    seen = set()

    def grow(slugs, above):
        grown = []
        for slug in sorted(slugs, key=lambda slug: -counts[slug]):
            if slug not in above:
                way = (*above, slug)
                first = slug not in seen
                branch = Branch(slug, terms[slug].name, first, slug if first else ".".join(way))
                seen.add(slug)
                branch.children = grow(terms[slug].narrower, way)
                grown.append(branch)
        return grown

    return grow([value for value in values if not terms[value].broader], ())


def panels(query, state):
    """The facets worth showing, as HTML: those with a choice, or with something chosen or wrong."""
    selection = query.selection
    trees = layout(selection.index, query.family)
    shown = []
    for name in facets_of(query.family):
        counts = selection.tallies(name)
        panel = Panel(name, counts, query, state)
        if len(counts) > 1 or panel.active or panel.wrong:
            shown.append(panel.written(trees[name]))
    return mark_safe("".join(shown))


class Panel:
    """Writes one facet, of which ``counts`` has the values that are shown."""

    def __init__(self, name, counts, query, state):
        self.name, self.counts = name, counts
        self.chosen = set(query.right.get(name, ()))
        self.excluded = set(query.right.get(f"{name}__not", ()))
        self.active = self.chosen | self.excluded
        self.excludable = f"{name}__not" in type(query).base_filters
        self.state = state
        self.errors = query.errors.get(name, []) + query.errors.get(f"{name}__not", [])
        self.wrong = [
            (parameter, value)
            for parameter in (name, f"{name}__not")
            for value in state.all(parameter)
            if not query.filters[parameter].resolve(value)
        ]

    def written(self, tree):
        """The facet as HTML; empty if no value of it can be shown."""
        options = self.wrong_options() + self.folded(tree)
        if not options:
            return ""
        name, label = self.name, FACETS[self.name].label
        opened = " open" if self.active or self.errors or name in OPEN else ""
        chosen = f' <span class="on">{len(self.active)}<span class="visually-hidden"> chosen</span></span>'
        described = f' aria-describedby="error-{name}"' if self.errors else ""
        return (
            f'<details class="facet" id="facet-{name}"{opened}>'
            f"<summary>{label}{chosen if self.active else ''}</summary>"
            f'<fieldset{described}><legend class="visually-hidden">{label}</legend>'
            f"{self.hints()}{options}</fieldset></details>"
        )

    def hints(self):
        """What stands above the options: what is wrong, what several ticks mean, the box that finds one."""
        name, facet, said = self.name, FACETS[self.name], ""
        if self.errors:
            wrong = escape(" ".join(map(short, self.errors)))
            said += f'<p class="field-error" id="error-{name}">{wrong}</p>'
        if facet.all_of:
            said += f'<p class="hint">{ALL_OF}</p>'
        if len(self.counts) >= LONG:
            said += (
                f'<input class="find" type="search" id="find-{name}" aria-label="Find in {facet.label}" '
                'placeholder="Find" autocomplete="off"><p class="find-none hint" role="status"></p>'
            )
        return said

    def shows(self, branch):
        return self.counts.get(branch.slug) or branch.slug in self.active

    def folded(self, tree):
        """The list, all that is beyond the first few behind a “show all”."""
        shown = [branch for branch in tree if self.shows(branch) or self.within(branch)]
        if len(shown) <= SHOWN + 1:
            return self.items(shown)
        rest = shown[SHOWN:]
        state = " open" if any(b.slug in self.active or self.within(b) for b in rest) else ""
        return (
            f"{self.items(shown[:SHOWN])}"
            f'<details class="more" id="more-{self.name}"{state}>'
            f"<summary>Show all {len(shown)}</summary>{self.items(rest)}</details>"
        )

    def items(self, shown):
        return f'<ul class="options">{"".join(map(self.item, shown))}</ul>' if shown else ""

    def item(self, branch):
        children = [child for child in branch.children if self.shows(child) or self.within(child)]
        if not children:
            return f"<li>{self.option(branch)}</li>"
        state = " open" if self.within(branch) else ""
        return (
            f'<li class="parent">{self.option(branch)}'
            f'<details class="branch" id="narrower-{self.name}-{branch.place}"{state}>'
            f'<summary><span class="visually-hidden">Narrower than {branch.label}</span></summary>'
            f"{self.items(children)}</details></li>"
        )

    def within(self, branch):
        """Whether a narrower term is chosen or left out."""
        return bool(self.active) and any(
            child.slug in self.active or self.within(child) for child in branch.children
        )

    def option(self, branch):
        if not branch.first:
            return self.again(branch)
        name, slug, count = self.name, branch.slug, self.counts.get(branch.slug, 0)
        dimmed = "" if count else " zero"
        checked = " checked" if slug in self.chosen else ""
        return (
            f'<div class="option{dimmed}"><label><input type="checkbox" name="{name}" value="{slug}" '
            f'id="{name}-{slug}"{checked}> <span>{branch.label}</span></label>'
            f'<span class="tally">{count:,}</span>{self.exclusion(branch)}</div>'
        )

    def exclusion(self, branch):
        if not self.excludable:
            return ""
        checked = " checked" if branch.slug in self.excluded else ""
        return (
            f'<label class="not"><input type="checkbox" name="{self.name}__not" value="{branch.slug}" '
            f'id="{self.name}-not-{branch.slug}" aria-label="not {branch.label}: leave out"{checked}>'
            f'<span aria-hidden="true">not</span></label>'
        )

    def again(self, branch):
        """A term under its second parent: a link, since two boxes for one value could disagree."""
        current = ""
        values = [*self.state.all(self.name), branch.slug]
        if branch.slug in self.chosen:
            current = ' aria-current="true"'
            values = [value for value in values if value != branch.slug]
        address = escape(self.state.address(**{self.name: values}))
        return (
            f'<div class="option"><a class="again" href="{address}"{current}>{branch.label}</a>'
            f'<span class="tally">{self.counts.get(branch.slug, 0):,}</span></div>'
        )

    def wrong_options(self):
        """What was given and is unknown stays, ticked, for its reader to see and untick."""
        items = "".join(
            f'<li><div class="option wrong"><label><input type="checkbox" name="{parameter}" '
            f'value="{escape(value)}" checked aria-invalid="true"> <span>{escape(value[:60])}</span></label></div></li>'
            for parameter, value in self.wrong
        )
        return f'<ul class="options">{items}</ul>' if items else ""
