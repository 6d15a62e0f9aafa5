from articles.models.blocks import BLOCKS, Callout, DatasetTable, ImageBlock, Quote, Text, ToolTable
from articles.models.images import Image
from articles.models.names import Author, Category, Source
from articles.models.posts import Byline, Citation, Correction, Post
from articles.models.receivers import move_mentions
from articles.models.revisions import PreviewLink, Revision
from articles.models.works import Work

__all__ = [
    "BLOCKS",
    "Author",
    "Byline",
    "Callout",
    "Category",
    "Citation",
    "Correction",
    "DatasetTable",
    "Image",
    "ImageBlock",
    "Post",
    "PreviewLink",
    "Quote",
    "Revision",
    "Source",
    "Text",
    "ToolTable",
    "Work",
    "move_mentions",
]
