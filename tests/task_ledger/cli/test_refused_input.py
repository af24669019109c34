"""Input that cannot be stored or looked up is refused: one line, status 2, nothing stored."""

import os
from typing import Any

import psycopg
import pytest

from task_ledger.cli.person import user
from tests.histories import completed, failed
from tests.servers import Database
from tests.task_ledger.cli.command import Command
from tests.task_ledger.sealer.databases import project

NOT_UTF8 = os.fsdecode(b"told \xff")
LONGEST = 2000
TASK = "01a209ad-82ef-7627-b353-0b20b9289804"


def fingerprint_of_a_failure(writer: psycopg.Connection[Any], database: Database) -> str:
    """The fingerprint of the only failure of the project riverside."""
    failed(writer, "riverside", "no matter")
    project(database)
    row = writer.execute("SELECT fingerprint FROM task_ledger.failure_group").fetchone()
    assert row is not None
    return row[0]


def test_a_comment_that_cannot_be_kept_is_refused_and_the_group_stays_open(
    command: Command, writer: psycopg.Connection[Any], database: Database
) -> None:
    group = fingerprint_of_a_failure(writer, database)
    for comment in ("", "é" * (LONGEST + 1), NOT_UTF8):
        refused = command("failures", "riverside", "--handled", group, "--comment", comment)
        assert (refused.status, refused.out) == (2, "")
        assert "comment" in refused.err or "UTF-8" in refused.err
        assert "riverside" not in refused.err
    assert writer.execute("SELECT count(*) FROM task_ledger.failure_handling").fetchone() == (0,)
    longest = "é" * LONGEST
    done = command("failures", "riverside", "--handled", group, "--comment", longest, "--json")
    assert done.json()["handled"]["comment"] == longest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("failures", "riverside", "--comment", "told"), "--handled"),
        (("failures", "riverside", "--handled", ""), "16 digits"),
        (("failures", "riverside", "--handled", "0" * 15), "16 digits"),
        (("failures", "riverside", "--handled", "A" * 16), "16 digits"),
        *(
            (("erase", "--event", f"{TASK}:{version}"), "1 to 2147483647")
            for version in ("2147483648", "9" * 5000, "0", "-1", "1_0", " 1", "٣", "")
        ),
        (("erase", "--task", TASK, "--really", "--reason", "é" * 501), "1000 bytes"),
    ],
)
def test_what_can_mean_nothing_is_refused_before_a_server_is_asked(
    lost: Command, arguments: tuple[str, ...], said: str
) -> None:
    refused = lost(*arguments)
    assert (refused.status, refused.out) == (2, "")
    assert said in refused.err
    assert len(refused.err) < 200


def test_an_argument_that_is_not_utf8_is_refused_and_nothing_is_erased(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    task = completed(writer, "riverside")
    for arguments in (
        ("failures", NOT_UTF8),
        ("erase", "--project", "riverside", "--entity", f"person:{NOT_UTF8}"),
        ("erase", "--task", task, "--really", "--reason", NOT_UTF8),
    ):
        refused = command(*arguments)
        assert (refused.status, refused.out) == (2, "")
        assert "UTF-8" in refused.err
    assert writer.execute("SELECT count(*) FROM task_ledger.access_log").fetchone() == (0,)


def test_a_version_that_the_task_does_not_have_is_named_as_not_there(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    task = completed(writer, "riverside")
    told = command("erase", "--event", f"{task}:2147483647", "--json")
    assert told.status == 0
    assert told.json()["tasks"][0]["versions"] == []


def test_a_user_without_a_name_acts_under_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    assert user() == "uid 4000000000"
