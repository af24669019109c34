"""`task-ledger up` brings everything up, says where, stops on Ctrl-C, and finds its data again."""

import re
import signal
import socket
import stat
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.servers import Database
from tests.task_ledger.cli.command import Command
from tests.task_ledger.cli.installation import (
    children,
    command_line,
    free_port,
    running,
    second_terminal,
)
from tests.task_ledger.local.children import gone
from tests.task_ledger.local.shown import Run


@pytest.fixture
def installation(lost: Command) -> Command:
    """A folder of its own with nothing in it, and a free port."""
    lost.environment["TASK_LEDGER_PORT"] = str(free_port())
    return lost


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def read_by_others(folder: Path) -> Iterator[Path]:
    """What others can list or read, but for the ports and process ids of the servers."""
    if mode(folder) & 0o044:
        yield folder
    for path in folder.iterdir():
        if path.is_dir():
            yield from read_by_others(path) if mode(path) & 0o055 else ()
        elif path.is_file() and path.name not in {"port", "lock"} and mode(path) & 0o077:
            yield path


def test_from_nothing_to_an_empty_page_and_back(installation: Command, tmp_path: Path) -> None:
    var = tmp_path / "var"
    with running(installation) as run:
        port = installation.environment["TASK_LEDGER_PORT"]
        address = run.until(r"(http\S+/sign-in\?code=tl_\S+)")[1]
        assert address.startswith(f"http://127.0.0.1:{port}/")
        assert signs_in(address)
        assert not signs_in(address)
        token = (var / "token").read_text().strip()
        assert mode(var / "token") == mode(var / "environment") == 0o600
        assert list(read_by_others(var)) == []
        run.until("TASK_LEDGER_DATABASE_URL and TASK_LEDGER_BROKER_URL")
        export = run.until(r"^ *(set -a; \. \S+; set \+a)")[1]
        assert "task_ledger_worker" in exported(export, "TASK_LEDGER_WORKER_DATABASE_URL")
        assert exported(export, "TASK_LEDGER_BROKER_URL").startswith("redis://")
        assert not any(exported(export, "TASK_LEDGER_BROKER_URL") in line for line in run.lines)

        # A second terminal in the same folder needs no variables, not even the folder's.
        second = second_terminal(installation)
        assert second("tasks", "nothing").status == 0
        assert second("verify").status == 0
        doctor = second("doctor", "--json").json()
        assert [c for c in doctor["checks"] if c["level"] == "fail"] == []
        logins = {c["found"] for c in doctor["checks"] if c["name"].startswith("login")}
        assert logins == {
            f"ledger_{role} as task_ledger_{role}"
            for role in ("api", "worker", "projector", "auditor", "sealer", "notifier")
        }
        assert services_connected(second) >= {"ledger_api", "ledger_projector"}
        for service, module in (("API", "uvicorn"), ("PROJECTOR", "task_ledger.projector")):
            assert logins_of(run, module) == {f"TASK_LEDGER_{service}_DATABASE_URL"}
        assert token not in second("token", "list").out

        before = children(run)
        run.process.send_signal(signal.SIGINT)
        assert run.rest() == 0
        assert all(gone(each.pid) for each in before)
    assert not (var / "environment").exists()
    assert second("tasks", "nothing").status == 2

    with running(installation) as run:
        run.until("sign-in")
        assert (var / "token").read_text().strip() == token


def exported(export: str, name: str) -> str:
    """The value of a variable in a shell that has run the line that `up` shows."""
    shell = ["sh", "-c", f'{export}; printf %s "${name}"']
    return subprocess.run(shell, capture_output=True, text=True, check=True).stdout


def signs_in(address: str) -> bool:
    """Whether a new browser that presses the link's button ends at the page with a session."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(address) as asked:
        assert b"<button" in asked.read()
    own_page = {"Sec-Fetch-Site": "same-origin"}
    press = urllib.request.Request(address, method="POST", headers=own_page)
    try:
        with browser.open(press) as page:
            if page.status != 200 or not page.url.endswith("/"):
                return False
            site = page.url
        with browser.open(f"{site}api/v1/session") as session:
            return b"this-machine" in session.read()
    except urllib.error.HTTPError:
        return False


def logins_of(run: Run, module: str) -> set[str]:
    """The variables with a database's login that the process of this module was started with."""
    (process,) = (each for each in children(run) if module in command_line(each))
    return {
        name for name, value in process.environ().items() if name.endswith("DATABASE_URL") and value
    }


def services_connected(command: Command) -> set[str]:
    """The logins with a session on the running installation's database."""
    values = (command.folder / "var" / "environment").read_text()
    found = re.search(r"TASK_LEDGER_DATABASE_URL=(\S+)", values)
    assert found is not None
    with psycopg.connect(found[1].strip("'")) as connection:
        rows = connection.execute("SELECT DISTINCT usename FROM pg_stat_activity").fetchall()
    return {login for (login,) in rows}


def test_given_servers_are_used_and_their_logins_are_left_alone(
    installation: Command, empty_database: Database, broker_url: str, tmp_path: Path
) -> None:
    given = {
        "TASK_LEDGER_DATABASE_URL": empty_database.url,
        "TASK_LEDGER_BROKER_URL": broker_url,
    }
    with running(installation, **given) as run:
        run.until("sign-in")
        names = {each.name() for each in children(run)}
        assert not {"postgres", "valkey-server"} & names
    assert not (tmp_path / "var" / "postgres").exists()
    with psycopg.connect(empty_database.url) as connection:
        rows = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname IN ('ledger_api', 'ledger_worker')"
        ).fetchall()
        assert rows == []


def test_a_revoked_token_is_replaced_at_the_next_start(
    installation: Command, empty_database: Database, broker_url: str, tmp_path: Path
) -> None:
    given = {
        "TASK_LEDGER_DATABASE_URL": empty_database.url,
        "TASK_LEDGER_BROKER_URL": broker_url,
    }
    token = tmp_path / "var" / "token"
    with running(installation, **given) as run:
        run.until("sign-in")
        first = token.read_text()
        assert installation("token", "revoke", "this-machine", **given).status == 0
    with running(installation, **given) as run:
        run.until("sign-in")
        assert token.read_text() != first
        request = urllib.request.Request(
            f"http://127.0.0.1:{installation.environment['TASK_LEDGER_PORT']}/api/v1/session",
            headers={"Authorization": f"Bearer {token.read_text().strip()}"},
        )
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200


def test_a_database_that_is_not_there_is_status_3(installation: Command) -> None:
    url = "postgresql://anna:sesame@127.0.0.1:1/ledger"
    ended = installation("up", TASK_LEDGER_DATABASE_URL=url)
    assert ended.status == 3
    assert "cannot be reached" in ended.err
    assert "sesame" not in ended.out + ended.err


def test_a_taken_port_is_status_1(installation: Command) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ended = installation("up", "--port", other.getsockname()[1])
    assert ended.status == 1
    assert "Another program listens" in ended.err


def test_a_second_one_in_the_same_folder_is_status_3_and_disturbs_nothing(
    installation: Command, tmp_path: Path
) -> None:
    with running(installation) as run:
        run.until("sign-in")
        assert installation("up", "--port", free_port()).status == 3
        assert (tmp_path / "var" / "environment").exists()
        assert installation("tasks", "demo").status == 0
