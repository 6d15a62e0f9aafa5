"""Readers for environment variables: each gives a checked value or refuses, naming the variable.

Every reader raises ImproperlyConfigured that says which variable is wrong and what would be right.
An empty variable counts as one that is not set.
"""

import os
import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

# Every variable that the project reads: one that is not here cannot be read.
VARIABLES = {
    *("DEBUG", "DEMO", "DATA_DIR", "PORT", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "SITE_NAME"),
    *("DATABASE_URL", "CONN_MAX_AGE", "CACHE_URL", "REDIS_URL", "TIME_ZONE", "LOG_LEVEL"),
    *("TRUSTED_PROXIES", "CSRF_TRUSTED_ORIGINS", "HSTS_SUBDOMAINS", "ALLOW_OWN_APPROVAL"),
    *("API_THROTTLE", "SEARCH_THROTTLE", "SUGGEST_THROTTLE", "CROSSREF_URL", "LINK_CHECK_PRIVATE"),
}
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
SECRET_KEY_LENGTH = 50


def wrong(name, right):
    """The error for a variable: `right` says what it should be."""
    return ImproperlyConfigured(f"{name}: {right}")


def text(name, default=""):
    if name not in VARIABLES:
        raise LookupError(f"{name} is not among the VARIABLES of this module: add it there.")
    return os.environ.get(name, "").strip() or default


def boolean(name):
    value = text(name, "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise wrong(name, f"“{text(name)}” is neither 1 nor 0.")


def number(name, default):
    value = text(name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise wrong(name, f"“{value}” is not a whole number, such as {default}.")
    return int(value)


def words(name):
    """The comma-separated parts of a variable, without the empty ones."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def choice(name, default, allowed):
    value = text(name, default).upper()
    if value not in allowed:
        raise wrong(name, f"“{text(name)}” is not one of {', '.join(allowed)}.")
    return value


def rate(name, default):
    """A request rate for the throttles; None when it is switched off."""
    value = text(name, default).lower()
    if value == "off":
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,8}/(s|sec|second|m|min|minute|h|hour|d|day)", value):
        raise wrong(name, f"“{value}” is not a rate such as {default} or 10/sec, nor “off”.")
    return value


def zone(name, default):
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise wrong(name, f"“{value}” is not a time zone such as {default}.") from None
    return value


def secret_key(*, required, kept_in=None):
    """SECRET_KEY, or where it is not required one that lies in the file `kept_in`, made once."""
    value = text("SECRET_KEY")
    if value or required:
        if len(value) < SECRET_KEY_LENGTH:
            raise wrong(
                "SECRET_KEY",
                f"set it to a random text of at least {SECRET_KEY_LENGTH} characters, for example from "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'.",
            )
        return value
    return _kept_secret(kept_in)


def _kept_secret(path):
    """Read the secret in `path`; write a new one, readable by this user only, if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        write_private(draft, secrets.token_urlsafe(SECRET_KEY_LENGTH))
        try:
            # A link fails when another process was first, and is never seen half written.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    value = path.read_text().strip()
    if len(value) < SECRET_KEY_LENGTH:
        raise ImproperlyConfigured(
            f"{path} holds no usable secret key: delete it to have a new one made."
        )
    return value


def write_private(path: Path, content):
    """Write `content` to `path`, which only this user may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)


def hosts(*, required, local_only):
    """ALLOWED_HOSTS; this machine's own names when it is neither set nor required."""
    value = words("ALLOWED_HOSTS")
    if required and not value:
        raise wrong("ALLOWED_HOSTS", "name the site's hosts, separated by commas: www.example.org.")
    for host in value:
        if "/" in host or "://" in host or host == "*":
            raise wrong("ALLOWED_HOSTS", f"“{host}” is not a host name such as www.example.org.")
        if local_only and host not in LOCAL_HOSTS:
            raise wrong(
                "ALLOWED_HOSTS",
                f"demo mode is plain HTTP for this machine only ({', '.join(LOCAL_HOSTS)}); "
                f"for “{host}” unset DEMO and set SECRET_KEY, DATABASE_URL and SITE_URL.",
            )
    return value or LOCAL_HOSTS


def origins(name):
    value = words(name)
    for origin in value:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
            raise wrong(name, f"“{origin}” is not an origin such as https://www.example.org.")
    return [origin.rstrip("/") for origin in value]


def address(name, default):
    """The address of a service, without a closing slash."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise wrong(name, f"“{value}” is not an address such as {default}.")
    return value


def site_url(*, default, secure):
    """SITE_URL without a closing slash; `secure` insists on HTTPS."""
    value = text("SITE_URL", default).rstrip("/")
    parts = urlsplit(value)
    schemes = {"https"} if secure else {"http", "https"}
    plain = not (parts.path or parts.query or parts.fragment or parts.username)
    if parts.scheme not in schemes or not parts.hostname or not plain:
        raise wrong(
            "SITE_URL",
            f"“{value}” is not the site's address; right would be https://www.example.org, without a path.",
        )
    return value
