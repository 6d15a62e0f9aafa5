"""Two people wrote in one post at the same time: what each of them changed, brought together in one form.

What only one of them changed is taken from whoever it was. What both changed is a clash: the
form keeps what the second sent, says so, and offers what the first stored.
"""

from articles.admin.meanwhile import Clash, Meanwhile
from articles.admin.ordering import kept, number, rows_in_order, stored_order, woven
from articles.admin.sent import Part, Row, Sent, differs, filled, told
from articles.admin.snapshots import TRAVELLING, packed, snapshot, unpacked
from articles.admin.taking import look_again, take
from articles.differences import changed, words

ORDERED = {"blocks": "Order of the blocks", "bylines": "Order of the authors"}


def parts_of(formsets):
    """The parts of a post, from its admin's pairs of formset class and inline."""
    return [
        Part(
            formset.get_default_prefix(),
            str(inline.verbose_name),
            formset.form.base_fields,
            getattr(inline, "once", None),
        )
        for formset, inline in formsets
    ]


def combine(data, post, fields, parts):
    """The data to use in place of what was sent, and a Meanwhile, or None if nobody saved since.

    ``post`` is the stored one, locked. What of theirs was chosen on the form is put in.
    If the form showed a Meanwhile already, it is that one, or goes on in the new one.
    """
    stored_version, sent_version = str(post.version), data.get("version", "").strip() or "0"
    meanwhile = Meanwhile.again(data.get("compared", ""), post)
    is_chosen = "take" in data or (meanwhile and meanwhile.has_taken)
    if sent_version == stored_version and not is_chosen:
        return data, meanwhile
    fields = {name: field for name, field in fields.items() if name not in TRAVELLING}
    sent = Sent(data, fields, parts)
    shown = list(zip(meanwhile.clashes, meanwhile.rows(sent), strict=True)) if meanwhile else []
    opened = unpacked(data.get("opened", ""), post)
    chosen = data.getlist("take") if opened else []
    for name in chosen:
        take(sent, opened, name)
    for clash, _ in shown:
        clash.is_taken = clash.is_taken or clash.take in chosen
    told_before = meanwhile.taken if meanwhile else []
    if sent_version != stored_version:
        combining = Combining(sent, opened, snapshot(post), str(post.edited_by or "Somebody"))
        meanwhile = combining.run(shown, told_before)
    result = sent.written()
    result.pop("take", None)
    if sent_version != stored_version:
        result["version"], result["opened"] = stored_version, packed(post)
    elif shown:
        for clash, row in shown:
            look_again(clash, row, sent, opened)
            if row is not None:
                clash.stand_with(row, sent)
    if meanwhile:
        result["compared"] = meanwhile.packed(post)
    return result, meanwhile


