"""Images: checked as they are taken, and shown only to those who are logged in."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.urls import path, reverse
from django.utils.html import format_html
from imagefield.fields import ImageField

from articles.admin.base import PublicationAdmin
from articles.images import opened
from articles.models import Image
from articles.uploads import TAKEN, check_upload


class PictureField(forms.FileField):
    widget = forms.FileInput

    def clean(self, data, initial=None):
        upload = super().clean(data, initial)
        if upload and upload is not initial:
            check_upload(upload)
        return upload

    def widget_attrs(self, widget):
        return {"accept": "image/jpeg,image/png,image/webp,image/avif"}


@admin.register(Image)
class ImageAdmin(PublicationAdmin):
    list_display = ["thumbnail", "title", "credit", "license", "size", "added_at"]
    list_display_links = ["thumbnail", "title"]
    search_fields = ["title", "credit", "license"]
    search_help_text = "Title, credit or licence."
    date_hierarchy = "added_at"
    readonly_fields = ["shown"]
    fields = ["shown", "file", "title", "credit", "license", "source_url"]

    def get_fields(self, request, obj=None):
        # What is published names the file: another picture is another image.
        left_out = "file" if obj else "shown"
        return [name for name in self.fields if name != left_out]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, ImageField):
            return PictureField(label="File", help_text=f"{TAKEN}, 20 MB at most.")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self):
        view = self.admin_site.admin_view(self.file_view)
        own = path("<int:pk>/file/<slug:spec>/", view, name="articles_image_file")
        return [own, *super().get_urls()]

    def file_view(self, request, pk, spec):
        """The picture itself, in one of its sizes; kept by the browser, for lists show many."""
        if not self.has_view_permission(request):
            raise PermissionDenied("You may not see images.")
        image = Image.objects.filter(pk=pk).first()
        if image is None:
            raise Http404("There is no such image.")
        response = FileResponse(opened(image, spec))
        response.headers["Cache-Control"] = "private, max-age=3600"
        return response

    @admin.display(description="picture")
    def thumbnail(self, image):
        return self.picture(image, "card", 120)

    @admin.display(description="picture")
    def shown(self, image):
        return self.picture(image, "article", 480) if image.pk else "–"

    def picture(self, image, spec, width):
        address = reverse("admin:articles_image_file", args=[image.pk, spec])
        return format_html(
            '<img src="{}" alt="{}" width="{}" loading="lazy" class="desk-picture">',
            address,
            image.title,
            width,
        )

    @admin.display(description="pixels")
    def size(self, image):
        return f"{image.file_width} × {image.file_height}"
