"""`make run`: from nothing to a running site, and again without losing anything."""

import io
import os
import secrets
import socket
import sys

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from articles.models import Post
from newsroom import environment

HOST = "127.0.0.1"
ADMIN = "admin"
# Login to the role that it shows; the admin may do everything.
LOGINS = {ADMIN: None, "editor": "Editor", "writer": "Writer", "curator": "Curator"}


class Command(BaseCommand):
    help = "Sets up the demo in DATA_DIR, keeping what is there, and serves it on this machine."

    def add_arguments(self, parser):
        parser.add_argument("--no-serve", action="store_true", help="Set up only.")

    def handle(self, *, no_serve, **options):
        if not settings.DEMO:
            raise CommandError("This is for demo mode: start it by `make run`, or set DEMO=1.")
        port = environment.number("PORT", 8000)
        if not no_serve:
            check_port(port)
        self.step("Database")
        call_command("migrate", interactive=False, verbosity=0)
        # What an earlier version stored may lack what documents tell now.
        call_command("rebuild_documents", stdout=io.StringIO())
        self.step("Catalogue")
        call_command("load_catalogue", stdout=self.stdout, stderr=self.stderr)
        self.step("Articles")
        self.load_posts()
        self.step("Static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        self.step("Logins")
        self.introduce(port, demo_logins())
        if not no_serve:
            serve(port)

    def load_posts(self):
        """Load the launch posts; what editors did to the catalogue since never keeps the site from starting."""
        try:
            call_command("import_posts", publish=True, stdout=self.stdout, stderr=self.stderr)
        except CommandError as error:
            if not Post.objects.exists():
                raise
            self.stderr.write(f"The posts stay as they are: {error}")

    def step(self, name):
        self.stdout.write(f"· {name} …")
        self.stdout.flush()

    def introduce(self, port, logins):
        logins = "\n          ".join(logins)
        self.stdout.write(
            f"\n  Site    http://{HOST}:{port}/\n"
            f"  Admin   http://{HOST}:{port}/admin/\n"
            f"  Logins  {logins}\n"
            f"  Data    {settings.DATA_DIR}\n"
            "  Stop    Ctrl+C; everything is kept for the next run\n"
        )
        self.stdout.flush()


def check_port(port):
    """Refuse early, before any work, when another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} on {HOST} cannot be used ({error}). "
                f"Choose another: make run PORT={8000 if port == 8080 else 8080}"
            ) from None


def demo_logins():
    """Make the logins that have never been made; say how to log in, never with a wrong password."""
    note = settings.DATA_DIR / "demo-login.txt"
    kept = read_note(note)
    for name, role in LOGINS.items():
        if name not in kept and is_wanted(name, kept):
            kept[name] = secrets.token_urlsafe(12)
            text = "".join(f"{login}\n{password}\n" for login, password in kept.items())
            environment.write_private(note, text)
            make_user(name, role, kept[name])
    return [introduction(name, kept.get(name)) for name in LOGINS]


def read_note(note):
    """Login to password, in the order in which they were made."""
    lines = note.read_text().split("\n") if note.exists() else []
    return dict(zip(lines[::2], lines[1::2], strict=False))


def is_wanted(name, kept):
    """Only a site whose first superuser is the demo's gets its logins, and no name is taken over."""
    users = get_user_model()._default_manager
    ours = name == ADMIN or ADMIN in kept
    foreign = name == ADMIN and users.filter(is_superuser=True).exists()
    return ours and not foreign and not users.filter(username=name).exists()


def make_user(name, role, password):
    users = get_user_model()._default_manager
    if role is None:
        users.create_superuser(name, password=password)
    else:
        user = users.create_user(name, password=password, is_staff=True)
        user.groups.add(Group.objects.get(name=role))


def introduction(name, password):
    user = get_user_model()._default_manager.filter(username=name).first()
    if user is None:
        return f"{name}: there is no such demo user (any more)"
    if password and user.check_password(password):
        return f"{name}, password {password}"
    return (
        f"{name}, whose password was changed since; "
        f"for a new one: DEMO=1 .venv/bin/python manage.py changepassword {name}"
    )


def serve(port):
    """Become gunicorn."""
    os.execv(
        sys.executable,
        [sys.executable, "-m", "gunicorn", "newsroom.wsgi", f"--bind={HOST}:{port}"]
        # The catalogue is read once, before the workers are forked, who share it.
        + ["--preload", "--workers=2", "--worker-class=gthread", "--threads=4"]
        # A query of any length reaches the site, which says in its own words what is too long.
        + ["--limit-request-line=0", "--no-control-socket", "--log-level=warning"],
    )
