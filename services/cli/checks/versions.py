"""Versions of the libraries, of PostgreSQL and of the broker."""

import platform
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any, Final

from packaging.requirements import Requirement
from psycopg import Connection

from services.cli.checks.check import Check, fail, ok, warn
from task_ledger.ops.settings import Settings

_POSTGRES: Final = 180000
_TIMEOUT_S: Final = 3
_CLOCKS_S: Final = 1.0


def libraries() -> Iterator[Check]:
    """Python, and every library that the installed project asks for."""
    yield ok("python", platform.python_version())
    wrong = [each for each in map(misfit, requires("task-ledger") or ()) if each]
    if wrong or sys.version_info < (3, 11):
        yield fail("libraries", "; ".join(wrong), "Install what requirements.lock names.")
    else:
        names = ("task-ledger", "celery", "kombu", "psycopg", "sqlalchemy")
        yield ok("libraries", ", ".join(f"{name} {version(name)}" for name in names))


def misfit(line: str) -> str | None:
    """What is wrong with what is installed for one requirement; None if nothing is."""
    requirement = Requirement(line)
    marker = requirement.marker
    if marker is not None and not marker.evaluate({"extra": "service"}):
        return None
    try:
        installed = version(requirement.name)
    except PackageNotFoundError:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return f"{requirement.name} {installed} is not {requirement.specifier}"


def database(connection: Connection[Any]) -> Iterator[Check]:
    """The server's version, its clock, and whether it keeps what it has committed."""
    number = connection.info.server_version
    told = f"{number // 10_000}.{number % 10_000}"
    if number < _POSTGRES:
        yield fail("postgresql", told, "Upgrade the server to PostgreSQL 18 or newer.")
    else:
        yield ok("postgresql", told)
    row = connection.execute(
        "SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',"
        " abs(extract(epoch FROM clock_timestamp() - to_timestamp(%s)))::float8",
        (time.time(),),
    ).fetchone()
    durable, apart_s = row or (False, 0.0)
    if durable:
        yield ok("durability", "fsync and full_page_writes are on")
    else:
        yield warn(
            "durability",
            "fsync or full_page_writes is off: a power cut loses the log",
            "Turn them on in postgresql.conf, unless this is a server for tests.",
        )
    if apart_s > _CLOCKS_S:
        yield warn(
            "clocks",
            f"this machine and the database are {apart_s:.1f} s apart",
            "Synchronise both clocks.",
        )
    else:
        yield ok("clocks", f"less than {_CLOCKS_S:g} s apart")


def broker(settings: Settings) -> Iterator[Check]:
    """Whether the broker answers, and does not throw messages away."""
    # Takes a while to import, which the other commands are spared.
    from kombu import Connection as BrokerConnection

    try:
        with BrokerConnection(settings.broker(), connect_timeout=_TIMEOUT_S) as connection:
            connection.ensure_connection(max_retries=1, timeout=_TIMEOUT_S)
            kind = connection.transport.driver_type
            told = _redis(connection.default_channel) if kind == "redis" else ok("broker", kind)
    except Exception as error:  # noqa: BLE001 (each transport has errors of its own)
        yield fail(
            "broker",
            f"cannot be reached ({type(error).__name__})",
            "Start it, or correct TASK_LEDGER_BROKER_URL. Tasks wait in the outbox meanwhile.",
        )
    else:
        yield told


def _redis(channel: Any) -> Check:
    told: dict[str, Any] = channel.client.info()
    name = (
        f"{told.get('server_name', 'redis')} {told.get('valkey_version') or told['redis_version']}"
    )
    policy = told.get("maxmemory_policy")
    if policy != "noeviction":
        return warn(
            "broker",
            f"{name} evicts by {policy}: it may throw messages away",
            "Set maxmemory-policy noeviction.",
        )
    return ok("broker", name)
