"""Runs everything on this machine: embedded servers if no others are configured, services."""

import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from pydantic import SecretStr

from task_ledger.local.embedded import EmbeddedPostgres, EmbeddedValkey, StopMode
from task_ledger.local.stack.errors import PortTaken
from task_ledger.local.stack.process import Process
from task_ledger.local.stack.signals import StopSignals
from task_ledger.local.stack.supervisor import Server, Supervisor
from task_ledger.ops.private_files import make_private_folder
from task_ledger.ops.settings import Role, Settings


def up(
    settings: Settings,
    *,
    migrate: Callable[[Settings], None],
    processes: Callable[[Settings], Sequence[Process]],
    on_ready: Callable[[Settings], None] | None = None,
    output: TextIO = sys.stdout,
) -> None:
    """Run everything until Ctrl-C, SIGTERM or SIGHUP; a second one forces the end.

    Starts embedded PostgreSQL and Valkey in ``var_dir`` if ``database_url`` or ``broker_url`` is
    not set; they end last. Call it in the main thread.

    Args:
        settings: of this process.
        migrate: brings the database up to date; called before any process starts, with settings
            in which both addresses are set.
        processes: what to run, given the same settings; see ``ledger_processes``.
        on_ready: called with the same settings, in its own thread, when all are ready.
        output: shows the processes' lines.

    Raises:
        EmbeddedServerError: a server cannot be started.
        PortTaken: another program listens on the API's port.
        ProcessFailed: a process did not start.
        OnReadyFailed: ``on_ready`` raised.
        KeyboardInterrupt: stopped before everything was ready, or a second time.
    """
    _refuse_taken_port(settings)
    with StopSignals() as stop, _servers(settings, stop) as (served, servers):
        migrate(served)
        supervisor = Supervisor(
            processes(served),
            servers=servers,
            log_dir=served.var_dir / "log",
            output=output,
        )
        supervisor.run(stop, None if on_ready is None else lambda: on_ready(served))


def ledger_processes(
    settings: Settings, *, server: Sequence[str], others: Sequence[Process] = ()
) -> list[Process]:
    """The API, the projector, and an application's processes, with these settings.

    Args:
        settings: both addresses are set.
        server: the API's module and arguments for ``python -m``.
        others: processes of the application; they end before the projector.

    Raises:
        MissingSetting: the database's or the broker's address is not set.
    """
    python = sys.executable
    host = _dialled(settings.host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}/healthz"
    return [
        Process(
            "api",
            [python, "-m", *server],
            environment_of(settings, "api"),
            ready=lambda: _answers(address),
        ),
        *others,
        Process(
            "projector",
            [python, "-m", "task_ledger.projector"],
            environment_of(settings, "projector"),
            stop_stage=1,
        ),
    ]


def sealer_process(settings: Settings) -> Process:
    """The sealer as a process with these settings; its log is open.

    Raises:
        MissingSetting: the database's or the broker's address is not set.
    """
    argv = [sys.executable, "-m", "task_ledger.sealer"]
    return Process("sealer", argv, environment_of(settings, "sealer"))


def notifier_process(settings: Settings) -> Process:
    """The notifier as a process with these settings.

    Raises:
        MissingSetting: the database's or the broker's address is not set.
    """
    argv = [sys.executable, "-m", "task_ledger.notifier"]
    return Process("notifier", argv, environment_of(settings, "notifier"))


def environment(settings: Settings) -> dict[str, str]:
    """The variables that give another process the same settings.

    Raises:
        MissingSetting: the database's or the broker's address is not set.
    """
    own = {
        f"TASK_LEDGER_{role.upper()}_DATABASE_URL": address.get_secret_value()
        for role in ("api", "worker", "projector", "auditor", "sealer", "notifier")
        if isinstance(address := getattr(settings, f"{role}_database_url"), SecretStr)
    }
    if settings.plugins:
        own["TASK_LEDGER_PLUGINS"] = settings.plugins
    for name in ("seal_dir", "seal_key_file", "seal_publish_url", "seal_witnesses"):
        if (value := getattr(settings, name)) is not None:
            own[f"TASK_LEDGER_{name.upper()}"] = str(value)
    return {
        **own,
        "TASK_LEDGER_DATABASE_URL": settings.login_url(),
        "TASK_LEDGER_BROKER_URL": settings.broker(),
        "TASK_LEDGER_VAR_DIR": str(settings.var_dir.absolute()),
        "TASK_LEDGER_HOST": settings.host,
        "TASK_LEDGER_PORT": str(settings.port),
    }


def environment_of(settings: Settings, role: Role) -> dict[str, str]:
    """As ``environment``, for a service that only needs its own login.

    If ``role`` has its own address, the other logins' variables are set empty, which also hides
    inherited ones.

    Raises:
        MissingSetting: the database's or the broker's address is not set.
    """
    told = environment(settings)
    own = f"TASK_LEDGER_{role.upper()}_DATABASE_URL"
    if own not in told:
        return told
    logins = {"TASK_LEDGER_DATABASE_URL", *(n for n in told if n.endswith("_DATABASE_URL"))}
    return told | dict.fromkeys(logins - {own}, "")


@contextmanager
def _servers(settings: Settings, stop: StopSignals) -> Generator[tuple[Settings, Sequence[Server]]]:
    var = settings.var_dir.absolute()
    started: list[Server] = []
    addresses: dict[str, object] = {"var_dir": var}
    make_private_folder(var)
    try:
        if settings.database_url is None:
            postgres = EmbeddedPostgres(var / "postgres", log=_log(var, "postgres"))
            started.append(postgres)
            postgres.start()
            addresses["database_url"] = SecretStr(postgres.url)
        if settings.broker_url is None:
            valkey = EmbeddedValkey(var / "valkey", log=_log(var, "valkey"))
            started.append(valkey)
            valkey.start()
            addresses["broker_url"] = SecretStr(valkey.url)
        yield settings.model_copy(update=addresses), started
    finally:
        stop.raising = False
        _stop(started[::-1])


def _stop(servers: Sequence[Server]) -> None:
    mode: StopMode = "fast"
    for server in servers:
        try:
            server.stop(mode)
        except KeyboardInterrupt:
            mode = "immediate"
            server.stop(mode)


def _refuse_taken_port(settings: Settings) -> None:
    try:
        with socket.create_connection((_dialled(settings.host), settings.port), timeout=1):
            raise PortTaken(settings.host, settings.port)
    except OSError:
        return


def _log(var: Path, name: str) -> Path:
    return var / "log" / f"{name}.log"


def _dialled(host: str) -> str:
    """The address for reaching a server that listens on ``host`` from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not listened on


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1) as answer:  # noqa: S310 - always http
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