class Combining:
    """``base`` is what the form was opened with, None if that cannot be told; ``now`` what is stored."""

    def __init__(self, sent, base, now, who):
        self.sent, self.base, self.now = sent, base, now
        self.meanwhile = Meanwhile(who)
        # Told once every row has its place: (row, what is stored or None, note), and changes.
        self.clashing, self.changing = [], []

    def run(self, shown=(), told_before=()):
        """The Meanwhile; with it what an earlier one ``shown`` (clash, row) and told, if this does not tell it."""
        for unit in self.sent.units():
            self.combine_unit(unit)
        for part in self.sent.parts:
            if part.prefix in self.sent.rows:
                self.combine_rows(part)
        for group in dict.fromkeys(part.group for part in self.sent.parts):
            self.combine_order(group)
        self.sent.written()
        self.tell_rows()
        self.carry_clashes(shown)
        self.carry_told(told_before)
        return self.meanwhile

    def was(self, where, pk=None):
        """What was stored of it when the form was opened; None if it was not there, or nobody knows."""
        found = (self.base or {}).get(where)
        return found if pk is None or found is None else found.get(pk)

    def combine_unit(self, unit):
        was, now = self.was("post"), self.now["post"]
        if not differs(unit, now, self.sent.data):
            return
        first = next(iter(unit))
        label = str(unit[first].label)
        mine, theirs = told(unit, self.sent.data), told(unit, filled(unit, now))
        if was is None or differs(unit, was, filled(unit, now)):
            if was is None or differs(unit, was, self.sent.data):
                clash = Clash(label, *sides(theirs, mine), f"post:{first}", f"id_{first}")
                clash.place = (None, None, first)
                self.add_clash(clash)
            else:
                self.sent.replace(unit, now)
                self.add_change(f"post:{first}", changed(label, mine, theirs))

    def combine_rows(self, part):
        now, rows, seen = self.now[part.prefix], [], set()
        for row in self.sent.rows[part.prefix]:
            if row.pk in now and row.pk not in seen:
                seen.add(row.pk)
                self.combine_row(row, self.was(part.prefix, row.pk), now[row.pk])
            elif row.pk and not self.stays_without_them(row):
                continue
            rows.append(row)
        for pk, stored in now.items():
            if pk not in seen:
                rows += self.added(part, rows, pk, stored)
        self.sent.rows[part.prefix] = rows

    def combine_row(self, row, was, now):
        content = row.part.content
        if not (row.is_deleted or differs(content, now, row.data)):
            return
        theirs_changed = was is None or differs(content, was, filled(content, now))
        mine_changed = was is None or row.is_deleted or differs(content, was, row.data)
        if theirs_changed and mine_changed:
            if row.is_deleted:
                row.replace(now)
                row.data["DELETE"] = "on"
            self.clashing.append((row, now))
        elif theirs_changed:
            before = row.says
            row.replace(now)
            self.changing.append((row, before, row.says))

    def stays_without_them(self, row):
        """Whether a row that they deleted comes back as a new one: what was typed in it is not lost."""
        was = self.was(row.part.prefix, row.pk)
        if row.is_deleted or (was is not None and not differs(row.part.content, was, row.data)):
            if was is not None and not row.is_deleted:
                self.changing.append((row, row.says, ""))
            return False
        row.data["id"] = ""
        self.clashing.append((row, None))
        return True

    def added(self, part, rows, pk, stored):
        """The row that they added, unless it is one that was added here too."""
        twins = (
            row
            for row in rows
            if not row.pk and row.data.get(part.once) == str(stored.get(part.once))
        )
        twin = next(twins, None) if part.once else None
        key = f"{part.prefix}:{pk}"
        if twin:
            twin.data["id"], twin.key = pk, key
            self.combine_row(twin, None, stored)
            return []
        data = filled(part.fields, stored)
        data["id"] = pk
        row = Row(part, key, data, came=False)
        if self.was(part.prefix, pk) is None:
            self.changing.append((row, "", row.says))
        return [row]

    def combine_order(self, group):
        parts = [part for part in self.sent.parts if part.group == group]
        rows = rows_in_order(self.sent, parts)
        mine = [row.key for row in rows if row.came]
        theirs = stored_order(self.now, parts)
        was = stored_order(self.base or self.now, parts)
        common = set(mine) & set(theirs) & set(was)
        moved_here = kept(mine, common) != kept(was, common)
        moved_there = kept(theirs, common) != kept(was, common)
        number(rows, woven(mine, theirs) if moved_here else woven(theirs, mine))
        if moved_here and moved_there and kept(mine, common) != kept(theirs, common):
            says = {row.key: row.says.replace("\n", " ")[:60] for row in rows}
            lines = [
                "\n".join(says[key] for key in kept(order, common)) for order in (theirs, mine)
            ]
            label = ORDERED.get(group, "Order of the citations")
            self.add_clash(Clash(label, *sides(*lines), f"order:{group}"))

    def tell_rows(self):
        places = self.places()
        for row, before, after in self.changing:
            name = self.name(row, places)
            self.add_change(row.key, changed(name, before, after))
        for row, stored in self.clashing:
            self.add_clash(self.clash(row, stored, self.name(row, places)))

    def add_clash(self, clash):
        clash.who = self.meanwhile.who
        self.meanwhile.clashes.append(clash)

    def add_change(self, about, change):
        self.meanwhile.taken.append(change | {"about": about, "who": self.meanwhile.who})

    def carry_clashes(self, shown):
        named, places = {clash.about for clash in self.meanwhile.clashes}, self.places()
        for clash, row in shown:
            if row is not None:
                clash.stand_with(row, self.sent)
                clash.label = self.name(row, places) if clash.place else clash.label
            if clash.about not in named:
                look_again(clash, row, self.sent, self.base)
                if not clash.is_taken and not self.still_offers(clash, row):
                    clash.take = ""
                self.meanwhile.clashes.append(clash)

    def still_offers(self, clash, row):
        """Whether taking theirs would still change something; if not, another wrote what stands here."""
        if row is not None:
            now = self.now[row.part.prefix].get(row.pk)
            return now and (row.is_deleted or differs(row.part.content, now, row.data))
        where, _, first = clash.take.partition(":")
        units = [unit for unit in self.sent.units() if first in unit] if where == "post" else []
        return all(differs(unit, self.now["post"], self.sent.data) for unit in units)

    def carry_told(self, told_before):
        named = {change["about"] for change in self.meanwhile.taken}
        for clash in self.meanwhile.clashes:
            named.add(clash.take)
        rows = {row.key: row for rows in self.sent.rows.values() for row in rows}
        places = self.places()
        for change in told_before:
            if change["about"] not in named:
                row = rows.get(change["about"])
                label = self.name(row, places) if row else change["label"]
                self.meanwhile.taken.append(change | {"label": label})

    def places(self):
        """The number of each row in its order, as the form counts them."""
        found = {}
        for group in {part.group for part in self.sent.parts}:
            rows = rows_in_order(self.sent, [p for p in self.sent.parts if p.group == group])
            found |= {id(row): place for place, row in enumerate(rows, 1)}
        return found

    def name(self, row, places):
        kind, place = row.part.label.capitalize(), places.get(id(row))
        if place is None:
            return kind
        return f"{kind}, block {place}" if row.part.group == "blocks" else f"{kind} {place}"

    def clash(self, row, stored, label):
        index = self.sent.rows[row.part.prefix].index(row)
        anchor = f"{row.part.prefix}-{index}"
        place = (row.part.prefix, index, next(iter(row.part.content)))
        who = self.meanwhile.who
        if stored is None:
            note = f"{who} deleted it. Yours is back in the form; delete it there to agree."
            return Clash(label, [], [("same", row.says)], "", anchor, note, place)
        take = f"{row.part.prefix}:{row.pk}"
        theirs = told(row.part.content, filled(row.part.content, stored))
        if row.is_deleted:
            note = "You marked it for deletion, and it is still marked."
            return Clash(label, [("same", theirs)], [], take, anchor, note, place)
        return Clash(label, *sides(theirs, row.says), take, anchor, "", place)


def sides(theirs, mine):
    """The two texts side by side, each with what only it says marked."""
    segments = words(theirs, mine)
    return [
        [(kind, text) for kind, text in segments if kind in ("same", own)] for own in ("del", "ins")
    ]
