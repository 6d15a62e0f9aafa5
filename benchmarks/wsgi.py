"""What the measured server serves: the site, the obvious way and the bare view, under the same middleware."""

from django.conf import settings

settings.ROOT_URLCONF = "benchmarks.obvious"
settings.STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}

from newsroom.wsgi import application  # noqa: E402, F401
