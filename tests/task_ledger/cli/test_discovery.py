"""Where commands find their servers, and what they never print."""

from pathlib import Path

import pytest

from task_ledger.cli.discovery import keep_environment, var_dir
from task_ledger.cli.printing import say
from task_ledger.ops.settings import Settings
from tests.servers import Database
from tests.task_ledger.cli.command import Command

NOWHERE = "postgresql://nobody:nothing@127.0.0.1:1/x"


def keep(folder: Path, **variables: str) -> None:
    (folder / "var").mkdir(exist_ok=True)
    keep_environment(folder / "var", variables)


def test_what_up_has_left_is_found_in_the_same_folder(
    lost: Command, database: Database, tmp_path: Path
) -> None:
    assert lost("verify").status == 2
    keep(tmp_path, TASK_LEDGER_DATABASE_URL=database.url)
    assert lost("verify").status == 0


def test_addresses_of_two_installations_are_never_mixed(command: Command, tmp_path: Path) -> None:
    keep(tmp_path, TASK_LEDGER_AUDITOR_DATABASE_URL=NOWHERE)
    assert command("verify").status == 0


def test_the_auditors_own_address_is_the_one_that_is_read_with(
    lost: Command, database: Database
) -> None:
    own = {
        "TASK_LEDGER_DATABASE_URL": NOWHERE,
        "TASK_LEDGER_AUDITOR_DATABASE_URL": database.url_for("auditor"),
    }
    assert lost("verify", **own).status == 0
    assert lost("tasks", "riverside", **own).status == 0
    assert lost("timeline", "riverside", **own).status == 0
    assert lost("token", "list", **own).status == 3


def test_values_that_a_shell_would_read_otherwise_are_kept(
    lost: Command, database: Database, tmp_path: Path
) -> None:
    keep(
        tmp_path, TASK_LEDGER_STORAGE_URL="file:///a b'c\"$d", TASK_LEDGER_DATABASE_URL=database.url
    )
    assert lost("verify").status == 0


def test_the_plugins_of_a_running_up_add_their_commands(lost: Command, tmp_path: Path) -> None:
    assert lost("demo", "--help").status == 2
    keep(tmp_path, TASK_LEDGER_PLUGINS="services.plugin:takeoff")
    assert lost("demo", "--help").status == 0
    assert " demo " in lost("--help").out
    # Addresses of its own are another installation's, which has no plug-in.
    assert lost("demo", "--help", TASK_LEDGER_DATABASE_URL=NOWHERE).status == 2


def test_a_plugin_that_cannot_be_imported_leaves_the_ledgers_own_commands(
    command: Command,
) -> None:
    broken = {"TASK_LEDGER_PLUGINS": "services.plugin:nothing"}
    assert command("verify", **broken).status == 0
    for arguments in (["--help"], ["demo"]):
        ended = command(*arguments, **broken)
        assert ended.status == 2
        assert "services.plugin:nothing" in ended.err
    (found,) = [c for c in command("doctor", "--json", **broken).json()["checks"]
                if c["name"] == "configuration"]  # fmt: skip
    assert found["level"] == "fail"


def test_the_var_folder_is_found_as_the_settings_find_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in (None, "", "elsewhere"):
        if value is None:
            monkeypatch.delenv("TASK_LEDGER_VAR_DIR", raising=False)
        else:
            monkeypatch.setenv("TASK_LEDGER_VAR_DIR", value)
        assert var_dir() == Settings().var_dir


@pytest.mark.parametrize(
    "address", ["postgresql://anna:sesame@host/x", "redis://:sesame@host/0", "amqp://a:ses@me@h/"]
)
def test_no_message_shows_the_password_of_an_address(
    capsys: pytest.CaptureFixture[str], address: str
) -> None:
    say(f"cannot reach {address} at all")
    said = capsys.readouterr().err
    assert "sesame" not in said
    assert "ses@me" not in said
    assert "at all" in said
