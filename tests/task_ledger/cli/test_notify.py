"""`task-ledger notify` makes channels and rules, and shows what was not accepted."""

import subprocess
from typing import Any

import psycopg
import pytest

from task_ledger.cli.printing import time_of
from task_ledger.notifier.rules import Trigger, change_rule
from tests.forked import Forked
from tests.servers import Database
from tests.task_ledger.cli.command import Command, Ended
from tests.task_ledger.projector.log import register

URL = "https://hook.example/T0/hidden"


def asked(command: Command, *arguments: object, lines: str) -> Ended:
    """The end of a command that reads lines."""
    with Forked(
        "task_ledger",
        *map(str, arguments),
        env=command.environment,
        cwd=command.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        out, err = process.communicate(lines, timeout=60)
    assert "Traceback" not in err, err
    return Ended(process.returncode, out, err)


@pytest.fixture
def channel(command: Command) -> str:
    """A webhook's secret."""
    ended = asked(command, "notify", "save-channel", "ops", "--kind", "webhook", lines=f"{URL}\n")
    assert ended.status == 0, ended.err
    return ended.out.strip()


def test_a_channels_secret_is_shown_once_and_its_path_never(command: Command, channel: str) -> None:
    assert channel.startswith("whsec_")
    listed = command("notify", "channels", "--json")
    (ops,) = listed.json()
    assert (ops["name"], ops["kind"], ops["shown"]) == ("ops", "webhook", "hook.example")
    assert "hidden" not in listed.out
    assert channel not in listed.out
    assert "hook.example" in command("notify", "channels").out


def test_a_secret_can_be_given(command: Command) -> None:
    secret = "whsec_" + "A" * 32
    made = asked(
        command,
        *("notify", "save-channel", "ops", "--kind", "webhook", "--secret", "--json"),
        lines=f"{URL}\n{secret}\n",
    )
    assert made.json()["secret"] == secret


def test_rules_are_added_listed_and_deleted(command: Command, channel: str) -> None:
    made = command(
        *("notify", "add-rule", "ops", "--on", "task.failed", "--project", "p"),
        *("--query", "type:ocr.*", "--quiet", "1h30m", "--json"),
    ).json()
    assert (made["trigger"], made["quiet_s"], made["project_id"]) == ("task.failed", 5400, "p")
    assert "type:ocr.*" in command("notify", "rules").out
    assert command("notify", "delete-rule", made["id"]).status == 0
    assert command("notify", "delete-rule", made["id"]).status == 1
    assert command("notify", "rules", "--json").json() == []


def test_lists_tell_which_rule_is_paused_and_which_channel_fails(
    command: Command, channel: str, database: Database
) -> None:
    made = command("notify", "add-rule", "ops", "--on", "task.failed", "--json").json()
    assert command("notify", "rules").out.split()[-1] == "-"
    with psycopg.connect(database.url_for("api"), autocommit=True) as api:
        paused = change_rule(api, made["id"], actor="anna", paused=True)
    with psycopg.connect(database.url_for("notifier"), autocommit=True) as notifier:
        failing = notifier.execute(
            "UPDATE task_ledger.notification_channel SET failing_since = now()"
            " RETURNING failing_since"
        ).fetchone()
    assert paused is not None
    assert failing is not None
    assert time_of(paused.paused_at) in command("notify", "rules").out
    assert time_of(failing[0]) in command("notify", "channels").out


def test_the_end_of_one_task_is_asked_for(
    command: Command, channel: str, writer: psycopg.Connection[Any]
) -> None:
    task_id = register(writer)
    made = command("notify", "when-ended", task_id, "ops", "--json").json()
    assert (made["trigger"], made["task_id"]) == (Trigger.ENDED, str(task_id))


def test_what_was_given_up_is_listed_and_sent_again(
    command: Command, channel: str, writer: psycopg.Connection[Any]
) -> None:
    made = command("notify", "test", "ops", "--json").json()
    assert command("notify", "list", "--json").json() == []
    assert command("notify", "again", made["id"]).status == 1
    writer.execute(
        "UPDATE task_ledger.notification SET state = 'dead', ended_at = now(), last_error = 'no'"
    )
    (dead,) = command("notify", "list", "--json").json()
    assert (dead["id"], dead["last_error"]) == (made["id"], "no")
    assert "notification.test" in command("notify", "list").out
    assert command("notify", "again", "--all", "--json").json() == {"ids": [made["id"]]}
    (waiting,) = command("notify", "list", "--state", "waiting", "--json").json()
    assert waiting["tries"] == 0


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("add-rule", "nowhere", "--on", "task.failed"), 1),
        (("add-rule", "ops", "--on", "task.failed", "--query", "no_field:x"), 1),
        (("add-rule", "ops", "--on", "task.failed", "--quiet", "soon"), 2),
        (("add-rule", "ops", "--on", "anything"), 2),
        (("again",), 2),
        (("again", "1", "--all"), 2),
        (("test", "nowhere"), 1),
        (("delete-channel", "nowhere"), 1),
    ],
)
def test_what_cannot_be_done_is_said(
    command: Command, channel: str, arguments: tuple[str, ...], status: int
) -> None:
    ended = command("notify", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert ended.err


def test_an_address_that_is_none_is_refused(command: Command) -> None:
    for lines, status in (("ftp://hook.example\n", 1), ("\n", 2), ("", 2)):
        ended = asked(command, "notify", "save-channel", "ops", "--kind", "slack", lines=lines)
        assert (ended.status, ended.out) == (status, "")


def test_doctor_and_alive_tell_of_a_notifier_that_is_not_running(
    command: Command, channel: str, database: Database
) -> None:
    def found() -> tuple[str, int]:
        checks = command("doctor", "--json").json()["checks"]
        (level,) = (each["level"] for each in checks if each["name"] == "notifications")
        return level, command("alive", "notifier").status

    assert found() == ("ok", 0)
    command("notify", "test", "ops")
    with psycopg.connect(database.url_for("owner"), autocommit=True) as owner:
        change = "UPDATE task_ledger.notification SET "
        owner.execute(change + "try_at = now() - interval '20 min'")
        assert found() == ("fail", 1)
        owner.execute(change + "state = 'dead', ended_at = now()")
        assert found() == ("warn", 0)
