"""`task-ledger api` and `projector` become the service, after checking what it needs."""

import signal
import subprocess
import urllib.error
import urllib.request
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.histories import completed
from tests.task_ledger.cli.command import Command
from tests.task_ledger.cli.installation import free_port
from tests.task_ledger.local.children import wait_until


def stop(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> str:
    """End it; what it had to say on standard error."""
    process.send_signal(number)
    return process.communicate(timeout=30)[1]


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def test_the_api_answers_where_it_is_told_to(command: Command) -> None:
    port = free_port()
    process = command.start("api", "--port", port)
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the api", 60)
        assert process.poll() is None
    finally:
        stop(process)
    # uvicorn ends in order, and then by the signal that it was sent.
    assert process.returncode in (0, -signal.SIGTERM)


def cookie_behind(proxy: str, port: int, link: str) -> str:
    """The cookie of a sign-in that a proxy at this address forwards from HTTPS."""
    headers = {"X-Forwarded-Proto": "https", "Sec-Fetch-Site": "same-origin"}
    connection = HTTPConnection("127.0.0.1", port, timeout=10, source_address=(proxy, 0))
    connection.request("POST", f"/sign-in?{urlsplit(link).query}", headers=headers)
    answer = connection.getresponse()
    connection.close()
    assert answer.status == 303
    return answer.headers["Set-Cookie"]


def test_only_a_trusted_proxy_is_believed_that_the_browser_uses_https(command: Command) -> None:
    command("token", "create", "anna", "--role", "viewer")
    port = free_port()
    process = command.start("api", "--port", port, TASK_LEDGER_TRUSTED_PROXIES="127.0.0.2")
    try:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "the api", 60)
        cookies = [
            cookie_behind(proxy, port, command("token", "link", "anna").out.strip())
            for proxy in ("127.0.0.2", "127.0.0.3")
        ]
    finally:
        stop(process)
    assert ["; Secure" in cookie for cookie in cookies] == [True, False]


def test_the_projector_folds_and_ends_on_ctrl_c(
    command: Command, writer: psycopg.Connection[Any]
) -> None:
    completed(writer, "riverside")
    process = command.start("projector", "--only", "fold")
    try:

        def folded() -> bool:
            return writer.execute("SELECT FROM task_ledger.task_record").fetchone() is not None

        wait_until(folded, "the record", 60)
    finally:
        stop(process, signal.SIGINT)
    assert process.returncode == 0


@pytest.mark.parametrize("service", ["api", "projector", "rebuild"])
def test_what_is_missing_is_said_before_anything_starts(lost: Command, service: str) -> None:
    ended = lost(service)
    assert ended.status == 2
    assert "task-ledger up" in ended.err


def test_a_part_that_does_not_exist_is_refused(command: Command) -> None:
    assert command("projector", "--only", "fold,sealing").status == 2
