"""Previews of a post: the page as readers would see it, and links to it for others."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse

from articles.policy import demand
from articles.previews import DAYS, make_link, preview_page, revoke_link


class LinkForm(forms.Form):
    days = forms.TypedChoiceField(
        label="Open for",
        coerce=int,
        choices=[(days, f"{days} day{'' if days == 1 else 's'}") for days in DAYS],
        initial=DAYS[1],
    )


class PostPreviews:
    def preview_view(self, request, post):
        return preview_page(request, post)

    def links_view(self, request, post):
        demand(request.user, "edit", post)
        form = LinkForm(request.POST if request.method == "POST" else None)
        address = None
        if form.is_valid():
            days = form.cleaned_data["days"]
            link, token = make_link(post, by=request.user, days=days)
            address = request.build_absolute_uri(reverse("articles:preview", args=[token]))
            form = LinkForm()
        response = self.page(
            request,
            "admin/articles/links.html",
            f"Preview links of “{post}”",
            original=post,
            form=form,
            address=address,
            links=post.preview_links.select_related("created_by"),
            change_url=self.address("change", post),
        )
        response.headers["Cache-Control"] = "no-store"
        return response

    def revoke_view(self, request, post, link):
        demand(request.user, "edit", post)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        found = post.preview_links.filter(pk=link).first() if link < 2**63 else None
        if found is None:
            raise Http404("There is no such link.")
        revoke_link(found, by=request.user)
        self.message_user(request, "The link is closed.", messages.SUCCESS)
        return HttpResponseRedirect(self.address("links", post))
