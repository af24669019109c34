"""Versions of the libraries, of PostgreSQL and of the broker."""

import platform
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Any, Final

from packaging.requirements import Requirement
from psycopg import Connection

from task_ledger.cli.checks.check import Check, fail, ok, warn
from task_ledger.ops.preconditions import OLDEST
from task_ledger.ops.settings import Settings

EXTRAS: Final = ("server", "embedded", "seal", "evidence", "metrics", "django", "mcp")
"""Optional extras; the doctor checks an extra once all of its packages are installed."""

_DISTRIBUTION: Final = "task-ledger"
_TIMEOUT_S: Final = 3
_CLOCKS_S: Final = 1.0


def libraries() -> Iterator[Check]:
    """Check the versions of Python and of every library required by the distribution and its
    extras."""
    yield ok("python", platform.python_version())
    lines = requires(_DISTRIBUTION) or []
    extras = [each for each in EXTRAS if is_installed(each, lines)]
    wrong = misfits(lines, extras)
    if wrong or sys.version_info < (3, 11):
        yield fail("libraries", "; ".join(wrong), f"pip install --upgrade '{_named(extras)}'")
    else:
        names = ("celery", "kombu", "psycopg", "sqlalchemy")
        own = f"{_named(extras)} {version(_DISTRIBUTION)}"
        yield ok("libraries", ", ".join([own, *(f"{name} {version(name)}" for name in names)]))


def is_installed(extra: str, lines: Sequence[str]) -> bool:
    """Whether every package that `extra` adds is installed, in any version."""
    plain = set(_wanted(lines, ""))
    return all(_installed(each.name) for each in _wanted(lines, extra) if each not in plain)


def misfits(lines: Sequence[str], extras: Sequence[str] = ()) -> list[str]:
    """The requirements of a distribution and some extras that are not met by installed packages.

    Args:
        lines: the requirements, as `importlib.metadata.requires` gives them.
        extras: the extras to check.
    """
    wanted = [each for extra in ("", *extras) for each in _wanted(lines, extra)]
    return list(dict.fromkeys(wrong for each in wanted if (wrong := _misfit(each))))


def _wanted(lines: Sequence[str], extra: str) -> list[Requirement]:
    wanted = map(Requirement, lines)
    return [
        each for each in wanted if each.marker is None or each.marker.evaluate({"extra": extra})
    ]


def _misfit(requirement: Requirement) -> str | None:
    installed = _installed(requirement.name)
    if installed is None:
        return f"{requirement.name} is missing"
    if requirement.specifier.contains(installed, prereleases=True):
        return None
    return f"{requirement.name} {installed} is not {requirement.specifier}"


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _named(extras: Sequence[str]) -> str:
    return f"{_DISTRIBUTION}[{','.join(extras)}]" if extras else _DISTRIBUTION


def database(connection: Connection[Any]) -> Iterator[Check]:
    """Check the database server's version, clock and durability settings."""
    number = connection.info.server_version
    told = f"{number // 10_000}.{number % 10_000}"
    if number < OLDEST:
        yield fail("postgresql", told, "Upgrade the server to PostgreSQL 16 or newer.")
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
            "fsync or full_page_writes is off: a power failure can lose the log",
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
    """Check that the broker can be reached and does not evict messages."""
    # Slow to import; other commands do not need it.
    from task_ledger.ops.broker import reach

    try:
        with reach(settings.broker(), _TIMEOUT_S) as connection:
            kind = connection.transport.driver_type
            told = _redis(connection.default_channel) if kind == "redis" else ok("broker", kind)
    except Exception as error:  # noqa: BLE001 (each transport has errors of its own)
        yield fail(
            "broker",
            f"cannot be reached ({type(error).__name__})",
            "Start it, or correct TASK_LEDGER_BROKER_URL. Until then, tasks wait in the outbox.",
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
            f"{name} evicts by {policy}: it may drop messages",
            "Set maxmemory-policy noeviction.",
        )
    return ok("broker", name)
