"""Many short texts in one block of memory, which processes can share and which costs nothing per text."""

from array import array


class Texts:
    """Bytes by position. ``block`` holds most of them end to end; ``changes`` those that came later.

    ``ends`` is an array of plain numbers: numpy's are slow to slice with, one at a time.
    """

    def __init__(self, block, ends, changes=None, size=None):
        self.block, self.ends = block, ends
        self.changes = changes or {}
        self.size = len(ends) - 1 if size is None else size

    @classmethod
    def of(cls, texts):
        """The texts of an iterable, read one by one."""
        block, ends = bytearray(), array("q", [0])
        for text in texts:
            block += text
            ends.append(len(block))
        return cls(block, ends)

    def changed(self, changes, size):
        """These texts with others at some positions, cut or grown to a size; the same object if nothing is new."""
        new = {p: text for p, text in changes.items() if p >= self.size or self[p] != text}
        if not new and size == self.size:
            return self
        return Texts(self.block, self.ends, self.changes | new, size)

    def __len__(self):
        return self.size

    def __iter__(self):
        return map(self.__getitem__, range(self.size))

    def __getitem__(self, position):
        changed = self.changes.get(position)
        if changed is not None:
            return changed
        return bytes(self.block[self.ends[position] : self.ends[position + 1]])
