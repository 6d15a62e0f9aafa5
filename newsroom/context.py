"""What every template knows."""

from django.conf import settings


def site(request):
    """The publication's name and its address, for titles and canonical links."""
    return {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL}
