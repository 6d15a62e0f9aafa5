"""`make run` sets up once, and a repeat loses nothing."""

import os
import re
import shutil
import socket
import stat
import subprocess
import time
from io import StringIO
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings

from datasets import curation
from datasets.models import Record
from newsroom.management.commands.demo import serve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    return tmp_path


def demo():
    output = StringIO()
    call_command("demo", no_serve=True, stdout=output, stderr=output)
    return output.getvalue()


def password_in(output):
    return re.search(r"password (\S+)\n", output)[1]


@pytest.fixture(scope="class")
def run(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    with (
        django_db_blocker.unblock(),
        override_settings(DATA_DIR=folder, STATIC_ROOT=folder / "static"),
        transaction.atomic(),
    ):
        yield demo(), folder
        transaction.set_rollback(True)


class TestRepeated:
    """What follows the first run, which fills a database and a folder and takes seconds."""

    @pytest.fixture(autouse=True)
    def first(self, run, data_dir):
        """What the first run said; its folder is copied for each test."""
        said, folder = run
        shutil.copytree(folder, data_dir, dirs_exist_ok=True)
        return said

    def test_the_demo_prints_a_login_that_works_and_keeps_it(self, client, first, data_dir):
        second = demo()
        assert "http://127.0.0.1:8000/admin/" in first
        assert password_in(first) == password_in(second)
        form = {"username": "admin", "password": password_in(first)}
        assert client.post("/admin/login/?next=/admin/", form).status_code == 302
        assert get_user_model().objects.count() == 4
        assert stat.S_IMODE((data_dir / "demo-login.txt").stat().st_mode) == 0o600
        assert (data_dir / "static" / "admin").is_dir()

    def test_a_changed_password_stays_and_no_wrong_one_is_printed(self, first):
        printed = password_in(first)
        user = get_user_model().objects.get(username="admin")
        user.set_password("chosen by the editor")
        user.save()
        output = demo()
        assert printed not in output
        assert "password was changed" in output
        user.refresh_from_db()
        assert user.check_password("chosen by the editor")

    def test_a_removed_demo_user_is_not_made_again(self):
        get_user_model().objects.all().delete()
        get_user_model().objects.create_superuser("chief", password="hers")
        assert "admin: there is no such demo user" in demo()
        assert list(get_user_model().objects.values_list("username", flat=True)) == ["chief"]

    def test_each_role_has_a_login(self, client, first):
        logins = dict(re.findall(r"(\w+), password (\S+)\n", first))
        assert list(logins) == ["admin", "editor", "writer", "curator"]
        for name, password in logins.items():
            form = {"username": name, "password": password}
            assert client.post("/admin/login/?next=/admin/", form).status_code == 302
            client.logout()
        roles = get_user_model().objects.values_list("username", "is_staff", "groups__name")
        assert set(roles) == {
            ("admin", True, None),
            ("editor", True, "Editor"),
            ("writer", True, "Writer"),
            ("curator", True, "Curator"),
        }

    def test_an_older_note_of_the_admin_alone_keeps_its_password(self, data_dir):
        get_user_model().objects.all().delete()
        get_user_model().objects.create_superuser("admin", password="old")
        (data_dir / "demo-login.txt").write_text("admin\nold\n")
        output = demo()
        assert password_in(output) == "old"
        assert "curator, password" in output

    def test_a_second_run_publishes_nothing(self, first):
        assert "12 created, 0 changed, 0 unchanged, 0 kept; 12 published" in first
        assert "0 created, 0 changed, 12 unchanged, 0 kept; 0 published" in demo()

    def test_it_starts_again_whatever_was_deleted_or_withdrawn_since(self):
        curation.withdraw([Record.objects.get(slug="monai")], by=None, note="Under review.")
        Record.objects.get(slug="covid-ct").delete()
        output = demo()
        assert "password" in output
        assert "The posts stay as they are" in output
        assert not Record.objects.filter(slug="covid-ct").exists()
        Record.objects.get(slug="monai").delete()
        assert "password" in demo()


def test_a_taken_port_is_named_before_any_work(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(CommandError, match=rf"Port {port} .* make run PORT="):
            call_command("demo")
    assert not get_user_model().objects.exists()


def test_it_refuses_outside_demo_mode(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="make run"):
        demo()


def test_a_10_kb_query_reaches_the_site(monkeypatch, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    commands = []
    monkeypatch.setattr(os, "execv", lambda _, command: commands.append(command))
    serve(port)
    environment = os.environ | {"DEMO": "1", "DATA_DIR": str(tmp_path)}
    with subprocess.Popen(commands[0], env=environment) as server:
        try:
            url = f"http://127.0.0.1:{port}/healthz?search=" + "a" * 10_240
            assert answer(url, until=time.monotonic() + 30) == 200
        finally:
            server.terminate()


def answer(url, until):
    """The status at url, asked again until something listens there."""
    while True:
        try:
            return urlopen(url, timeout=10).status
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError) or time.monotonic() > until:
                raise
        time.sleep(0.2)
