"""Settings, from environment variables. The README has them in one table.

Three modes: production (the default, which refuses to start without what keeps it safe),
DEMO=1 (as production, but plain HTTP for this machine only) and DEBUG=1 (development).
"""

from datetime import timedelta
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from newsroom import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

# Mode

DEBUG = env.boolean("DEBUG")
DEMO = env.boolean("DEMO")
if DEBUG and DEMO:
    raise ImproperlyConfigured("DEMO: choose DEMO=1 or DEBUG=1, not both.")
PRODUCTION = not (DEBUG or DEMO)

DATA_DIR = (BASE_DIR / env.text("DATA_DIR", "var")).resolve()
SECRET_KEY = env.secret_key(required=PRODUCTION, kept_in=DATA_DIR / "secret_key")
ALLOWED_HOSTS = env.hosts(required=PRODUCTION, local_only=DEMO)
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")

# The publication

SITE_NAME = env.text("SITE_NAME", "Newsroom")
SITE_URL = env.site_url(
    default="" if PRODUCTION else f"http://127.0.0.1:{env.number('PORT', 8000)}",
    secure=PRODUCTION,
)
LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.zone("TIME_ZONE", "Europe/London")
USE_TZ = True

# Applications

INSTALLED_APPS = [
    "newsroom",
    "articles",
    "datasets",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "content_editor",
    "django_prose_editor",
    "imagefield",
    "js_asset",
    "csp",
    "axes",
]

MIDDLEWARE = [
    # First, so that an answer which is given again passes through nothing else.
    "datasets.kept.kept_answers",
    "newsroom.middleware.permissions_policy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Inside django-csp, so that it has the response first.
    "newsroom.middleware.admin_content_policy",
    "newsroom.middleware.bounded_query",
    "newsroom.middleware.shared_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    # Last, as it asks: it turns a refused login of any view into the locked page.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "newsroom.urls"
WSGI_APPLICATION = "newsroom.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsroom.context.site",
            ],
        },
    },
]
# Lets templates/ replace a form widget's template.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database

if PRODUCTION and not env.text("DATABASE_URL"):
    raise env.wrong(
        "DATABASE_URL", "set it, for example to postgres://user:password@host:5432/name."
    )
try:
    DATABASES = {
        "default": dj_database_url.parse(
            env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'newsroom.sqlite3'}"),
            # A server thread keeps its connection. Threads are few and fixed in number, so a pool
            # would hold as many connections and save none.
            conn_max_age=env.number("CONN_MAX_AGE", 600),
            conn_health_checks=True,
        )
    }
except (dj_database_url.ParseError, ValueError):
    raise env.wrong(
        "DATABASE_URL",
        "not understood; right would be postgres://user:password@host:5432/name or sqlite:////path/to/file.",
    ) from None

if type(DATABASES["default"].get("OPTIONS", {}).get("prepare_threshold", 0)) is not int:
    raise env.wrong("DATABASE_URL", "prepare_threshold is a whole number, for example 1.")

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # Readers do not wait for the writer, and a writer takes its lock at the start, where
        # waiting helps; one that upgrades from reading to writing fails at once.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY; "
            "PRAGMA cache_size = -16000; PRAGMA journal_size_limit = 67108864"
        ),
    }

# Cache: sessions stay in the database, so that losing the cache loses nothing.

CACHE_URL = env.text("CACHE_URL", env.text("REDIS_URL", "locmem://"))
if CACHE_URL.startswith(("redis://", "rediss://", "unix://")):
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
    }
elif CACHE_URL == "locmem://":
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
else:
    raise env.wrong(
        "CACHE_URL",
        "(or REDIS_URL) not understood; right would be redis://host:6379/0 or locmem://.",
    )

# Files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
if PRODUCTION:
    STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
elif DEMO:
    # Compressing takes half a minute, and saves nothing on the way from this machine to itself.
    STATIC_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
else:
    STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}

# Safety

TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = PRODUCTION
# Probes ask the process itself, past the proxy that speaks HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PRODUCTION else 0
# Whether every other host below this one speaks HTTPS, for good, is the operator's to say.
HSTS_SUBDOMAINS = env.boolean("HSTS_SUBDOMAINS")
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION and HSTS_SUBDOMAINS
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    # A browser takes these names only over HTTPS and from this very host.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# No nonce here: a page kept by a cache would carry another answer's.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
# Editors' tools need inline styles, and scripts that the page itself vouches for.
ADMIN_CONTENT_SECURITY_POLICY = CONTENT_SECURITY_POLICY["DIRECTIVES"] | {
    "script-src": [SELF, NONCE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
}

# A post of a hundred blocks and as many citations is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Logins

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"

# User and address together: neither a stranger nor a neighbour can lock an editor out.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "locked.html"
AXES_CLIENT_IP_CALLABLE = "newsroom.addresses.client_address"
AXES_VERBOSE = False

# API

API_THROTTLE = env.rate("API_THROTTLE", "120/min")
SEARCH_THROTTLE = env.rate("SEARCH_THROTTLE", "60/min")
SUGGEST_THROTTLE = env.rate("SUGGEST_THROTTLE", "10/hour")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_RATES": {
        "api": API_THROTTLE,
        "search": SEARCH_THROTTLE,
        "typing": SEARCH_THROTTLE,
        "suggest": SUGGEST_THROTTLE,
    },
    "EXCEPTION_HANDLER": "datasets.api.problems.problem_handler",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "UNAUTHENTICATED_USER": None,
    # `format` is a parameter of the catalogue's own query language.
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "VERSION": "1",
    "DESCRIPTION": (
        "The catalogue of open medical datasets and tools, and the articles of the publication that "
        "keeps it. Read-only, open to any origin."
    ),
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    # Enums stay where they are used: "kind" means another set of values in every place.
    "POSTPROCESSING_HOOKS": [],
}

# Freshness

# Where DOIs are looked up: anything that answers as Crossref's REST API does.
CROSSREF_URL = env.address("CROSSREF_URL", "https://api.crossref.org")
# Links into private networks are not followed, so that no record can make the server ask there.
LINK_CHECK_PRIVATE = env.boolean("LINK_CHECK_PRIVATE")
# Seconds between two requests to one host.
LINK_CHECK_PAUSE = 1

# Publishing

# A second person approves a post, unless one person runs the publication alone.
ALLOW_OWN_APPROVAL = env.boolean("ALLOW_OWN_APPROVAL")

IMAGEFIELD_BIN_DEPTH = 2

# Logging: one record, one line, on standard error.

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "newsroom.logs.OneLineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django gives its loggers handlers of their own; this leaves one way out.
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # A refused login is news; the housekeeping around each one is not.
        "axes": {"level": "WARNING"},
    },
}
