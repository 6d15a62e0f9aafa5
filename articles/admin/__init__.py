"""The editors' desk: where posts are written, reviewed and published."""

from articles.admin import images, names, posts, works

__all__ = ["images", "names", "posts", "works"]
