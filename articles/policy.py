"""Who may do what with posts. Every door of the desk asks here: form, button, bulk action, import, preview, diff.

The site and the API need not ask: they hold what is live, which anybody may read.

Roles are groups that hold permissions (made by a migration): a Writer writes and
submits posts of their own, an Editor all of them; only an Editor approves,
schedules, corrects and withdraws.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied

# Verb to the permission it needs.
PERMISSIONS = {
    "submit": "articles.change_post",
    "return": "articles.approve_post",
    "approve": "articles.approve_post",
    "cancel": "articles.approve_post",
    "roll_back": "articles.approve_post",
    "correct": "articles.correct_post",
    "withdraw": "articles.withdraw_post",
    "edit": "articles.change_post",
    "view": "articles.view_post",
    "delete": "articles.delete_post",
}


def may(user, verb, post=None):
    """Whether the user may do this with the post (with posts at all, if none is given)."""
    if verb == "return" and post is not None and post.submitted_by_id == user.pk:
        # Whoever submitted a post may take it back.
        verb = "submit"
    if not (user.is_active and user.is_staff and user.has_perm(PERMISSIONS[verb])):
        return False
    if post is None or user.has_perm("articles.edit_any_post"):
        return verb != "approve" or post is None or may_approve_own(user, post)
    return verb in ("view", "submit", "edit", "delete") and post.owner_id == user.pk


def may_approve_own(user, post):
    """A second person approves, unless the setting lets one person do both.

    Not the second are all who wrote in the post since it was last approved, however
    little, and whoever edited it last or submitted it.
    """
    if settings.ALLOW_OWN_APPROVAL:
        return True
    if user.pk in (post.edited_by_id, post.submitted_by_id):
        return False
    return not post.writers.filter(pk=user.pk).exists()


def demand(user, verb, post=None):
    """Raise PermissionDenied, with the reason, unless the user may do this. None is a command: it may."""
    if user is None or may(user, verb, post):
        return
    if verb == "approve" and post is not None and user.has_perm(PERMISSIONS[verb]):
        raise PermissionDenied("A second person approves what you wrote or submitted.")
    raise PermissionDenied(f"You may not {verb.replace('_', ' ')} this post.")


def may_see_images(user):
    """Whether the user may see images that nothing published uses."""
    return user.is_active and user.is_staff and user.has_perm("articles.view_image")


def visible_posts(user, posts):
    """Of a queryset of posts, those whose working copies the user may see."""
    if not may(user, "view"):
        return posts.none()
    return posts if user.has_perm("articles.edit_any_post") else posts.filter(owner=user)
