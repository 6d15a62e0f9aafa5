"""In which order the rows of a post stand: as sent, as stored, and the two brought together."""


def rows_in_order(sent, parts):
    rows = [row for part in parts for row in sent.rows.get(part.prefix, ()) if not row.is_blank]
    return sorted(rows, key=lambda row: row.place)


def stored_order(stored, parts):
    rows = [
        (values[part.place], number, int(pk), f"{part.prefix}:{pk}")
        for number, part in enumerate(parts)
        for pk, values in stored.get(part.prefix, {}).items()
    ]
    return [key for *_, key in sorted(rows)]


def kept(order, keys):
    return [key for key in order if key in keys]


def woven(order, other):
    """An order with what only the other has, each after what it follows there."""
    woven, present, before = list(order), set(order), None
    for key in other:
        if key not in present:
            woven.insert(woven.index(before) + 1 if before is not None else 0, key)
            present.add(key)
        before = key
    return woven


def number(rows, order):
    """Give the rows this order; where their numbers say so already, they stay."""
    by_key = {row.key: row for row in rows}
    ordered = [by_key[key] for key in order if key in by_key]
    places = [row.place for row in ordered]
    if places != sorted(set(places)) or (places and places[-1] == float("inf")):
        for place, row in enumerate(ordered):
            step = 10 if row.part.group == "blocks" else 1
            row.data[row.part.place] = str(step * place + (step if step > 1 else 0))
