"""Having what the other person wrote, in place of what was typed."""

from articles.admin.ordering import kept, number, rows_in_order, stored_order, woven
from articles.admin.sent import differs


def take(sent, opened, name):
    """Put in what the other person wrote: of a field, a row, or an order. The form was opened with it."""
    where, _, which = name.partition(":")
    if where == "post":
        for unit in sent.units():
            if which in unit:
                sent.replace(unit, opened["post"])
    elif where == "order":
        parts = [part for part in sent.parts if part.group == which]
        rows = rows_in_order(sent, parts)
        number(rows, woven(stored_order(opened, parts), [row.key for row in rows]))
    elif which in opened.get(where, {}):
        for row in sent.rows.get(where, []):
            if row.pk == which:
                row.replace(opened[where][which])


def look_again(clash, row, sent, opened):
    """Tell whether the form still has what was taken: whoever took it may have written something else there."""
    clash.is_taken = clash.is_taken and has_theirs(sent, opened, clash.take, row)


def has_theirs(sent, opened, name, row):
    """Whether the form says what the other person wrote where ``take`` would put it in."""
    where, _, which = name.partition(":")
    if not opened:
        return False
    if where == "post":
        units = [unit for unit in sent.units() if which in unit]
        return not any(differs(unit, opened["post"], sent.data) for unit in units)
    if where == "order":
        parts = [part for part in sent.parts if part.group == which]
        mine = [each.key for each in rows_in_order(sent, parts)]
        theirs = stored_order(opened, parts)
        return kept(mine, theirs) == kept(theirs, mine)
    stored = opened.get(where, {}).get(which)
    if row is None or row.is_deleted or stored is None:
        return False
    return not differs(row.part.content, stored, row.data)
