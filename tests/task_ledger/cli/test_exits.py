"""Every expected error is one message on standard error, an exit status, and no secret."""

import pytest

from tests.servers import Database
from tests.task_ledger.cli.command import Command

SECRET = "sesame-open"


def test_without_a_database_it_says_which_variable_is_missing(lost: Command) -> None:
    ended = lost("verify")
    assert (ended.status, ended.out) == (2, "")
    assert "TASK_LEDGER_DATABASE_URL is not set" in ended.err


@pytest.mark.parametrize("arguments", [["verify"], ["migrate"], ["token", "list"]])
def test_a_server_that_is_not_there_is_status_3(lost: Command, arguments: list[str]) -> None:
    url = f"postgresql://anna:{SECRET}@127.0.0.1:1/ledger"
    ended = lost(*arguments, TASK_LEDGER_DATABASE_URL=url)
    assert (ended.status, ended.out) == (3, "")
    assert "cannot be reached" in ended.err
    assert SECRET not in ended.err


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://anna:{SECRET}@127.0.0.1:port/ledger",
        f"postgresql://anna:{SECRET}%zz@127.0.0.1/ledger",
        f"postgresql://anna:{SECRET}@127.0.0.1/ledger?no_such_parameter={SECRET}",
        f"mysql://anna:{SECRET}@127.0.0.1/ledger",
    ],
)
@pytest.mark.parametrize("arguments", [["verify"], ["migrate"]])
def test_an_address_that_makes_no_sense_is_status_2_and_is_not_shown(
    lost: Command, arguments: list[str], url: str
) -> None:
    ended = lost(*arguments, TASK_LEDGER_DATABASE_URL=url)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err
    assert SECRET not in ended.err


def test_a_value_that_makes_no_sense_is_named_by_its_variable(lost: Command) -> None:
    ended = lost("verify", TASK_LEDGER_POOL_MAX_SIZE="many")
    assert ended.status == 2
    assert "POOL_MAX_SIZE" in ended.err
    assert "many" not in ended.err


def test_an_unknown_command_and_an_unknown_option_are_status_2(command: Command) -> None:
    assert command("verfy").status == 2
    assert command("verify", "--everything").status == 2


def test_a_wrong_password_is_status_3(command: Command, database: Database) -> None:
    password = database.url.split(":")[2].split("@")[0]
    ended = command("verify", TASK_LEDGER_DATABASE_URL=database.url.replace(password, SECRET))
    assert ended.status == 3
    assert "password authentication failed" in ended.err
    assert SECRET not in ended.err


def test_a_database_without_a_ledger_says_what_to_run(
    command: Command, empty_database: Database
) -> None:
    ended = command("verify", TASK_LEDGER_DATABASE_URL=empty_database.url)
    assert ended.status == 1
    assert "run `task-ledger migrate`" in ended.err
