"""What two documents of a post tell differently: a structure for a page to show, made of nothing but the two."""

import re
from difflib import SequenceMatcher

from articles.documents import words_of

WORD = re.compile(r"\s+|\w+|[^\w\s]")
# Above this many words the comparison may take shortcuts; below it is exact.
LONG = 4000
# Blocks that share less than this are two blocks, not one that was rewritten.
ALIKE = 0.4
LABELS = {
    "slug": "Address",
    "summary_points": "Summary points",
    "hero": "Lead image",
    "evidence": "Evidence label",
    "datasets": "Records",
}
BLOCKS = {
    "text": "Text",
    "image": "Image",
    "quote": "Quote",
    "callout": "Callout",
    "dataset-table": "Dataset table",
    "tool-table": "Tool table",
}


def differences(before, after):
    """Changes in the order of the document: dictionaries of ``label``, ``state`` and ``segments``.

    ``state`` is changed, added, removed or moved; ``segments`` are pairs of
    same, ins or del and a text. Empty if the two say the same.
    """
    found = []
    for key in after:
        if before.get(key) == after[key]:
            continue
        if key == "blocks":
            found += block_changes(before["blocks"], after["blocks"])
        elif key == "citations":
            found += citation_changes(before["citations"], after["citations"])
        else:
            label = LABELS.get(key, key.capitalize())
            found.append(changed(label, readable(before.get(key)), readable(after[key])))
    return found


def changed(label, old, new):
    state = "changed" if old and new else "added" if new else "removed"
    segments = words(old, new)
    if old == new:
        segments = [("same", "Only the formatting differs.")]
    return {"label": label, "state": state, "segments": segments}


def words(old, new):
    """The two texts as one, word by word: (same, del or ins, text)."""
    before, after = WORD.findall(old), WORD.findall(new)
    long = len(before) + len(after) > LONG
    segments = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=long).get_opcodes():
        if kind == "equal":
            segments.append(("same", "".join(before[a:b])))
            continue
        if b > a:
            segments.append(("del", "".join(before[a:b])))
        if d > c:
            segments.append(("ins", "".join(after[c:d])))
    return segments


def readable(value):
    """A value of a document as text for a person."""
    match value:
        case None | "" | [] | {}:
            return ""
        case True:
            return "yes"
        case False:
            return "no"
        case list():
            return "\n".join(readable(entry) for entry in value)
        case {"slug": _, "name": name}:
            return name
        case dict():
            pairs = ((key.replace("_", " "), readable(entry)) for key, entry in value.items())
            return "\n".join(f"{key}: {text}" for key, text in pairs if text)
    return str(value)


def readable_block(block):
    parts = {key: value for key, value in block.items() if key not in ("type", "html")}
    return "\n".join(
        part for part in (readable(parts), marked_words(block.get("html") or "")) if part
    )


def marked_words(markup):
    """The words of HTML with signs for what a reader would notice: headings, entries, where links lead."""
    markup = re.sub(r"<h([2-6])>", lambda match: "#" * int(match[1]) + " ", markup)
    markup = re.sub(r"<li>(<p>)?", "• ", markup)
    markup = re.sub(r'<a href="([^"]*)"[^>]*>(.*?)</a>', r"\2 [\1]", markup, flags=re.S)
    markup = re.sub(r"</t[dh]>(?=<t[dh])", " | ", re.sub(r">\s+<(?=t[dh])", "><", markup))
    return words_of(markup)


def block_changes(before, after):
    """Blocks added, removed, moved and rewritten."""
    old, new = list(map(repr, before)), list(map(repr, after))
    gone, come, found = [], [], []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        pairs, left, right = paired(before, after, range(a, b), range(c, d))
        found += [(place, *pair) for place, pair in pairs]
        gone += left
        come += right
    for number in come[:]:
        twin = next((place for place in gone if old[place] == new[number]), None)
        if twin is not None:
            gone.remove(twin)
            come.remove(number)
            found.append((number, after[number], None, "moved"))
    found += [(number, None, after[number], "added") for number in come]
    found += [(number, before[number], None, "removed") for number in gone]
    return [told_block(*entry) for entry in sorted(found, key=lambda entry: entry[0])]


def paired(before, after, olds, news):
    """Blocks of one kind that stand in the same gap are one block, rewritten, if they are alike."""
    pairs, gone, come = [], list(olds), []
    for number in news:
        candidates = [place for place in gone if before[place]["type"] == after[number]["type"]]
        best = max(candidates, key=lambda p: likeness(before[p], after[number]), default=None)
        if best is None or likeness(before[best], after[number]) < ALIKE and len(candidates) > 1:
            come.append(number)
            continue
        gone.remove(best)
        pairs.append((number, (before[best], after[number], "changed")))
    return pairs, gone, come


def likeness(old, new):
    old, new = (WORD.findall(readable_block(block)) for block in (old, new))
    return SequenceMatcher(None, old, new).quick_ratio()


def told_block(number, old, new, state):
    label = f"{BLOCKS[(new or old)['type']]}, block {number + 1}"
    if state == "moved":
        return {
            "label": label,
            "state": "moved",
            "segments": [("same", "The same, in another place.")],
        }
    return changed(label, old and readable_block(old) or "", new and readable_block(new) or "")


def citation_changes(before, after):
    """Works by DOI, address or title; the order of those that stay is told as one change."""

    def key(work):
        return work["doi"] or work["url"] or work["title"].casefold()

    old, new = ({key(work): work for work in works} for works in (before, after))
    found = [
        changed(f"Citation of “{new[name]['title']}”", readable(old.get(name)), readable(new[name]))
        for name in new
        if old.get(name) != new[name]
    ]
    found += [
        changed(f"Citation of “{old[name]['title']}”", readable(old[name]), "")
        for name in old
        if name not in new
    ]
    if [name for name in old if name in new] != [name for name in new if name in old]:
        found.append(
            {
                "label": "Citations",
                "state": "moved",
                "segments": [("same", "Their order is another.")],
            }
        )
    return found
