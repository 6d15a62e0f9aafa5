"""The records of a check and their relations as a drawing: sources on the left, what came of them right.

Only where things stand is decided here; the template draws, and the style sheet colours. A relation
that passes over a column gets a place of its own in it, so that no line runs behind a box.
"""

from textwrap import wrap

from datasets.checking.graph import FLOWS
from datasets.facets import FACETS

BOX_WIDTH, BOX_HEIGHT = 184, 56
COLUMN, ROW = 264, 76
MARGIN = 12
LINE, LINES = 24, 2
SWEEPS = 6


class Picture:
    """A drawing of ``records`` (position: document, chosen ones marked) and the edges between them."""

    def __init__(self, records, chosen, edges):
        self.records, self.chosen, self.edges = records, set(chosen), edges
        self.arcs = oriented(edges)
        joined = {end for arc in self.arcs for end in arc}
        self.alone = [position for position in records if position not in joined]
        self.ranks = ranked([position for position in records if position in joined], self.arcs)
        self.columns, self.routes = self.placed()
        self.places = self.laid_out()

    def placed(self):
        """The columns, and per arc the places that it goes through: its ends, and bends between them."""
        columns = [[] for _ in range(max(self.ranks.values(), default=-1) + 1)]
        for position, rank in self.ranks.items():
            columns[rank].append(position)
        routes = {}
        for source, user in self.arcs:
            bends = [(source, user, rank) for rank in self.between(source, user)]
            for bend in bends:
                columns[bend[2]].append(bend)
            routes[source, user] = [source, *bends, user]
        near = neighbours(routes.values())
        for sweep in range(SWEEPS):
            untangle(columns if sweep % 2 == 0 else columns[::-1], near)
        return columns, routes

    def between(self, source, user):
        return range(self.ranks[source] + 1, self.ranks[user])

    def laid_out(self):
        """The upper left corner of everything that has a place."""
        tallest = max(map(len, self.columns), default=0)
        places = {}
        for number, column in enumerate(self.columns):
            shift = (tallest - len(column)) * ROW // 2
            for row, thing in enumerate(column):
                places[thing] = MARGIN + number * COLUMN, MARGIN + shift + row * ROW
        wide = max(len(self.columns), 3)
        for number, position in enumerate(self.alone):
            row, column = divmod(number, wide)
            places[position] = MARGIN + column * COLUMN, MARGIN + (tallest + row) * ROW
        return places

    @property
    def width(self):
        return max((x for x, _ in self.places.values()), default=0) + BOX_WIDTH + MARGIN

    @property
    def height(self):
        return max((y for _, y in self.places.values()), default=0) + BOX_HEIGHT + MARGIN

    def boxes(self):
        for position, document in self.records.items():
            x, y = self.places[position]
            lines = shortened(document["name"])
            # Written out here: a template takes its time to write a number as a reader would.
            yield {
                "x": f"{x}",
                "y": f"{y}",
                "text_x": f"{x + 12}",
                "lines": [
                    {"text": line, "y": f"{y + 21 + 16 * number}"}
                    for number, line in enumerate(lines)
                ],
                "kind": FACETS["kind"].names[document["kind"]],
                "kind_y": f"{y + BOX_HEIGHT - (8 if len(lines) == 1 else 5)}",
                "name": document["name"],
                "chosen": position in self.chosen,
            }

    def lines(self):
        for edge in self.edges:
            arc = (edge.object, edge.subject)
            turned = arc not in self.routes
            route = self.routes[arc[::-1] if turned else arc]
            yield {
                "type": edge.type,
                "d": self.curve(route),
                "arrow": self.arrow(route, turned) if edge.type in FLOWS else None,
            }

    def curve(self, route):
        """A line from the right side of the first place to the left side of the last."""
        x, y = self.places[route[0]]
        d = [f"M{x + BOX_WIDTH} {y + BOX_HEIGHT // 2}"]
        here = x + BOX_WIDTH, y + BOX_HEIGHT // 2
        for place in route[1:]:
            x, y = self.places[place]
            there = x, y + BOX_HEIGHT // 2
            middle = (here[0] + there[0]) // 2
            d.append(f"C{middle} {here[1]} {middle} {there[1]} {there[0]} {there[1]}")
            here = there
            if place != route[-1]:
                here = x + BOX_WIDTH, there[1]
                d.append(f"H{here[0]}")
        return " ".join(d)

    def arrow(self, route, turned):
        """A head where data arrives."""
        x, y = self.places[route[0 if turned else -1]]
        tip, y = (x + BOX_WIDTH if turned else x), y + BOX_HEIGHT // 2
        back = tip + 9 if turned else tip - 9
        return f"M{back} {y - 5} L{tip} {y} L{back} {y + 5}Z"


def oriented(edges):
    """(source, user) of each pair that has a relation, turned where a circle would close."""
    arcs, users = [], {}
    for edge in sorted(edges, key=lambda edge: edge.type not in FLOWS):
        source, user = edge.object, edge.subject
        if source in users.get(user, ()) or user in users.get(source, ()):
            continue
        if leads(user, source, users):
            source, user = user, source
        users.setdefault(source, []).append(user)
        arcs.append((source, user))
    return arcs


def leads(start, goal, users):
    seen, waiting = {start}, [start]
    for position in waiting:
        for user in users.get(position, ()):
            if user not in seen:
                seen.add(user)
                waiting.append(user)
    return goal in seen


def ranked(positions, arcs):
    """The column of each record: right of all its sources, and no further left than it must be."""
    ranks = dict.fromkeys(positions, 0)
    for _ in positions:
        for source, user in arcs:
            ranks[user] = max(ranks[user], ranks[source] + 1)
    for position in sorted(positions, key=ranks.get, reverse=True):
        users = [ranks[user] for source, user in arcs if source == position]
        if users:
            ranks[position] = min(users) - 1
    return ranks


def neighbours(routes):
    near = {}
    for route in routes:
        for one, other in zip(route, route[1:], strict=False):
            near.setdefault(one, []).append(other)
            near.setdefault(other, []).append(one)
    return near


def untangle(columns, near):
    """Sort each column by where the neighbours in the column before it stand."""
    for before, column in zip(columns, columns[1:], strict=False):
        rows = {thing: row for row, thing in enumerate(before)}
        own = {thing: row for row, thing in enumerate(column)}

        def middle(thing, rows=rows, own=own):
            found = [rows[other] for other in near[thing] if other in rows]
            return (sum(found) / len(found) if found else own[thing], own[thing])

        column.sort(key=middle)


def shortened(name):
    """A name on at most two lines that fit a box."""
    return wrap(name, LINE, max_lines=LINES, placeholder="…") or [name[:LINE]]
