"""Posts: their list, and the form on which one is written."""

from content_editor.admin import ContentEditor
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from js_asset import Media

from articles.admin.base import PublicationAdmin
from articles.admin.blocks import PARTS, told_table
from articles.admin.combining import combine, parts_of
from articles.admin.forms import OneOfFew, PostForm
from articles.admin.importing import PostImport
from articles.admin.links import PostPreviews
from articles.admin.lists import BulkVerbs, HealthFilter, PostColumns, StateFilter, TablesFilter
from articles.admin.notes import put_beside
from articles.admin.refusals import reason_notes, told_refusals
from articles.admin.revisions import PostRevisions
from articles.admin.snapshots import TRAVELLING
from articles.admin.verbs import PostVerbs
from articles.checks import refusals
from articles.documents import build
from articles.models import Post, Revision
from articles.policy import demand, may, visible_posts
from articles.state import standing, with_citation_health, with_standing
from datasets.forms import LinesField


@admin.register(Post)
class PostAdmin(
    PostColumns,
    BulkVerbs,
    PostRevisions,
    PostPreviews,
    PostImport,
    PostVerbs,
    PublicationAdmin,
    ContentEditor,
):
    form = PostForm
    inlines = PARTS
    change_form_template = "admin/articles/post/change_form.html"
    change_list_template = "admin/articles/post/change_list.html"
    list_display = [
        "title",
        "told_state",
        "category",
        "kind",
        "owner",
        "told_live_since",
        "told_scheduled_for",
        "told_citations",
        "told_edited",
    ]
    list_filter = [StateFilter, "kind", "category", HealthFilter, TablesFilter, "owner"]
    list_select_related = ["category", "owner"]
    search_fields = ["title", "standfirst", "slug", "citations__work__title"]
    search_help_text = "Headline, standfirst, slug or a cited work's title."
    date_hierarchy = "edited_at"
    ordering = ["-edited_at", "-pk"]
    prepopulated_fields = {"slug": ["title"]}
    autocomplete_fields = ["hero", "records"]
    view_on_site = False
    save_on_top = True
    fieldsets = [
        ("Headline", {"fields": ["kind", "title", "slug", "standfirst", "summary_points"]}),
        ("Category and owner", {"fields": ["category", "owner"]}),
        ("Lead image", {"fields": ["hero", "hero_alt", "hero_decorative"]}),
        ("Evidence label", {"fields": ["study_type", "peer_reviewed", "subjects"]}),
        ("Catalogue", {"fields": ["records"]}),
    ]

    class Media:
        css = {"all": ["editor.css"]}
        js = ["editor.js"]

    # Who sees and does what

    def get_queryset(self, request):
        posts = visible_posts(request.user, super().get_queryset(request))
        if request.resolver_match and request.resolver_match.url_name.endswith("_changelist"):
            posts = with_citation_health(with_standing(posts))
        return posts

    def get_object(self, request, object_id, from_field=None):
        """Any post: whether this person may see it is for the policy to say, with a reason."""
        try:
            pk = Post._meta.pk.to_python(object_id)
            posts = Post.objects.all()
            if request.method == "POST" and connection.in_atomic_block:
                posts.select_for_update().filter(pk=pk).first()
            return with_standing(posts).select_related("category", "hero", "owner").get(pk=pk)
        except (Post.DoesNotExist, ValidationError, ValueError, OverflowError):
            return None

    def has_view_permission(self, request, obj=None):
        return may(request.user, "view", obj) or may(request.user, "edit", obj)

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.pk is None:
            # The block editor asks for a post that is only being written: it is nobody's yet.
            return self.has_add_permission(request)
        return may(request.user, "edit", obj)

    def has_delete_permission(self, request, obj=None):
        return may(request.user, "delete", obj)

    def before_saving(self, request, object_id):
        """Whether this person may; and what somebody else saved meanwhile comes into the form."""
        pk = object_id if object_id and object_id.isdecimal() and len(object_id) < 19 else None
        posts = Post.objects.select_related("edited_by").select_for_update(of=["self"])
        post = posts.filter(pk=pk).first() if pk else None
        if post is None:
            return
        demand(request.user, "edit", post)
        fields = self.get_form(request, post, change=True).base_fields
        parts = parts_of(self.get_formsets_with_inlines(request, post))
        request.POST, request.meanwhile = combine(request.POST, post, fields, parts)

    # The form

    def get_readonly_fields(self, request, obj=None):
        return () if request.user.has_perm("articles.edit_any_post") else ("owner",)

    def get_prepopulated_fields(self, request, obj=None):
        # A published address does not follow each change of the headline.
        return {} if obj else self.prepopulated_fields

    def get_changeform_initial_data(self, request):
        return {"owner": request.user.pk} | super().get_changeform_initial_data(request)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, LinesField):
            field.widget.attrs["rows"] = 4
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in ("category", "owner"):
            kwargs["widget"] = OneOfFew()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(self, request, context, **kwargs):
        context["meanwhile"] = meanwhile = getattr(request, "meanwhile", None)
        formsets = {each.formset.prefix: each.formset for each in context["inline_admin_formsets"]}
        notes = meanwhile.notes if meanwhile else reason_notes(context.get("missing", ()))
        put_beside(context["adminform"].form, formsets, notes)
        response = super().render_change_form(request, context, **kwargs)
        media = response.context_data["media"]
        # The nonce has to be read to be sent: until then it is no text.
        response.context_data["media"] = Media.from_media(media, nonce=str(request.csp_nonce))
        return response

    def change_view(self, request, object_id, form_url="", extra_context=None):
        post = self.get_object(request, object_id) if request.method == "GET" else None
        extra = self.told(request, post) if post and self.has_view_permission(request, post) else {}
        return super().change_view(request, object_id, form_url, extra | (extra_context or {}))

    def told(self, request, post):
        """What stands above the form: the state, the verbs, and what is still missing."""
        missing = refusals(build(post)) if self.has_change_permission(request, post) else {}
        return {
            "standing": standing(post),
            "public_slug": Revision.objects.live()
            .filter(post=post)
            .values_list("slug", flat=True)
            .first(),
            "verbs": self.offered(request, post),
            "missing": told_refusals(post, missing),
            "corrections": post.corrections.count(),
            "links_allowed": may(request.user, "edit", post),
        }

    # Saving

    def save_model(self, request, obj, form, change):
        if not change:
            obj.owner = obj.owner or request.user
            obj.edited_by = request.user
        super().save_model(request, obj, form, change)
        if not change:
            obj.writers.add(request.user)

    def save_related(self, request, form, formsets, change):
        # Not ContentEditor's: it would copy blocks of any post that a request names.
        admin.ModelAdmin.save_related(self, request, form, formsets, change)
        changed = set(form.changed_data) - {*TRAVELLING}
        if change and (changed or any(formset.has_changed() for formset in formsets)):
            post = form.instance
            post.version += 1
            post.edited_at, post.edited_by = timezone.now(), request.user
            post.save(update_fields=["version", "edited_at", "edited_by"])
            post.writers.add(request.user)

    # Addresses of its own

    def get_urls(self):
        pages = {
            "revisions": "revisions/",
            "roll_back": "revisions/<int:number>/roll-back/",
            "cancel": "revisions/<int:number>/cancel/",
            "rebase": "revisions/<int:number>/rebase/",
            "export": "export/",
            "preview": "preview/",
            "links": "links/",
            "revoke": "links/<int:link>/revoke/",
        }
        own = [
            path(
                f"<int:object_id>/{below}",
                self.admin_site.admin_view(self.verb_view(name)),
                name=f"articles_post_{name}",
            )
            for name, below in pages.items()
        ]
        table = path(
            "table/", self.admin_site.admin_view(self.table_view), name="articles_post_table"
        )
        return [table, *own, *super().get_urls()]

    def table_view(self, request):
        """What a table's query or list gives now, for the form while it is written."""
        if not (self.has_view_permission(request) or self.has_add_permission(request)):
            raise PermissionDenied("You may not write posts.")
        family = "tools" if request.GET.get("family") == "tools" else "datasets"
        query = request.GET.get("query", "").strip().removeprefix("?")
        slugs = list(dict.fromkeys(request.GET.get("slugs", "").split()))
        told = told_table(family, query, slugs) if query or slugs else ""
        response = HttpResponse(told)
        response.headers["Cache-Control"] = "no-store"
        return response
