"""Working copies as readers would see them: for who may see the post, and for who holds a link."""

import hashlib
import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.documents import build
from articles.models import PreviewLink
from articles.pages import render_context
from articles.policy import demand

DAYS = (1, 7, 30)
QUIET = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


def make_link(post, *, by, days):
    """Make a link that opens the working copy for some days; returns (link, token).

    The token is told this once: only its digest is kept. Raises PermissionDenied,
    and ValidationError for a number of days that is not offered.
    """
    demand(by, "edit", post)
    if days not in DAYS:
        raise ValidationError(f"Choose {', '.join(map(str, DAYS))} days.")
    token = secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(days=days)
    link = PreviewLink.objects.create(
        post=post, token=kept(token), created_by=by, expires_at=expires
    )
    return link, token


def revoke_link(link, *, by):
    """Close a link at once; one that is closed already stays as it is. Raises PermissionDenied."""
    demand(by, "edit", link.post)
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])


def kept(token):
    """What is stored of a token: whoever reads the database cannot open the links in it."""
    return hashlib.sha256(token.encode()).hexdigest()


def preview_page(request, post, link=None):
    """The public page made from the working copy; no cache, index or other site learns of it.

    ``link`` is the one that it was opened by, if it was shared.
    """
    context = render_context(build(post), post=post, preview=True, link=link)
    return TemplateResponse(request, "articles/post_detail.html", context, headers=QUIET)


@require_safe
def shared_preview(request, token):
    """The working copy behind a link; 404 if the link is unknown, expired or revoked."""
    link = PreviewLink.objects.select_related("post__category").filter(token=kept(token)).first()
    if link is None or not link.is_open:
        raise Http404("This preview has ended.")
    return preview_page(request, link.post, link)
