"""A process whose release does not work with the database's schema says so and does not start."""

import json
from collections.abc import Iterator
from typing import Final

import psycopg
import pytest
from fastapi.testclient import TestClient

from task_ledger import access
from task_ledger.local.embedded import EmbeddedPostgres
from task_ledger.ops.settings import Settings
from task_ledger.server.app import create_app
from tests.brokers import Brokers
from tests.forked import Forked
from tests.revisions import put_at_revision
from tests.servers import Database
from tests.task_ledger.celery.conftest import Stack, open_stack
from tests.task_ledger.cli.command import Command
from tests.task_ledger.cli.installation import free_port

OLDER: Final = ("0000", "0001", "run `task-ledger migrate`")
TOO_NEW: Final = ("0003", "0002", "upgrade the package task-ledger")
SCHEMAS: Final = {"older": OLDER, "too new": TOO_NEW}
"""The schema's revision, the oldest that works on it, and what to do about it."""

SERVICES: Final = {
    "api": ("task_ledger", "api"),
    "metrics": ("task_ledger", "metrics"),
    "projector": ("task_ledger", "projector"),
    "notifier": ("task_ledger", "notifier"),
    "sealer": ("task_ledger", "sealer"),
    "worker": ("celery", "-A", "tests.deploy.hanging", "worker", "-c", "1", "-l", "INFO"),
    "beat": ("celery", "-A", "tests.deploy.hanging", "beat"),
    "workers": ("task_ledger", "workers"),
    "rebuild": ("task_ledger", "rebuild"),
}


@pytest.fixture(scope="module")
def stack(
    postgres: EmbeddedPostgres,
    migrated_template: str,
    brokers: Brokers,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stack]:
    """A database, a broker and a sealed log, and no process."""
    folder = tmp_path_factory.mktemp("mismatch")
    with open_stack(postgres, migrated_template, brokers.space(13), folder) as stack:
        stack.environment |= {
            "TASK_LEDGER_DATABASE_URL": stack.database.url,
            "TASK_LEDGER_VAR_DIR": str(folder / "var"),
            "TASK_LEDGER_PORT": str(free_port()),
        }
        command = Command(stack.environment, folder)
        assert command("seal", "open", "example.com/mismatch").status == 0
        yield stack


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_process_refuses_it_and_says_what_to_do(stack: Stack, schema: str) -> None:
    applied, oldest, advice = SCHEMAS[schema]
    put_at_revision(stack.database, applied, oldest=oldest)
    processes: dict[str, Forked] = {}
    for name, (module, *arguments) in SERVICES.items():
        with (stack.folder / f"{applied}-{name}.log").open("wb") as output:
            processes[name] = Forked(
                module,
                *arguments,
                env=stack.environment,
                cwd=stack.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
    try:
        ended = {name: process.wait(60) for name, process in processes.items()}
    finally:
        for process in processes.values():
            process.kill()
    said = {
        name: (stack.folder / f"{applied}-{name}.log").read_text(errors="replace")
        for name in processes
    }
    assert {name: advice in text and applied in text for name, text in said.items()} == (
        dict.fromkeys(SERVICES, True)
    ), said
    assert all(status != 0 for status in ended.values()), ended
    # Celery's worker shows one with any error of a step.
    assert {name for name, text in said.items() if "Traceback" in text} == {"worker"}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_a_running_api_says_so_in_its_readiness(
    settings: Settings, database: Database, schema: str
) -> None:
    applied, oldest, _ = SCHEMAS[schema]
    with TestClient(create_app(settings, plugins=())) as client:
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["schema_matches"]) == (200, True)
    put_at_revision(database, applied, oldest=oldest)
    with TestClient(create_app(settings, plugins=())) as client:
        ready = client.get("/readyz")
        assert ready.status_code == 503
        assert (ready.json()["database"], ready.json()["schema_matches"]) == (True, False)
        # Killing the process would not help.
        assert client.get("/healthz").status_code == 200


def test_a_request_that_misses_a_function_names_the_mismatch(
    settings: Settings, database: Database
) -> None:
    with psycopg.connect(database.url, autocommit=True) as owner:
        owner.execute("SET ROLE task_ledger_owner")
        secret = access.create(owner, "jane", "admin")
        owner.execute("ALTER TABLE task_ledger.queue_depth RENAME TO of_another_release")
    headers = {"Authorization": f"Bearer {secret}"}
    with TestClient(create_app(settings, plugins=()), headers=headers) as client:
        answer = client.get("/api/v1/queues")
    assert (answer.status_code, answer.json()["code"]) == (503, "schema_mismatch")


def test_doctor_works_on_any_schema_and_names_what_is_wrong(stack: Stack) -> None:
    put_at_revision(stack.database, "0003", oldest="0002")
    ended = Command(stack.environment, stack.folder)("doctor", "--json")
    assert ended.status == 1
    found = {check["condition"] for check in json.loads(ended.out)["checks"]}
    assert "release_older" in found
    assert "database_unreachable" not in found
