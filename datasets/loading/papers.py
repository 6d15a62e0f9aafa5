"""Papers are shared: one that is known by DOI, else arXiv number, else title, is not made twice."""

from collections import defaultdict

from django.core.exceptions import ValidationError


class PaperShelf:
    """Finds the holder of a paper; an entry or a row, whatever was put."""

    def __init__(self):
        self.doi, self.arxiv = {}, {}
        self.titles = defaultdict(list)

    def put(self, said, holder):
        """Remember who holds this paper; gives the earlier holder if there is one, else None."""
        found = self.find(said)
        if found is None:
            self.add(said, holder)
        return found

    def add(self, said, holder):
        for index, key in ((self.doi, "doi"), (self.arxiv, "arxiv")):
            if said[key]:
                index[said[key]] = holder
        self.titles[said["title"]].append((said, holder))

    def find(self, said):
        found = self.doi.get(said["doi"]) or self.arxiv.get(said["arxiv"])
        if found is not None:
            return found
        same = [holder for other, holder in self.titles[said["title"]] if agree(said, other)]
        return same[0] if same else None

    def choose(self, said):
        """As ``find``, but raises ValidationError when the DOI leads elsewhere than the arXiv number."""
        by_doi, by_arxiv = self.doi.get(said["doi"]), self.arxiv.get(said["arxiv"])
        if by_doi and by_arxiv and by_doi is not by_arxiv:
            raise ValidationError(
                f"DOI {said['doi']} and arXiv number {said['arxiv']} belong to two papers here; "
                "make one of them in the admin."
            )
        return self.find(said)


def agree(one, other):
    """Whether two papers of one title may be the same: neither number contradicts."""
    return all(not one[key] or not other[key] or one[key] == other[key] for key in ("doi", "arxiv"))
