"""The settings start safe, or not at all; and what they promise arrives in the answers."""

import os
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from newsroom.environment import VARIABLES

PRODUCTION = {
    "SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQ",
    "ALLOWED_HOSTS": "www.example.org",
    "DATABASE_URL": "postgres://user:password@127.0.0.1:1/none",
    "SITE_URL": "https://www.example.org",
}


def manage(*arguments, **environment):
    """Run manage.py with nothing but `environment`."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def said(run):
    return run.stdout + run.stderr


def test_the_deployment_check_has_no_warning_in_production(tmp_path):
    demanded = {"DATA_DIR": str(tmp_path), "HSTS_SUBDOMAINS": "1"}
    run = manage("check", "--deploy", "--fail-level=WARNING", **PRODUCTION, **demanded)
    assert run.returncode == 0, said(run)
    assert "no issues (0 silenced)" in said(run)


def test_other_hosts_of_the_domain_are_bound_to_https_only_on_demand(tmp_path):
    both = "SECURE_HSTS_INCLUDE_SUBDOMAINS = True", "SECURE_HSTS_PRELOAD = True"
    alone = said(manage("diffsettings", **PRODUCTION, DATA_DIR=str(tmp_path)))
    assert "SECURE_HSTS_SECONDS = 31536000" in alone and not [
        line for line in both if line in alone
    ]
    asked = manage("diffsettings", **PRODUCTION, DATA_DIR=str(tmp_path), HSTS_SUBDOMAINS="1")
    assert all(line in said(asked) for line in both)


# Fixed by the image, or of use on a developer's machine only.
NOT_COMPOSED = {"DEBUG", "DEMO", "DATA_DIR", "PORT", "REDIS_URL"}


def test_each_variable_is_explained_and_passed_to_the_containers():
    folder = settings.BASE_DIR
    rows = re.findall(r"^\| (`[^|]+)\|", (folder / "README.md").read_text(), re.M)
    assert set(re.findall(r"`([A-Z_]+)`", "".join(rows))) >= VARIABLES
    composed = (folder / "docker-compose.yml").read_text()
    site = composed[composed.index("x-site:") : composed.index("services:")]
    assert set(re.findall(r"^    ([A-Z_]+):", site, re.M)) == VARIABLES - NOT_COMPOSED
    told = set(re.findall(r"^(?:# )?([A-Z_]+)=", (folder / ".env.example").read_text(), re.M))
    assert told == set(re.findall(r"\$\{([A-Z_]+)", composed))


def test_the_desk_and_the_description_of_the_api_bear_the_publications_name(tmp_path):
    show = "from django.contrib import admin; import newsroom.urls; print(admin.site.site_header)"
    run = manage("shell", "-c", show, **PRODUCTION, DATA_DIR=str(tmp_path), SITE_NAME="The Gazette")
    assert "The Gazette desk" in said(run)
    shown = manage("diffsettings", **PRODUCTION, DATA_DIR=str(tmp_path), SITE_NAME="The Gazette")
    assert "'TITLE': 'The Gazette API'" in said(shown)


@pytest.mark.parametrize("name", PRODUCTION)
def test_production_refuses_to_start_without(name, tmp_path):
    rest = {key: value for key, value in PRODUCTION.items() if key != name}
    run = manage("check", **rest, DATA_DIR=str(tmp_path))
    assert run.returncode != 0
    assert f"ImproperlyConfigured: {name}: " in said(run)


def test_nothing_set_is_production(tmp_path):
    run = manage("check", DATA_DIR=str(tmp_path))
    assert run.returncode != 0
    assert "ImproperlyConfigured: SECRET_KEY: " in said(run)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("DEMO", "2"),
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "https://www.example.org"),
        ("DATABASE_URL", "www.example.org"),
        ("DATABASE_URL", "oracle-of-delphi://host/name"),
        ("DATABASE_URL", "postgres://user:password@host/name?prepare_threshold=soon"),
        ("DATABASE_URL", "postgres://user:password@host/name?prepare_threshold=true"),
        ("CACHE_URL", "memcache://host"),
        ("SITE_URL", "www.example.org"),
        ("SITE_URL", "http://www.example.org"),
        ("SITE_URL", "https://www.example.org/news"),
        ("TIME_ZONE", "Europe/Atlantis"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("API_THROTTLE", "fast"),
        ("API_THROTTLE", "0/min"),
        ("SEARCH_THROTTLE", "60"),
        ("SUGGEST_THROTTLE", "often"),
        ("TRUSTED_PROXIES", "x"),
        ("TRUSTED_PROXIES", "-1"),
        ("CSRF_TRUSTED_ORIGINS", "www.example.org"),
        ("LOG_LEVEL", "loud"),
        ("CONN_MAX_AGE", "soon"),
    ],
)
def test_a_malformed_value_is_refused_by_name(name, value, tmp_path):
    run = manage("check", **{**PRODUCTION, "DATA_DIR": str(tmp_path), name: value})
    assert run.returncode != 0
    assert f"ImproperlyConfigured: {name}: " in said(run)


@pytest.mark.parametrize(
    "environment", [{"DEBUG": "1"}, {"ALLOWED_HOSTS": "www.example.org"}, {"PORT": "http"}]
)
def test_demo_mode_refuses_what_would_open_it_to_others(environment, tmp_path):
    run = manage("check", DEMO="1", DATA_DIR=str(tmp_path), **environment)
    assert run.returncode != 0
    assert "ImproperlyConfigured: " in said(run)


def test_demo_mode_makes_its_secret_key_once_and_keeps_it_private(tmp_path):
    for _ in range(2):
        run = manage("check", DEMO="1", DATA_DIR=str(tmp_path))
        assert run.returncode == 0, said(run)
        kept = (tmp_path / "secret_key").read_text()
        assert len(kept) >= 50
        assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    shown = manage("diffsettings", DEMO="1", DATA_DIR=str(tmp_path))
    assert kept in shown.stdout


def test_trusted_proxies_are_counted_everywhere(tmp_path):
    shown = manage("diffsettings", **PRODUCTION, DATA_DIR=str(tmp_path), TRUSTED_PROXIES="2")
    assert "'NUM_PROXIES': 2" in shown.stdout
    assert "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')" in shown.stdout
    alone = manage("diffsettings", **PRODUCTION, DATA_DIR=str(tmp_path))
    assert "SECURE_PROXY_SSL_HEADER" not in alone.stdout


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


PUBLIC_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "manifest-src 'self'",
}


def policy(response):
    return {part.strip() for part in response["Content-Security-Policy"].split(";")}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/nothing-here/"])
def test_public_answers_carry_the_strict_policy(client, path):
    assert policy(client.get(path)) == PUBLIC_POLICY


@pytest.mark.django_db
def test_the_admin_may_use_inline_styles_and_nothing_else_public_may_not(client):
    response = client.get("/admin/login/")
    assert policy(response) ^ PUBLIC_POLICY == {
        "style-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "img-src 'self' data: blob:",
    }


@pytest.mark.django_db
def test_answers_carry_the_other_safety_headers(client):
    response = client.get("/admin/login/")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.django_db
def test_a_server_error_gets_the_plain_page(client):
    def fail(*arguments):
        raise RuntimeError("details for the log only")

    client.raise_request_exception = False
    with connection.execute_wrapper(fail):
        response = client.get("/readyz")
    assert response.status_code == 500
    assert "Something went wrong here" in response.text
    assert "details" not in response.text


def log_in(client, password, address="192.0.2.1", **headers):
    return client.post(
        "/admin/login/",
        {"username": "editor", "password": password},
        REMOTE_ADDR=address,
        headers=headers,
    )


@pytest.mark.django_db
def test_five_wrong_passwords_lock_this_login_from_this_address_only(client, django_user_model):
    django_user_model.objects.create_superuser("editor", password="right")
    for _ in range(4):
        assert log_in(client, "wrong").status_code == 200
    assert log_in(client, "wrong").status_code == 429
    locked = log_in(client, "right")
    assert locked.status_code == 429
    assert "Too many attempts" in locked.text
    assert log_in(client, "right", address="192.0.2.2").status_code == 302


@pytest.mark.django_db
def test_behind_a_proxy_the_lock_is_on_the_caller_and_cannot_be_talked_away(
    client, django_user_model, monkeypatch
):
    django_user_model.objects.create_superuser("editor", password="right")
    monkeypatch.setattr("rest_framework.settings.api_settings.NUM_PROXIES", 1)
    for attempt in range(5):
        forwarded = f"203.0.113.{attempt}, 198.51.100.7"
        log_in(client, "wrong", x_forwarded_for=forwarded)
    assert log_in(client, "right", x_forwarded_for="198.51.100.7").status_code == 429
    assert log_in(client, "right", x_forwarded_for="198.51.100.8").status_code == 302
    assert log_in(client, "wrong", x_forwarded_for="not an address").status_code == 200
