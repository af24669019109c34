"""What deploy/ says about real servers is true of the settings and roles that there are."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from services.demo.processes import workers as demo_workers
from services.ocr_capacity import pages_at_once
from services.settings import TakeoffSettings
from takeoff.providers import ProviderSettings
from task_ledger.ops.settings import Settings
from task_ledger.sealer.location import LogLocation
from task_ledger.server.sign_in_settings import SignInSettings
from tests.servers import Database
from tests.task_ledger.local.children import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = ("api", "worker", "projector")


KINDS: tuple[type[BaseSettings], ...] = (
    Settings,
    SignInSettings,
    ProviderSettings,
    TakeoffSettings,
)
NAMES = [name for kind in KINDS for name in kind.model_fields]


def row(kind: type[BaseSettings], name: str) -> str:
    """The line of a table in deploy/README.md that a setting must have."""
    field = kind.model_fields[name]
    default = field.default
    assert default is not PydanticUndefined
    shown = "" if default is None else f"`{default}`"
    if isinstance(default, bool):
        shown = shown.lower()
    return f"| `TASK_LEDGER_{name.upper()}` | {shown} | {field.description} |"


def test_the_tables_of_settings_are_complete_and_up_to_date() -> None:
    text = (DEPLOY / "README.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| `TASK_LEDGER_")]
    assert rows == [row(kind, name) for kind in KINDS for name in kind.model_fields]


@pytest.mark.parametrize("file", ["compose.yaml", "Dockerfile", "README.md", "logins.sql"])
def test_no_setting_is_named_that_does_not_exist(file: str) -> None:
    named = set(re.findall(r"\bTASK_LEDGER_([A-Z_]+)\b", (DEPLOY / file).read_text()))
    assert named <= {name.upper() for name in NAMES}


@pytest.mark.parametrize("service", ["api", "worker"])
def test_who_asks_providers_and_who_lists_them_are_told_all_about_them(service: str) -> None:
    environment = COMPOSE["services"][service]["environment"]
    wanted = {f"TASK_LEDGER_{name.upper()}" for name in ProviderSettings.model_fields}
    assert wanted <= set(environment)
    assert all(environment[name] == f"${{{name}:-}}" for name in wanted)


def test_every_queue_has_a_worker() -> None:
    commands = [str(service.get("command")) for service in COMPOSE["services"].values()]
    workers = [command for command in commands if "task-ledger worker" in command]
    assert {command.split("--queues ")[1].split()[0] for command in workers} == {"celery", "ocr"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_starts_after_the_migration_with_settings_that_are_accepted(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    described = COMPOSE["services"][service]
    assert described["depends_on"]["logins"]["condition"] == "service_completed_successfully"
    logins = COMPOSE["services"]["logins"]
    assert logins["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for name, value in described["environment"].items():
        monkeypatch.setenv(name, re.sub(r"\$\{[^}]*\}", "secret", value))
    settings = Settings()
    login = f"task_ledger_{service}_login"
    role: Any = service
    assert settings.url_for(role) == f"postgresql://{login}:secret@postgres:5432/task_ledger"
    assert settings.broker() == f"redis://task_ledger_{service}:secret@valkey:6379/0"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_knows_no_password_of_another_login(service: str) -> None:
    environment = COMPOSE["services"][service]["environment"]
    named = set(re.findall(r"\$\{(POSTGRES_\w+)", str(environment)))
    assert named == {f"POSTGRES_{service.upper()}_PASSWORD"}
    brokers = set(re.findall(r"\$\{(VALKEY_\w+)", str(environment)))
    assert brokers == {f"VALKEY_{service.upper()}_PASSWORD"}
    assert "TASK_LEDGER_DATABASE_URL" not in environment


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_a_container_can_change_nothing_but_its_volumes_and_gain_no_privileges(
    service: str,
) -> None:
    described = COMPOSE["services"][service]
    assert described["read_only"] is True
    assert described["cap_drop"] == ["ALL"]
    assert described["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in described
    assert ("cap_add" in described) is (service == "postgres")


@pytest.mark.parametrize(
    "service",
    ["postgres", "valkey", "api", "worker", "worker-ocr", "projector", "sealer", "notifier"],
)
def test_whatever_keeps_running_says_whether_it_is_well(service: str) -> None:
    test = COMPOSE["services"][service]["healthcheck"]["test"]
    if "task-ledger" in test:
        subprocess.run(
            [str(Path(sys.executable).with_name("task-ledger")), *test[2:], "--help"],
            check=True, capture_output=True, timeout=60,
        )  # fmt: skip


def test_the_sealer_has_a_login_and_a_key_that_no_other_service_has(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sealer = COMPOSE["services"]["sealer"]
    environment = sealer["environment"]
    assert set(re.findall(r"\$\{(\w+)", str(environment))) == {
        "POSTGRES_SEALER_PASSWORD", "SEAL_NAME",
    }  # fmt: skip
    for name, value in environment.items():
        monkeypatch.setenv(name, re.sub(r"\$\{[^}]*\}", "secret", value))
    settings = Settings()
    login = "task_ledger_sealer_login:secret"
    assert settings.url_for("sealer") == f"postgresql://{login}@postgres:5432/task_ledger"
    location = LogLocation.of(settings)
    mounted = {path: volume for volume, path in (each.split(":") for each in sealer["volumes"])}
    assert mounted[str(location.state.parent)] == "seal"
    assert mounted[str(location.keys.parent)] == "seal-key"
    assert all(str(path) in (DEPLOY / "Dockerfile").read_text() for path in mounted)
    for name, other in COMPOSE["services"].items():
        volumes = str(other.get("volumes")) if name != "sealer" else ""
        assert "seal-key" not in volumes, name
        assert "seal:" not in volumes.replace("seal:/var/lib/task-ledger-seal:ro", ""), name


def test_valkey_is_given_the_password_of_every_user() -> None:
    described = COMPOSE["services"]["valkey"]
    wanted = set(re.findall(r">(VALKEY_\w+)", (DEPLOY / "valkey-users.conf").read_text()))
    assert wanted == {f"VALKEY_{service.upper()}_PASSWORD" for service in SERVICES}
    assert wanted < described["environment"].keys()
    assert all(f"s/{name}/$${name}/" in described["command"][-1] for name in wanted)


def test_ocr_has_a_worker_of_its_own_that_reads_as_many_pages_as_the_machine_can_hold(
    tmp_path: Path,
) -> None:
    worker, ocr = COMPOSE["services"]["worker"], COMPOSE["services"]["worker-ocr"]
    assert worker["command"].endswith("worker --queues celery")
    # What compose starts, with a program in the place of the worker that prints its arguments.
    (tmp_path / "task-ledger").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "task-ledger").chmod(0o755)
    bin_folder = Path(sys.executable).parent
    for wanted, pages in (("3", 3), ("", pages_at_once(None))):
        started = subprocess.run(
            [part.replace("$$", "$") for part in ocr["command"]],
            env={
                "PATH": f"{tmp_path}:{bin_folder}:/usr/bin:/bin",
                "TASK_LEDGER_OCR_PAGES_AT_ONCE": wanted,
            },
            cwd=REPOSITORY, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert started == f"worker --queues ocr --concurrency {pages} --hostname ocr@%h\n"
    # It asks no provider, so it is told of none.
    own = "TASK_LEDGER_OCR_PAGES_AT_ONCE"
    told = {k: v for k, v in ocr["environment"].items() if k != own}
    assert told.items() < worker["environment"].items()
    ocr = {**ocr, "environment": told}
    same: dict[str, Any] = {"command": "", "environment": {}, "mem_limit": ""}
    assert {**ocr, **same} == {**worker, **same}


def test_on_one_machine_too_ocr_has_a_worker_of_its_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TASK_LEDGER_OCR_PAGES_AT_ONCE", "3")
    settings = Settings.model_validate(
        {"database_url": database.url, "broker_url": "redis://127.0.0.1:1/0"}
    )
    workers = {each.name: each.argv for each in demo_workers(settings)}
    queues = {name: argv[argv.index("--queues") + 1] for name, argv in workers.items()}
    assert queues == {"worker": "celery", "worker-ocr": "ocr"}
    assert workers["worker-ocr"][workers["worker-ocr"].index("--concurrency") + 1] == "3"


def test_the_migration_has_the_login_that_owns_the_database() -> None:
    environment = COMPOSE["services"]["migrate"]["environment"]
    assert environment["TASK_LEDGER_DATABASE_URL"].startswith("postgresql://task_ledger:")


def test_no_server_is_published_and_the_api_only_to_the_host_itself() -> None:
    published = {name: each.get("ports", []) for name, each in COMPOSE["services"].items()}
    assert published.pop("api") == ["127.0.0.1:8000:8000"]
    assert not any(published.values())


def test_the_image_copies_everything_that_the_project_installs() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    for name in ("task_ledger", "schema"):
        assert f"COPY {name} {name}\n" in dockerfile
    for name in ("takeoff", "services"):
        assert f"COPY {name} /opt/takeoff-backend/{name}\n" in dockerfile
    assert "COPY --from=page /page/built task_ledger/server/page\n" in dockerfile


def test_what_an_image_installs_is_what_is_tested() -> None:
    def locked(name: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (REPOSITORY / name).read_text(), re.MULTILINE))

    service, tested = locked("requirements-service.lock"), locked("requirements.lock")
    assert service
    assert service < tested
    assert not [each for each in service if each.startswith(("pytest", "embedded"))]


def test_the_logins_of_services_may_do_what_their_role_may_and_no_more(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        connection.execute((DEPLOY / "logins.sql").read_bytes())
        for service in (*SERVICES, "auditor"):
            may = connection.execute(
                "SELECT pg_has_role(%(login)s, %(role)s, 'USAGE'),"
                " pg_has_role(%(login)s, 'task_ledger_owner', 'MEMBER'),"
                " has_table_privilege(%(login)s, 'task_ledger.task_event', 'SELECT'),"
                " has_table_privilege(%(login)s, 'task_ledger.task_event', 'INSERT')",
                {"login": f"task_ledger_{service}_login", "role": f"task_ledger_{service}"},
            ).fetchone()
            assert may == (True, False, True, False)
        connection.rollback()


def test_each_login_has_a_limit_of_connections_and_all_together_leave_room(
    database: Database,
) -> None:
    with psycopg.connect(database.url) as connection:
        connection.execute((DEPLOY / "logins.sql").read_bytes())
        rows = connection.execute(
            "SELECT rolname, rolconnlimit FROM pg_roles WHERE rolname ~ '^task_ledger_.*_login$'"
        ).fetchall()
        connection.rollback()
    limits: dict[str, int] = dict(rows)
    assert len(limits) == 7
    assert min(limits.values()) > 0
    assert sum(limits.values()) < 97  # max_connections, without those reserved for superusers


def test_a_wheel_carries_the_schema(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    wheel = next(tmp_path.glob("*.whl"))
    listed = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(wheel)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for path in (REPOSITORY / "schema").rglob("*.sql"):
        assert f"task_ledger/_schema/{path.relative_to(REPOSITORY / 'schema')}" in listed
