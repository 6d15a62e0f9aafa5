"""Our commands as they start from a shell, where the system's checks come first."""

import pytest
from django.core.management import BaseCommand, call_command, get_commands, load_command_class

OURS = sorted(
    name for name, app in get_commands().items() if app in ("articles", "datasets", "newsroom")
)


@pytest.mark.parametrize("name", OURS)
def test_no_command_takes_the_place_of_what_a_shell_calls_first(name):
    command = type(load_command_class(get_commands()[name], name))
    for method in ("check", "execute", "run_from_argv", "create_parser"):
        assert getattr(command, method) is getattr(BaseCommand, method), method


@pytest.mark.django_db
def test_check_links_starts_with_the_checks(capsys):
    call_command("check_links", "--dry-run", skip_checks=False)
    assert "0 to check" in capsys.readouterr().out
