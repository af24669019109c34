"""`task-ledger[server]` serves the API and the page; with `embedded`, on a bare machine."""

import re
import signal
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

from tests.servers import Database
from tests.task_ledger.cli.command import Command
from tests.task_ledger.cli.installation import running
from tests.task_ledger.local.children import wait_until
from tests.task_ledger.packaging.installed import Installed


def answer(url: str) -> bytes:
    """The body of a 200."""
    with urllib.request.urlopen(url, timeout=30) as response:
        assert response.status == 200
        return response.read()


def answers(url: str) -> bool:
    try:
        answer(url)
    except OSError:
        return False
    return True


def check_page(root: str) -> None:
    """The page's document is there, with every script, style sheet and font that it names."""
    html = answer(root).decode()
    assert '<base href="/">' in html
    files = re.findall(r'(?:src|href)="(\S*assets/\S+)"', html)
    assert {Path(file).suffix for file in files} == {".js", ".css", ".woff2"}
    for file in files:
        assert answer(urljoin(root, file))


def test_the_server_serves_the_api_and_the_page(
    with_server: Installed,
    bare: dict[str, str],
    adopter: Path,
    empty_database: Database,
    broker_url: str,
) -> None:
    told = bare | {
        "TASK_LEDGER_DATABASE_URL": empty_database.url,
        "TASK_LEDGER_BROKER_URL": broker_url,
    }
    command = Command(told, adopter, with_server.script)
    assert command("migrate").status == 0
    secret = command("token", "create", "anna", "--role", "viewer").out.strip()
    root = f"http://127.0.0.1:{bare['TASK_LEDGER_PORT']}/"
    api = command.start("api")
    try:
        wait_until(lambda: api.poll() is not None or answers(f"{root}readyz"), "the api")
        check_page(root)
        request = urllib.request.Request(
            f"{root}api/v1/session", headers={"Authorization": f"Bearer {secret}"}
        )
        with urllib.request.urlopen(request, timeout=30) as session:
            assert b"anna" in session.read()
    finally:
        api.send_signal(signal.SIGTERM)
        _, said = api.communicate(timeout=60)
    assert "Traceback" not in said


def test_up_starts_on_a_bare_machine_and_ends_on_ctrl_c(
    with_servers: Installed, bare: dict[str, str], adopter: Path
) -> None:
    command = Command(bare, adopter, with_servers.script)
    root = f"http://127.0.0.1:{bare['TASK_LEDGER_PORT']}/"
    with running(command) as up:
        up.until(f"Task Ledger is at {root.rstrip('/')}")
        link = up.until(r"(http\S+/sign-in\?code=tl_\S+)")[1]
        up.until("To record a Celery application's tasks here")
        assert b"<button" in answer(link)
        check_page(root)
        up.process.send_signal(signal.SIGINT)
        assert up.rest() == 0
