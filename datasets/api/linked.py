"""A dataset in the vocabularies of search engines and of machine-learning tools."""

from datasets import linked
from datasets.api import description
from datasets.api.answers import json_answer
from datasets.api.problems import Missing
from datasets.api.records import RecordDetail
from datasets.documents import loads


class LinkedDetail(RecordDetail):
    """A dataset's document in another vocabulary. Only datasets are described so, and no tool has such an address."""

    family = "datasets"
    describe_as = None

    def describe(self):
        return description.linked(self.route)

    def answer_one(self, request, position):
        document = loads(self.text(request, position))
        return json_answer(self.describe_as(document), linked.MEDIA_TYPE)

    def moved_to(self, family, slug):
        if family != self.family:
            raise Missing(self.family.removesuffix("s"), slug, [])
        return super().moved_to(family, slug)


class JsonLdDetail(LinkedDetail):
    """The record as a schema.org Dataset, in JSON-LD. What is not known is left out."""

    route = "jsonld"
    describe_as = staticmethod(linked.json_ld)


class CroissantDetail(LinkedDetail):
    """The record in Croissant 1.0, the format of MLCommons for datasets. What is not known is left out.

    A download has `contentUrl` where its address is a file, and `url` where it may be a page.
    """

    route = "croissant"
    describe_as = staticmethod(linked.croissant)
